/** Uploads on their way to the engine: counted, and bounded where the policy says so. */

import type { ByteSource, NextPiece } from "../http/contract.ts";

export interface CountedUpload extends ByteSource {
  /** So far. */
  readonly bytes: number;
}

export function countedUpload(source: ByteSource, limit: number | undefined): CountedUpload {
  const { length } = source;
  let bytes = 0;
  const count = (piece: NextPiece): NextPiece => {
    if (!(piece instanceof Uint8Array)) return piece;
    bytes += piece.byteLength;
    return limit !== undefined && bytes > limit
      ? {
          ok: false,
          problem: "too-large",
          status: 413,
          message: `the upload is over ${String(limit)} bytes, the most that this gate takes`,
        }
      : piece;
  };
  return {
    ...(length === undefined ? {} : { length }),
    get bytes() {
      return bytes;
    },
    next: () => {
      const piece = source.next();
      return piece instanceof Promise ? piece.then(count) : count(piece);
    },
  };
}
