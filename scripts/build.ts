/** `npm run build`: one bundle of the command line in dist/, heavy parts in chunks that load when used. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "rolldown";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const out = join(root, "dist");

/** Node reads a file that is all ASCII faster, and keeps it in half the memory. */
const asciiOnly: Plugin = {
  name: "ascii-only",
  generateBundle: (_, files) => {
    for (const file of Object.values(files)) {
      if (file.type !== "chunk") continue;
      // Outside of comments, which are gone, such characters stand in strings, templates and patterns only.
      file.code = file.code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      file.code = `(function(exports,require){${file.code}\n})`;
    }
  },
};

/** Sources that are not loaded for every check. */
const ON_DEMAND =
  /node_modules|src\/(?:cli\/(?:completion\/|config\/schema|config\/problems|help|markdown|commands\/(?:completion|explain|man))|readers\/(?:compose|image|kubernetes|oci-config|run-line|yaml)\/|report\/\w+\/|rules\/pages|standards\/)/;
const NEEDED = /report\/(?:mask|redact)\/|run-line\/looks-like/;

function everyCheck(path: string): boolean {
  return path.includes("/src/") && (!ON_DEMAND.test(path) || NEEDED.test(path));
}

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: { plimsoll: join(root, "src/cli/main.ts") },
  platform: "node",
  external: [/^node:/],
  plugins: [asciiOnly],
});
await bundle.write({
  dir: out,
  // CommonJS loads without the waits of module graphs: some ten milliseconds of a cold start.
  format: "cjs",
  minify: true,
  entryFileNames: "[name]-[hash].cjs",
  chunkFileNames: "[name]-[hash].cjs",
  // What every check needs is one part: many small ones take longer to load, and calls between parts are slower.
  codeSplitting: { groups: [{ name: "check", test: everyCheck }] },
});
await bundle.close();
