/**
 * The images of an archive whose lists are missing: it was cut off (the lists stand at its end), or a part of it was
 * lost. What is there is read all the same: manifests lead to their parts; without one, a configuration tells the
 * order of layers by the digests of what they hold; without either, layers are read one by one.
 */

import type { LayerReport } from "../layers/layer-report.ts";
import type { Descriptor } from "./descriptor.ts";
import { asObject, isDigest, parseJson, readManifest } from "./descriptor.ts";
import { digestLike } from "./digest.ts";
import type { ResolvedImage } from "./resolve-images.ts";
import { blobPath } from "./roots.ts";
import type { ImageStore, Problem, Root } from "./store.ts";
import { MAX_MANIFEST_BYTES } from "./store.ts";

/** The parts of an archive by their first bytes, as paths in the order in which they stand there. */
export interface Parts {
  readonly documents: readonly string[];
  /** Archives and compressed data. */
  readonly layers: readonly string[];
  /** There are more than were looked at. */
  readonly more: boolean;
}

/** What is left of images, and where to begin in it. */
export interface Scattered {
  readonly roots: readonly Root[];
  readonly problems: readonly Problem[];
}

/** Gives a part by its path, or undefined when there is none. */
export type ReadPart = (path: string) => Promise<Uint8Array | Problem | undefined>;

const MAX_DOCUMENTS = 10_000;
const MAX_BYTES = 128 * 1024 * 1024;
const MAX_LAYERS = 1000;

interface Document {
  readonly path: string;
  readonly digest: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Without roots when nothing of an image is there. */
export async function scatteredImages(parts: Parts, read: ReadPart): Promise<Scattered> {
  const roots = await scatteredRoots(parts, read);
  const count = roots.reduce(
    (sum, { start }) => sum + (start.kind === "scattered" ? start.layers.length : 0),
    0,
  );
  const isCut = parts.more || parts.documents.length > MAX_DOCUMENTS || count >= MAX_LAYERS;
  const problem = "it has more parts than any archive of images; the rest was not read";
  return { roots, problems: isCut ? [{ problem }] : [] };
}

async function scatteredRoots(parts: Parts, read: ReadPart): Promise<readonly Root[]> {
  const found = await documentsOf(parts, read);
  const named = new Set<string>();
  const used = new Set<string>();
  const lists: Document[] = [];
  const configs: Document[] = [];
  for (const document of found) {
    const { value } = document;
    const manifest = readManifest(new TextEncoder().encode(JSON.stringify(value)));
    if (!("problem" in manifest)) {
      lists.push(document);
      const below =
        manifest.kind === "index" ? manifest.manifests : [manifest.config, ...manifest.layers];
      for (const { digest } of below) {
        named.add(digest);
        used.add(blobPath(digest) ?? digest);
      }
    } else if (Array.isArray(asObject(value["rootfs"])?.["diff_ids"])) configs.push(document);
  }
  const roots = lists
    .filter(({ digest }) => !named.has(digest))
    .map((document): Root => ({
      names: [],
      start: { kind: "descriptor", descriptor: at(document.path, document.digest) },
    }));
  const loose = parts.layers
    .filter((path) => !used.has(path))
    .slice(0, MAX_LAYERS)
    .map((path) => at(path, digestOf(path) ?? path));
  const unused = configs.filter(({ digest }) => !named.has(digest));
  if (loose.length === 0 && unused.length === 0) return roots;
  // With several configurations nothing tells to which one a layer belongs that none of them names.
  const [config, ...others] = unused.map(({ path, digest }) => at(path, digest));
  const none = at("(the configuration)", "(the configuration)");
  return [
    ...roots,
    { names: [], start: { kind: "scattered", config: config ?? none, layers: loose } },
    ...others.map((other): Root => ({
      names: [],
      start: { kind: "scattered", config: other, layers: loose, onlyItsOwn: true },
    })),
  ];
}

async function documentsOf({ documents }: Parts, read: ReadPart): Promise<readonly Document[]> {
  const found: Document[] = [];
  let left = MAX_BYTES;
  for (const path of documents.slice(0, MAX_DOCUMENTS)) {
    const bytes = await read(path);
    if (bytes === undefined || "problem" in bytes || bytes.length > MAX_MANIFEST_BYTES) continue;
    left -= bytes.length;
    if (left < 0) break;
    const parsed = parseJson(bytes);
    const value = "problem" in parsed ? undefined : asObject(parsed.value);
    if (value !== undefined) found.push({ path, digest: digestLike("", bytes), value });
  }
  return found;
}

function at(path: string, digest: string): Descriptor {
  return { mediaType: "", digest, path, annotations: {}, urls: [] };
}

function digestOf(path: string): string | undefined {
  const [, algorithm = "", hex = ""] = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/.exec(path) ?? [];
  const digest = `${algorithm}:${hex}`;
  return isDigest(digest) ? digest : undefined;
}

/**
 * The layers of an image of which only a configuration is there, in its order. Which is which, their content tells.
 * What is not there stands in its place all the same, and is told as missing; what belongs nowhere comes last.
 */
export async function gatherLayers(
  image: ResolvedImage,
  store: ImageStore,
): Promise<ResolvedImage> {
  const { scattered } = image;
  if (scattered === undefined) return image;
  const diffIds = await diffIdsOf(image.config, store);
  const byContent = new Map<string, Descriptor>();
  const reports: (LayerReport | Problem)[] = [];
  for (const layer of image.layers) reports.push(await store.layer(layer, undefined));
  const loose = image.layers.flatMap((layer, index): Descriptor[] => {
    const report = reports[index];
    if (report === undefined || "problem" in report) return [layer];
    const { diffId, digest = layer.digest } = report;
    if (diffId === undefined || !diffIds.includes(diffId)) {
      return [{ ...layer, digest: isDigest(layer.digest) ? layer.digest : digest }];
    }
    byContent.set(diffId, layer);
    return [];
  });
  const ordered = diffIds.map((diffId) => byContent.get(diffId) ?? missing(diffId));
  const kept = scattered === "all" ? loose : [];
  return { ...image, layers: [...ordered, ...kept], ordered: ordered.length };
}

function missing(diffId: string): Descriptor {
  return { mediaType: "", digest: diffId, annotations: {}, urls: [] };
}

async function diffIdsOf(config: Descriptor, store: ImageStore): Promise<readonly string[]> {
  const read = await store.document(config);
  if ("problem" in read || read.bytes.length > MAX_MANIFEST_BYTES) return [];
  const parsed = parseJson(read.bytes);
  if ("problem" in parsed) return [];
  const ids = asObject(asObject(parsed.value)?.["rootfs"])?.["diff_ids"];
  return Array.isArray(ids)
    ? ids.slice(0, MAX_LAYERS).map((id: unknown) => (typeof id === "string" ? id : ""))
    : [];
}
