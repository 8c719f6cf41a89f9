/** Scans one layer: what it holds, what it deletes, and every secret in it. */

import type { ByteScanner } from "../../../detect/scan/scanner.ts";
import { hashed } from "../manifest/digest.ts";
import type { ByteStream, StreamEnd } from "../stream/byte-stream.ts";
import { isEnd } from "../stream/byte-stream.ts";
import { decompress } from "../stream/decompress.ts";
import { limitExpansion } from "../stream/limit-expansion.ts";
import { createCollector } from "./collect.ts";
import type { LayerReport } from "./layer-report.ts";
import { readAccounts, readDrop } from "./accounts.ts";
import { mayDropPrivileges, PASSWD } from "./whole-files.ts";
import { readWholeFile } from "./read-whole-file.ts";
import { scanTar } from "./scan-tar.ts";

export interface LayerScanOptions {
  /** Makes a scanner; one is kept for each depth of archives. */
  readonly createScanner: () => ByteScanner;
  readonly keyedHash: (value: Uint8Array) => string;
  /** The layer expands to more than this at most; a bomb is given up there. */
  readonly maxBytes?: number;
}

/** Layers of large models have tens of gigabytes. */
const MAX_LAYER_BYTES = 256 * 1024 ** 3;

/** What the archives in a layer may expand to: jars in archives some ten times, a bomb thousands of times. */
const NESTED_AT_LEAST = 2 * 1024 ** 3;
const NESTED_RATIO = 20;
const MAX_NESTED_BYTES = 32 * 1024 ** 3;

/** Where findings stand that belong to no file. */
export const NO_FILE = "(outside of the layer's files)";

/** Scans a layer as it is stored: compressed or not. Never throws; what it could not read is in `problems`. */
export async function scanLayer(
  source: ByteStream,
  options: LayerScanOptions,
): Promise<LayerReport> {
  const collector = createCollector();
  const stored = hashed(source, "sha256");
  const { compression, stream } = await decompress(stored.stream);
  const plain = compression === "none" ? stored : hashed(stream, "sha256");
  const limited = limitExpansion(
    compression === "none" ? stream : plain.stream,
    () => plain.bytes(),
    () => stored.bytes(),
    options.maxBytes ?? MAX_LAYER_BYTES,
  );
  const scanners: ByteScanner[] = [];
  const problem = await scanTar(
    limited,
    { depth: 0, nameOf: (member) => collector.member(member), gapPath: NO_FILE, layerOffset: 0 },
    {
      scanner: (depth) => (scanners[depth] ??= options.createScanner()),
      budget: {
        nestedBytes: 0,
        nestedMembers: 0,
        allowed: () => Math.min(MAX_NESTED_BYTES, NESTED_AT_LEAST + NESTED_RATIO * plain.bytes()),
      },
      events: {
        onSighting: (path, layerOffset, sighting) => {
          const { start, end, detector, title, confidence, checksum, encoding, hash, expires } =
            sighting;
          collector.sighting({
            path,
            offset: start,
            length: end - start,
            ...(layerOffset === undefined ? {} : { layerOffset }),
            detector,
            title,
            confidence,
            checksum,
            encoding,
            keyedHash: hash,
            ...(expires === undefined ? {} : { expires }),
          });
        },
        onWholeFile: (file) => {
          if (file.path === PASSWD) collector.accounts(readAccounts(file.bytes));
          else if (mayDropPrivileges(file.path)) {
            const script = readDrop(file);
            if (script !== undefined) collector.dropping(script);
          } else {
            for (const sighting of readWholeFile(file, options.keyedHash)) {
              collector.sighting(sighting);
            }
          }
        },
        onProblem: (path, text) => {
          collector.problem(text, path === NO_FILE ? undefined : path);
        },
      },
    },
  );
  if (problem !== undefined) collector.problem(problem);
  // What follows compressed data, or a problem, still tells whether the bytes are those that were promised.
  const last = await drain(stored.stream);
  stored.stream.close();
  return collector.finish({
    bytes: plain.bytes(),
    ...(limited.exceeded() || last.problem !== undefined ? {} : { digest: stored.digest() }),
    ...(problem === undefined ? { diffId: plain.digest() } : {}),
  });
}

async function drain(stream: ByteStream): Promise<StreamEnd> {
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece)) return piece;
  }
}
