/** The end of an audit file: the entry that the chain goes on from, and bytes after it that are no entry. */

import { createHash, type Hash } from "node:crypto";
import { open } from "node:fs/promises";
import { type ChainHead, type Torn, readEntry } from "./entry.ts";

/** Bytes of a file after its last entry: none when only the entry's newline is missing. */
export interface TornTail {
  readonly bytes: number;
  readonly hash: Hash;
  /** Whether they are lines of their own, and not only the beginning of one. */
  readonly lines: boolean;
}

export type Tail =
  | { readonly kind: "empty" }
  | { readonly kind: "entry"; readonly head: ChainHead; readonly torn?: TornTail }
  /** There is something, and no entry near its end. */
  | { readonly kind: "no-entry" };

const WINDOW = 1024 * 1024;
const NEWLINE = 0x0a;

/** A file that is not there is empty. Throws what the system says otherwise. */
export async function readTail(path: string): Promise<Tail> {
  return tailOf(await lastBytes(path));
}

function tailOf(bytes: Buffer | undefined): Tail {
  if (bytes === undefined || bytes.length === 0) return { kind: "empty" };
  let end = bytes.lastIndexOf(NEWLINE);
  const rest = bytes.subarray(end + 1);
  const unfinished = readEntry(rest.toString("latin1"));
  if (typeof unfinished !== "string") {
    const { seq, hash } = unfinished;
    return { kind: "entry", head: { seq, hash }, torn: startTorn(rest.subarray(rest.length)) };
  }
  while (end !== -1) {
    const start = end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
    const entry = readEntry(bytes.toString("latin1", start, end));
    if (typeof entry !== "string") {
      const { seq, hash } = entry;
      const torn = bytes.subarray(end + 1);
      return {
        kind: "entry",
        head: { seq, hash },
        ...(torn.length === 0 ? {} : { torn: startTorn(torn) }),
      };
    }
    end = start - 1;
  }
  return { kind: "no-entry" };
}

async function lastBytes(path: string): Promise<Buffer | undefined> {
  let file;
  try {
    file = await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const length = Math.min(size, WINDOW);
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export function startTorn(bytes: Uint8Array): TornTail {
  return addTorn({ bytes: 0, hash: createHash("sha256"), lines: false }, bytes);
}

export function addTorn(torn: TornTail, bytes: Uint8Array): TornTail {
  torn.hash.update(bytes);
  const lines = torn.lines || bytes.includes(NEWLINE);
  return { bytes: torn.bytes + bytes.length, hash: torn.hash, lines };
}

export function tornOf({ bytes, hash }: TornTail): Torn {
  return { bytes, sha256: hash.copy().digest("hex") };
}
