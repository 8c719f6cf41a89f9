/** A range of a file as a stream. */

import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { ByteStream, StreamEnd } from "../stream/byte-stream.ts";

/** Plain data, so that it can be handed to a worker. */
export interface FileRange {
  readonly file: string;
  readonly offset: number;
  /** Bytes; up to the end of the file when absent. */
  readonly length?: number;
}

/** Measured: larger reads are no faster. */
const READ_BYTES = 1_048_576;

const NOTHING = new Uint8Array(0);

type Read = { readonly bytes: Uint8Array } | { readonly problem: string };

/**
 * Opens when first read. A file that ends within the range is a problem. While a piece is worked on, the next
 * one is read.
 */
export function streamOfRange({ file, offset, length }: FileRange): ByteStream {
  let handle: FileHandle | undefined;
  let at = offset;
  const stop = length === undefined ? Infinity : offset + length;
  let end: StreamEnd | undefined;
  /** The one that is read into, and the one that is out. */
  let [free, out]: [Buffer?, Buffer?] = [];
  let ahead: Promise<Read> | undefined;
  const finish = async (problem?: string): Promise<StreamEnd> => {
    end ??= problem === undefined ? { ended: true } : { ended: true, problem };
    const opened = handle;
    handle = undefined;
    await opened?.close().catch(() => undefined);
    return end;
  };
  const read = async (): Promise<Read> => {
    try {
      handle ??= await open(file, "r");
      if (end !== undefined) {
        // It was closed while it was being opened.
        await finish();
        return { bytes: NOTHING };
      }
      const buffer = free ?? Buffer.allocUnsafeSlow(Math.min(READ_BYTES, Math.max(1, stop - at)));
      [free, out] = [out, buffer];
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, stop - at), at);
      return { bytes: buffer.subarray(0, bytesRead) };
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      return { problem: `it cannot be read (${code})` };
    }
  };
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    if (end !== undefined || at >= stop) return finish();
    const got = await (ahead ?? read());
    ahead = undefined;
    // It may have been closed meanwhile.
    if (end !== undefined) return finish();
    if ("problem" in got) return finish(got.problem);
    const { bytes } = got;
    if (bytes.length === 0) {
      return finish(stop === Infinity ? undefined : "the file ends too early");
    }
    at += bytes.length;
    if (at < stop) ahead = read();
    return bytes;
  };
  return { next, close: () => void finish() };
}
