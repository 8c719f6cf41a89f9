/** Inflates data that ends by itself: what was read beyond its end is given back. */

import { createInflateRaw } from "node:zlib";
import type { ByteStream, StreamEnd } from "../stream/byte-stream.ts";
import { copyOf, isEnd } from "../stream/byte-stream.ts";
import type { AmountReader } from "../stream/reader.ts";

/** What the decompressor is given at a time. */
const FEED_BYTES = 65_536;

export function inflate(reader: AmountReader): ByteStream {
  const transform = createInflateRaw({ chunkSize: 65_536 });
  transform.on("error", () => undefined);
  const source = reader.rest();
  const pieces: AsyncIterator<Uint8Array> = transform[
    Symbol.asyncIterator
  ]() as AsyncIterator<Uint8Array>;
  let fed = 0;
  let last: Uint8Array = new Uint8Array(0);
  let started = false;
  const state = { done: false };
  let feeding: Promise<void> = Promise.resolve();
  // After an error nobody calls back whoever was writing.
  let onClosed = (): void => undefined;
  transform.once("close", () => {
    onClosed();
  });
  const feed = async (): Promise<void> => {
    while (!state.done && !transform.destroyed) {
      const piece = await source.next();
      if (isEnd(piece)) {
        transform.end();
        return;
      }
      // A copy: the rest of it may have to be given back after the next one was asked for. A small one: a piece
      // may hold hundreds of members, each of which would copy all that follows.
      const used = piece.subarray(0, FEED_BYTES);
      reader.giveBack(piece.subarray(used.length));
      last = copyOf(used);
      fed += last.length;
      await new Promise<void>((resolve) => {
        onClosed = resolve;
        if (transform.destroyed) resolve();
        transform.write(last, () => {
          resolve();
        });
      });
      // It takes nothing more once its data has ended.
      if (transform.bytesWritten < fed) {
        transform.end();
        return;
      }
    }
  };
  let end: StreamEnd | undefined;
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    if (!started) {
      started = true;
      feeding = feed();
    }
    while (end === undefined) {
      try {
        const step = await pieces.next();
        if (step.done === true) end = { ended: true };
        else if (step.value.length > 0) return step.value;
      } catch {
        end = {
          ended: true,
          problem: reader.problem() ?? "the deflated data is corrupt or ends too early",
        };
      }
      if (end !== undefined) {
        state.done = true;
        await feeding;
        const unread = Math.max(0, Math.min(last.length, fed - transform.bytesWritten));
        reader.giveBack(last.slice(last.length - unread));
      }
    }
    return end;
  };
  const close = (): void => {
    end ??= { ended: true };
    state.done = true;
    transform.destroy();
  };
  return { next, close };
}
