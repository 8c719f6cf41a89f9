/** Runs rules over workloads and turns drafts into findings. */

import { clip } from "../model/clip.ts";
import type { Origin, RelatedPlace } from "../model/fact.ts";
import { originPlaces } from "../model/fact.ts";
import type { Finding } from "../model/finding.ts";
import { severities } from "../model/finding.ts";
import type { ImagePlace, LayerPlace } from "../model/image-contents.ts";
import { sha256 } from "../model/sha256.ts";
import type { Span } from "../model/source.ts";
import { sameSpan } from "../model/source.ts";
import type { Workload, WorkloadKind } from "../model/workload.ts";
import type { FindingDraft, Rule } from "./contract.ts";

/** The longest message and label, and the longest detail and help: they may repeat what a file says. */
const MAX_LINE = 500;
const MAX_PARAGRAPH = 3000;

/** Names a file alike wherever the run's working directory is; for fingerprints. */
export type StablePath = (path: string) => string;

/**
 * All findings on the workloads, graver first, then by place. The same weakness at the same place
 * seen through several workloads is one finding that names them all.
 */
export function checkWorkloads(
  workloads: readonly Workload[],
  rules: readonly Rule[],
  stablePath: StablePath = (path) => path,
): Finding[] {
  const same = new Map<string, Finding[]>();
  for (const workload of workloads) {
    for (const rule of rules) {
      for (const draft of rule.check(workload)) {
        const finding = toFinding(draft, rule, workload, stablePath);
        const key = `${rule.id}\0${finding.subject}\0${placeKey(finding)}`;
        const earlier = same.get(key);
        if (earlier === undefined) same.set(key, [finding]);
        else earlier.push(finding);
      }
    }
  }
  return numberRepeats([...same.values()].flatMap(mergeFindings).sort(compareFindings));
}

function toFinding(
  draft: FindingDraft,
  rule: Rule,
  workload: Workload,
  stablePath: StablePath,
): Finding {
  const primary = spanOf(draft.at) ?? workload.source;
  const places: RelatedPlace[] = [];
  for (const place of [...placesOf(draft.at), ...(draft.related ?? [])]) {
    if (
      !sameSpan(place.span, primary) &&
      !places.some((other) => sameSpan(other.span, place.span))
    ) {
      places.push(place);
    }
  }
  // A place in an image names the image itself.
  if (
    draft.place === undefined &&
    !sameSpan(workload.source, primary) &&
    !places.some((place) => sameSpan(place.span, workload.source))
  ) {
    places.push({ span: workload.source, label: workload.name });
  }
  return {
    rule: rule.id,
    severity: draft.severity,
    confidence: draft.confidence,
    workloads: [workload.id],
    message: clip(draft.message, MAX_LINE),
    detail: clip(draft.detail, MAX_PARAGRAPH),
    help: clip(draft.help, MAX_PARAGRAPH),
    primary,
    label: clip(draft.label ?? "", MAX_LINE),
    related: places,
    ...(draft.fix === undefined ? {} : { fix: draft.fix }),
    subject: draft.subject,
    ...(draft.place === undefined ? {} : { place: draft.place }),
    ...(draft.state === undefined ? {} : { state: draft.state }),
    ...(draft.evidence === undefined ? {} : { evidence: draft.evidence }),
    fingerprint: sha256(
      `${rule.id}\0${contentOf(draft.place, workload.kind) ?? `${stablePath(primary.file.path)}\0${nameAt(primary, workload)}`}\0${draft.subject}`,
    ).slice(0, 32),
  };
}

/** Findings with the same key say the same of the same place. A layer is one place in all images that have it. */
function placeKey({ place, message, primary: { file, start, end } }: Finding): string {
  // What other images make of the layer is told in the message.
  if (place !== undefined && "layer" in place) return `${layerContent(place)}\0${message}`;
  const field = place === undefined ? "" : `\0${place.field}`;
  return `${file.path}\0${start}\0${end}${field}`;
}

/**
 * What a place in an image is part of, whatever the image is called and through which door it was read:
 * the layer by its content, so that other layers may be built anew. Documents change with each build. What
 * a container shows is its own.
 */
function contentOf(place: ImagePlace | undefined, kind: WorkloadKind): string | undefined {
  if (place === undefined) return undefined;
  if ("layer" in place) return layerContent(place);
  return kind === "container" ? undefined : "image document";
}

function layerContent({ layer: { diffId = "", digest } }: LayerPlace): string {
  return `layer ${diffId === "" ? digest : diffId}`;
}

/**
 * The workload's name where its own file has the finding. A Dockerfile, or a file that others include,
 * is seen through whatever workloads the targets of the run hold, and its findings shall be the same.
 */
function nameAt(primary: Span, { kind, name, source }: Workload): string {
  return kind === "dockerfile-stage" || primary.file.path !== source.file.path ? "" : name;
}

/**
 * Several findings may share rule, file, workload and subject; their order in the file tells them apart.
 * In images, the same finding in another image is the same one.
 */
function numberRepeats(findings: Finding[]): Finding[] {
  const alike = Map.groupBy(findings, ({ fingerprint, place, primary }) =>
    place === undefined ? fingerprint : `${fingerprint}\0${primary.file.path}`,
  );
  if (alike.size === findings.length) return findings;
  const numbers = new Map<Finding, number>();
  for (const repeats of alike.values()) {
    if (repeats.length === 1) continue;
    // By place and not by severity, which the configuration and other files may change.
    const inOrder = repeats.toSorted((left, right) => left.primary.start - right.primary.start);
    for (const [index, finding] of inOrder.entries()) numbers.set(finding, index);
  }
  return findings.map((finding) => {
    const number = numbers.get(finding) ?? 0;
    if (number === 0) return finding;
    return { ...finding, fingerprint: sha256(`${finding.fingerprint}\0${number}`).slice(0, 32) };
  });
}

/** One finding for all workloads that show the same weakness at the same place: the gravest, with everyone's places. */
function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const [first] = findings;
  if (first === undefined || findings.length === 1) return findings;
  const graver = findings.reduce((gravest, finding) =>
    severities.indexOf(finding.severity) < severities.indexOf(gravest.severity) ? finding : gravest,
  );
  const related = new Map<string, RelatedPlace>();
  for (const finding of [graver, ...findings]) {
    for (const place of finding.related) {
      const { file, start, end } = place.span;
      const key = `${start}\0${end}\0${file.path}`;
      if (!related.has(key)) related.set(key, place);
    }
  }
  const workloads = [...new Set(findings.flatMap((finding) => finding.workloads))];
  return [{ ...graver, fingerprint: first.fingerprint, workloads, related: [...related.values()] }];
}

function compareFindings(left: Finding, right: Finding): number {
  return (
    severities.indexOf(left.severity) - severities.indexOf(right.severity) ||
    compareText(left.primary.file.path, right.primary.file.path) ||
    left.primary.start - right.primary.start ||
    compareText(left.rule, right.rule) ||
    compareText(left.subject, right.subject)
  );
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function spanOf(at: Origin | Span): Span | undefined {
  return "kind" in at ? at.span : at;
}

function placesOf(at: Origin | Span): readonly RelatedPlace[] {
  return "kind" in at ? originPlaces(at) : [];
}
