/** Gathers bytes that arrive in pieces. */

import { copyOf } from "../stream/byte-stream.ts";

export interface WholeBytes {
  readonly add: (piece: Uint8Array) => void;
  /** Forgets them; no more are wanted. */
  readonly drop: () => void;
  readonly size: () => number;
  readonly bytes: () => Uint8Array;
}

export function createWholeBytes(): WholeBytes {
  let pieces: Uint8Array[] = [];
  let size = 0;
  return {
    add: (piece) => {
      pieces.push(copyOf(piece));
      size += piece.length;
    },
    drop: () => {
      pieces = [];
      size = Infinity;
    },
    size: () => size,
    bytes: () => {
      if (pieces[0]?.length === size) return pieces[0];
      const all = new Uint8Array(size);
      let at = 0;
      for (const piece of pieces) {
        all.set(piece, at);
        at += piece.length;
      }
      return all;
    },
  };
}
