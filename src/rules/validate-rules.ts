/** What must hold of the rulebook as a whole. */

import type { Rule } from "./contract.ts";

/** The headings that every rule's page has, in this order. */
export const pageHeadings: readonly string[] = [
  "What",
  "Why",
  "What an attacker gains",
  "How to fix it",
  "References",
  "When an exception is right",
];

/** Throws when rule ids are not unique kebab-case or do not equal their folders: a bug in the build. */
export function validateRules(byFolder: Readonly<Record<string, Rule>>): readonly Rule[] {
  const rules = Object.entries(byFolder);
  const seen = new Set<string>();
  for (const [folder, { id }] of rules) {
    if (id !== folder) throw new Error(`rule ${id} stands in folder ${folder}`);
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
      throw new Error(`rule id ${id} is not kebab-case`);
    if (seen.has(id)) throw new Error(`two rules have the id ${id}`);
    seen.add(id);
  }
  return rules.map(([, rule]) => rule);
}

/** What is wrong with a rule's page, as sentences; none when it is right. */
export function pageProblems(id: string, page: string | undefined): readonly string[] {
  if (page === undefined) return [`${id} has no page`];
  const problems: string[] = [];
  if (!page.startsWith(`# ${id}\n`)) problems.push(`${id}: the page must begin with "# ${id}"`);
  const headings = headingsOf(page);
  if (headings.join("\n") !== pageHeadings.join("\n")) {
    problems.push(`${id}: the headings are ${headings.join(", ")}, not ${pageHeadings.join(", ")}`);
  }
  for (const heading of pageHeadings) {
    if (headings.includes(heading) && sectionOf(page, heading) === "") {
      problems.push(`${id}: the section "${heading}" is empty`);
    }
  }
  return problems;
}

/** The text of a section of a page, without its heading; empty when there is none. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split("\n");
  const start = lines.indexOf(`## ${heading}`);
  if (start < 0) return "";
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  const end = length < 0 ? lines.length : start + 1 + length;
  return lines
    .slice(start + 1, end)
    .join("\n")
    .trim();
}

/** Second-level headings outside of fenced code. */
function headingsOf(page: string): string[] {
  const headings: string[] = [];
  let fenced = false;
  for (const line of page.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    else if (!fenced && line.startsWith("## ")) headings.push(line.slice(3).trim());
  }
  return headings;
}
