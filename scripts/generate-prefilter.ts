/**
 * Compiles `src/detect/scan/prefilter.wat` into a TypeScript file that holds the module's bytes, and
 * plans which literals share a bucket, which takes too long to be done whenever a scanner is made.
 */

import { commonQuads } from "./common-quads.ts";
import { inLines, moduleConstant } from "./compile-wat.ts";
import { planBuckets, writtenPlan } from "../src/detect/scan/plan-buckets.ts";
import { scanAnchors } from "../src/detect/scan/scanner.ts";

/** More make it no better. */
const IMPROVEMENTS = 8;

/** The text of `src/detect/scan/prefilter.generated.ts`, as it should be now. */
export function prefilterFile(): string {
  const { values, names } = scanAnchors();
  const plans = [values, names].map((literals) =>
    writtenPlan(planBuckets(literals, IMPROVEMENTS, commonQuads)),
  );
  return [
    "/** Made by `npm run generate`; do not edit. */",
    "",
    moduleConstant("prefilterModule", "src/detect/scan/prefilter.wat"),
    "",
    "/** For each set of literals that the scanner looks for: bucket and place of the fingerprint of each. */",
    "export const plans: readonly string[] = [",
    ...plans.map((plan) => `  ${inLines(plan, "    ").trimStart()},`),
    "];",
    "",
  ].join("\n");
}
