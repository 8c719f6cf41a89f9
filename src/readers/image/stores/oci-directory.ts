/**
 * An OCI image layout in a directory, or what containers/image calls `dir:`. Sources: opencontainers/image-spec v1.1.1,
 * image-layout.md; containers-transports(5).
 */

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { LayerReport } from "../layers/layer-report.ts";
import type { ImageStore } from "../manifest/store.ts";
import type { FileRange } from "./file-range.ts";
import { fileStore } from "./file-store.ts";

const BLOBS = "blobs/sha256/";

export function ociDirectory(
  directory: string,
  name: string,
  scan: (range: FileRange, claimed: readonly string[]) => Promise<LayerReport>,
): ImageStore {
  const fileAt = async (path: string): Promise<FileRange | undefined> => {
    const file = join(directory, path);
    try {
      const status = await stat(file);
      return status.isFile() ? { file, offset: 0, length: status.size } : undefined;
    } catch {
      return undefined;
    }
  };
  const find = async (path: string): Promise<FileRange | undefined> =>
    // In the layout of `dir:` all blobs lie beside the manifest, by their digits.
    (await fileAt(path)) ?? (path.startsWith(BLOBS) ? fileAt(path.slice(BLOBS.length)) : undefined);
  const paths = async (): Promise<readonly string[]> => {
    try {
      const names = await readdir(join(directory, "blobs", "sha256"));
      return names.sort().map((name) => `blobs/sha256/${name}`);
    } catch {
      return [];
    }
  };
  return fileStore({ name, find, paths, scan });
}
