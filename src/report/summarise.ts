/** Counts for the last line and for the JSON report. */

import type { Unknown } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import type { Summary } from "./contract.ts";

export function summarise(findings: readonly Finding[], unknowns: readonly Unknown[]): Summary {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0, suppressed: 0 };
  for (const finding of findings) {
    counts[finding.suppressed === undefined ? finding.severity : "suppressed"]++;
  }
  return { ...counts, unknown: unknowns.length };
}
