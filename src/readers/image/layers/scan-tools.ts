/** What whoever scans a layer gives to all that scan its contents, and the bounds that they share. */

import type { ByteScanner, Sighting } from "../../../detect/scan/scanner.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd } from "../stream/byte-stream.ts";
import { cut } from "../tar/reader.ts";
import type { WholeFile } from "./whole-files.ts";

export interface ScanEvents {
  /** A secret in a file; its places are the file's, the offset is the layer's. */
  readonly onSighting: (path: string, layerOffset: number | undefined, sighting: Sighting) => void;
  /** A small file of a known form, complete. Its bytes hold until this returns. */
  readonly onWholeFile: (file: WholeFile) => void;
  readonly onProblem: (path: string, problem: string) => void;
}

export interface ScanTools {
  /** A scanner of its own for each depth: an archive is scanned while the one around it waits. */
  readonly scanner: (depth: number) => ByteScanner;
  readonly events: ScanEvents;
  readonly budget: Budget;
}

/** What archives within files expand to, over a whole layer. */
export interface Budget {
  nestedBytes: number;
  nestedMembers: number;
  /** How many bytes they may expand to by now. */
  readonly allowed: () => number;
}

/** A content that is looked into by what it is. */
export interface Content {
  readonly path: string;
  /** Archives around it. */
  readonly depth: number;
  /** Where it begins in the uncompressed layer; absent when something around it is compressed. */
  readonly layerOffset?: number;
  /** Its length, when it is known. */
  readonly bytes?: number;
}

/** Archives in archives; each may be compressed, which counts for nothing. */
export const MAX_DEPTH = 4;
export const MAX_NESTED_MEMBERS = 500_000;

export const TOO_DEEP = "it is nested too deep to look into";
export const TOO_MUCH =
  "the archives in this layer expand to too much; the rest of them was not read";
export const CROWDED = "it holds so many secrets that the rest of it was not searched";

/** Where bytes are called that belong to no member of a nested archive. */
export const NO_MEMBER = "(outside of the archive's files)";

const MAX_PATH = 4096;

/** The path of a member in the archive at a path. */
export function memberPath(archive: string, member: string): string {
  return cut(`${archive}!/${member.replace(/^(?:\.?\/)+/, "")}`, MAX_PATH);
}

/** A place in the layer that is so far after another one, if that is known. */
export function moved(base: number | undefined, by: number): number | undefined {
  return base === undefined ? undefined : base + by;
}

/** A stream that ends when archives have expanded to too much. */
export function bounded(
  stream: ByteStream,
  budget: Budget,
): ByteStream & { readonly exceeded: () => boolean } {
  let exceeded = false;
  return {
    exceeded: () => exceeded,
    next: async () => {
      if (budget.nestedBytes > budget.allowed()) {
        exceeded = true;
        return { ended: true, problem: TOO_MUCH };
      }
      const piece = await stream.next();
      if (!isEnd(piece)) budget.nestedBytes += piece.length;
      return piece;
    },
    close: stream.close,
  };
}
