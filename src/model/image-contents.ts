/** What an image holds, as far as rules need to know: secrets and where they stand, privileged and writable files. */

import type { Confidence } from "./finding.ts";
import type { Span } from "./source.ts";

/** A place in an image: bytes of a file of a layer, or a field of the config, the history or an attestation. */
export type ImagePlace = LayerPlace | FieldPlace;

export interface LayerPlace {
  /** The image as it was named: `image:app:1.0`, `archive:app.tar`. */
  readonly image: string;
  readonly layer: LayerIdentity;
  /** Path in the image, absolute; members of archives inside it after `!`: `/app.jar!/config.yml`. */
  readonly path: string;
  /** Bytes from the beginning of the file (of the innermost one). */
  readonly offset: number;
  /** 0 for the file as a whole. */
  readonly length: number;
  /** Bytes from the beginning of the uncompressed layer; absent within a compressed archive. */
  readonly layerOffset?: number;
}

export interface LayerIdentity {
  /** Counts from 0, the base layer. */
  readonly index: number;
  /** Of the blob as it is stored and pulled, `sha256:…`. */
  readonly digest: string;
  /** Of the uncompressed layer. */
  readonly diffId?: string;
  /** The build step that made it, without values that look like secrets. */
  readonly createdBy?: string;
}

export interface FieldPlace {
  readonly image: string;
  /** `config.Env[3]`, `history[4].created_by`, `attestation[0].predicate.…`. */
  readonly field: string;
}

/** What became of a file in the layers above the one that holds it. */
export type LayerState =
  | { readonly is: "live" }
  | { readonly is: "overwritten" | "deleted" | "hidden"; readonly byLayer: number };

/** A secret that was seen in an image. It never holds the value. */
export interface SecretSighting {
  /** Kebab-case id and title of the detector. */
  readonly detector: string;
  readonly title: string;
  readonly confidence: Confidence;
  readonly checksum: "valid" | "invalid" | "none";
  readonly encoding: "plain" | "base64" | "utf-16le" | "utf-16be";
  readonly place: ImagePlace;
  /** In the document as it is shown, for a place in one. */
  readonly span?: Span;
  readonly state: LayerState;
  /** HMAC-SHA-256 of the value under a key of this machine, in hex, after four digits that name the key: tells same from other without telling the value. */
  readonly keyedHash?: string;
  /** A variable's or key's name, where one names it. */
  readonly name?: string;
  /** When the value stops opening anything, in seconds of Unix time, where it tells. */
  readonly expires?: number;
  /** Other paths of the same file by hard links. */
  readonly aliases?: readonly string[];
}

/** What proves a secret without telling it: whoever has the image finds the value by this, and nobody else does. */
export interface SecretEvidence extends Pick<
  SecretSighting,
  "detector" | "checksum" | "encoding" | "keyedHash" | "aliases"
> {
  /** Secrets of this kind in the place's file or document; the place is that of the first. */
  readonly count: number;
}

/** A file that matters by its permissions. */
export interface PrivilegedFile {
  readonly path: string;
  readonly layer: LayerIdentity;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A file that gives capabilities to whoever runs it. */
export interface CapableFile extends PrivilegedFile {
  /** Names without `CAP_`. */
  readonly permitted: readonly string[];
  readonly inheritable: readonly string[];
  /** Whether they are in the effective set at once. */
  readonly effective: boolean;
}

export interface ImageContents {
  /** As it was named: `image:app:1.0`. */
  readonly image: string;
  readonly layers: readonly LayerIdentity[];
  readonly secrets: readonly SecretSighting[];
  /** Of the file system as a container would see it. */
  readonly setuid: readonly PrivilegedFile[];
  readonly capable: readonly CapableFile[];
  /** Programs and code that the image's user may write. */
  readonly writableCode: readonly PrivilegedFile[];
}
