/** What the scan of one layer found. It is kept in the cache, and holds no secret value. */

import type { Confidence } from "../../../model/finding.ts";

export interface LayerSighting {
  /** Absolute, cleaned path of the file; members of archives in it after `!`. */
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  readonly layerOffset?: number;
  readonly detector: string;
  readonly title: string;
  readonly confidence: Confidence;
  readonly checksum: "valid" | "invalid" | "none";
  readonly encoding: "plain" | "base64" | "utf-16le" | "utf-16be";
  readonly keyedHash?: string;
  readonly name?: string;
  /** When the value stops opening anything, in seconds of Unix time. */
  readonly expires?: number;
}

export interface LayerFile {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** `security.capability` as the archive holds it, in hex. */
  readonly capability?: string;
}

/** A line of /etc/passwd, without the rest of it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** A script that starts as root and gives root up. */
export interface DroppingScript {
  readonly path: string;
  readonly tool: string;
  readonly to?: string;
}

export interface LayerReport {
  /** Of the uncompressed bytes; absent when not all of them could be read. */
  readonly diffId?: string;
  /** Of the bytes as they were stored. */
  readonly digest?: string;
  readonly bytes: number;
  readonly members: number;
  readonly sightings: readonly LayerSighting[];
  /** Other names of files that hold a secret: the link's path to the path of the sighting. */
  readonly links: readonly { readonly path: string; readonly to: string }[];
  readonly setuid: readonly LayerFile[];
  readonly capable: readonly LayerFile[];
  /** Programs and code that others than root may write. */
  readonly writableCode: readonly LayerFile[];
  /** Of /etc/passwd, when the layer has one. */
  readonly accounts?: readonly Account[];
  readonly dropping: readonly DroppingScript[];
  /** Paths that `.wh.NAME` deletes, and directories that `.wh..wh..opq` empties of what lies below. */
  readonly deleted: readonly string[];
  readonly emptied: readonly string[];
  /** Every path of the layer, as numbers, to tell what it overwrites. */
  readonly paths: PathSet;
  /** What could not be read, as clauses. */
  readonly problems: readonly string[];
}

/** A set of paths as sorted hashes: five million of them take forty megabytes. */
export interface PathSet {
  readonly has: (path: string) => boolean;
  /** Whether the path is there and is no directory, so that a directory of this name below is gone. */
  readonly hasNonDirectory: (path: string) => boolean;
  /** For the cache. */
  readonly hashes: Float64Array;
}
