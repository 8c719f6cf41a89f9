/** Images of an engine: lists, configuration, history, and the whole of one as an archive. */

import { EXPORT_PLATFORMS, INSPECT_PLATFORM, MANIFESTS } from "../api-version.ts";
import type { Engine, Query } from "../engine.ts";
import type { JsonObject } from "../guards.ts";
import {
  isObject,
  listOf,
  numberAt,
  objectAt,
  objectsOf,
  textAt,
  textsAt,
  textsOf,
} from "../guards.ts";
import type { EngineProblem } from "../problem.ts";
import { isProblem } from "../problem.ts";
import type { Body } from "../transport/body.ts";
import { imagePath, unexpected } from "./names.ts";

export interface ListedImage {
  readonly id: string;
  readonly tags: readonly string[];
  /** `NAME@sha256:…`: the manifests that it was pulled by. */
  readonly digests: readonly string[];
}

/** A platform as images name it: `{ os: "linux", architecture: "arm64", variant: "v8" }`. */
export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface InspectedImage extends ListedImage {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly created?: string;
  readonly author?: string;
  /** Bytes, uncompressed where layers are kept so. */
  readonly bytes?: number;
  /** Digests of the uncompressed layers, the lowest first. */
  readonly layers: readonly string[];
  /** `Config` as the engine gives it. */
  readonly config: JsonObject;
  /** `ContainerConfig`, which engines before API 1.45 keep of the classic builder. */
  readonly containerConfig?: JsonObject;
  /** Of the manifest or index that the engine keeps; undefined where it keeps none. */
  readonly manifestDigest?: string;
  /** What an index of the image holds; undefined where the engine keeps no indexes or does not tell. */
  readonly manifests?: readonly HeldManifest[];
}

export interface HeldManifest {
  readonly kind: "image" | "attestation" | "unknown";
  /** Whether all of it is at the engine. */
  readonly available: boolean;
}

/** Images with a name, and those without that are no one's parent. */
export async function listImages(engine: Engine): Promise<readonly ListedImage[] | EngineProblem> {
  const answer = await engine.json("/images/json");
  if (isProblem(answer)) return answer;
  if (answer.value !== null && !Array.isArray(answer.value)) return unexpected("/images/json");
  return objectsOf(answer.value).flatMap((image) => {
    const id = textAt(image, "Id");
    return id === undefined ? [] : [{ id, ...namesOf(image) }];
  });
}

export async function inspectImage(
  engine: Engine,
  reference: string,
  platform?: ImagePlatform,
): Promise<InspectedImage | EngineProblem> {
  const path = imagePath(reference);
  if (typeof path !== "string") return path;
  // Engines refuse both at once.
  const query: Query =
    platform !== undefined && engine.speaks(INSPECT_PLATFORM)
      ? [["platform", platformJson(platform)]]
      : engine.speaks(MANIFESTS)
        ? [["manifests", "1"]]
        : [];
  const answer = await engine.json(`${path}/json`, query);
  if (isProblem(answer)) return answer;
  const { value } = answer;
  if (!isObject(value)) return unexpected(`inspect of ${reference}`);
  const id = textAt(value, "Id");
  const layers = layersOf(objectAt(value, "RootFS"));
  if (id === undefined || layers === undefined) return unexpected(`inspect of ${reference}`);
  const containerConfig = value["ContainerConfig"];
  const bytes = numberAt(value, "Size");
  const manifestDigest = textAt(objectAt(value, "Descriptor"), "digest");
  return {
    id,
    ...namesOf(value),
    os: textAt(value, "Os") ?? "",
    architecture: textAt(value, "Architecture") ?? "",
    ...optionalTexts(value),
    ...(bytes === undefined ? {} : { bytes }),
    layers,
    config: objectAt(value, "Config"),
    ...(isObject(containerConfig) ? { containerConfig } : {}),
    ...(isDigest(manifestDigest) ? { manifestDigest } : {}),
    ...(Array.isArray(value["Manifests"]) ? { manifests: manifestsOf(value["Manifests"]) } : {}),
  };
}

/** An image without layers has none in its inspection; a list with anything but digests is no list. */
function layersOf(root: JsonObject): readonly string[] | undefined {
  const layers = listOf(root["Layers"]);
  const texts = textsOf(layers);
  return texts.every(isDigest) && texts.length === layers.length ? texts : undefined;
}

function isDigest(text: string | undefined): text is string {
  return text !== undefined && /^sha256:[0-9a-f]{64}$/.test(text);
}

function optionalTexts(value: JsonObject): Pick<InspectedImage, "variant" | "created" | "author"> {
  const [variant, created, author] = [
    textAt(value, "Variant"),
    textAt(value, "Created"),
    textAt(value, "Author"),
  ];
  return {
    ...(variant === undefined ? {} : { variant }),
    ...(created === undefined ? {} : { created }),
    ...(author === undefined ? {} : { author }),
  };
}

function manifestsOf(value: unknown): readonly HeldManifest[] {
  return objectsOf(value).map((manifest) => {
    const kind = manifest["Kind"];
    return {
      kind: kind === "image" || kind === "attestation" ? kind : "unknown",
      available: manifest["Available"] === true,
    };
  });
}

function namesOf(image: JsonObject): Pick<ListedImage, "tags" | "digests"> {
  const real = (names: readonly string[]): readonly string[] =>
    names.filter((name) => !name.includes("<none>"));
  return { tags: real(textsAt(image, "RepoTags")), digests: real(textsAt(image, "RepoDigests")) };
}

export interface HistoryEntry {
  readonly createdBy: string;
  readonly comment?: string;
  /** Seconds since 1970. */
  readonly created?: number;
  /** Bytes that the step added; a step without a layer has 0, and so has a layer without files. */
  readonly bytes: number;
}

/** The steps of an image, the oldest first. */
export async function imageHistory(
  engine: Engine,
  reference: string,
  platform?: ImagePlatform,
): Promise<readonly HistoryEntry[] | EngineProblem> {
  const path = imagePath(reference);
  if (typeof path !== "string") return path;
  const query: Query =
    platform !== undefined && engine.speaks(MANIFESTS)
      ? [["platform", platformJson(platform)]]
      : [];
  const answer = await engine.json(`${path}/history`, query);
  if (isProblem(answer)) return answer;
  // An image without any history has a list that is null.
  if (answer.value !== null && !Array.isArray(answer.value))
    return unexpected(`history of ${reference}`);
  return objectsOf(answer.value)
    .map((entry): HistoryEntry => {
      const comment = textAt(entry, "Comment");
      const created = numberAt(entry, "Created");
      return {
        createdBy: textAt(entry, "CreatedBy") ?? "",
        ...(comment === undefined ? {} : { comment }),
        ...(created === undefined ? {} : { created }),
        bytes: numberAt(entry, "Size") ?? 0,
      };
    })
    .reverse();
}

/** The largest images have some hundred gigabytes. */
const MAX_EXPORT_BYTES = 1024 ** 4;

/**
 * The image as the archive that `docker save` writes. Platforms narrow it where the engine's version lets
 * them; otherwise all that it has come.
 */
export async function exportImage(
  engine: Engine,
  reference: string,
  platforms: readonly ImagePlatform[] = [],
): Promise<Body | EngineProblem> {
  const path = imagePath(reference);
  if (typeof path !== "string") return path;
  const canNarrow = engine.speaks(platforms.length > 1 ? EXPORT_PLATFORMS : MANIFESTS);
  const query: Query = canNarrow
    ? platforms.map((platform) => ["platform", platformJson(platform)] as const)
    : [];
  const streamed = await engine.stream(`${path}/get`, query, { bytes: MAX_EXPORT_BYTES });
  return isProblem(streamed) ? streamed : streamed.body;
}

function platformJson({ os, architecture, variant }: ImagePlatform): string {
  return JSON.stringify({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}
