/** An OCI image layout in a directory. Source: opencontainers/image-spec v1.1.1, image-layout.md. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { LayerReport } from "../layers/layer-report.ts";
import type { ImageStore } from "../manifest/store.ts";
import type { FileRange } from "./file-range.ts";
import { fileStore } from "./file-store.ts";

export function ociDirectory(
  directory: string,
  name: string,
  scan: (range: FileRange, diffId: string | undefined) => Promise<LayerReport>,
): ImageStore {
  const find = async (path: string): Promise<FileRange | undefined> => {
    const file = join(directory, path);
    try {
      return (await stat(file)).isFile() ? { file, offset: 0 } : undefined;
    } catch {
      return undefined;
    }
  };
  return fileStore({ name, find, scan });
}
