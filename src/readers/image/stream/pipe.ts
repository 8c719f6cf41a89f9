/** A pipe in memory from a writer to a reader, a piece at a time. */

import type { ByteStream, StreamEnd } from "./byte-stream.ts";

export interface Pipe {
  readonly stream: ByteStream;
  /** Gives a piece and waits until the reader is done with it (or reads no more). Empty pieces are dropped. */
  readonly write: (piece: Uint8Array) => Promise<void>;
  readonly end: (problem?: string) => void;
}

export function createPipe(): Pipe {
  let waitingReader: ((piece: Uint8Array | StreamEnd) => void) | undefined;
  let pending: Uint8Array | undefined;
  let taken: (() => void) | undefined;
  let ended: StreamEnd | undefined;
  let closed = false;

  const release = (): void => {
    const resolve = taken;
    taken = undefined;
    resolve?.();
  };
  const next = (): Promise<Uint8Array | StreamEnd> => {
    // Asking for the next one tells that the last one is done with.
    if (pending === undefined) release();
    if (pending !== undefined) {
      const piece = pending;
      pending = undefined;
      return Promise.resolve(piece);
    }
    if (ended !== undefined || closed) return Promise.resolve(ended ?? { ended: true });
    return new Promise((resolve) => {
      waitingReader = resolve;
    });
  };
  const write = (piece: Uint8Array): Promise<void> => {
    if (closed || piece.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      taken = resolve;
      const reader = waitingReader;
      waitingReader = undefined;
      if (reader === undefined) pending = piece;
      else reader(piece);
    });
  };
  const end = (problem?: string): void => {
    ended ??= problem === undefined ? { ended: true } : { ended: true, problem };
    const reader = waitingReader;
    waitingReader = undefined;
    reader?.(ended);
  };
  const close = (): void => {
    closed = true;
    pending = undefined;
    const reader = waitingReader;
    waitingReader = undefined;
    reader?.({ ended: true });
    release();
  };
  return { stream: { next, close }, write, end };
}
