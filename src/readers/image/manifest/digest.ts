/** Digests of what passes through. */

import { createHash } from "node:crypto";
import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd } from "../stream/byte-stream.ts";

/** The digest of bytes in the form and by the algorithm of another one. */
export function digestLike(wanted: string, bytes: Uint8Array): string {
  const algorithm = wanted.startsWith("sha512:") ? "sha512" : "sha256";
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
}

export interface CountedStream {
  readonly stream: ByteStream;
  /** Of everything that was read so far; whole once the stream has ended. */
  readonly digest: () => string;
  readonly bytes: () => number;
}

/** A stream whose bytes are counted as they pass. */
export function counted(source: ByteStream): Omit<CountedStream, "digest"> {
  let bytes = 0;
  return {
    stream: {
      next: async () => {
        const piece = await source.next();
        if (!isEnd(piece)) bytes += piece.length;
        return piece;
      },
      close: source.close,
    },
    bytes: () => bytes,
  };
}

/** A stream whose bytes are counted and hashed as they pass. */
export function hashed(source: ByteStream, algorithm: "sha256" | "sha512"): CountedStream {
  const hash = createHash(algorithm);
  let bytes = 0;
  return {
    stream: {
      next: async () => {
        const piece = await source.next();
        if (!isEnd(piece)) {
          hash.update(piece);
          bytes += piece.length;
        }
        return piece;
      },
      close: source.close,
    },
    digest: () => `${algorithm}:${hash.copy().digest("hex")}`,
    bytes: () => bytes,
  };
}
