// In a checkout the sources run as they are; a published package carries one bundle and no sources.
import { existsSync } from "node:fs";
import module from "node:module";

module.enableCompileCache?.();
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = await import(
  existsSync(source) ? source.href : new URL("../dist/plimsoll.js", import.meta.url).href
);
await main(process);
