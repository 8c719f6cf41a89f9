/** The rules of a SARIF log, with their pages as help. */

import type { Severity } from "../../model/finding.ts";
import type { Rule } from "../../rules/contract.ts";
import { pages } from "../../rules/pages.ts";
import { rules } from "../../rules/registry.ts";
import { sectionOf } from "../../rules/validate-rules.ts";

/** GitHub shows an alert as critical from 9.0 on, high from 7.0, medium from 4.0, low above 0. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.5",
  info: "0.5",
};

/** SARIF 2.1.0, section 3.27.10. */
export const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** GitHub takes 20 tags and shows 10. */
const MAX_TAGS = 10;

/** The descriptors of the rules with these ids, in their order; a rule without page is described by its id. */
export function ruleDescriptors(ids: readonly string[]): object[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return ids.map((id) => {
    const rule = byId.get(id);
    return rule === undefined ? { id, name: id } : descriptor(rule);
  });
}

function descriptor(rule: Rule): object {
  const page = Object.hasOwn(pages, rule.id) ? pages[rule.id] : undefined;
  const what = page === undefined ? "" : sectionOf(page, "What").trim();
  const standards = new Set(rule.references.map(({ standard, id }) => `${standard}: ${id}`));
  return {
    id: rule.id,
    name: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: what === "" ? rule.title : what.slice(0, 1000) },
    ...(page === undefined ? {} : { help: { text: page, markdown: page } }),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      "security-severity": SECURITY_SEVERITY[rule.severity],
      tags: ["security", "containers", rule.layer, ...standards].slice(0, MAX_TAGS),
    },
  };
}
