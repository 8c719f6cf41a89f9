/** Where the parts of images lie: a directory, an archive, a registry, an engine. */

import type { LayerReport } from "../layers/layer-report.ts";
import { digestLike } from "./digest.ts";
import type { Scattered } from "./scattered.ts";
import type { Descriptor } from "./descriptor.ts";

export interface ImageStore {
  /** As the user named it: `archive:app.tar`, `registry:host/app:1`. */
  readonly name: string;
  /** Where to begin: indexes, manifests, or the lists that `docker save` writes. */
  readonly roots: () => Promise<readonly Root[] | Problem>;
  /** Where to begin when that leads to no image: what is there of some, in a store whose parts can be listed. */
  readonly scattered?: () => Promise<Scattered>;
  /** A document by its descriptor, verified by its digest. */
  readonly document: (descriptor: Descriptor) => Promise<Document | Problem>;
  /** What the scan of a layer found. */
  readonly layer: (
    descriptor: Descriptor,
    diffId: string | undefined,
  ) => Promise<LayerReport | Problem>;
  readonly close: () => void;
}

export interface Problem {
  /** For people, as a clause. */
  readonly problem: string;
  /** What the user can do, as an instruction, where whoever met the problem knows. */
  readonly settle?: string;
}

export interface Document {
  readonly bytes: Uint8Array;
  /** What does not fit: another digest or size than stated. */
  readonly mismatch?: string;
}

/** One image, or an index of several, with the names that it goes by. */
export interface Root {
  readonly names: readonly string[];
  readonly start:
    | { readonly kind: "descriptor"; readonly descriptor: Descriptor }
    /** An entry of the `manifest.json` of `docker save`. */
    | {
        readonly kind: "parts";
        readonly config: Descriptor;
        readonly layers: readonly Descriptor[];
      }
    /** What is left of an image: its configuration, or none, and layers whose order is not known yet. */
    | {
        readonly kind: "scattered";
        readonly config: Descriptor;
        readonly layers: readonly Descriptor[];
        /** Of the layers only those that the configuration names. */
        readonly onlyItsOwn?: true;
      };
}

/** Documents longer than this are not read: BuildKit's own limit for an attestation is 40 MiB. */
export const MAX_DOCUMENT_BYTES = 48 * 1024 * 1024;

/** Registries take manifests of 4 MiB; one with hundreds of layers and annotations has some 100 KiB. */
export const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;

/** A document with what does not fit its descriptor. */
export function verified({ digest, size }: Descriptor, bytes: Uint8Array): Document {
  if (digest.includes(":")) {
    const found = digestLike(digest, bytes);
    if (found !== digest) return { bytes, mismatch: `its content has the digest ${found}` };
  }
  if (size !== undefined && size !== bytes.length)
    return {
      bytes,
      mismatch: `it has ${String(bytes.length)} bytes where ${String(size)} are stated`,
    };
  return { bytes };
}
