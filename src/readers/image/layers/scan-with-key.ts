/** Scans layers with hashes under a key, in whichever thread. */

import { createHash, createHmac } from "node:crypto";
import { createByteScanner, LOOK_AHEAD, LOOK_BEHIND } from "../../../detect/scan/scanner.ts";
import type { ByteScanner } from "../../../detect/scan/scanner.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import type { LayerReport } from "./layer-report.ts";
import { scanLayer } from "./scan-layer.ts";

/** The first digits tell the key, so that hashes of another one are not taken for those of another value. */
export const KEY_DIGITS = 4;

/** HMAC-SHA-256 in hex, cut at its end by as many digits as stand before it for the key. */
export function keyedHashWith(key: Uint8Array): (value: Uint8Array) => string {
  const name = createHash("sha256").update(key).digest("hex").slice(0, KEY_DIGITS);
  return (value) => {
    const hash = createHmac("sha256", key).update(value).digest("hex");
    return name + hash.slice(0, hash.length - KEY_DIGITS);
  };
}

/**
 * A window takes a quarter of a megabyte of new bytes, as much as a decompressor gives at a time: while more were
 * searched at once, it would stand still. Measured with gzip: a tenth faster than with a megabyte.
 */
const WINDOW_BYTES = 262_144 + LOOK_BEHIND + LOOK_AHEAD;

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
      const scanner = scanners.pop() ?? createByteScanner({ keyedHash, windowBytes: WINDOW_BYTES });
      used.push(scanner);
      return scanner;
    },
  });
  scanners.push(...used);
  return report;
}
