/** Opens the store that a target names: `archive:FILE`, `oci:DIRECTORY`. */

import { stat } from "node:fs/promises";
import { counted } from "./manifest/digest.ts";
import { limitExpansion } from "./stream/limit-expansion.ts";
import { decompress } from "./stream/decompress.ts";
import type { StoreTools } from "./layers/scan-or-recall.ts";
import { scanFile, scanStream } from "./layers/scan-or-recall.ts";
import type { Resolved } from "./manifest/resolve-images.ts";
import type { ImageStore, Problem } from "./manifest/store.ts";
import { archiveMembers } from "./stores/archive-members.ts";
import { archiveStream } from "./stores/archive-stream.ts";
import { streamOfRange } from "./stores/file-range.ts";
import { fileStore, isCompressed } from "./stores/file-store.ts";
import { ociDirectory } from "./stores/oci-directory.ts";

export interface OpenedStore {
  readonly store: ImageStore;
  /** What is wrong with the archive as a whole. */
  readonly problems: readonly string[];
  /** What is known beforehand not to be in it. */
  readonly missing?: readonly Problem[];
  /** Adds what stands elsewhere in the store and refers to the images. */
  readonly extend?: (resolved: Resolved) => Promise<Resolved>;
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
    return archiveStream(name, limited, (layer) => scanStream(layer, tools));
  }
  const members = await archiveMembers(file);
  if ("problem" in members) return members;
  return {
    store: fileStore({
      name,
      find: members.find,
      paths: members.paths,
      scan: (range, claimed) => scanFile(range, claimed, tools),
    }),
    problems: members.problems,
  };
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
  const store = ociDirectory(directory, name, (range, claimed) => scanFile(range, claimed, tools));
  return { store, problems: [] };
}
