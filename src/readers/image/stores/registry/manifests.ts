/** Manifests and indexes of a registry. Sources: distribution-spec v1.1.1, image-spec v1.1.1. */

import { asObject, isDigest, parseJson } from "../../manifest/descriptor.ts";
import { digestLike } from "../../manifest/digest.ts";
import { NOT_THERE } from "../../manifest/resolve-images.ts";
import { readAll } from "../../stream/byte-stream.ts";
import { bodyStream } from "./body-stream.ts";
import type { RegistryClient } from "./client.ts";
import { discard } from "./network.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, TRY_AGAIN, isProblem, problem } from "./problem.ts";
import type { Patience, Timing } from "./timing.ts";

export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Of the bytes as they came. */
  readonly digest: string;
}

export interface ManifestRequest {
  readonly client: RegistryClient;
  readonly timing: Timing;
  readonly patience: Patience;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
  readonly size?: number;
}

const INDEX_TYPES = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];
const MANIFEST_TYPES = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
/** Asked for only so that what is too old is named as such. */
const OLD_TYPES = [
  "application/vnd.docker.distribution.manifest.v1+prettyjws",
  "application/vnd.docker.distribution.manifest.v1+json",
];
const ACCEPT = [
  ...INDEX_TYPES,
  ...MANIFEST_TYPES,
  ...OLD_TYPES.map((type) => `${type};q=0.1`),
].join(", ");

/** Registries accept no larger ones: the specification's own limit is 4 MiB. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

export function isManifestType(mediaType: string): boolean {
  return INDEX_TYPES.includes(mediaType) || MANIFEST_TYPES.includes(mediaType);
}

/** One broken connection is forgiven. */
export async function fetchManifest(
  request: ManifestRequest,
): Promise<FetchedManifest | RegistryProblem> {
  const first = await fetchOnce(request);
  if (!("broken" in first)) return first;
  const second = await fetchOnce(request);
  return "broken" in second ? problem(second.broken, TRY_AGAIN) : second;
}

async function fetchOnce({
  client,
  timing,
  patience,
  repository,
  reference,
  size,
}: ManifestRequest): Promise<FetchedManifest | RegistryProblem | { readonly broken: string }> {
  const answer = await client.get(`${repository}/manifests/${reference}`, { accept: ACCEPT });
  if (isProblem(answer)) return answer;
  const { status, headers, message, host } = answer;
  if (status === 404) {
    discard(message);
    return {
      ...problem(NOT_THERE, "check the name and the tag of the image, and who is logged in"),
      missing: true,
    };
  }
  const announced = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (status !== 200 || !isPlausible(announced)) {
    discard(message);
    return problem(
      status === 200
        ? `${host} answers with ${shownType(announced)} where a manifest should be`
        : `${host} answers with status ${String(status)}`,
      "check that it is a registry, and that nothing stands before it that wants a login",
    );
  }
  const limit = Math.min(size ?? MAX_MANIFEST_BYTES, MAX_MANIFEST_BYTES);
  if (Number(headers["content-length"] ?? 0) > limit) {
    discard(message);
    return problem(tooLong(limit), NOT_TRUSTED);
  }
  const stream = bodyStream(message, timing, patience);
  const bytes = await readAll(stream, limit);
  if ("problem" in bytes) {
    return bytes.problem.startsWith("it is longer")
      ? problem(tooLong(limit), NOT_TRUSTED)
      : { broken: bytes.problem };
  }
  return verifiedManifest(bytes, announced, reference, headers["docker-content-digest"]);
}

function tooLong(limit: number): string {
  return `it is longer than the ${String(limit)} bytes that it should have at most`;
}

function verifiedManifest(
  bytes: Uint8Array,
  announced: string,
  reference: string,
  stated: string | string[] | undefined,
): FetchedManifest | RegistryProblem {
  const byDigest = reference.includes(":");
  // By a tag, the registry's own word is all that there is.
  const claimed = typeof stated === "string" && isDigest(stated) ? stated : undefined;
  const wanted = byDigest ? reference : claimed;
  const digest = digestLike(wanted ?? "", bytes);
  if (wanted !== undefined && digest !== wanted) {
    return problem(`its content has the digest ${digest}`, NOT_TRUSTED);
  }
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return problem(parsed.problem, NOT_TRUSTED);
  const root = asObject(parsed.value) ?? {};
  const own = root["mediaType"];
  // What one tool takes for an index and another for an image hides one behind the other (CVE-2021-41190).
  if (typeof own === "string" && isManifestType(announced) && own !== announced) {
    return problem(
      "the registry announces it as another kind of manifest than it says to be",
      NOT_TRUSTED,
    );
  }
  if ("manifests" in root && ("layers" in root || "config" in root)) {
    return problem("it is an index and an image at once", NOT_TRUSTED);
  }
  const mediaType = isManifestType(announced) ? announced : typeof own === "string" ? own : "";
  return { bytes, mediaType, digest };
}

/** Some registries and all file servers say only that it is JSON, or nothing. */
function isPlausible(type: string): boolean {
  return (
    isManifestType(type) ||
    OLD_TYPES.includes(type) ||
    ["", "application/json", "application/octet-stream", "text/plain"].includes(type)
  );
}

function shownType(type: string): string {
  return /^[a-z0-9.+-]{1,64}\/[a-z0-9.+-]{1,64}$/.test(type) ? type : "something";
}
