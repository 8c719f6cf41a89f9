/** Which rules a check judges by, and how severe their findings are. */

import type { Finding } from "../../../model/finding.ts";
import { nearest } from "../../../model/nearest.ts";
import { rules } from "../../../rules/registry.ts";
import type { UsageProblem } from "../../command.ts";
import type { Config } from "../../config/load.ts";

export const ruleIds = rules.map((rule) => rule.id);

/** `--only a,b` is `--only a --only b`. */
export function ruleList(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => text.split(",")).filter((id) => id !== "");
}

export function selectRules(only: readonly string[], without: readonly string[]): typeof rules {
  return rules.filter(
    (rule) => (only.length === 0 || only.includes(rule.id)) && !without.includes(rule.id),
  );
}

export function withSeverities(findings: readonly Finding[], config: Config): Finding[] {
  return findings.map((finding) => {
    const severity = config.severities[finding.rule];
    return severity === undefined ? finding : { ...finding, severity };
  });
}

export function unknownRule(ids: readonly string[]): UsageProblem | undefined {
  for (const id of ids) {
    if (ruleIds.includes(id)) continue;
    const near = nearest(id, ruleIds);
    return {
      problem: `there is no rule ${JSON.stringify(id)}`,
      help: near === undefined ? "plimsoll explain lists the rules" : `did you mean ${near}?`,
    };
  }
  return undefined;
}
