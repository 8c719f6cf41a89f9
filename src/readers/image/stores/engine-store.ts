/**
 * An image at an engine. It is exported whole, read front to back, unless every layer of it is known from an
 * earlier run: then what inspect and history tell is enough, and two small questions are all that it costs.
 */

import type { Engine } from "../../../engine/engine.ts";
import type { HistoryEntry, ImagePlatform, InspectedImage } from "../../../engine/calls/images.ts";
import { exportImage, imageHistory, inspectImage } from "../../../engine/calls/images.ts";
import type { EngineProblem } from "../../../engine/problem.ts";
import { isProblem } from "../../../engine/problem.ts";
import type { LayerReport } from "../layers/layer-report.ts";
import type { Descriptor } from "../manifest/descriptor.ts";
import { NOT_THERE } from "../manifest/resolve-images.ts";
import type { ImageStore, Root } from "../manifest/store.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { BLOCK_BYTES } from "../tar/fields.ts";
import { archiveStream } from "./archive-stream.ts";
import { configDocument } from "./engine-config.ts";

export interface EngineStoreOptions {
  /** As the user named it: `image:app:1.0`. */
  readonly name: string;
  /** What the engine is asked for: `app:1.0`, or an id. */
  readonly reference: string;
  readonly platform?: ImagePlatform;
  readonly scan: (layer: ByteStream) => Promise<LayerReport>;
  /** What an earlier run found in the layer of this uncompressed digest. */
  readonly readCached: (
    diffId: string,
  ) => LayerReport | undefined | Promise<LayerReport | undefined>;
}

export interface EngineStore {
  readonly store: ImageStore;
  /** The engine's id of the image, `sha256:…`. */
  readonly imageId: string;
  readonly problems: readonly string[];
  /**
   * What only an export shows and, without one, was not read this time: whoever kept what an earlier
   * run of this image id found in it may add that; otherwise it is unknown.
   */
  readonly notRead: readonly NotRead[];
}

export type NotRead = "inline cache metadata" | "attestations";

export async function engineStore(
  engine: Engine,
  options: EngineStoreOptions,
): Promise<EngineStore | EngineProblem> {
  const { name, reference, platform, scan } = options;
  const image = await inspectImage(engine, reference, platform);
  if (isProblem(image)) return image;
  // From here on by its id, so that a tag that moves meanwhile mixes no two images.
  const id = /^sha256:[0-9a-f]{64}$/.test(image.id) ? image.id : reference;
  const names = namesOf(image, reference);
  const reports = isAllOfIt(image, platform) ? await cachedReports(image, options) : undefined;
  if (reports !== undefined) {
    const history = await imageHistory(engine, id, platform);
    if (isProblem(history)) return history;
    return {
      store: cachedStore(name, names, image, history, reports),
      imageId: image.id,
      problems: [],
      notRead: notReadOf(image),
    };
  }
  const archive = await exportImage(engine, id, platform === undefined ? [] : [platform]);
  if (isProblem(archive)) return archive;
  const { store, problems } = await archiveStream(name, archive, scan);
  return { store: asInspected(store, names, image), imageId: image.id, problems, notRead: [] };
}

/** Whether inspect tells of all that an export would hold: one platform, and the one that is asked for. */
function isAllOfIt(image: InspectedImage, platform: ImagePlatform | undefined): boolean {
  const images = image.manifests?.filter(
    ({ kind, available }) => kind !== "attestation" && available,
  );
  if (platform === undefined) return images === undefined || images.length === 1;
  return (
    image.os === platform.os &&
    image.architecture === platform.architecture &&
    (platform.variant === undefined || image.variant === platform.variant)
  );
}

/** Engines that keep no manifests keep no attestations either. */
function notReadOf({ manifests, manifestDigest }: InspectedImage): NotRead[] {
  const attested =
    manifests === undefined
      ? manifestDigest !== undefined
      : manifests.some(({ kind, available }) => kind === "attestation" && available);
  return ["inline cache metadata", ...(attested ? (["attestations"] as const) : [])];
}

/** What is known of every layer, by its digest; undefined when one is not known. */
async function cachedReports(
  { layers }: InspectedImage,
  { readCached }: EngineStoreOptions,
): Promise<ReadonlyMap<string, LayerReport> | undefined> {
  const reports = new Map<string, LayerReport>();
  for (const diffId of layers) {
    const report = reports.get(diffId) ?? (await readCached(diffId));
    if (report === undefined) return undefined;
    reports.set(diffId, report);
  }
  return reports;
}

/** The tag that was asked for, the other tags, then the digests that it was pulled by, then its own. */
function namesOf(
  { tags, digests, manifestDigest }: InspectedImage,
  reference: string,
): readonly string[] {
  const asked = tags.filter((tag) => tag === reference || tag === `${reference}:latest`);
  const own = manifestDigest === undefined ? [] : [manifestDigest];
  return [...new Set([...asked, ...tags, ...digests, ...own])];
}

/**
 * The archive of one image with the names that the engine tells. In archives of old layers go by paths that
 * say nothing; the engine tells their digests.
 */
function asInspected(
  store: ImageStore,
  names: readonly string[],
  { layers }: InspectedImage,
): ImageStore {
  const roots = async (): ReturnType<ImageStore["roots"]> => {
    const found = await store.roots();
    if ("problem" in found || found.length !== 1) return found;
    return found.map(({ names: own, start }): Root => {
      const all = [...new Set([...names, ...own])];
      if (start.kind !== "parts" || start.layers.length !== layers.length)
        return { names: all, start };
      const named = start.layers.map((layer, index) => ({
        ...layer,
        digest: layers[index] ?? layer.digest,
      }));
      return { names: all, start: { ...start, layers: named } };
    });
  };
  return { ...store, roots };
}

function cachedStore(
  name: string,
  names: readonly string[],
  image: InspectedImage,
  history: readonly HistoryEntry[],
  reports: ReadonlyMap<string, LayerReport>,
): ImageStore {
  const part = (digest: string): Descriptor => ({
    mediaType: "",
    digest,
    annotations: {},
    urls: [],
  });
  // How they are stored and compressed is not told.
  const layers = image.layers.map((diffId) => part(diffId));
  const config = part(image.id);
  const isEmpty = image.layers.map((diffId) => holdsNoBytes(reports.get(diffId)));
  const bytes = new TextEncoder().encode(JSON.stringify(configDocument(image, history, isEmpty)));
  return {
    name,
    roots: () => Promise.resolve([{ names, start: { kind: "parts", config, layers } }]),
    // Not the very bytes of the configuration, so they are not compared with its digest.
    document: ({ digest }) =>
      Promise.resolve(digest === config.digest ? { bytes } : { problem: NOT_THERE }),
    layer: ({ digest }) => Promise.resolve(reports.get(digest) ?? { problem: NOT_THERE }),
    close: () => undefined,
  };
}

/** Headers alone: a block a member and two at the end. */
function holdsNoBytes(report: LayerReport | undefined): boolean {
  return report !== undefined && report.bytes <= (report.members + 2) * BLOCK_BYTES;
}
