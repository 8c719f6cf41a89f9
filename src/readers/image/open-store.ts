/** Opens the store that a target names: `archive:FILE`, `oci:DIRECTORY`. */

import { stat } from "node:fs/promises";
import { counted } from "./manifest/digest.ts";
import { limitExpansion } from "./stream/limit-expansion.ts";
import { decompress } from "./stream/decompress.ts";
import type { LayerCache } from "./layers/cache.ts";
import type { LayerScanners, LayerSource } from "./layers/scanners.ts";
import type { LayerReport } from "./layers/layer-report.ts";
import type { Resolved } from "./manifest/resolve-images.ts";
import type { ImageStore, Problem } from "./manifest/store.ts";
import { archiveMembers } from "./stores/archive-members.ts";
import { archiveStream } from "./stores/archive-stream.ts";
import type { FileRange } from "./stores/file-range.ts";
import { streamOfRange } from "./stores/file-range.ts";
import { fileStore, isCompressed } from "./stores/file-store.ts";
import { ociDirectory } from "./stores/oci-directory.ts";

export interface StoreTools {
  readonly cache: LayerCache;
  readonly scanners: LayerScanners;
}

export interface OpenedStore {
  readonly store: ImageStore;
  /** What is wrong with the archive as a whole. */
  readonly problems: readonly string[];
  /** Adds what stands elsewhere in the store and refers to the images. */
  readonly extend?: (resolved: Resolved) => Promise<Resolved>;
}

/** Scans a layer unless the cache knows it. */
export async function scanOrRecall(
  source: LayerSource,
  diffId: string | undefined,
  { cache, scanners }: StoreTools,
): Promise<LayerReport> {
  const known = diffId === undefined ? undefined : cache.get(diffId);
  if (known !== undefined) {
    if ("next" in source) source.close();
    return known;
  }
  const report = await scanners.scan(source);
  cache.put(report);
  return report;
}

/** A file that `docker save`, `podman save` or `skopeo copy` wrote. `name` is the target as it is shown. */
export async function openArchive(
  file: string,
  name: string,
  tools: StoreTools,
): Promise<OpenedStore | Problem> {
  const packed = await isCompressed(file);
  if (typeof packed !== "boolean") return packed;
  if (packed) {
    const stored = counted(streamOfRange({ file, offset: 0 }));
    const plain = counted((await decompress(stored.stream)).stream);
    const limited = limitExpansion(plain.stream, plain.bytes, stored.bytes, Infinity);
    return archiveStream(name, limited, (layer) => scanOrRecall(layer, undefined, tools));
  }
  const members = await archiveMembers(file);
  if ("problem" in members) return members;
  const scan = (range: FileRange, diffId: string | undefined): Promise<LayerReport> =>
    scanOrRecall(range, diffId, tools);
  return { store: fileStore({ name, find: members.find, scan }), problems: members.problems };
}

/** A directory in the OCI image layout. */
export async function openOciDirectory(
  directory: string,
  name: string,
  tools: StoreTools,
): Promise<OpenedStore | Problem> {
  try {
    if (!(await stat(directory)).isDirectory()) return { problem: "it is no directory" };
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    return {
      problem: code === "ENOENT" ? "there is no such directory" : `it cannot be read (${code})`,
    };
  }
  const scan = (range: FileRange, diffId: string | undefined): Promise<LayerReport> =>
    scanOrRecall(range, diffId, tools);
  return { store: ociDirectory(directory, name, scan), problems: [] };
}
