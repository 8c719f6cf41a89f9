/** The versioned JSON report. Its schema is `schema/report.schema.json`; within a version only additions are made. */

import type { RelatedPlace, Unknown } from "../../model/fact.ts";
import type { Finding } from "../../model/finding.ts";
import { formatLocator } from "../../model/secret-locator.ts";
import { locationOf } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import type { StandardResult } from "../../standards/contract.ts";
import type { Report } from "../contract.ts";
import { maskText } from "../mask/line.ts";
import { safeJson } from "../sanitize.ts";
import type { JsonObject } from "./facts.ts";
import { factsJson, placeJson } from "./facts.ts";

const REPORT_SCHEMA = "plimsoll/report/v1";

/**
 * Everything that was found, suppressed findings too, whatever the options; one item of a list per line. In
 * pieces, since the text of a large report takes more memory than what it tells.
 */
export function* jsonPieces(report: Report): Generator<string> {
  const { tool, summary } = report;
  yield `{\n  "schema": ${safeJson(REPORT_SCHEMA)}`;
  yield `,\n  "tool": ${safeJson({ name: tool.name, version: tool.version }, 0)}`;
  yield* listPieces("workloads", report.workloads, workloadJson);
  yield* listPieces("findings", report.findings, findingJson);
  yield* listPieces("unknowns", report.unknowns, unknownJson);
  yield* listPieces("standards", report.standards, standardJson);
  const counts = {
    critical: summary.critical,
    high: summary.high,
    medium: summary.medium,
    low: summary.low,
    info: summary.info,
    suppressed: summary.suppressed,
    unknown: summary.unknown,
  };
  yield `,\n  "summary": ${safeJson(counts, 0)}`;
  yield `,\n  "files": ${safeJson(report.files)}`;
  yield* settingsPieces(report);
  yield "\n}\n";
}

/** `config` names the configuration that holds, null without one; `failOn` the threshold of the exit status. */
function* settingsPieces({ settings }: Report): Generator<string> {
  if (settings === undefined) return;
  yield `,\n  "config": ${safeJson(settings.config ?? null)}`;
  yield `,\n  "failOn": ${safeJson(settings.failOn)}`;
}

function* listPieces<T>(
  name: string,
  items: readonly T[],
  describe: (item: T) => JsonObject,
): Generator<string> {
  yield `,\n  "${name}": [`;
  for (const [index, item] of items.entries()) {
    yield `${index === 0 ? "" : ","}\n    ${safeJson(describe(item), 0)}`;
  }
  yield items.length === 0 ? "]" : "\n  ]";
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
    location: locationJson(finding),
    ...imageJson(finding),
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

/** In an image the bytes of a file of a layer, or a field of a document; elsewhere lines and columns. */
function locationJson({ place, primary }: Finding): JsonObject {
  if (place === undefined) return { ...locationOf(primary) };
  const { image } = place;
  if ("field" in place) return { image, field: place.field };
  const { layer, path, offset, length } = place;
  return { image, layer: { index: layer.index, digest: layer.digest }, path, offset, length };
}

/** What a finding in an image has besides. */
function imageJson({ place, state, evidence }: Finding): JsonObject {
  const layer = place !== undefined && "layer" in place ? place.layer : undefined;
  return {
    ...(state === undefined ? {} : { state: state.is }),
    ...(state === undefined || state.is === "live" ? {} : { byLayer: state.byLayer }),
    ...(layer?.diffId === undefined ? {} : { diffId: layer.diffId }),
    ...(layer?.createdBy === undefined ? {} : { createdBy: maskText(layer.createdBy) }),
    ...(evidence === undefined || place === undefined
      ? {}
      : {
          evidence: {
            detector: evidence.detector,
            checksum: evidence.checksum,
            encoding: evidence.encoding,
            keyedHash: evidence.keyedHash ?? null,
            count: evidence.count,
            hardLinks: evidence.aliases ?? [],
            layerOffset: "layer" in place ? (place.layerOffset ?? null) : null,
            locator:
              evidence.keyedHash === undefined
                ? null
                : formatLocator({ place, keyedHash: evidence.keyedHash }),
          },
        }),
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
