/** Scans a compressed file in a layer: what it holds, which may be an archive again. */

import type { ByteStream } from "../stream/byte-stream.ts";
import { peek } from "../stream/byte-stream.ts";
import { decompress, decompressedAtOnce } from "../stream/decompress.ts";
import { contentKind } from "./content-kind.ts";
import { scanContent } from "./scan-content.ts";
import { scanPlainAtOnce } from "./scan-plain.ts";
import type { Content, ScanTools } from "./scan-tools.ts";
import { bounded, memberPath } from "./scan-tools.ts";
import { HEAD_BYTES } from "./taps.ts";

/** Archives in layers are not given more memory than this many bits of window: 16 MiB. */
const NESTED_WINDOW_LOG = 24;

export async function scanCompressed(
  stream: ByteStream,
  { path, depth, bytes }: Content,
  tools: ScanTools,
): Promise<string | undefined> {
  const { stream: plain } = await decompress(stream, bytes, NESTED_WINDOW_LOG);
  const inner = await peek(bounded(plain, tools.budget), HEAD_BYTES);
  const kind = contentKind(inner.head);
  // `dump.sql.gz` holds `dump.sql`; an archive's members say enough.
  const innerPath = kind === "plain" ? memberPath(path, withoutSuffix(path)) : path;
  const innerDepth = kind === "compressed" ? depth + 1 : depth;
  const problem = await scanContent(inner.stream, { path: innerPath, depth: innerDepth }, tools);
  inner.stream.close();
  return problem;
}

/** Scans little that is nothing but a plain file that somebody compressed. False when it takes more than that. */
export function scanCompressedAtOnce(
  bytes: Uint8Array,
  { path, depth }: Content,
  tools: ScanTools,
): boolean {
  const { budget } = tools;
  if (budget.nestedBytes > budget.allowed()) return false;
  const plain = decompressedAtOnce(bytes);
  if (plain === undefined || contentKind(plain.subarray(0, HEAD_BYTES)) !== "plain") return false;
  budget.nestedBytes += plain.length;
  scanPlainAtOnce(plain, { path: memberPath(path, withoutSuffix(path)), depth }, tools);
  return true;
}

function withoutSuffix(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/\.(?:gz|zst|zstd)$/i, "");
}
