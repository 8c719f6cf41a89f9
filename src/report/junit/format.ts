/** JUnit XML: a suite per file, a failed case per finding, a passed one per workload without any. */

import type { Unknown } from "../../model/fact.ts";
import type { Finding } from "../../model/finding.ts";
import type { Workload } from "../../model/workload.ts";
import type { StandardResult } from "../../standards/contract.ts";
import { compareText, shownFindings } from "../arrange.ts";
import type { Format, Report } from "../contract.ts";
import { plainLine, withoutCommands } from "../sanitize.ts";
import { findingPlace, proofLines } from "../image-place.ts";
import { placeOf } from "../place.ts";
import { escapeXml } from "./xml.ts";

interface Case {
  readonly name: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  readonly type?: string;
  readonly message?: string;
  readonly text?: string;
}

/** An unknown is an error: nobody could tell whether the case passes. A suppressed finding is skipped. */
export const junitFormat: Format = (report, { showSuppressed }) => {
  const suites = suitesOf(report, showSuppressed);
  const all = [...suites.values()].flat();
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: report.tool.name, ...counts(all) })}>`,
  ];
  for (const [path, cases] of [...suites].sort(([left], [right]) => compareText(left, right))) {
    lines.push(`  <testsuite${attributes({ name: path, ...counts(cases) })}>`);
    for (const one of cases) lines.push(...caseLines(one, path));
    lines.push("  </testsuite>");
  }
  lines.push("</testsuites>");
  return withoutCommands(`${lines.join("\n")}\n`);
};

function suitesOf(report: Report, showSuppressed: boolean): Map<string, Case[]> {
  const suites = new Map<string, Case[]>();
  const add = (path: string, one: Case): void => {
    const cases = suites.get(path);
    if (cases === undefined) suites.set(path, [one]);
    else cases.push(one);
  };
  const findings = shownFindings(report, showSuppressed);
  for (const finding of findings) add(finding.primary.file.path, findingCase(finding));
  for (const unknown of report.unknowns)
    add(unknown.span?.file.path ?? unknown.path, unknownCase(unknown));
  for (const result of report.standards) add(result.source.file.path, standardCase(result));
  const touched = new Set(
    findings
      .filter(({ suppressed }) => suppressed === undefined)
      .flatMap(({ workloads }) => workloads),
  );
  for (const workload of report.workloads) {
    if (!touched.has(workload.id)) add(workload.source.file.path, passedCase(workload));
  }
  if (suites.size === 0) add(report.tool.name, { name: "no findings", outcome: "passed" });
  return suites;
}

function findingCase(finding: Finding): Case {
  const { rule, severity, message, detail, help, suppressed, workloads } = finding;
  const place = findingPlace(finding);
  const related = finding.related.map(({ span, label }) =>
    `with ${placeOf(span)} ${plainLine(label)}`.trimEnd(),
  );
  const lines = [
    `${severity}: ${plainLine(message)}`,
    place,
    ...related,
    detail,
    ...proofLines(finding),
    help === "" ? "" : `fix: ${help}`,
  ];
  const where =
    finding.place === undefined ? `at line ${place.split(":").at(-2) ?? ""}` : `in ${place}`;
  return {
    name: `${rule} ${where} (${workloads.join(", ")})`,
    outcome: suppressed === undefined ? "failure" : "skipped",
    type: `${severity}[${rule}]`,
    message: suppressed === undefined ? message : `${message}: ${suppressed.reason}`,
    text: lines.filter((line) => line !== "").join("\n"),
  };
}

function unknownCase({ span, path, what, why, settle }: Unknown): Case {
  const place = span === undefined ? plainLine(path) : placeOf(span);
  return {
    name: `unknown: ${what} at ${place}`,
    outcome: "error",
    type: "unknown",
    message: `${what}: ${why}`,
    text: `${place}\nwhy: ${plainLine(why)}\nto settle it: ${plainLine(settle)}`,
  };
}

function standardCase({ standard, pod, failures }: StandardResult): Case {
  if (failures.length === 0) return { name: `${standard}: ${pod}`, outcome: "passed" };
  return {
    name: `${standard}: ${pod}`,
    outcome: "failure",
    type: standard,
    message: failures.map(({ reason }) => reason).join("; "),
    text: failures
      .map(({ check, reason, detail }) => plainLine(`${check}: ${reason}: ${detail}`))
      .join("\n"),
  };
}

function passedCase({ name, id }: Workload): Case {
  return { name: `${name}: no findings (${id})`, outcome: "passed" };
}

function counts(cases: readonly Case[]): Record<string, number> {
  const of = (outcome: Case["outcome"]): number =>
    cases.filter((one) => one.outcome === outcome).length;
  return {
    tests: cases.length,
    failures: of("failure"),
    errors: of("error"),
    skipped: of("skipped"),
  };
}

function caseLines(
  { name, outcome, type = "", message = "", text = "" }: Case,
  path: string,
): string[] {
  const open = `    <testcase${attributes({ name, classname: path, file: path })}`;
  if (outcome === "passed") return [`${open}/>`];
  const skipped = outcome === "skipped";
  const inner = attributes(skipped ? { message } : { type, message });
  return [
    `${open}>`,
    `      <${outcome}${inner}>${escapeXml(text)}</${outcome}>`,
    "    </testcase>",
  ];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(plainLine(String(value)))}"`)
    .join("");
}
