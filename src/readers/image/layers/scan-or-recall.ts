/**
 * Scans a layer unless an earlier run did. What an earlier run found is taken only for the very same bytes: never by
 * what an image says of them.
 */

import { hashed } from "../manifest/digest.ts";
import type { FileRange } from "../stores/file-range.ts";
import { streamOfRange } from "../stores/file-range.ts";
import { identityOf, isSettled } from "../stores/file-identity.ts";
import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd } from "../stream/byte-stream.ts";
import type { LayerCache } from "./cache.ts";
import type { LayerReport } from "./layer-report.ts";
import type { LayerScanners } from "./scanners.ts";

export interface StoreTools {
  readonly cache: LayerCache;
  readonly scanners: LayerScanners;
}

/** Scans a stream that cannot be read twice, and so tells its digest only when it is through. */
export async function scanStream(
  layer: ByteStream,
  { cache, scanners }: StoreTools,
): Promise<LayerReport> {
  const report = await scanners.scan(layer);
  cache.put(report);
  return report;
}

/**
 * A blob of a registry, which is asked for by its digest: whoever pulls it gets what has that digest, or nothing.
 * The stream is read or closed.
 */
export async function scanBlob(
  blob: ByteStream,
  digest: string,
  tools: StoreTools,
): Promise<LayerReport> {
  const known = tools.cache.get(digest);
  if (known === undefined) return scanStream(blob, tools);
  blob.close();
  return known;
}

/**
 * A layer in a file. `claimed` are the digests that the image gives to it: they tell whether it is worth while to
 * compute its own, which is faster than a scan, and nothing else.
 */
export async function scanFile(
  range: FileRange,
  claimed: readonly string[],
  tools: StoreTools,
): Promise<LayerReport> {
  const { cache, scanners } = tools;
  const before = await identityOf(range);
  const remembered = before === undefined ? undefined : cache.getFile(before.text);
  const known = remembered === undefined ? undefined : cache.get(remembered);
  if (known !== undefined) return known;
  const mayBeKnown = claimed.some((digest) => cache.has(digest));
  const recalled = mayBeKnown ? await recallBytes(range, cache) : undefined;
  const report = recalled ?? (await scanners.scan(range));
  if (recalled === undefined) cache.put(report);
  const { digest } = report;
  if (before !== undefined && digest !== undefined && (await isSettled(before, range))) {
    cache.putFile(before.text, digest);
  }
  return report;
}

/** What was found in these very bytes, by their digest. */
async function recallBytes(range: FileRange, cache: LayerCache): Promise<LayerReport | undefined> {
  const { stream, digest } = hashed(streamOfRange(range), "sha256");
  for (;;) {
    const piece = await stream.next();
    if (!isEnd(piece)) continue;
    stream.close();
    return piece.problem === undefined ? cache.get(digest()) : undefined;
  }
}
