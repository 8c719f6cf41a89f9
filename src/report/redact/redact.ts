/**
 * Hides known secret values in everything that a report says.
 *
 * A secret that a variable carries into another field (an image's tag, a user, a device) stands in
 * messages, names and facts of that field. One pass over the report before any format sees it keeps
 * all formats from telling it. Places, paths of files and fingerprints stay as they are.
 */

import type { Origin, Unknown } from "../../model/fact.ts";
import { unknownFact } from "../../model/fact.ts";
import type { Finding } from "../../model/finding.ts";
import type { Workload } from "../../model/workload.ts";
import type { StandardResult } from "../../standards/contract.ts";
import type { Report } from "../contract.ts";
import { replaceRanges } from "../mask/line.ts";
import type { SecretSources } from "./collect.ts";
import { collectSecretValues } from "./collect.ts";
import type { ValueFinder } from "./value-finder.ts";
import { valueFinder } from "./value-finder.ts";

type Hide = (text: string) => string;

/** The report without the secret values that the run knows. The same report when there are none. */
export function redactReport(report: Report, from: SecretSources): Report {
  const values = collectSecretValues(report, from);
  if (values.size === 0) return report;
  const find = valueFinder(values);
  const hide = hider(find);
  const ids = shownIds(report.workloads, hide);
  const id = (original: string): string => ids.get(original) ?? hide(original);
  return {
    ...report,
    workloads: report.workloads.map((workload) => redactWorkload(workload, id, hide)),
    findings: report.findings.map((finding) => redactFinding(finding, id, hide)),
    unknowns: report.unknowns.map((unknown) => redactUnknown(unknown, id, hide)),
    standards: report.standards.map((standard) => redactStandard(standard, hide)),
    findSecretValues: find,
  };
}

/** The same texts recur in many workloads; so many are remembered. */
const MAX_REMEMBERED = 20_000;

function hider(find: ValueFinder): Hide {
  const remembered = new Map<string, string>();
  return (text) => {
    const earlier = remembered.get(text);
    if (earlier !== undefined) return earlier;
    const ranges = find(text);
    const shown = ranges.length === 0 ? text : replaceRanges(text, ranges);
    if (text.length <= 400 && remembered.size < MAX_REMEMBERED) remembered.set(text, shown);
    return shown;
  };
}

/** Ids as they are shown: the file's path stays, and what was different stays different. */
function shownIds(workloads: readonly Workload[], hide: Hide): Map<string, string> {
  const shown = new Map<string, string>();
  const taken = new Map<string, number>();
  for (const { id, source } of workloads) {
    if (shown.has(id)) continue;
    const { path } = source.file;
    const hidden = id.startsWith(path) ? path + hide(id.slice(path.length)) : hide(id);
    const count = (taken.get(hidden) ?? 0) + 1;
    taken.set(hidden, count);
    shown.set(id, count === 1 ? hidden : `${hidden}~${count}`);
  }
  return shown;
}

function redactWorkload(workload: Workload, id: Hide, hide: Hide): Workload {
  const { build, ...facts } = workload;
  const hidden = redactData(facts, hide);
  if (build === undefined) return { ...hidden, id: id(workload.id) };
  // Of a build only the variables are printed, and not their values; the rest was judged before.
  const args = redactData(build.args, hide);
  const env = redactData(build.env, hide);
  return { ...hidden, id: id(workload.id), build: { ...build, args, env } };
}

function redactFinding(finding: Finding, id: Hide, hide: Hide): Finding {
  const { fix, suppressed } = finding;
  return {
    ...finding,
    workloads: finding.workloads.map(id),
    message: hide(finding.message),
    detail: hide(finding.detail),
    help: hide(finding.help),
    label: hide(finding.label),
    related: finding.related.map(({ span, label }) => ({ span, label: hide(label) })),
    subject: hide(finding.subject),
    ...(finding.place === undefined ? {} : { place: redactData(finding.place, hide) }),
    ...(finding.evidence === undefined ? {} : { evidence: redactData(finding.evidence, hide) }),
    ...(fix === undefined ? {} : { fix: redactData(fix, hide) }),
    ...(suppressed === undefined
      ? {}
      : { suppressed: { ...suppressed, reason: hide(suppressed.reason) } }),
  };
}

function redactUnknown(unknown: Unknown, id: Hide, hide: Hide): Unknown {
  return {
    ...unknown,
    ...(unknown.workload === undefined ? {} : { workload: id(unknown.workload) }),
    what: hide(unknown.what),
    why: hide(unknown.why),
    settle: hide(unknown.settle),
  };
}

function redactStandard(standard: StandardResult, hide: Hide): StandardResult {
  return {
    ...standard,
    pod: hide(standard.pod),
    failures: standard.failures.map((failure) => ({
      ...failure,
      reason: hide(failure.reason),
      detail: hide(failure.detail),
      fields: failure.fields.map(({ field, span }) => ({ field: hide(field), span })),
    })),
  };
}

/** Fields without text of the input that is printed: contents and places. */
const KEPT = new Set(["content", "profile", "valueSpan", "span", "spans", "source"]);

/**
 * Plain data with every text in it hidden; what holds none stays the same object. Spans are left
 * alone, and so are the values of variables, which no format prints.
 */
function redactData<T>(data: T, hide: Hide): T {
  return redactValue(data, hide) as T;
}

function redactValue(data: unknown, hide: Hide): unknown {
  if (typeof data === "string") return hide(data);
  if (typeof data !== "object" || data === null) return data;
  return Array.isArray(data) ? redactList(data, hide) : redactFields(data, hide);
}

function redactList(data: readonly unknown[], hide: Hide): unknown {
  let changed: unknown[] | undefined;
  for (const [index, item] of data.entries()) {
    const hidden = redactValue(item, hide);
    if (hidden === item) continue;
    changed ??= [...data];
    changed[index] = hidden;
  }
  return changed ?? data;
}

function redactFields(data: object, hide: Hide): unknown {
  const fields = data as Readonly<Record<string, unknown>>;
  // A span; or the default of an engine, which no input words.
  if ("file" in data || fields["kind"] === "default") return data;
  const number = fields["value"];
  if (
    fields["known"] === true &&
    typeof number === "number" &&
    hiddenNumber(number, hide) === undefined
  ) {
    return unknownFact(
      "a secret decides it, which is not shown",
      "write the number itself here",
      redactData(fields["origin"] as Origin, hide),
    );
  }
  const variable = "from" in data && "name" in data;
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(data)) {
    const field = fields[key];
    if (typeof field === "boolean" || field === undefined) continue;
    const kept = typeof field === "object" && KEPT.has(key);
    if (kept || (variable && key === "value")) continue;
    const id = typeof field === "number" && (key === "uid" || key === "gid");
    const hidden = id ? hiddenNumber(field, hide) : redactValue(field, hide);
    if (hidden === field) continue;
    changed ??= { ...fields };
    if (hidden === undefined) delete changed[key];
    else changed[key] = hidden;
  }
  return changed ?? data;
}

/** A number that a secret decides is not said. */
function hiddenNumber(value: number, hide: Hide): number | undefined {
  return hide(String(value)) === String(value) ? value : undefined;
}
