/** Reads --standard and `standards:`. */

import type { PodSecurityStandard } from "../../../standards/pod-security/parse-standard.ts";
import { parseStandard } from "../../../standards/pod-security/parse-standard.ts";
import type { UsageProblem } from "../../command.ts";

export function parseStandards(
  texts: readonly string[],
): readonly PodSecurityStandard[] | UsageProblem {
  const standards: PodSecurityStandard[] = [];
  for (const text of new Set(texts)) {
    const standard = parseStandard(text);
    if (!standard.ok) return { problem: standard.why, help: standard.settle };
    standards.push(standard.standard);
  }
  return standards;
}
