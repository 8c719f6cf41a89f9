/**
 * How fast the byte scanner is, without decompression, on one thread.
 *
 *     node bench/support/scan-bytes.ts FILE.tar...
 *
 * Processor time of the best of several runs, because others use the machine too.
 */

import { closeSync, openSync, readSync } from "node:fs";
import { createByteScanner, LOOK_AHEAD } from "../../src/detect/scan/scanner.ts";

const RUNS = 10;
const BLOCK = 1 << 20;
/** As much of a file as is measured. */
const MOST = 256 << 20;

interface Measured {
  readonly bytes: number;
  readonly candidates: number;
  readonly sightings: number;
  /** Seconds of processor time. */
  readonly search: number;
  readonly judge: number;
}

function bytesOf(path: string): Uint8Array {
  const bytes = new Uint8Array(MOST);
  const file = openSync(path, "r");
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, Math.min(BLOCK, MOST - length), null);
    if (read === 0) break;
    length += read;
  }
  closeSync(file);
  return bytes.subarray(0, length);
}

function seconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const scanner = createByteScanner({ keyedHash: () => "" });

function run(bytes: Uint8Array): Measured {
  let [candidates, sightings, search, judge] = [0, 0, 0, 0];
  for (let base = 0; base < bytes.length; base += BLOCK) {
    const filled = Math.min(bytes.length - base, BLOCK + LOOK_AHEAD);
    scanner.window.set(bytes.subarray(base, base + filled));
    const start = seconds();
    const found = scanner.candidates(0, Math.min(filled, BLOCK));
    const middle = seconds();
    for (let index = 0; index < found.count; index++) {
      const position = found.positions[index] ?? 0;
      const judged = scanner.judge(position, found.anchors[index] ?? 0, 0, filled, true);
      if (judged !== undefined) sightings += 1;
    }
    search += middle - start;
    judge += seconds() - middle;
    candidates += found.count;
  }
  return { bytes: bytes.length, candidates, sightings, search, judge };
}

for (const path of process.argv.slice(2)) {
  const bytes = bytesOf(path);
  const runs = Array.from({ length: RUNS }, () => run(bytes));
  const [first] = runs;
  const rate = (time: (measured: Measured) => number): string =>
    `${Math.round(bytes.length / 1e6 / Math.min(...runs.map(time)))} MB/s`;
  console.log(path, `${Math.round(bytes.length / 1e6)} MB`);
  console.log(
    "  search",
    rate(({ search }) => search),
  );
  console.log(
    "  search and judge",
    rate(({ search, judge }) => search + judge),
  );
  console.log("  candidates", first?.candidates, "sightings", first?.sightings);
}
