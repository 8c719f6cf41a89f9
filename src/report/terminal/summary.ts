/** The last lines of the terminal's output: what was found, in numbers, and what to do next. */

import { severities } from "../../model/finding.ts";
import { countFixable, plural, rank } from "../arrange.ts";
import type { Report } from "../contract.ts";
import { plainLine } from "../sanitize.ts";
import { settingsTexts } from "../settings.ts";
import { wrap } from "../wrap.ts";
import type { Paint, Style } from "./paint.ts";

/** All counts are always there, so that people, and `grep`, can rely on the line. */
export function summaryLines(report: Report, width: number, paint: Paint): string[] {
  const { summary } = report;
  const count = (value: number, noun: string, style: Style): [string, string] => {
    const text = `${value} ${noun}`;
    return [text, paint.in(value === 0 ? "dim" : style, text)];
  };
  const list = (items: readonly [string, string][]): [string, string] => [
    items.map(([plain]) => plain).join(", "),
    items.map(([, painted]) => painted).join(", "),
  ];
  const fixable = countFixable(report);
  const segments = [
    list(severities.map((severity) => count(summary[severity], severity, severity))),
    list([
      count(summary.unknown, "unknown", "unknown"),
      count(summary.suppressed, "suppressed", "title"),
      // Said once there is something that a fix can change.
      ...(fixable === 0 ? [] : [count(fixable, "fixable", "title")]),
    ]),
    list([
      count(report.workloads.length, nounFor(report.workloads.length, "workload"), "title"),
      count(report.files, nounFor(report.files, "file"), "title"),
    ]),
  ];
  return [
    ...joinSegments(segments, width),
    ...standardLines(report, paint),
    ...settingsLines(report, width),
    closing(report, paint),
  ];
}

function nounFor(count: number, noun: string): string {
  return plural(count, noun).replace(/^\d+ /, "");
}

/** Joins with `; ` and breaks between segments where a line is full. */
function joinSegments(segments: readonly [string, string][], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const [plain, painted] of segments) {
    if (line !== "" && used + 2 + plain.length > width) {
      lines.push(`${line};`);
      line = "";
      used = 0;
    }
    line = line === "" ? painted : `${line}; ${painted}`;
    used += plain.length + 2;
  }
  return [...lines, line];
}

/** `pod-security:restricted@1.37: 3 of 5 pods pass` */
function standardLines({ standards }: Report, paint: Paint): string[] {
  return [...Map.groupBy(standards, ({ standard }) => standard)].map(([standard, results]) => {
    const passed = results.filter(({ failures }) => failures.length === 0).length;
    const text = `${plainLine(standard)}: ${passed} of ${results.length} pods pass`;
    return paint.in(passed === results.length ? "good" : "failed", text);
  });
}

function settingsLines(report: Report, width: number): string[] {
  return settingsTexts(report).flatMap((text) => wrap(text, width));
}

function closing(report: Report, paint: Paint): string {
  const [worst] = report.findings
    .filter(({ suppressed }) => suppressed === undefined)
    .toSorted((left, right) => rank(left.severity) - rank(right.severity));
  if (worst !== undefined) {
    return `next: ${paint.in("title", `plimsoll explain ${plainLine(worst.rule)}`)}`;
  }
  if (report.unknowns.length > 0) {
    return "Nothing was found, but not everything could be read, and unknown is not safe.";
  }
  if (report.workloads.length === 0) return "Nothing to check: no container is described here.";
  return paint.in("good", "Nothing was found.");
}
