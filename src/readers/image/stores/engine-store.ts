/**
 * An image at an engine. It is exported whole, read front to back, unless an earlier run exported this very image and
 * every layer that was in it is known: then what inspect and history tell is enough, and two small questions are all
 * that it costs. The digests that inspect tells are what the image's configuration claims; no layer is found by them.
 */

import { createHash } from "node:crypto";
import type { Engine } from "../../../engine/engine.ts";
import type { HistoryEntry, ImagePlatform, InspectedImage } from "../../../engine/calls/images.ts";
import { exportImage, imageHistory, inspectImage } from "../../../engine/calls/images.ts";
import type { EngineProblem } from "../../../engine/problem.ts";
import { isProblem } from "../../../engine/problem.ts";
import type { KeptImage } from "../layers/cache.ts";
import type { LayerReport } from "../layers/layer-report.ts";
import type { Descriptor } from "../manifest/descriptor.ts";
import { NOT_THERE } from "../manifest/resolve-images.ts";
import type { ImageStore, Problem, Root } from "../manifest/store.ts";
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
  /** What an earlier run kept of this image, by its `identity`. */
  readonly recallImage: (identity: string) => KeptImage | undefined;
  /** What an earlier run found in a layer, by the digest of the bytes that it read. */
  readonly recallLayer: (digest: string) => LayerReport | undefined;
}

export interface EngineStore {
  readonly store: ImageStore;
  /** Tells the image from every other one, to keep what was found in it. */
  readonly identity: string;
  /** Of the layers that were exported and read whole: the digest of its bytes, by that which each goes by. */
  readonly exported: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
  readonly missing: readonly Problem[];
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
  const top = await inspectImage(engine, reference);
  if (isProblem(top)) return top;
  // From here on by its id, so that a tag that moves meanwhile mixes no two images.
  const id = /^sha256:[0-9a-f]{64}$/.test(top.id) ? top.id : reference;
  // Engines that keep indexes give each platform an id of its own, by which they find nothing.
  const image = platform === undefined ? top : await inspectImage(engine, id, platform);
  if (isProblem(image)) return image;
  const names = namesOf(image, reference);
  const identity = imageIdentity(image);
  const missing = platform === undefined ? [] : leftOutOf(top);
  const known = isAllOfIt(image, platform) ? recalled(identity, options) : undefined;
  if (known !== undefined) {
    const history = await imageHistory(engine, id, platform);
    if (isProblem(history)) return history;
    return {
      store: cachedStore(name, names, image, history, known),
      identity,
      exported: new Map(),
      problems: [],
      missing,
      notRead: notReadOf(image),
    };
  }
  const archive = await exportImage(engine, id, platform === undefined ? [] : [platform]);
  if (isProblem(archive)) return archive;
  const { store, problems } = await archiveStream(name, archive, scan);
  const { store: watched, exported } = watchLayers(asInspected(store, names, image));
  return { store: watched, identity, exported, problems, missing, notRead: [] };
}

/** A digest of all that inspect tells of what an image holds; tags may come and go. */
export function imageIdentity(image: InspectedImage): string {
  const { tags: _tags, digests: _digests, ...held } = image;
  return `sha256:${createHash("sha256").update(JSON.stringify(held)).digest("hex")}`;
}

/** Notes which bytes each layer had. */
function watchLayers(store: ImageStore): Pick<EngineStore, "store" | "exported"> {
  const exported = new Map<string, string>();
  return {
    exported,
    store: {
      ...store,
      layer: async (at, diffId) => {
        const report = await store.layer(at, diffId);
        if (!("problem" in report) && report.diffId !== undefined && report.digest !== undefined) {
          exported.set(at.digest, report.digest);
        }
        return report;
      },
    },
  };
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

/** An engine that is asked for one platform exports no attestations, not even those of that platform. */
function leftOutOf({ manifests = [] }: InspectedImage): readonly Problem[] {
  return manifests.some(({ kind, available }) => kind === "attestation" && available)
    ? [
        {
          problem:
            "its attestations are not in what the engine exports of one platform, and were not read",
          settle: "check the image without --platform",
        },
      ]
    : [];
}

/** Engines that keep no manifests keep no attestations either. */
function notReadOf({ manifests, manifestDigest }: InspectedImage): NotRead[] {
  const attested =
    manifests === undefined
      ? manifestDigest !== undefined
      : manifests.some(({ kind, available }) => kind === "attestation" && available);
  return ["inline cache metadata", ...(attested ? (["attestations"] as const) : [])];
}

type ReadLayer = KeptImage["layers"][number];

interface KnownLayer extends ReadLayer {
  readonly report: LayerReport;
}

/** What is known of every layer that an earlier run's export of this image held; undefined when one is not known. */
function recalled(
  identity: string,
  { recallImage, recallLayer }: EngineStoreOptions,
): readonly KnownLayer[] | undefined {
  const known: KnownLayer[] = [];
  const kept = recallImage(identity);
  if (kept === undefined) return undefined;
  for (const layer of kept.layers) {
    const report = recallLayer(layer.digest);
    if (report === undefined) return undefined;
    known.push({ ...layer, report });
  }
  return known;
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
  known: readonly KnownLayer[],
): ImageStore {
  const part = (digest: string): Descriptor => ({
    mediaType: "",
    digest,
    annotations: {},
    urls: [],
  });
  const reports = new Map(known.map((layer) => [layer.name, layer.report]));
  const layers = known.map((layer) => part(layer.name));
  const config = part(image.id);
  const isEmpty = known.map(({ report }) => holdsNoBytes(report));
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
function holdsNoBytes(report: LayerReport): boolean {
  return report.bytes <= (report.members + 2) * BLOCK_BYTES;
}
