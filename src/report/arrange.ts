/** Orders and groups what a report holds, for the formats that people read. */

import type { Unknown } from "../model/fact.ts";
import type { Finding, Severity } from "../model/finding.ts";
import { severities } from "../model/finding.ts";
import type { Report } from "./contract.ts";

/** Findings that say the same of several places. */
export interface FindingGroup {
  readonly first: Finding;
  /** The same rule, severity and message at further places of the same file; in layers the same kind of secret. */
  readonly others: readonly Finding[];
}

export interface FileGroup {
  readonly path: string;
  readonly groups: readonly FindingGroup[];
  readonly counts: ReadonlyMap<Severity, number>;
}

export interface UnknownGroup {
  readonly first: Unknown;
  /** The same reason and the same way to settle it, at further places. */
  readonly others: readonly Unknown[];
}

/** Findings that count, and the suppressed ones too where they are asked for. */
export function shownFindings(report: Report, showSuppressed: boolean): readonly Finding[] {
  return report.findings.filter((finding) => showSuppressed || finding.suppressed === undefined);
}

/** Findings by file: the file with the gravest finding first, graver first within a file. */
export function groupByFile(findings: readonly Finding[]): FileGroup[] {
  const byPath = Map.groupBy(findings, (finding) => finding.primary.file.path);
  return [...byPath]
    .map(([path, inFile]) => {
      const sorted = inFile.toSorted(
        (left, right) =>
          Number(left.suppressed !== undefined) - Number(right.suppressed !== undefined) ||
          rank(left.severity) - rank(right.severity) ||
          left.primary.start - right.primary.start,
      );
      return { path, groups: groupSame(sorted), counts: countSeverities(inFile) };
    })
    .sort(
      (left, right) =>
        worst(left.counts) - worst(right.counts) || compareText(left.path, right.path),
    );
}

function groupSame(findings: readonly Finding[]): FindingGroup[] {
  const same = Map.groupBy(findings, (finding) => {
    const { rule, severity, suppressed } = finding;
    return JSON.stringify([rule, severity, sayingOf(finding), suppressed?.by, suppressed?.reason]);
  });
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ first, others }],
  );
}

/** What a finding says: its message; of secrets in layers, where the message names the file, what they are. */
function sayingOf({ message, place, state, evidence }: Finding): unknown {
  const inLayer = place !== undefined && "layer" in place;
  return inLayer && evidence !== undefined ? [evidence.detector, state?.is] : message;
}

/** Unknowns with the same reason and the same way to settle it are one group. */
export function groupUnknowns(unknowns: readonly Unknown[]): UnknownGroup[] {
  const same = Map.groupBy(unknowns, ({ why, settle }) => JSON.stringify([why, settle]));
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ first, others }],
  );
}

/** Counts by severity of the findings that are not suppressed; only severities that occur. */
function countSeverities(findings: readonly Finding[]): Map<Severity, number> {
  const counts = new Map<Severity, number>();
  for (const { severity, suppressed } of findings) {
    if (suppressed === undefined) counts.set(severity, (counts.get(severity) ?? 0) + 1);
  }
  return new Map([...counts].sort(([left], [right]) => rank(left) - rank(right)));
}

/** How many different fixes of one group are written out. */
const MAX_FIXES = 3;
const LIKEWISE = "likewise at the other places, with the name that each of them has";

/** What to do about all findings of a group: each different fix, or the first ones and that the rest is alike. */
export function fixTexts(findings: readonly Finding[]): readonly string[] {
  const different = [...new Set(findings.map(({ help }) => help))].filter((help) => help !== "");
  if (different.length <= MAX_FIXES) return different;
  return [...different.slice(0, MAX_FIXES), LIKEWISE];
}

/** Findings that count and that a fix can change. */
export function countFixable(report: Report): number {
  return report.findings.filter((finding) => finding.fix && finding.suppressed === undefined)
    .length;
}

/** "1 critical, 2 high" */
export function describeCounts(counts: ReadonlyMap<Severity, number>): string {
  return [...counts].map(([severity, count]) => `${count} ${severity}`).join(", ");
}

/** "1 workload", "2 workloads" */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function rank(severity: Severity): number {
  return severities.indexOf(severity);
}

function worst(counts: ReadonlyMap<Severity, number>): number {
  return Math.min(severities.length, ...[...counts.keys()].map(rank));
}

export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
