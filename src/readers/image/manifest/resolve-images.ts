/** Walks from the roots of a store to its images: through indexes, to every platform, with their attestations. */

import type { Descriptor, Platform } from "./descriptor.ts";
import { isAttestation, platformText, readManifest } from "./descriptor.ts";
import type { ImageStore, Root } from "./store.ts";
import { MAX_MANIFEST_BYTES } from "./store.ts";

export interface ResolvedImage {
  readonly names: readonly string[];
  readonly manifest?: Descriptor;
  readonly platform?: Platform;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Statements about this image: provenance, bills of materials. */
  readonly attestations: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Resolved {
  readonly images: readonly ResolvedImage[];
  /** What could not be read, for people: "manifest sha256:…: it is no valid JSON". */
  readonly problems: readonly string[];
  /** Platforms that an index names and that were not asked for or are not there. */
  readonly otherPlatforms: readonly string[];
}

export interface ResolveOptions {
  /** `linux/arm64`; every platform that is there when absent. */
  readonly platform?: string;
}

/** An index may hold indexes; cycles cannot be made with digests, but a chain may be long. */
const MAX_DEPTH = 8;
const MAX_DOCUMENTS = 10_000;
/** All of them together. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Statements about one image. */
const MAX_STATEMENTS = 256;
const MAX_PROBLEMS = 1000;

export async function resolveImages(
  store: ImageStore,
  options: ResolveOptions = {},
): Promise<Resolved> {
  const problems: string[] = [];
  let beyond = 0;
  const problem = (text: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(text);
    else beyond += 1;
  };
  const images: ResolvedImage[] = [];
  const otherPlatforms = new Set<string>();
  const attestations = new Map<string, Descriptor[]>();
  const seen = new Set<string>();
  let documents = 0;
  let bytes = 0;
  let given = false;

  const isTooMuch = (): boolean => {
    if (documents <= MAX_DOCUMENTS && bytes <= MAX_BYTES) return false;
    if (!given) problem("its indexes hold too much; the rest was not read");
    given = true;
    return true;
  };

  const visit = async (at: Descriptor, names: readonly string[], depth: number): Promise<void> => {
    const key = `${at.digest} ${names.join(" ")}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (isAttestation(at)) {
      await attest(at);
      return;
    }
    documents += 1;
    if (isTooMuch()) return;
    if (depth > MAX_DEPTH) {
      problem(`index ${at.digest}: it is nested too deep`);
      return;
    }
    const read = await store.document(at);
    if ("problem" in read) {
      // Registries and `docker save` name platforms that are not there.
      if (at.platform !== undefined && depth > 0 && read.problem === NOT_THERE) {
        otherPlatforms.add(platformText(at.platform));
      } else problem(`manifest ${at.digest}: ${read.problem}`);
      return;
    }
    bytes += read.bytes.length;
    if (read.mismatch !== undefined) problem(`manifest ${at.digest}: ${read.mismatch}`);
    if (read.bytes.length > MAX_MANIFEST_BYTES) {
      problem(`manifest ${at.digest}: it is longer than any manifest`);
      return;
    }
    const manifest = readManifest(read.bytes);
    if ("problem" in manifest) {
      problem(`manifest ${at.digest}: ${manifest.problem}`);
      return;
    }
    if (manifest.unread > 0) {
      problem(
        `manifest ${at.digest}: ${String(manifest.unread)} of its entries are malformed or too many, and were not read`,
      );
    }
    if (manifest.kind === "index") {
      for (const entry of manifest.manifests) {
        if (given) return;
        if (isAttestation(entry) || isWanted(entry, options)) await visit(entry, names, depth + 1);
        else if (entry.platform !== undefined) otherPlatforms.add(platformText(entry.platform));
      }
      return;
    }
    images.push({
      names,
      manifest: at,
      config: manifest.config,
      layers: manifest.layers,
      annotations: manifest.annotations,
      attestations: [],
      ...(at.platform === undefined ? {} : { platform: at.platform }),
    });
  };

  const attest = async (at: Descriptor): Promise<void> => {
    const subject = at.annotations["vnd.docker.reference.digest"];
    documents += 1;
    if (subject === undefined || isTooMuch()) return;
    const read = await store.document(at);
    if ("problem" in read) {
      if (read.problem !== NOT_THERE) problem(`attestation ${at.digest}: ${read.problem}`);
      return;
    }
    bytes += read.bytes.length;
    const manifest = readManifest(read.bytes);
    if ("problem" in manifest || manifest.kind !== "manifest") {
      problem(`attestation ${at.digest}: it is no manifest`);
      return;
    }
    const statements = [...(attestations.get(subject) ?? []), ...manifest.layers];
    if (statements.length > MAX_STATEMENTS) {
      problem(`attestation ${at.digest}: it holds more statements than are read`);
    }
    attestations.set(subject, statements.slice(0, MAX_STATEMENTS));
  };

  const roots = await store.roots();
  if ("problem" in roots) {
    return { images, problems: [roots.problem], otherPlatforms: [] };
  }
  for (const root of roots) await visitRoot(root, images, visit);
  if (beyond > 0) problems.push(`${String(beyond)} more problems of this kind`);
  return {
    images: images.map((image) => ({
      ...image,
      attestations: attestations.get(image.manifest?.digest ?? "") ?? [],
    })),
    problems,
    otherPlatforms: [...otherPlatforms].sort(),
  };
}

async function visitRoot(
  { names, start }: Root,
  images: ResolvedImage[],
  visit: (at: Descriptor, names: readonly string[], depth: number) => Promise<void>,
): Promise<void> {
  if (start.kind === "descriptor") {
    await visit(start.descriptor, names, 0);
    return;
  }
  const { config, layers } = start;
  images.push({ names, config, layers, attestations: [], annotations: {} });
}

/** What a store says of a part that is simply not in it. */
export const NOT_THERE = "it is not there";

function isWanted({ platform }: Descriptor, options: ResolveOptions): boolean {
  if (options.platform === undefined || platform === undefined) return true;
  const text = platformText(platform);
  return text === options.platform || text.startsWith(`${options.platform}/`);
}
