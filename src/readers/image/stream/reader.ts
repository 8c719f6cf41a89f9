/** Reads a stream by amounts instead of by pieces. */

import type { ByteStream, StreamEnd } from "./byte-stream.ts";
import { isEnd } from "./byte-stream.ts";

export interface AmountReader {
  /** Exactly so many bytes, as a copy; fewer only at the end. */
  readonly take: (bytes: number) => Promise<Uint8Array>;
  /** The next `bytes` bytes as a stream, which must be read or passed over before anything else is taken. */
  readonly window: (bytes: number) => ByteStream;
  /** All that is left as a stream. What is not needed of it is given back by `giveBack`. */
  readonly rest: () => ByteStream;
  /** What is at hand of it without reading on; may be nothing. It holds until anything is taken. */
  readonly atHand: () => Uint8Array;
  /** Takes so many of the bytes at hand without a copy. */
  readonly skipAtHand: (bytes: number) => void;
  /** Puts bytes before what comes next. */
  readonly giveBack: (bytes: Uint8Array) => void;
  /** Bytes that were taken, without those that were given back. */
  readonly position: () => number;
  readonly problem: () => string | undefined;
}

const NOTHING = new Uint8Array(0);

export function amountReader(source: ByteStream): AmountReader {
  /** What was given back, the next piece last. */
  const held: Uint8Array[] = [];
  let end: StreamEnd | undefined;
  let position = 0;
  const giveBack = (bytes: Uint8Array): void => {
    position -= bytes.length;
    if (bytes.length > 0) held.push(bytes);
  };
  const pull = async (): Promise<Uint8Array | undefined> => {
    const piece = held.pop() ?? (await source.next());
    if (!isEnd(piece)) {
      position += piece.length;
      return piece;
    }
    end = piece;
    return undefined;
  };
  const take = async (bytes: number): Promise<Uint8Array> => {
    const taken = new Uint8Array(bytes);
    let at = 0;
    while (at < bytes) {
      const piece = await pull();
      if (piece === undefined) return taken.subarray(0, at);
      const used = piece.subarray(0, bytes - at);
      taken.set(used, at);
      at += used.length;
      giveBack(piece.subarray(used.length));
    }
    return taken;
  };
  const window = (bytes: number): ByteStream => {
    let left = bytes;
    return {
      next: async () => {
        if (left <= 0) return { ended: true };
        const piece = await pull();
        if (piece === undefined)
          return { ended: true, problem: end?.problem ?? "it ends too early" };
        const used = piece.subarray(0, left);
        left -= used.length;
        giveBack(piece.subarray(used.length));
        return used;
      },
      close: () => undefined,
    };
  };
  const rest = (): ByteStream => ({
    next: async () => (await pull()) ?? end ?? { ended: true },
    close: () => undefined,
  });
  const atHand = (): Uint8Array => held.at(-1) ?? NOTHING;
  const skipAtHand = (bytes: number): void => {
    const piece = held.pop();
    if (piece === undefined) return;
    position += piece.length;
    giveBack(piece.subarray(bytes));
  };
  return {
    take,
    window,
    rest,
    atHand,
    skipAtHand,
    giveBack,
    position: () => position,
    problem: () => end?.problem,
  };
}
