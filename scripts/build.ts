/** `npm run build`: one bundle of the command line in dist/, heavy parts in chunks that load when used. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const out = join(root, "dist");

rmSync(out, { recursive: true, force: true });
const bundle = await rolldown({
  input: { plimsoll: join(root, "src/cli/main.ts") },
  platform: "node",
  external: [/^node:/],
});
await bundle.write({
  dir: out,
  format: "esm",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name]-[hash].js",
});
await bundle.close();
