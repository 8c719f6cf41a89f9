/** The limit for compressed layers: Node's own decompressor reads a file, and nothing is done with what comes out. */

import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** Seconds. */
export async function decompressionTime(file: string, chunkSize: number): Promise<number> {
  const start = process.hrtime.bigint();
  const transform = file.endsWith(".gz")
    ? createGunzip({ chunkSize })
    : createZstdDecompress({ chunkSize });
  createReadStream(file, { highWaterMark: 1 << 20 }).pipe(transform);
  transform.resume();
  await new Promise((resolve, reject) => {
    transform.on("end", resolve);
    transform.on("error", reject);
  });
  return Number(process.hrtime.bigint() - start) / 1e9;
}
