// In a checkout the sources run as they are; a published package carries one bundle and no sources.
import { existsSync } from "node:fs";
import module from "node:module";

module.enableCompileCache?.();
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = existsSync(source)
  ? await import(source.href)
  : module.createRequire(import.meta.url)("../dist/plimsoll.cjs");
await main(process);
