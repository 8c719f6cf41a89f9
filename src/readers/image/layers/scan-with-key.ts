/** Scans layers with hashes under a key, in whichever thread. */

import { createHmac } from "node:crypto";
import { createByteScanner } from "../../../detect/scan/scanner.ts";
import type { ByteScanner } from "../../../detect/scan/scanner.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import type { LayerReport } from "./layer-report.ts";
import { scanLayer } from "./scan-layer.ts";

export function keyedHashWith(key: Uint8Array): (value: Uint8Array) => string {
  return (value) => createHmac("sha256", key).update(value).digest("hex");
}

/** Scanners are costly to make and hold nothing between layers. */
const spare: ByteScanner[] = [];

export async function scanLayerWithKey(stream: ByteStream, key: Uint8Array): Promise<LayerReport> {
  const keyedHash = keyedHashWith(key);
  const used: ByteScanner[] = [];
  const report = await scanLayer(stream, {
    keyedHash,
    createScanner: () => {
      const scanner = spare.pop() ?? createByteScanner({ keyedHash });
      used.push(scanner);
      return scanner;
    },
  });
  spare.push(...used);
  return report;
}
