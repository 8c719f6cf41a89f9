/** Compiles WebAssembly from its text, to be kept in TypeScript files. */

import { basename } from "node:path";
import { readFileSync } from "node:fs";
import wabt from "wabt";

const compiler = await wabt();

/** The declaration of a constant that holds the module's bytes. `path` is from the root of the project. */
export function moduleConstant(name: string, path: string): string {
  const features = { simd: true, relaxed_simd: true, bulk_memory: true, mutable_globals: true };
  const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
  const module = compiler.parseWat(basename(path), text, features);
  const { buffer } = module.toBinary({});
  module.destroy();
  return [
    `/** The module that \`${basename(path)}\` describes, in base64. */`,
    `export const ${name} =${inLines(Buffer.from(buffer).toString("base64"), "  ")};`,
  ].join("\n");
}

/** A text as one in quotes, over several lines. */
export function inLines(text: string, indent: string): string {
  const lines = text.match(/.{1,85}/g) ?? [];
  return lines.map((line) => `\n${indent}"${line}"`).join(" +");
}
