/** Walks from the roots of a store to its images: through indexes, to every platform, with their attestations. */

import type { Descriptor, Platform } from "./descriptor.ts";
import { isAttestation, platformText, readManifest } from "./descriptor.ts";
import { NO_LISTS } from "./roots.ts";
import type { ImageStore, Problem, Root } from "./store.ts";
import { subjectOf } from "./statements.ts";
import { MAX_MANIFEST_BYTES } from "./store.ts";

export interface ResolvedImage {
  readonly names: readonly string[];
  readonly manifest?: Descriptor;
  /** The indexes that lead to it, by their digests. */
  readonly within?: readonly string[];
  readonly platform?: Platform;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Statements about this image: provenance, bills of materials. */
  readonly attestations: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Its layers are to be put in order by the configuration: all of them, or only those that it names. */
  readonly scattered?: "all" | "its own";
  /** From this layer on nothing tells the order. */
  readonly ordered?: number;
}

export interface Resolved {
  readonly images: readonly ResolvedImage[];
  /** What could not be read: "manifest sha256:…: it is no valid JSON". */
  readonly problems: readonly Problem[];
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
/** About all images together. */
const MAX_ALL_STATEMENTS = 20_000;
const MAX_PROBLEMS = 1000;

export async function resolveImages(
  store: ImageStore,
  options: ResolveOptions = {},
): Promise<Resolved> {
  const problems: Problem[] = [];
  let beyond = 0;
  const problem = (text: string, settle?: string): void => {
    if (problems.length >= MAX_PROBLEMS) beyond += 1;
    else problems.push({ problem: text, ...(settle === undefined ? {} : { settle }) });
  };
  const images: ResolvedImage[] = [];
  const otherPlatforms = new Set<string>();
  /** Manifests of images that were not asked for or are not there. */
  const others = new Set<string>();
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

  const visit = async (
    at: Descriptor,
    names: readonly string[],
    depth: number,
    within: readonly string[] = [],
  ): Promise<void> => {
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
        others.add(at.digest);
      } else problem(`manifest ${at.digest}: ${read.problem}`, read.settle);
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
        if (isAttestation(entry) || isWanted(entry, options)) {
          await visit(entry, names, depth + 1, [...within, at.digest]);
        } else {
          others.add(entry.digest);
          if (entry.platform !== undefined) otherPlatforms.add(platformText(entry.platform));
        }
      }
      return;
    }
    const subject = subjectOf(at, names, manifest);
    if (subject !== undefined) {
      stated(at, subject, manifest.layers);
      return;
    }
    images.push({
      names,
      manifest: at,
      ...(within.length === 0 ? {} : { within }),
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
      if (read.problem !== NOT_THERE)
        problem(`attestation ${at.digest}: ${read.problem}`, read.settle);
      return;
    }
    bytes += read.bytes.length;
    const manifest = readManifest(read.bytes);
    if ("problem" in manifest || manifest.kind !== "manifest") {
      problem(`attestation ${at.digest}: it is no manifest`);
      return;
    }
    stated(at, subject, manifest.layers);
  };
  let statedCount = 0;
  const stated = (at: Descriptor, subject: string, documents: readonly Descriptor[]): void => {
    if (statedCount + documents.length > MAX_ALL_STATEMENTS) {
      if (statedCount <= MAX_ALL_STATEMENTS)
        problem(`attestation ${at.digest}: with it there are too many; the rest was not read`);
      statedCount = Infinity;
      return;
    }
    statedCount += documents.length;
    const statements = [...(attestations.get(subject) ?? []), ...documents];
    if (statements.length > MAX_STATEMENTS) {
      problem(`attestation ${at.digest}: it holds more statements than are read`);
    }
    attestations.set(subject, statements.slice(0, MAX_STATEMENTS));
  };

  const roots = await store.roots();
  if (!("problem" in roots)) for (const root of roots) await visitRoot(root, images, visit);
  const left = "problem" in roots || (images.length === 0 && problems.length > 0);
  const scattered = (left ? await store.scattered?.() : undefined) ?? { roots: [], problems: [] };
  if ("problem" in roots) {
    problems.push(scattered.roots.length === 0 ? withoutImages(roots) : withScattered(roots));
  }
  problems.push(...scattered.problems);
  for (const root of scattered.roots) await visitRoot(root, images, visit);
  if (beyond > 0) problems.push({ problem: `${String(beyond)} more problems of this kind` });
  const complete = withStatements(images, attestations, others);
  return {
    images: complete.images,
    problems: [...problems, ...complete.problems],
    otherPlatforms: [...otherPlatforms].sort(),
  };
}

function withoutImages(problem: Problem): Problem {
  return problem.problem === NO_LISTS
    ? { ...problem, problem: `${NO_LISTS}, and nothing that looks like a layer, so it is no image` }
    : problem;
}

function withScattered({ problem }: Problem): Problem {
  return {
    problem: `${problem}; what is there of images was searched, but what they are called and what more they hold is not known`,
    settle: "save the image anew, and see that all of the archive arrives",
  };
}

/**
 * Gives each image what is said of it. What is said of an index goes to the first image that it leads to, and what
 * is said of nothing that is here, to the first of all: it is searched for secrets, wherever it belongs.
 */
function withStatements(
  images: readonly ResolvedImage[],
  statements: ReadonlyMap<string, readonly Descriptor[]>,
  others: ReadonlySet<string>,
): Pick<Resolved, "images" | "problems"> {
  const about = new Map<ResolvedImage, Descriptor[]>();
  const tooMany = new Set<string>();
  for (const [subject, documents] of statements) {
    if (others.has(subject)) continue;
    const image =
      images.find(({ manifest }) => manifest?.digest === subject) ??
      images.find(({ within }) => within?.includes(subject)) ??
      images[0];
    if (image === undefined) continue;
    const known = about.get(image) ?? [];
    if (known.length + documents.length > MAX_STATEMENTS) tooMany.add(subject);
    else known.push(...documents);
    about.set(image, known);
  }
  return {
    images: images.map((image) => ({ ...image, attestations: about.get(image) ?? [] })),
    problems:
      tooMany.size === 0
        ? []
        : [
            {
              problem: `what is said of ${String(tooMany.size)} manifests was not read: it is too much`,
            },
          ],
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
  const image: ResolvedImage = { names, config, layers, attestations: [], annotations: {} };
  if (start.kind === "parts") images.push(image);
  else images.push({ ...image, scattered: start.onlyItsOwn === true ? "its own" : "all" });
}

/** What a store says of a part that is simply not in it. */
export const NOT_THERE = "it is not there";

function isWanted({ platform }: Descriptor, options: ResolveOptions): boolean {
  if (options.platform === undefined || platform === undefined) return true;
  const text = platformText(platform);
  return text === options.platform || text.startsWith(`${options.platform}/`);
}
