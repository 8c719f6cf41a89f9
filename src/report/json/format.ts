/** The versioned JSON report. Its schema is `schema/report.schema.json`; within a version only additions are made. */

import type { RelatedPlace, Unknown } from "../../model/fact.ts";
import type { Finding } from "../../model/finding.ts";
import { locationOf } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import type { StandardResult } from "../../standards/contract.ts";
import type { Format } from "../contract.ts";
import { safeJson } from "../sanitize.ts";
import type { JsonObject } from "./facts.ts";
import { factsJson, placeJson } from "./facts.ts";

export const REPORT_SCHEMA = "plimsoll/report/v1";

/** Everything that was found, suppressed findings too, whatever the options; one item of a list per line. */
export const jsonFormat: Format = (report) => {
  const { tool, summary } = report;
  const parts: readonly (readonly [string, string])[] = [
    ["schema", safeJson(REPORT_SCHEMA)],
    ["tool", safeJson({ name: tool.name, version: tool.version }, 0)],
    ["workloads", listJson(report.workloads, workloadJson)],
    ["findings", listJson(report.findings, findingJson)],
    ["unknowns", listJson(report.unknowns, unknownJson)],
    ["standards", listJson(report.standards, standardJson)],
    [
      "summary",
      safeJson(
        {
          critical: summary.critical,
          high: summary.high,
          medium: summary.medium,
          low: summary.low,
          info: summary.info,
          suppressed: summary.suppressed,
          unknown: summary.unknown,
        },
        0,
      ),
    ],
    ["files", safeJson(report.files)],
  ];
  let json = "{";
  for (const [index, [name, value]] of parts.entries()) {
    json += index === 0 ? `\n  "${name}": ` : `,\n  "${name}": `;
    json += value;
  }
  return `${json}\n}\n`;
};

/** Written item by item, so that a large report is never in memory as objects too. */
function listJson<T>(items: readonly T[], describe: (item: T) => JsonObject): string {
  // Put together by `+=`, which copies nothing before the whole is written.
  let json = "[";
  for (const [index, item] of items.entries()) {
    json += index === 0 ? "\n    " : ",\n    ";
    json += safeJson(describe(item), 0);
  }
  return items.length === 0 ? "[]" : `${json}\n  ]`;
}

function workloadJson(workload: Workload): JsonObject {
  const { id, kind, name, source, engine, platform } = workload;
  return {
    id,
    kind,
    name,
    source: placeJson(source),
    engine,
    platform,
    facts: factsJson(workload),
  };
}

function findingJson(finding: Finding): JsonObject {
  const { suppressed } = finding;
  return {
    rule: finding.rule,
    severity: finding.severity,
    confidence: finding.confidence,
    workload: finding.workloads[0] ?? null,
    workloads: finding.workloads,
    subject: finding.subject,
    message: finding.message,
    detail: finding.detail,
    help: finding.help,
    label: finding.label,
    location: { ...locationOf(finding.primary) },
    related: finding.related.map(relatedJson),
    fixable: finding.fix?.disposition ?? null,
    fix: finding.fix === undefined ? null : { title: finding.fix.title },
    fingerprint: finding.fingerprint,
    suppressed:
      suppressed === undefined
        ? null
        : {
            by: suppressed.by,
            reason: suppressed.reason,
            until: suppressed.until ?? null,
            location: suppressed.location === undefined ? null : { ...suppressed.location },
          },
  };
}

function relatedJson({ span, label }: RelatedPlace): JsonObject {
  return { ...locationOf(span), label };
}

function unknownJson({ span, path, workload, what, why, settle }: Unknown): JsonObject {
  const place = span === undefined ? undefined : placeJson(span);
  return {
    path: place?.path ?? path,
    line: place?.line ?? null,
    column: place?.column ?? null,
    workload: workload ?? null,
    what,
    why,
    settle,
  };
}

function standardJson({ standard, pod, source, failures }: StandardResult): JsonObject {
  return {
    standard,
    pod,
    source: placeJson(source),
    passed: failures.length === 0,
    failures: failures.map(({ check, reason, detail, fields, overrides }) => ({
      check,
      overrides: overrides ?? [],
      reason,
      detail,
      fields: fields.map(({ field, span }) => ({ field, location: { ...locationOf(span) } })),
    })),
  };
}
