/**
 * What refers to an image: signatures, attestations, bills of materials.
 * Source: opencontainers/distribution-spec v1.1.1, "Listing Referrers" and "Referrers Tag Schema".
 */

import type { Descriptor } from "../../manifest/descriptor.ts";
import { readManifest } from "../../manifest/descriptor.ts";
import type { Resolved, ResolvedImage } from "../../manifest/resolve-images.ts";
import { cosignTags, isText } from "../../manifest/statements.ts";
import type { ImageStore, Problem } from "../../manifest/store.ts";
import { readAll } from "../../stream/byte-stream.ts";
import { bodyStream } from "./body-stream.ts";
import { MAX_MANIFEST_BYTES, fetchManifest } from "./manifests.ts";
import type { ManifestRequest } from "./manifests.ts";
import { discard } from "./network.ts";
import type { RegistryProblem } from "./problem.ts";
import { NOT_TRUSTED, TRY_AGAIN, isProblem, problem } from "./problem.ts";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MAX_PAGES = 20;
/** More of them are not read, for one image. */
const MAX_REFERRERS = 500;

export interface Referrers {
  readonly manifests: readonly Descriptor[];
  /** There are more than were read. */
  readonly incomplete?: true;
}

/** The manifests that name this one as their subject. Registries that do not list them keep them under a tag. */
export async function fetchReferrers(
  request: Omit<ManifestRequest, "reference" | "size">,
  subject: string,
): Promise<Referrers | RegistryProblem> {
  const manifests: Descriptor[] = [];
  let path: string | undefined = `${request.repository}/referrers/${subject}`;
  for (let pages = 0; path !== undefined; pages++) {
    if (pages >= MAX_PAGES || manifests.length >= MAX_REFERRERS) {
      return { manifests: manifests.slice(0, MAX_REFERRERS), incomplete: true };
    }
    const page: Page | RegistryProblem = await fetchPage(request, path);
    if ("problem" in page) return page;
    if (page.manifests === undefined) {
      return pages === 0 ? taggedReferrers(request, subject) : { manifests, incomplete: true };
    }
    manifests.push(...page.manifests);
    path = page.next;
  }
  return manifests.length > MAX_REFERRERS
    ? { manifests: manifests.slice(0, MAX_REFERRERS), incomplete: true }
    : { manifests };
}

interface Page {
  /** Undefined when the registry lists no referrers. */
  readonly manifests: readonly Descriptor[] | undefined;
  readonly next: string | undefined;
}

async function fetchPage(
  { client, timing, patience }: Omit<ManifestRequest, "reference" | "size">,
  path: string,
): Promise<Page | RegistryProblem> {
  const answer = await client.get(path, { accept: INDEX });
  if (isProblem(answer)) return answer;
  const { status, headers, message } = answer;
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim();
  if (status !== 200 || type !== INDEX) {
    discard(message);
    return { manifests: undefined, next: undefined };
  }
  const bytes = await readAll(bodyStream(message, timing, patience), MAX_MANIFEST_BYTES);
  if ("problem" in bytes) return problem(bytes.problem, TRY_AGAIN);
  const index = readManifest(bytes);
  if ("problem" in index) return problem(index.problem, NOT_TRUSTED);
  if (index.kind !== "index") return problem("it is no index", NOT_TRUSTED);
  return { manifests: index.manifests, next: nextPage(headers["link"], path) };
}

/** Of `Link: <…>; rel="next"`: asked for at the registry itself, wherever it may point. */
export function nextPage(header: string | string[] | undefined, path: string): string | undefined {
  const text = Array.isArray(header) ? header.join(", ") : (header ?? "");
  const target = /<([^<>]{1,4096})>\s{0,9};\s{0,9}rel="?next"?/i.exec(text.slice(0, 16_384))?.[1];
  const url =
    target === undefined ? null : URL.parse(target, `https://registry.invalid/v2/${path}`);
  return url?.pathname.startsWith("/v2/") === true
    ? `${url.pathname.slice("/v2/".length)}${url.search}`
    : undefined;
}

async function taggedReferrers(
  request: Omit<ManifestRequest, "reference" | "size">,
  subject: string,
): Promise<Referrers | RegistryProblem> {
  // A tag holds 128 characters.
  const reference = subject.replace(":", "-").slice(0, 128);
  const found = await fetchManifest({ ...request, reference });
  if (isProblem(found)) return found.missing === true ? { manifests: [] } : found;
  const index = readManifest(found.bytes);
  if ("problem" in index) return problem(index.problem, NOT_TRUSTED);
  // Somebody's image under such a tag is not meant.
  const manifests = index.kind === "index" ? index.manifests : [];
  return manifests.length > MAX_REFERRERS
    ? { manifests: manifests.slice(0, MAX_REFERRERS), incomplete: true }
    : { manifests };
}

/** What cosign keeps beside a manifest under tags of its own, which no list of referrers tells. */
export async function fetchCosigned(
  request: Omit<ManifestRequest, "reference" | "size">,
  subject: string,
): Promise<readonly (Descriptor | RegistryProblem)[]> {
  const fetched = await Promise.all(
    cosignTags(subject).map((reference) => fetchManifest({ ...request, reference })),
  );
  return fetched.flatMap((found): (Descriptor | RegistryProblem)[] => {
    if (isProblem(found)) return found.missing === true ? [] : [found];
    const { digest, mediaType, bytes } = found;
    return [{ digest, mediaType, size: bytes.length, annotations: {}, urls: [] }];
  });
}

export interface ReferringStore extends ImageStore {
  readonly referrers: (subject: Descriptor) => Promise<Referrers | RegistryProblem>;
  readonly cosigned: (subject: Descriptor) => Promise<readonly (Descriptor | RegistryProblem)[]>;
}

/** Adds the documents of what refers to the images of a registry to their attestations. */
export async function withReferrers(store: ReferringStore, resolved: Resolved): Promise<Resolved> {
  const problems = [...resolved.problems];
  const images: ResolvedImage[] = [];
  const roots = await store.roots();
  const [root] = "problem" in roots ? [] : roots;
  const top = root?.start.kind === "descriptor" ? root.start.descriptor : undefined;
  for (const [index, image] of resolved.images.entries()) {
    // What is said of the index as a whole is read once.
    const subjects = index === 0 ? [image.manifest, top] : [image.manifest];
    const known = new Map(image.attestations.map((descriptor) => [descriptor.digest, descriptor]));
    const seen = new Set<string>();
    for (const subject of subjects) {
      if (subject === undefined || seen.has(subject.digest)) continue;
      seen.add(subject.digest);
      const { documents, problems: more } = await documentsAbout(store, subject);
      for (const document of documents) known.set(document.digest, document);
      problems.push(...more);
    }
    images.push({ ...image, attestations: [...known.values()] });
  }
  return { ...resolved, images, problems };
}

async function documentsAbout(
  store: ReferringStore,
  subject: Descriptor,
): Promise<{ readonly documents: readonly Descriptor[]; readonly problems: readonly Problem[] }> {
  const [listed, cosigned] = await Promise.all([store.referrers(subject), store.cosigned(subject)]);
  const documents: Descriptor[] = [];
  const problems: Problem[] = [];
  const referrers = new Map<string, Descriptor>();
  for (const part of [...(isProblem(listed) ? [listed] : listed.manifests), ...cosigned]) {
    if (!("problem" in part)) referrers.set(part.digest, part);
    else {
      const { problem: why, settle } = part;
      problems.push({ problem: `what refers to ${subject.digest}: ${why}`, settle });
    }
  }
  if (!isProblem(listed) && listed.incomplete === true) {
    const count = String(listed.manifests.length);
    problems.push({
      problem: `what refers to ${subject.digest}: there is more than the first ${count} that were read`,
    });
  }
  for (const referrer of referrers.values()) {
    const note = (why: string, settle?: string): void =>
      void problems.push({
        problem: `${referrer.digest}, which refers to the image: ${why}`,
        ...(settle === undefined ? {} : { settle }),
      });
    const read = await store.document(referrer);
    if ("problem" in read) {
      note(read.problem, read.settle);
      continue;
    }
    const manifest = readManifest(read.bytes);
    if ("problem" in manifest) note(manifest.problem);
    else if (manifest.kind === "index") note("it is an index, which is not read");
    else {
      const unread = manifest.layers.filter(({ mediaType }) => !isText(mediaType));
      if (unread.length > 0)
        note(`${String(unread.length)} of its parts are no text documents, and were not read`);
      documents.push(...manifest.layers.filter(({ mediaType }) => isText(mediaType)));
    }
  }
  return { documents, problems };
}
