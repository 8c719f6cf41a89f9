/**
 * Compiles `src/detect/scan/prefilter.wat` into a TypeScript file that holds the module's bytes, and
 * plans which literals share a bucket, which takes too long to be done whenever a scanner is made.
 */

import { readFileSync } from "node:fs";
import wabt from "wabt";
import { commonQuads } from "./common-quads.ts";
import { planBuckets, writtenPlan } from "../src/detect/scan/plan-buckets.ts";
import { scanAnchors } from "../src/detect/scan/scanner.ts";

const source = new URL("../src/detect/scan/prefilter.wat", import.meta.url);
const compiler = await wabt();

/** More make it no better. */
const IMPROVEMENTS = 8;

/** The text of `src/detect/scan/prefilter.generated.ts`, as it should be now. */
export function prefilterFile(): string {
  const features = { simd: true, relaxed_simd: true };
  const module = compiler.parseWat("prefilter.wat", readFileSync(source, "utf8"), features);
  const { buffer } = module.toBinary({});
  module.destroy();
  const { values, names } = scanAnchors();
  const plans = [values, names].map((literals) =>
    writtenPlan(planBuckets(literals, IMPROVEMENTS, commonQuads)),
  );
  return [
    "/** Made by `npm run generate`; do not edit. */",
    "",
    "/** The module that `prefilter.wat` describes, in base64. */",
    `export const prefilterModule =${inLines(Buffer.from(buffer).toString("base64"), "  ")};`,
    "",
    "/** For each set of literals that the scanner looks for: bucket and place of the fingerprint of each. */",
    "export const plans: readonly string[] = [",
    ...plans.map((plan) => `  ${inLines(plan, "    ").trimStart()},`),
    "];",
    "",
  ].join("\n");
}

function inLines(text: string, indent: string): string {
  const lines = text.match(/.{1,85}/g) ?? [];
  return lines.map((line) => `\n${indent}"${line}"`).join(" +");
}
