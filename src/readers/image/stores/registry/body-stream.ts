/** The body of an answer as a stream that does not wait for ever. */

import type { IncomingMessage } from "node:http";
import type { ByteStream, StreamEnd } from "../../stream/byte-stream.ts";
import type { Patience, Timing } from "./timing.ts";

/** Time counts only while somebody waits for the next piece: whoever reads may take any time. */
export function bodyStream(
  message: IncomingMessage,
  timing: Timing,
  patience: Patience,
): ByteStream {
  let end: StreamEnd | undefined;
  let wake: (() => void) | undefined;
  let waitedMs = 0;
  let arrived = 0;
  let closed = false;
  const finish = (problem?: string): StreamEnd => {
    end ??= problem === undefined ? { ended: true } : { ended: true, problem };
    wake?.();
    return end;
  };
  message.on("readable", () => wake?.());
  message.on("end", () => finish(message.complete ? undefined : BROKEN));
  message.on("error", () => finish(BROKEN));
  message.on("close", () => finish(message.complete ? undefined : BROKEN));
  if (message.destroyed && !message.readableEnded) finish(BROKEN);

  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      const started = performance.now();
      const timer = setTimeout(() => {
        patience.spend(timing.idleMs);
        finish("the registry stalls in the middle of it");
      }, timing.idleMs);
      wake = () => {
        wake = undefined;
        clearTimeout(timer);
        waitedMs += performance.now() - started;
        resolve();
      };
    });
  const tooSlow = (): boolean => {
    if (waitedMs < timing.floorMs) return false;
    const slow = arrived < timing.floorBytes;
    if (slow) patience.spend(timing.floorMs);
    waitedMs = 0;
    arrived = 0;
    return slow;
  };
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    for (;;) {
      if (end?.problem !== undefined) {
        message.destroy();
        return end;
      }
      const piece = closed ? null : (message.read() as Buffer | null);
      if (piece !== null && piece.length > 0) {
        arrived += piece.length;
        if (!tooSlow()) return piece;
        finish("the registry sends it too slowly");
      } else if (end === undefined) await wait();
      else return end;
    }
  };
  const close = (): void => {
    closed = true;
    finish();
    message.destroy();
  };
  return { next, close };
}

const BROKEN = "the connection broke in the middle of it";
