/** Sets of paths as hashes of 52 bits; the lowest bit tells a directory from the rest. */

import type { PathSet } from "./layer-report.ts";

export interface PathSetBuilder {
  /** False when there are too many. */
  readonly add: (path: string, isDirectory: boolean) => boolean;
  readonly build: () => PathSet;
}

const FEW_PATHS = 1024;
const SOME_PATHS = 131_072;
/** Sixty-four megabytes of hashes. */
const MAX_PATHS = 8 * 1024 * 1024;

export function pathSetBuilder(): PathSetBuilder {
  let hashes = new Float64Array(FEW_PATHS);
  let count = 0;
  const add = (path: string, isDirectory: boolean): boolean => {
    if (count === MAX_PATHS) return false;
    if (count === hashes.length) {
      // Memory that was never written takes none; to grow step by step would take three times as much.
      const larger = new Float64Array(count === FEW_PATHS ? SOME_PATHS : MAX_PATHS);
      larger.set(hashes);
      hashes = larger;
    }
    hashes[count] = hashOf(path) + (isDirectory ? 1 : 0);
    count += 1;
    return true;
  };
  const build = (): PathSet => {
    const most = count <= SOME_PATHS ? hashes.slice(0, count) : hashes.subarray(0, count);
    return pathSetOf(most.sort());
  };
  return { add, build };
}

/** A set from sorted hashes, as the cache keeps them. */
export function pathSetOf(hashes: Float64Array): PathSet {
  const holds = (wanted: number): boolean => {
    let low = 0;
    let high = hashes.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = hashes[middle] ?? 0;
      if (found === wanted) return true;
      if (found < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  };
  return {
    has: (path) => holds(hashOf(path)) || holds(hashOf(path) + 1),
    hasNonDirectory: (path) => holds(hashOf(path)),
    hashes,
  };
}

/** Two hashes of the FNV-1a kind over UTF-16 units with different primes, 51 bits of them, doubled. */
function hashOf(path: string): number {
  let first = 0x81_1c_9d_c5;
  let second = 0x9e_37_79_b9;
  for (let index = 0; index < path.length; index++) {
    const code = path.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01_00_01_93);
    second = Math.imul(second ^ code, 0x85_eb_ca_6b);
    second ^= second >>> 13;
  }
  return ((first >>> 0) * 524_288 + ((second >>> 3) & 0x7_ff_ff)) * 2;
}
