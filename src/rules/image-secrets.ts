/**
 * Secrets that were seen in an image as findings: one for each kind of secret and file of a layer, one for
 * each variable or kind in a document, however often it stands there.
 */

import { shownName } from "../detect/shown-name.ts";
import type { RelatedPlace } from "../model/fact.ts";
import type { Severity } from "../model/finding.ts";
import { severities } from "../model/finding.ts";
import type {
  ImageContents,
  LayerIdentity,
  SecretEvidence,
  SecretSighting,
} from "../model/image-contents.ts";

/** Sightings that make one finding. */
export interface SecretGroup {
  /** The gravest, and of those the first. */
  readonly first: SecretSighting;
  readonly all: readonly SecretSighting[];
  readonly severity: Severity;
}

/** The documents of an image, by the beginning of a field's name. */
export type ImageDocument = "config" | "history" | "attestation";

/** Ids that come with a secret of their own and open nothing without it. */
const PUBLIC_HALVES = new Set(["aws-access-key-id", "alibaba-access-key", "tencent-secret-id"]);

/** Groups of the same key, each with its gravest sighting first. Order is that of the sightings. */
export function groupSightings(
  sightings: readonly SecretSighting[],
  keyOf: (sighting: SecretSighting) => string,
): SecretGroup[] {
  return [...Map.groupBy(sightings, keyOf).values()].flatMap((all) => {
    const first = all.reduce((gravest, sighting) =>
      severities.indexOf(severityOf(sighting)) < severities.indexOf(severityOf(gravest))
        ? sighting
        : gravest,
    );
    return [{ first, all, severity: severityOf(first) }];
  });
}

/** How grave a secret is. That a later layer deletes it changes nothing. */
function severityOf({ detector, confidence, name, place }: SecretSighting): Severity {
  if (PUBLIC_HALVES.has(detector)) return "info";
  if (detector === "default-credential") return "medium";
  if (confidence === "low" || detector.endsWith("-encrypted") || isPackagedExample(place)) {
    return "low";
  }
  // What a variable's name says is as sure in an image as in a Dockerfile.
  const named = name !== undefined && !("layer" in place);
  return confidence === "high" || named ? "high" : "medium";
}

/** Where package managers put what others published. */
const PACKAGED =
  /\/(?:node_modules|site-packages|dist-packages|gems|vendor|usr\/(?:lib|share|lib64)|usr\/local\/(?:lib|go|share)|go\/pkg\/mod)\//;
/** Where packages keep what is made for a test or a manual, and known to everybody. */
const EXAMPLES =
  /\/(?:tests?|testing|testdata|__tests__|specs?|fixtures?|examples?|samples?|docs?|demos?|man|info)\/|_test\.go$|\.(?:test|spec)\.[cm]?[jt]sx?$|\/test_[\w-]{1,80}\.py$|_spec\.rb$/;

/** A test's or example's secret, which stands in a package as it was published. */
export function isPackagedExample(place: SecretSighting["place"]): boolean {
  return "layer" in place && PACKAGED.test(place.path) && EXAMPLES.test(place.path);
}

export function evidenceOf({ first, all }: SecretGroup): SecretEvidence {
  const { detector, checksum, encoding, keyedHash, aliases } = first;
  return {
    detector,
    checksum,
    encoding,
    ...(keyedHash === undefined ? {} : { keyedHash }),
    ...(aliases === undefined ? {} : { aliases }),
    count: all.length,
  };
}

/** Which document a sighting stands in; undefined for one of a layer. */
export function documentOf({ place }: SecretSighting): ImageDocument | undefined {
  if ("layer" in place) return undefined;
  if (place.field.startsWith("history")) return "history";
  return place.field.startsWith("attestation") ? "attestation" : "config";
}

/**
 * The groups of one document. A value under a name is one, in however many steps it is given; the same value
 * without the name belongs to it.
 */
export function documentGroups({ secrets }: ImageContents, document: ImageDocument): SecretGroup[] {
  const sightings = secrets.filter((sighting) => documentOf(sighting) === document);
  const byHash = new Map<string, string>();
  const named = sightings.toSorted(
    (left, right) => Number(left.name === undefined) - Number(right.name === undefined),
  );
  for (const sighting of named) {
    const { keyedHash } = sighting;
    if (keyedHash !== undefined && !byHash.has(keyedHash))
      byHash.set(keyedHash, subjectOf(sighting));
  }
  return groupSightings(sightings, (sighting) =>
    sighting.name === undefined
      ? (byHash.get(sighting.keyedHash ?? "") ?? subjectOf(sighting))
      : subjectOf(sighting),
  );
}

/** What a finding in a document is about, wherever in it that stands. */
export function subjectOf({ name, detector, title, place }: SecretSighting): string {
  // Of commands the title says which word it is: `the option -p of sshpass`.
  if (name === undefined) return detector === "command-secret" ? title : detector;
  const label = "field" in place && place.field.includes(".Labels[") ? "label " : "";
  return `${label}${nameOf(name)}`;
}

export function nameOf(name: string): string {
  return shownName(name, "with a secret for a name");
}

/** `layer 4, made by COPY`: which step it was, without the words of it, which formats show masked. */
export function stepOf({ index, createdBy = "" }: LayerIdentity): string {
  const instruction = /^(?:\/bin\/sh -c #\(nop\) {1,2})?(ADD|COPY|RUN|WORKDIR)\b/.exec(
    createdBy,
  )?.[1];
  const made = instruction ?? (createdBy.startsWith("/bin/sh -c ") ? "RUN" : undefined);
  return `layer ${String(index)}${made === undefined ? "" : `, made by ${made}`}`;
}

/** More places than these are not named. */
const MAX_RELATED = 8;

/** The places of further sightings in the documents as they are shown. */
export function spansOf(
  sightings: readonly SecretSighting[],
  label: (sighting: SecretSighting) => string,
): RelatedPlace[] {
  return sightings
    .filter(({ span }) => span !== undefined)
    .slice(0, MAX_RELATED)
    .flatMap((sighting) =>
      sighting.span === undefined ? [] : [{ span: sighting.span, label: label(sighting) }],
    );
}
