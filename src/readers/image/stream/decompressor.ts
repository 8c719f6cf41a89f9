/** Unpacks gzip and zstd with Node's decompressors, which work beside the thread that reads. */

import { constants, createGunzip, createZstdDecompress } from "node:zlib";
import type { ByteStream, StreamEnd } from "./byte-stream.ts";
import { isEnd } from "./byte-stream.ts";

/** Pieces that are decompressed ahead of whoever reads them. */
const PIECES_AHEAD = 2;

/** The pieces that come out. Measured: smaller and larger ones are slower. */
const PIECE_BYTES = 262_144;

/**
 * Unpacks what a stream holds: members or frames that follow each other, of zstd with windows of so many bits at
 * most. The decompressor is kept busy: the next data are at hand when it is done with the last, and it goes on while
 * a piece is read.
 */
export function decompressed(
  source: ByteStream,
  name: "gzip" | "zstd",
  windowLog: number,
): ByteStream {
  const transform =
    name === "gzip"
      ? createGunzip({ chunkSize: PIECE_BYTES })
      : createZstdDecompress({
          chunkSize: PIECE_BYTES,
          params: { [constants.ZSTD_d_windowLogMax]: windowLog },
        });
  let received = 0;
  let sourceProblem: string | undefined;
  const inputs: [Uint8Array, Uint8Array] = [NOTHING, NOTHING];
  let reading: Promise<unknown> = Promise.resolve();
  const feed = async (): Promise<void> => {
    let written: Promise<void> = Promise.resolve();
    for (let turn: 0 | 1 = 0; !transform.destroyed; turn = turn === 0 ? 1 : 0) {
      const asked = source.next();
      reading = asked;
      const piece = await asked;
      if (isEnd(piece)) {
        sourceProblem = piece.problem;
        transform.end();
        return;
      }
      received += piece.length;
      // A copy, since this piece holds no longer than until the next is asked for, while it is decompressed.
      if (inputs[turn].length < piece.length) inputs[turn] = new Uint8Array(piece.length);
      const input = inputs[turn].subarray(0, piece.length);
      input.set(piece);
      // After a close nobody calls back; then nothing waits for this any more either.
      await written;
      written = new Promise((resolve) => {
        transform.write(input, () => {
          resolve();
        });
      });
    }
  };
  const ready: Uint8Array[] = [];
  let started = false;
  let end: StreamEnd | undefined;
  let lent: Uint8Array = NOTHING;
  let awaken = (): void => undefined;
  const finish = (how: StreamEnd): void => {
    end ??= how;
    awaken();
  };
  transform.on("data", (piece: Uint8Array) => {
    if (piece.length === 0 || end !== undefined) return;
    ready.push(piece);
    if (ready.length >= PIECES_AHEAD) transform.pause();
    awaken();
  });
  transform.on("end", () => {
    finish(finished());
  });
  transform.on("error", (error: unknown) => {
    finish({ ended: true, problem: sourceProblem ?? describeFailure(error, name) });
  });
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    giveUp(lent);
    lent = NOTHING;
    if (!started) {
      started = true;
      void feed();
    }
    for (;;) {
      const piece = ready.shift();
      if (piece !== undefined) {
        if (transform.isPaused()) transform.resume();
        lent = piece;
        return piece;
      }
      if (end !== undefined) {
        // Whoever goes on with the source must not ask it while an answer is on its way.
        await reading;
        return end;
      }
      await new Promise<void>((resolve) => {
        awaken = resolve;
      });
    }
  };
  const finished = (): StreamEnd => {
    if (sourceProblem !== undefined) return { ended: true, problem: sourceProblem };
    const unread = received - transform.bytesWritten;
    return unread > 0 && name === "zstd"
      ? { ended: true, problem: `${String(unread)} bytes after the zstd data are no zstd data` }
      : { ended: true };
  };
  const close = (): void => {
    ready.length = 0;
    transform.destroy();
    source.close();
    finish({ ended: true });
  };
  return { next, close };
}

const NOTHING = new Uint8Array(0);

/**
 * Frees the memory of a piece that was read, when nothing more is written behind it. Left to the garbage
 * collector, pieces make it run so often that it takes a sixth of the time.
 */
function giveUp({ buffer, byteOffset, length }: Uint8Array): void {
  if (
    length > 0 &&
    length === PIECE_BYTES &&
    byteOffset === 0 &&
    buffer.byteLength === PIECE_BYTES
  ) {
    (buffer as ArrayBuffer).transfer(0);
  }
}

function describeFailure(error: unknown, name: string): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (code === "Z_BUF_ERROR") return `the ${name} data ends too early`;
  if (code === "Z_NEED_DICT" || code === "ZSTD_error_dictionary_wrong")
    return `the ${name} data needs a dictionary that it does not carry`;
  if (code === "ZSTD_error_frameParameter_windowTooLarge")
    return "the zstd data needs more memory than is given to it";
  return `the ${name} data is corrupt (${code === "" ? "unknown error" : code})`;
}
