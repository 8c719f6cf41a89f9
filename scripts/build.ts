/** `npm run build`: one bundle of the command line in dist/, heavy parts in chunks that load when used. */

import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
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
    }
  },
};

/** As bin/start.js loads parts. */
const asFunction: Plugin = {
  name: "as-function",
  generateBundle: (_, files) => {
    for (const file of Object.values(files)) {
      if (file.type === "chunk")
        file.code = `(function(exports,require,__filename){${file.code}\n})`;
    }
  },
};

/** A source and all that it imports when it is loaded; types and what is imported on demand are not. */
function loadedWith(path: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  const imports = /^(?:import|export) (?!type\b)[^;"]* from "(\.[^"]+)";/gm;
  for (const [, target = ""] of readFileSync(path, "utf8").matchAll(imports))
    loadedWith(join(dirname(path), target), loaded);
  return loaded;
}

const check = loadedWith(join(root, "src/cli/commands/check.ts"));

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: { plimsoll: join(root, "src/cli/main.ts") },
  platform: "node",
  external: [/^node:/],
  plugins: [asciiOnly, asFunction],
});
await bundle.write({
  dir: out,
  // CommonJS loads without the waits of module graphs: some ten milliseconds of a cold start.
  format: "cjs",
  minify: true,
  entryFileNames: "[name]-[hash].cjs",
  chunkFileNames: "[name]-[hash].cjs",
  // What every check needs is one part: many small ones take longer to load, and calls between parts are slower.
  codeSplitting: { groups: [{ name: "check", test: (path) => check.has(path) }] },
});
await bundle.close();

// The script of a thread, which Node loads itself.
const worker = await rolldown({
  input: join(root, "src/readers/image/layers/layer-worker.ts"),
  platform: "node",
  external: [/^node:/],
  plugins: [asciiOnly],
});
await worker.write({
  file: join(out, "layer-worker.cjs"),
  format: "cjs",
  minify: true,
  codeSplitting: false,
});
await worker.close();
