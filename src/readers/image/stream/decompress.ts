/**
 * Decompression of layers and archives. What a stream is, its first bytes tell; a media type is only
 * what somebody wrote.
 *
 * Sources: RFC 1952 (gzip, members may follow each other), RFC 8878 (zstd, frames may follow each
 * other and skippable ones stand between, as eStargz and zstd:chunked write them).
 */

import {
  constants,
  createGunzip,
  createZstdDecompress,
  gunzipSync,
  zstdDecompressSync,
} from "node:zlib";
import type { Gunzip, ZstdDecompress } from "node:zlib";
import type { ByteStream, StreamEnd } from "./byte-stream.ts";
import { isEnd, peek, readAll, streamOfBytes } from "./byte-stream.ts";

export type Compression = "none" | "gzip" | "zstd" | "bzip2" | "xz" | "lzma";

/** The pieces that come out. Measured: smaller and larger ones are slower. */
const PIECE_BYTES = 262_144;

/** Compressed data of at most this much is decompressed at once, to at most that much. */
export const SMALL_BYTES = 262_144;
const MAX_AT_ONCE = 1024 * 1024;

/** The window that zstd itself takes without being told to: 128 MiB. */
const ZSTD_WINDOW_LOG = 27;

/** Enough to tell a compression, a tar header included. */
export const SNIFF_BYTES = 512;

/** What a stream is compressed with, by its first bytes. */
export function sniffCompression(head: Uint8Array): Compression {
  // The third byte is the method, of which there is one.
  if (startsWith(head, [0x1f, 0x8b]) && (head[2] ?? 8) === 8) return "gzip";
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return "zstd";
  // A skippable frame: 0x184D2A50 to 0x184D2A5F, little-endian.
  if (((head[0] ?? 0) & 0xf0) === 0x50 && startsWith(head.subarray(1), [0x2a, 0x4d, 0x18]))
    return "zstd";
  if (startsWith(head, [0x42, 0x5a, 0x68])) return "bzip2";
  if (startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) return "xz";
  if (startsWith(head, [0x5d, 0x00, 0x00])) return "lzma";
  return "none";
}

function startsWith(bytes: Uint8Array, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[index] === byte);
}

export interface Decompressed {
  readonly compression: Compression;
  /** The plain bytes; for a compression that cannot be read, a stream that ends with the problem. */
  readonly stream: ByteStream;
}

/**
 * Sniffs a stream and decompresses it where it is compressed. `bytes` is how long it is, where that is
 * known: little data is decompressed at once, since a stream costs more than its work.
 */
export async function decompress(
  source: ByteStream,
  bytes = Infinity,
  zstdWindowLog = ZSTD_WINDOW_LOG,
): Promise<Decompressed> {
  const { head, stream } = await peek(source, SNIFF_BYTES);
  const compression = sniffCompression(head);
  if (bytes <= SMALL_BYTES && (compression === "gzip" || compression === "zstd")) {
    const all = await readAll(stream, SMALL_BYTES);
    if (!("problem" in all)) {
      const plain = atOnce(all, compression);
      const rest = streamOfBytes(plain ?? all);
      return plain === undefined
        ? decompress(rest, Infinity, zstdWindowLog)
        : { compression, stream: rest };
    }
    return { compression, stream: problemStream(all.problem) };
  }
  const params = { [constants.ZSTD_d_windowLogMax]: zstdWindowLog };
  switch (compression) {
    case "none":
      return { compression, stream };
    case "gzip":
      return {
        compression,
        stream: inflated(stream, createGunzip({ chunkSize: PIECE_BYTES }), compression),
      };
    case "zstd":
      return {
        compression,
        stream: inflated(
          stream,
          createZstdDecompress({ chunkSize: PIECE_BYTES, params }),
          compression,
        ),
      };
    default:
      stream.close();
      return {
        compression,
        stream: problemStream(`it is compressed with ${compression}, which cannot be read here`),
      };
  }
}

function problemStream(problem: string): ByteStream {
  return { next: () => Promise.resolve({ ended: true, problem }), close: () => undefined };
}

/** Little compressed data, decompressed at once. Undefined when it must be read as a stream. */
export function decompressedAtOnce(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > SMALL_BYTES) return undefined;
  const compression = sniffCompression(bytes);
  return compression === "gzip" || compression === "zstd" ? atOnce(bytes, compression) : undefined;
}

/** Undefined when it is corrupt, or more than little: a stream tells how far it is good. */
function atOnce(bytes: Uint8Array, compression: "gzip" | "zstd"): Uint8Array | undefined {
  try {
    const options = { maxOutputLength: MAX_AT_ONCE };
    return compression === "gzip" ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options);
  } catch {
    return undefined;
  }
}

/** Pieces that are decompressed ahead of whoever reads them. */
const PIECES_AHEAD = 2;

/**
 * Runs a stream through one of Node's decompressors, which work beside the thread that reads them. It is kept
 * busy: the next data are at hand when it is done with the last, and it goes on while a piece is read.
 */
function inflated(
  source: ByteStream,
  transform: Gunzip | ZstdDecompress,
  name: Compression,
): ByteStream {
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

function describeFailure(error: unknown, name: Compression): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  if (code === "Z_BUF_ERROR") return `the ${name} data ends too early`;
  if (code === "Z_NEED_DICT" || code === "ZSTD_error_dictionary_wrong")
    return `the ${name} data needs a dictionary that it does not carry`;
  if (code === "ZSTD_error_frameParameter_windowTooLarge")
    return "the zstd data needs more memory than is given to it";
  return `the ${name} data is corrupt (${code === "" ? "unknown error" : code})`;
}
