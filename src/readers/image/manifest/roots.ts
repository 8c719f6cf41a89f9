/** Finds the images of an OCI layout or of what `docker save` wrote, by the documents at its top. */

import type { Descriptor } from "./descriptor.ts";
import { asObject, descriptor, isDigest, parseJson, readManifest } from "./descriptor.ts";
import { digestLike } from "./digest.ts";
import type { Problem, Root } from "./store.ts";
import { MAX_MANIFEST_BYTES } from "./store.ts";

/** Gives a document of the layout by its path, or undefined when there is none. */
export type ReadPath = (path: string) => Promise<Uint8Array | Problem | undefined>;

/** Images in one archive; more is no archive that anybody made. */
const MAX_IMAGES = 10_000;
/** What an archive lacks that was cut off before its end, or that is none of images. */
export const NO_LISTS = "it holds neither index.json nor manifest.json";
/** How image names are written into an index. */
const NAME_ANNOTATIONS = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/**
 * The roots of a layout. What Docker saves today is both: `index.json` tells more (attestations, every
 * platform), `manifest.json` is for older engines.
 */
export async function readRoots(read: ReadPath): Promise<readonly Root[] | Problem> {
  const index = await read("index.json");
  if (index !== undefined)
    return "problem" in index ? index : bounded(index, "index.json", indexRoots);
  const saved = await read("manifest.json");
  if (saved !== undefined)
    return "problem" in saved ? saved : bounded(saved, "manifest.json", savedRoots);
  if ((await read("repositories")) !== undefined) {
    return {
      problem:
        "it was saved by a Docker older than 1.10, in a form that was given up: load it into an engine and save it anew",
    };
  }
  return { problem: NO_LISTS };
}

function bounded(
  bytes: Uint8Array,
  name: string,
  read: (bytes: Uint8Array) => readonly Root[] | Problem,
): readonly Root[] | Problem {
  return bytes.length > MAX_MANIFEST_BYTES
    ? { problem: `${name} is longer than any such list` }
    : read(bytes);
}

function indexRoots(bytes: Uint8Array): readonly Root[] | Problem {
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return { problem: `index.json: ${parsed.problem}` };
  const manifests = asObject(parsed.value)?.["manifests"];
  if (!Array.isArray(manifests)) return { problem: "index.json has no list of manifests" };
  const roots = new Map<string, { names: string[]; descriptor: Descriptor }>();
  for (const value of manifests.slice(0, MAX_IMAGES) as unknown[]) {
    const found = descriptor(value);
    if (found === undefined) continue;
    const name = NAME_ANNOTATIONS.map((key) => found.annotations[key]).find(
      (text) => text !== undefined,
    );
    // An image with two names stands there twice.
    const root = roots.get(found.digest) ?? { names: [], descriptor: found };
    if (name !== undefined) root.names.push(name);
    roots.set(found.digest, root);
  }
  return [...roots.values()].map(({ names, descriptor: at }) => ({
    names,
    start: { kind: "descriptor", descriptor: at },
  }));
}

function savedRoots(bytes: Uint8Array): readonly Root[] | Problem {
  const parsed = parseJson(bytes);
  if ("problem" in parsed) return { problem: `manifest.json: ${parsed.problem}` };
  // `podman save --format docker-dir` and `skopeo copy … dir:DIR` write the manifest itself under this name.
  if (!("problem" in readManifest(bytes))) {
    const own = { ...partAt("manifest.json"), digest: digestLike("", bytes) };
    return [{ names: [], start: { kind: "descriptor", descriptor: own } }];
  }
  if (!Array.isArray(parsed.value)) return { problem: "manifest.json is no list of images" };
  return parsed.value.slice(0, MAX_IMAGES).flatMap((value): Root[] => {
    const fields = asObject(value);
    const config = fields?.["Config"];
    const layers = fields?.["Layers"];
    if (typeof config !== "string" || !Array.isArray(layers)) return [];
    const tags: unknown = fields?.["RepoTags"];
    return [
      {
        names: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
        start: {
          kind: "parts",
          config: partAt(config),
          layers: layers.filter((path) => typeof path === "string").map((path) => partAt(path)),
        },
      },
    ];
  });
}

/** A part by its path; the path may tell the digest. */
function partAt(path: string): Descriptor {
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json|\.tar)?$/.exec(path)?.[1];
  const named = path.startsWith("blobs/sha256/") || path.endsWith(".json");
  return {
    mediaType: "",
    digest: hex !== undefined && named ? `sha256:${hex}` : path,
    path,
    annotations: {},
    urls: [],
  };
}

/** Where a blob lies in an OCI layout; undefined for what is no digest, so that nothing else becomes a path. */
export function blobPath(digest: string): string | undefined {
  return isDigest(digest) ? `blobs/${digest.replace(":", "/")}` : undefined;
}
