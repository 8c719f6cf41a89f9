/**
 * Manifests that are no images but say something of one: signatures, attestations, bills of materials.
 * Sources: opencontainers/image-spec v1.1.1, manifest.md (`subject`); sigstore/cosign specs/SIGNATURE_SPEC.md and
 * ATTESTATION_SPEC.md (tags `sha256-….sig`, `.att`, `.sbom`), pkg/oci/layout (annotation `kind` of what it saves).
 */

import type { Descriptor, ImageManifest } from "./descriptor.ts";
import { isDigest } from "./descriptor.ts";

/** The tags under which cosign keeps what it says of a manifest, beside it in its repository. */
export function cosignTags(subject: string): readonly string[] {
  const stem = subject.replace(":", "-");
  // A tag has 128 characters at most.
  return stem.length > 120 ? [] : SUFFIXES.map((suffix) => `${stem}.${suffix}`);
}

const IN_TOTO = "application/vnd.in-toto+json";
const SUFFIXES = ["sig", "att", "sbom"] as const;
const KINDS = new Set(["sigs", "atts", "sboms"].map((kind) => `dev.cosignproject.cosign/${kind}`));

/** In the place of a subject that is not named: the image in the same list. */
const BESIDE = "beside it";

/**
 * Which manifest it says something of, by its digest, or `BESIDE`. Undefined for an image: one that
 * only looks like a statement by its name is read as an image.
 */
export function subjectOf(
  { annotations }: Descriptor,
  names: readonly string[],
  { layers, subject }: ImageManifest,
): string | undefined {
  if (!layers.every(({ mediaType }) => isText(mediaType))) return undefined;
  if (subject !== undefined) return subject;
  for (const name of names) {
    const [, algorithm, hex] =
      /(?:^|[:/])(sha256|sha512)-([0-9a-f]{64,128})\.(?:sig|att|sbom)$/.exec(name) ?? [];
    const digest = `${algorithm ?? ""}:${hex ?? ""}`;
    if (isDigest(digest)) return digest;
  }
  if (KINDS.has(annotations["kind"] ?? "")) return BESIDE;
  // BuildKit's are told by the index that lists them; without it, by what they hold.
  const isInToto = layers.every(({ mediaType }) => mediaType === IN_TOTO);
  return isInToto && layers.length > 0 ? BESIDE : undefined;
}

export function isJson(mediaType: string): boolean {
  return /[+/]json(?:$|;)/.test(mediaType);
}

/** A document that can be searched as it is: JSON, XML, or lines of text as of SPDX. */
export function isText(mediaType: string): boolean {
  return isJson(mediaType) || /^text\/|[+/](?:xml|yaml)(?:$|;)/.test(mediaType);
}
