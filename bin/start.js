// In a checkout the sources run as they are; a published package carries one bundle and no sources.
// Built-in modules by getBuiltinModule: an import statement makes Node load their promise and stream halves too.
const { existsSync } = process.getBuiltinModule("node:fs");
const { createRequire, enableCompileCache } = process.getBuiltinModule("node:module");

enableCompileCache?.();
const source = new URL("../src/cli/main.ts", import.meta.url);
const { main } = existsSync(source)
  ? await import(source.href)
  : createRequire(import.meta.url)("../dist/plimsoll.cjs");
await main(process);
