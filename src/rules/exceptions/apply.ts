/** Applies exceptions to findings, and reports the exceptions that are wrong. */

import type { Finding, Severity } from "../../model/finding.ts";
import { sha256 } from "../../model/sha256.ts";
import type { SourceFile } from "../../model/source.ts";
import { locationOf, positionAt } from "../../model/source.ts";
import { nearest } from "../../model/nearest.ts";
import type { Workload } from "../../model/workload.ts";
import type { Exception } from "./exception.ts";
import { isDay } from "./exception.ts";

/** The id under which an exception that is unused, expired or wrong is itself reported. */
export const EXCEPTION_RULE = "exception-problem";

export interface ApplyOptions {
  readonly exceptions: readonly Exception[];
  readonly ruleIds: readonly string[];
  /** The rules of this run: an exception for another rule is not called unused. */
  readonly ranRules: readonly string[];
  readonly workloads: readonly Workload[];
  /** Today, `YYYY-MM-DD`, UTC. */
  readonly today: string;
  /** Names a file alike wherever the run's working directory is; for fingerprints. */
  readonly stablePath?: (path: string) => string;
}

/** The findings, the suppressed ones marked, followed by a finding for each exception with a problem. */
export function applyExceptions(findings: readonly Finding[], options: ApplyOptions): Finding[] {
  const valid: Exception[] = [];
  const problems: Finding[] = [];
  for (const exception of options.exceptions) {
    const problem = exceptionProblem(exception, options);
    if (problem === undefined) valid.push(exception);
    else problems.push(problem);
  }
  const sourceLines = new Map(
    options.workloads.map((workload) => [
      workload.id,
      lineKey(workload.source.file, workload.source.start),
    ]),
  );
  const sourcePaths = new Map(options.workloads.map(({ id, source }) => [id, source.file.path]));
  const candidatesFor = byPlace(valid, sourcePaths);
  const used = new Set<string>();
  const judged = findings.map((finding) => {
    const exception = candidatesFor(finding).find(
      (candidate) =>
        candidate.rules.includes(finding.rule) && covers(candidate, finding, sourceLines),
    );
    if (exception === undefined) return finding;
    for (const rule of exception.rules)
      if (rule === finding.rule) used.add(useKey(exception, rule));
    return {
      ...finding,
      suppressed: {
        by: exception.by,
        reason: exception.reason,
        ...(exception.until === undefined ? {} : { until: exception.until }),
        location: locationOf(exception.span),
      },
    };
  });
  for (const exception of valid) {
    for (const rule of exception.rules) {
      if (options.ranRules.includes(rule) && !used.has(useKey(exception, rule)))
        problems.push(unused(exception, rule));
    }
  }
  const { stablePath } = options;
  return [
    ...judged,
    ...problems.map((problem) => ({
      ...problem,
      fingerprint: fingerprintOf(problem, stablePath),
    })),
  ];
}

/** The exceptions that may cover a finding: those in the files of its place and its workload, and those for any file. */
function byPlace(
  exceptions: readonly Exception[],
  sourcePaths: ReadonlyMap<string, string>,
): (finding: Finding) => readonly Exception[] {
  const anywhere = exceptions.filter(({ scope }) => scope.kind === "match");
  const inFile = Map.groupBy(
    exceptions.filter(({ scope }) => scope.kind !== "match"),
    ({ scope, span }) => (scope.kind === "lines" ? scope.path : span.file.path),
  );
  return ({ primary, workloads }) => {
    const own = sourcePaths.get(workloads[0] ?? "");
    const paths = new Set([primary.file.path, ...(own === undefined ? [] : [own])]);
    return [...[...paths].flatMap((path) => inFile.get(path) ?? []), ...anywhere];
  };
}

function covers(
  exception: Exception,
  finding: Finding,
  sourceLines: ReadonlyMap<string, string>,
): boolean {
  const { scope } = exception;
  const { primary, workloads } = finding;
  if (scope.kind === "workloads") return workloads.every((id) => id.startsWith(scope.prefix));
  if (scope.kind === "match") {
    return (
      (scope.path === undefined || pathsOf(finding).some(scope.path)) &&
      (scope.workload === undefined ||
        workloads.every((id) => id === scope.workload || id.endsWith(`#${scope.workload}`))) &&
      (scope.subject === undefined || finding.subject === scope.subject)
    );
  }
  const keys = scope.lines.map((line) => `${scope.path}:${line}`);
  if (keys.includes(lineKey(primary.file, primary.start))) return true;
  // On the line that names a workload an exception covers the whole workload, if it is its alone.
  const only = workloads.length === 1 ? sourceLines.get(workloads[0] ?? "") : undefined;
  return only !== undefined && keys.includes(only);
}

/** The file's path; in a layer of an image also the path in it, from its root. */
function pathsOf({ primary, place }: Finding): readonly string[] {
  const inImage = place !== undefined && "layer" in place ? [place.path.replace(/^\//, "")] : [];
  return [primary.file.path, ...inImage];
}

function lineKey(file: SourceFile, offset: number): string {
  return `${file.path}:${positionAt(file, offset).line}`;
}

function useKey(exception: Exception, rule: string): string {
  return `${exception.span.file.path}\0${exception.span.start}\0${rule}`;
}

function exceptionProblem(exception: Exception, options: ApplyOptions): Finding | undefined {
  if (exception.rules.length === 0) {
    return report(
      exception,
      "medium",
      "names no rule",
      "An exception covers named rules only, so it has no effect.",
      "Write the rule's id in brackets: `plimsoll: ignore[runs-as-root] reason`.",
    );
  }
  for (const rule of exception.rules) {
    if (options.ruleIds.includes(rule)) continue;
    const near = nearest(rule, options.ruleIds);
    return report(
      exception,
      "medium",
      `names no known rule: ${rule}`,
      "No rule has this id, so the exception has no effect.",
      near === undefined ? "`plimsoll explain` lists the rules." : `Did you mean \`${near}\`?`,
    );
  }
  if (exception.reason === "") {
    return report(
      exception,
      "medium",
      "has no reason",
      "An exception without a reason has no effect: nobody could tell later whether it still holds.",
      "Write why the risk is accepted after the brackets.",
    );
  }
  if (exception.until === undefined) return undefined;
  if (!isDay(exception.until)) {
    return report(
      exception,
      "medium",
      "has an end that is no date",
      "The end cannot be read, so the exception has no effect.",
      "Write the last day as `until=YYYY-MM-DD`.",
    );
  }
  if (exception.until >= options.today) return undefined;
  return report(
    exception,
    "medium",
    `expired on ${exception.until}`,
    "What it covered counts again.",
    "Mend the finding, or renew the exception with a new date.",
  );
}

function unused(exception: Exception, rule: string): Finding {
  return report(
    exception,
    "low",
    `is unused: ${rule}`,
    `No finding of ${rule} is covered by it any more.`,
    "Remove it.",
  );
}

function report(
  exception: Exception,
  severity: Severity,
  problem: string,
  detail: string,
  help: string,
): Finding {
  const subject = `${exception.rules.join(",")} ${problem}`;
  return {
    rule: EXCEPTION_RULE,
    severity,
    confidence: "high",
    workloads: [],
    message: `exception ${problem}`,
    detail,
    help,
    primary: exception.span,
    label: "",
    related: [],
    subject,
    fingerprint: "",
  };
}

function fingerprintOf(
  { primary, subject }: Finding,
  stablePath: (path: string) => string = (path) => path,
): string {
  return sha256(`${EXCEPTION_RULE}\0${stablePath(primary.file.path)}\0${subject}`).slice(0, 32);
}
