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

/** Opens when first read. A file that ends within the range is a problem. */
export function streamOfRange({ file, offset, length }: FileRange): ByteStream {
  let handle: FileHandle | undefined;
  let at = offset;
  const stop = length === undefined ? Infinity : offset + length;
  let end: StreamEnd | undefined;
  let buffer: Buffer | undefined;
  const finish = async (problem?: string): Promise<StreamEnd> => {
    end ??= problem === undefined ? { ended: true } : { ended: true, problem };
    const opened = handle;
    handle = undefined;
    await opened?.close().catch(() => undefined);
    return end;
  };
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    if (end !== undefined) return finish();
    if (at >= stop) return finish();
    try {
      handle ??= await open(file, "r");
      buffer ??= Buffer.allocUnsafeSlow(Math.min(READ_BYTES, Math.max(1, stop - at)));
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, stop - at), at);
      if (bytesRead === 0)
        return await finish(stop === Infinity ? undefined : "the file ends too early");
      at += bytesRead;
      return buffer.subarray(0, bytesRead);
    } catch (error) {
      const { code = "unknown error" } = error as NodeJS.ErrnoException;
      return finish(`it cannot be read (${code})`);
    }
  };
  return { next, close: () => void finish() };
}
