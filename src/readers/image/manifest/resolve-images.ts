/** Walks from the roots of a store to its images: through indexes, to every platform, with their attestations. */

import type { Descriptor, Platform } from "./descriptor.ts";
import { isAttestation, platformText, readManifest } from "./descriptor.ts";
import type { ImageStore, Root } from "./store.ts";

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

export async function resolveImages(
  store: ImageStore,
  options: ResolveOptions = {},
): Promise<Resolved> {
  const problems: string[] = [];
  const images: ResolvedImage[] = [];
  const otherPlatforms = new Set<string>();
  const attestations = new Map<string, Descriptor[]>();
  const seen = new Set<string>();
  let documents = 0;

  const visit = async (at: Descriptor, names: readonly string[], depth: number): Promise<void> => {
    const key = `${at.digest} ${names.join(" ")}`;
    if (seen.has(key)) return;
    seen.add(key);
    if (isAttestation(at)) {
      await attest(at);
      return;
    }
    documents += 1;
    if (depth > MAX_DEPTH || documents > MAX_DOCUMENTS) {
      problems.push(`index ${at.digest}: it is nested too deep or holds too much`);
      return;
    }
    const read = await store.document(at);
    if ("problem" in read) {
      // Registries and `docker save` name platforms that are not there.
      if (at.platform !== undefined && depth > 0 && read.problem === NOT_THERE) {
        otherPlatforms.add(platformText(at.platform));
      } else problems.push(`manifest ${at.digest}: ${read.problem}`);
      return;
    }
    if (read.mismatch !== undefined) problems.push(`manifest ${at.digest}: ${read.mismatch}`);
    const manifest = readManifest(read.bytes);
    if ("problem" in manifest) {
      problems.push(`manifest ${at.digest}: ${manifest.problem}`);
      return;
    }
    if (manifest.kind === "index") {
      for (const entry of manifest.manifests) {
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
    if (subject === undefined || documents > MAX_DOCUMENTS) return;
    const read = await store.document(at);
    if ("problem" in read) {
      if (read.problem !== NOT_THERE) problems.push(`attestation ${at.digest}: ${read.problem}`);
      return;
    }
    const manifest = readManifest(read.bytes);
    if ("problem" in manifest || manifest.kind !== "manifest") {
      problems.push(`attestation ${at.digest}: it is no manifest`);
      return;
    }
    attestations.set(subject, [...(attestations.get(subject) ?? []), ...manifest.layers]);
  };

  const roots = await store.roots();
  if ("problem" in roots) {
    return { images, problems: [roots.problem], otherPlatforms: [] };
  }
  for (const root of roots) await visitRoot(root, images, visit);
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
