/** Builds OCI layouts of which any part may be wrong. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../src/readers/image/testing.ts";

export interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly size?: number;
  readonly [field: string]: unknown;
}

export interface LayoutBuilder {
  readonly directory: string;
  readonly blob: (
    bytes: Uint8Array | string,
    more?: Readonly<Record<string, unknown>>,
  ) => Descriptor;
  readonly json: (value: unknown, more?: Readonly<Record<string, unknown>>) => Descriptor;
  /** A manifest over layers, with a configuration unless one is given. */
  readonly image: (layers: readonly unknown[], config?: Descriptor) => Descriptor;
  readonly index: (manifests: readonly unknown[]) => void;
  readonly file: (path: string, bytes: Uint8Array | string) => void;
}

export const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

const folders: string[] = [];

export function layoutBuilder(): LayoutBuilder {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-hostile-"));
  folders.push(directory);
  mkdirSync(join(directory, "blobs", "sha256"), { recursive: true });
  const file = (path: string, bytes: Uint8Array | string): void => {
    writeFileSync(join(directory, path), bytes);
  };
  const blob: LayoutBuilder["blob"] = (bytes, more = {}) => {
    const digest = sha256(bytes);
    file(join("blobs", "sha256", digest.slice(7)), bytes);
    return { mediaType: LAYER, digest, size: Buffer.byteLength(bytes), ...more };
  };
  const json: LayoutBuilder["json"] = (value, more) => blob(JSON.stringify(value), more);
  const image: LayoutBuilder["image"] = (layers, config) =>
    json({
      schemaVersion: 2,
      config:
        config ?? json({ os: "linux", config: {}, rootfs: { diff_ids: layers.map(() => "") } }),
      layers,
    });
  return {
    directory,
    blob,
    json,
    image,
    file,
    index: (manifests) => {
      file("index.json", JSON.stringify({ schemaVersion: 2, manifests }));
    },
  };
}

export function removeLayouts(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
