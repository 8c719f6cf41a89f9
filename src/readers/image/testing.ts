/** Makes images for tests: OCI layouts in a directory, from layers as lists of files. */

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Entry } from "./tar/testing.ts";
import { tarOf } from "./tar/testing.ts";

export interface TestImage {
  readonly layers: readonly (readonly Entry[] | Buffer)[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly history?: readonly Readonly<Record<string, unknown>>[];
  readonly compression?: "none" | "gzip" | "zstd";
  readonly attestations?: readonly unknown[];
  /** Further fields of the configuration document. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface Layout {
  readonly directory: string;
  readonly remove: () => void;
}

export function sha256(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Writes an image as an OCI layout into a temporary directory. */
export function ociLayout(image: TestImage): Layout {
  const directory = mkdtempSync(join(tmpdir(), "plimsoll-image-"));
  mkdirSync(join(directory, "blobs", "sha256"), { recursive: true });
  const put = (bytes: Uint8Array, mediaType: string): Record<string, unknown> => {
    const digest = sha256(bytes);
    writeFileSync(join(directory, "blobs", "sha256", digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: unknown, mediaType: string): Record<string, unknown> =>
    put(Buffer.from(JSON.stringify(value)), mediaType);
  const plain = image.layers.map((layer) => (Buffer.isBuffer(layer) ? layer : tarOf(layer)));
  const layers = plain.map((bytes) =>
    put(
      compressed(bytes, image.compression ?? "gzip"),
      "application/vnd.oci.image.layer.v1.tar+gzip",
    ),
  );
  const config = json(
    {
      architecture: "amd64",
      os: "linux",
      config: image.config ?? {},
      rootfs: { type: "layers", diff_ids: plain.map(sha256) },
      ...(image.history === undefined ? {} : { history: image.history }),
      ...image.extra,
    },
    "application/vnd.oci.image.config.v1+json",
  );
  const manifest = json(
    { schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config, layers },
    "application/vnd.oci.image.manifest.v1+json",
  );
  const manifests: Record<string, unknown>[] = [
    { ...manifest, platform: { os: "linux", architecture: "amd64" } },
  ];
  if (image.attestations !== undefined) {
    const statements = image.attestations.map((value) =>
      json(value, "application/vnd.in-toto+json"),
    );
    const attestation = json(
      {
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: json({}, "application/vnd.oci.image.config.v1+json"),
        layers: statements,
      },
      "application/vnd.oci.image.manifest.v1+json",
    );
    manifests.push({
      ...attestation,
      platform: { os: "unknown", architecture: "unknown" },
      annotations: {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": manifest["digest"],
      },
    });
  }
  const index = json({ schemaVersion: 2, manifests }, "application/vnd.oci.image.index.v1+json");
  writeFileSync(join(directory, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(
    join(directory, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [index] }),
  );
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}

function compressed(bytes: Buffer, compression: "none" | "gzip" | "zstd"): Buffer {
  if (compression === "gzip") return gzipSync(bytes);
  return compression === "zstd" ? zstdCompressSync(bytes) : bytes;
}
