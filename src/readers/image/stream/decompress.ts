/**
 * Decompression of layers and archives. What a stream is, its first bytes tell; a media type is only
 * what somebody wrote.
 *
 * Sources: RFC 1952 (gzip, members may follow each other), RFC 8878 (zstd, frames may follow each
 * other and skippable ones stand between, as eStargz and zstd:chunked write them).
 */

import { zstdDecompressSync } from "node:zlib";
import type { ByteStream } from "./byte-stream.ts";
import { copyOf, peek, readAll, streamOfBytes } from "./byte-stream.ts";
import { decompressed } from "./decompressor.ts";
import { gunzipAtOnce, MAX_AT_ONCE, SMALL_BYTES } from "./inflate-at-once.ts";

export type Compression = "none" | "gzip" | "zstd" | "bzip2" | "xz" | "lzma";

/** The window that zstd itself takes without being told to: 128 MiB. */
const ZSTD_WINDOW_LOG = 27;

/** Enough to tell a compression, a tar header included. */
export const SNIFF_BYTES = 512;

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE = [0x2a, 0x4d, 0x18];
const BZIP2 = [0x42, 0x5a, 0x68];
const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const LZMA = [0x5d, 0x00, 0x00];

/** What a stream is compressed with, by its first bytes. */
export function sniffCompression(head: Uint8Array): Compression {
  // The third byte is the method, of which there is one.
  if (startsWith(head, GZIP) && (head[2] ?? 8) === 8) return "gzip";
  if (startsWith(head, ZSTD)) return "zstd";
  // A skippable frame: 0x184D2A50 to 0x184D2A5F, little-endian.
  if (((head[0] ?? 0) & 0xf0) === 0x50 && startsWith(head.subarray(1), SKIPPABLE)) return "zstd";
  if (startsWith(head, BZIP2)) return "bzip2";
  if (startsWith(head, XZ)) return "xz";
  if (startsWith(head, LZMA)) return "lzma";
  return "none";
}

function startsWith(bytes: Uint8Array, wanted: readonly number[]): boolean {
  for (let index = 0; index < wanted.length; index++)
    if (bytes[index] !== wanted[index]) return false;
  return true;
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
      const rest = streamOfBytes(plain === undefined ? all : copyOf(plain));
      return plain === undefined
        ? decompress(rest, Infinity, zstdWindowLog)
        : { compression, stream: rest };
    }
    return { compression, stream: problemStream(all.problem) };
  }
  switch (compression) {
    case "none":
      return { compression, stream };
    case "gzip":
    case "zstd":
      return { compression, stream: decompressed(stream, compression, zstdWindowLog) };
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

/**
 * Little compressed data, decompressed at once. Undefined when it must be read as a stream. What it gives holds
 * until the next call.
 */
export function decompressedAtOnce(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > SMALL_BYTES) return undefined;
  const compression = sniffCompression(bytes);
  return compression === "gzip" || compression === "zstd" ? atOnce(bytes, compression) : undefined;
}

/** Undefined when it is corrupt, or more than little: a stream tells how far it is good. */
function atOnce(bytes: Uint8Array, compression: "gzip" | "zstd"): Uint8Array | undefined {
  if (compression === "gzip") return gunzipAtOnce(bytes);
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: MAX_AT_ONCE });
  } catch {
    return undefined;
  }
}
