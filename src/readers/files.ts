/** The file system as readers see it: read-only, bounded, confined to a root. Paths use `/`. */

import type { SourceFile } from "../model/source.ts";

export interface Files {
  /** Reads a text file. The same path gives the same `SourceFile` object. */
  readonly read: (path: string) => FileRead;
  readonly kind: (path: string) => "file" | "directory" | "missing" | "other";
  /** Names in a directory, sorted; empty when it cannot be listed. */
  readonly list: (path: string) => readonly string[];
}

export type FileRead =
  | { readonly ok: true; readonly file: SourceFile }
  | {
      readonly ok: false;
      readonly why: string;
      readonly settle: string;
      /** What can be made out of its beginning, to tell whether the file would have mattered. Not for reading. */
      readonly glimpse?: string;
    };

/** How much of a file that is refused is looked at, in bytes. */
export const GLIMPSE_BYTES = 64 * 1024;

/** The largest file that is read, in bytes. Source files of this kind are never this large. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
