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

/** Scanners are costly to make and hold nothing between layers but their key. */
let spare: { readonly key: Uint8Array; readonly scanners: ByteScanner[] } | undefined;

export async function scanLayerWithKey(stream: ByteStream, key: Uint8Array): Promise<LayerReport> {
  const keyedHash = keyedHashWith(key);
  if (spare?.key !== key) spare = { key, scanners: [] };
  const { scanners } = spare;
  const used: ByteScanner[] = [];
  const report = await scanLayer(stream, {
    keyedHash,
    createScanner: () => {
      const scanner = scanners.pop() ?? createByteScanner({ keyedHash });
      used.push(scanner);
      return scanner;
    },
  });
  scanners.push(...used);
  return report;
}
