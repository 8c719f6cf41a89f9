/** Gives a stream up that expands beyond all measure. */

import type { ByteStream } from "./byte-stream.ts";

/** More than this that expands so many times is no file system. */
const BOMB_BYTES = 4 * 1024 ** 3;
const BOMB_RATIO = 300;

export interface LimitedStream extends ByteStream {
  readonly exceeded: () => boolean;
}

/** `most` bytes at most; fewer when they come out of next to nothing. */
export function limitExpansion(
  stream: ByteStream,
  plainBytes: () => number,
  storedBytes: () => number,
  most: number,
): LimitedStream {
  let exceeded = false;
  return {
    exceeded: () => exceeded,
    next: async () => {
      const bytes = plainBytes();
      if (bytes > most || (bytes > BOMB_BYTES && bytes > storedBytes() * BOMB_RATIO)) {
        exceeded = true;
        stream.close();
        return {
          ended: true,
          problem: `it expands to more than ${String(Math.floor(bytes / 1024 ** 2))} MiB; the rest was not read`,
        };
      }
      return stream.next();
    },
    close: stream.close,
  };
}
