/** SARIF 2.1.0, within what GitHub code scanning takes. */

import type { RelatedPlace, Unknown } from "../../model/fact.ts";
import type { Edit, Finding, Suppression } from "../../model/finding.ts";
import { locationOf } from "../../model/source.ts";
import type { Span } from "../../model/source.ts";
import type { StandardResult } from "../../standards/contract.ts";
import { shownFindings } from "../arrange.ts";
import type { Format, Report } from "../contract.ts";
import { detectValues } from "../mask/detect.ts";
import { secretRangesInLine } from "../mask/line.ts";
import { findingPlace, imageNameOf, isShownInSource, proofLines } from "../image-place.ts";
import { plainLine, plainLines, safeJson } from "../sanitize.ts";
import { encodePath } from "../uri.ts";
import { LEVELS, ruleDescriptors } from "./rules.ts";

/** GitHub takes 25,000 results a run and 1,000 locations a result, and shows 100 of them. */
const MAX_RESULTS = 25_000;
const MAX_RELATED = 100;

/** Suppressed findings are left out unless asked for, since GitHub opens an alert for them all the same. */
export const sarifFormat: Format = (report, { showSuppressed }) => {
  const findings = shownFindings(report, showSuppressed);
  const ids = [...new Set(findings.map(({ rule }) => rule))].sort();
  const log = {
    $schema:
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: report.tool.name,
            semanticVersion: report.tool.version,
            rules: ruleDescriptors(ids),
            notifications: [
              { id: UNKNOWN, shortDescription: { text: "Something could not be read or decided" } },
              { id: STANDARD, shortDescription: { text: "A pod fails a published standard" } },
              { id: LIMIT, shortDescription: { text: "A limit of the format was reached" } },
            ],
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notifications(report, findings),
          },
        ],
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { ROOT: { description: { text: "The directory that was checked." } } },
        results: findings.slice(0, MAX_RESULTS).map((finding) => resultJson(finding, ids)),
      },
    ],
  };
  return `${safeJson(log)}\n`;
};

const UNKNOWN = "unknown";
const STANDARD = "standard-failed";
const LIMIT = "limit";

function resultJson(finding: Finding, ids: readonly string[]): object {
  const detail = finding.detail === "" ? "" : `\n\n${finding.detail}`;
  const help = finding.help === "" ? "" : `\n\nFix: ${finding.help}`;
  const fixes = fixesOf(finding);
  return {
    ruleId: finding.rule,
    ruleIndex: ids.indexOf(finding.rule),
    level: LEVELS[finding.severity],
    message: { text: plainText(`${finding.message}.${detail}${proofText(finding)}${help}`) },
    locations: [findingLocation(finding)],
    relatedLocations: finding.related.slice(0, MAX_RELATED).map(relatedJson),
    partialFingerprints: { "plimsoll/v1": finding.fingerprint },
    ...(finding.suppressed === undefined
      ? {}
      : { suppressions: [suppressionJson(finding.suppressed)] }),
    ...(fixes.length === 0 ? {} : { fixes }),
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      workloads: finding.workloads.map(plainLine),
      subject: plainLine(finding.subject),
      ...(finding.state === undefined ? {} : { state: finding.state.is }),
    },
  };
}

function proofText(finding: Finding): string {
  const lines = proofLines(finding);
  return lines.length === 0 ? "" : `\n\n${lines.join("\n")}`;
}

/** In an image the target is the artifact, and the file or field in it a logical location. */
function findingLocation(finding: Finding): object {
  const { place, primary, label } = finding;
  if (place === undefined) return locationJson(primary, label);
  const inLayer = "layer" in place;
  const name = plainLine(inLayer ? place.path : place.field);
  const logical = inLayer
    ? {
        name,
        fullyQualifiedName: plainLine(`${place.layer.digest}${place.path}`),
        kind: "resource",
      }
    : { name, fullyQualifiedName: findingPlace(finding), kind: "property" };
  return {
    physicalLocation: {
      artifactLocation: artifactJson(imageNameOf(finding)),
      ...(isShownInSource(finding) ? { region: regionJson(primary) } : {}),
    },
    logicalLocations: [logical],
    message: { text: findingPlace(finding) },
  };
}

function locationJson(span: Span, label: string): object {
  return {
    physicalLocation: { artifactLocation: artifactJson(span.file.path), region: regionJson(span) },
    ...(label === "" ? {} : { message: { text: plainLine(label) } }),
  };
}

function relatedJson({ span, label }: RelatedPlace, index: number): object {
  return { id: index + 1, ...locationJson(span, label) };
}

/** A path within the checked directory is relative to it; any other stands for itself. */
function artifactJson(path: string): object {
  const clean = path.replace(/^(\.\/)+/, "");
  if (clean.startsWith("/")) return { uri: `file://${encodePath(clean)}` };
  return { uri: encodePath(clean), uriBaseId: "ROOT" };
}

/** Lines and columns count from 1, the end column is behind the last character, as in the model. */
function regionJson(span: Span): object {
  const { line, column, endLine, endColumn } = locationOf(span);
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function suppressionJson({ by, reason, until }: Suppression): object {
  const end = until === undefined ? "" : ` (until ${until})`;
  return {
    kind: by === "inline" || by === "annotation" ? "inSource" : "external",
    status: "accepted",
    justification: plainLine(`${reason}${end}`),
  };
}

/** One fix with a change per file; none at all when what it writes looks like a secret. */
function fixesOf({ fix }: Finding): object[] {
  if (fix === undefined || fix.edits.some(holdsSecret)) return [];
  const byFile = Map.groupBy(fix.edits, ({ span }) => span.file);
  return [
    {
      description: { text: plainLine(fix.title) },
      artifactChanges: [...byFile].map(([file, edits]) => ({
        artifactLocation: artifactJson(file.path),
        replacements: edits.map(replacementJson),
      })),
    },
  ];
}

function replacementJson({ span, replacement }: Edit): object {
  return {
    deletedRegion: {
      ...regionJson(span),
      charOffset: span.start,
      charLength: span.end - span.start,
    },
    insertedContent: { text: replacement },
  };
}

function holdsSecret({ replacement }: Edit): boolean {
  return (
    detectValues(replacement).length > 0 ||
    replacement.split("\n").some((line) => secretRangesInLine(line).length > 0)
  );
}

function notifications(report: Report, findings: readonly Finding[]): object[] {
  const dropped = findings.length - MAX_RESULTS;
  return [
    ...report.unknowns.map(unknownJson),
    ...report.standards.filter(({ failures }) => failures.length > 0).map(standardJson),
    ...(dropped > 0
      ? [
          {
            descriptor: { id: LIMIT },
            level: "warning",
            message: { text: `${dropped} more findings are left out: a run holds ${MAX_RESULTS}.` },
          },
        ]
      : []),
  ];
}

function unknownJson({ span, path, what, why, settle }: Unknown): object {
  const location =
    span === undefined
      ? { physicalLocation: { artifactLocation: artifactJson(path) } }
      : locationJson(span, "");
  return {
    descriptor: { id: UNKNOWN },
    level: "warning",
    message: { text: plainText(`Unknown: ${what}. Why: ${why}. To settle it: ${settle}.`) },
    locations: [location],
  };
}

function standardJson({ standard, pod, source, failures }: StandardResult): object {
  const list = failures
    .map(({ check, reason, detail }) => `${check}: ${reason}. ${detail}`)
    .join("\n");
  return {
    descriptor: { id: STANDARD },
    level: "error",
    message: { text: plainText(`${pod} fails ${standard}.\n${list}`) },
    locations: [locationJson(source, "")],
  };
}

/** Lines of plain text in which no link (SARIF 2.1.0, section 3.11.6) can be written by input. */
function plainText(text: string): string {
  return plainLines(text).join("\n").replaceAll("](", "] (");
}
