/** Layers that are too large to be held or written down: their compressed pieces come one after the other. */

import { gzipSync, zstdCompressSync } from "node:zlib";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import { tarOf } from "../../src/readers/image/tar/testing.ts";
import type { ByteStream } from "../../src/readers/image/stream/byte-stream.ts";

/** As a file is read. */
const PIECE_BYTES = 1024 * 1024;

/** A head, and a block that comes so many times. */
export interface Repeated {
  readonly head?: Buffer;
  readonly block: Buffer;
  readonly times: number;
}

/** Both formats let compressed parts follow each other, so that the block is compressed once. */
export function compressedStream(
  { head, block, times }: Repeated,
  by: "gzip" | "zstd" | "none",
): ByteStream {
  const pack = (bytes: Buffer): Buffer =>
    by === "gzip" ? gzipSync(bytes, { level: 6 }) : by === "zstd" ? zstdCompressSync(bytes) : bytes;
  const packed = pack(block);
  let pending = head === undefined ? Buffer.alloc(0) : pack(head);
  let left = times;
  return {
    next: () => {
      if (pending.length === 0) {
        if (left === 0) return Promise.resolve({ ended: true });
        left -= 1;
        pending = packed;
      }
      const piece = pending.subarray(0, PIECE_BYTES);
      pending = pending.subarray(piece.length);
      return Promise.resolve(piece);
    },
    close: () => {
      pending = Buffer.alloc(0);
      left = 0;
    },
  };
}

/** The header of a file that says it has so many bytes. */
export function fileHeader(path: string, statedSize: number): Buffer {
  return tarOf([{ path, statedSize }], { end: false });
}

export function members(entries: readonly Entry[]): Buffer {
  return tarOf(entries, { end: false });
}
