/** Runs the module of `prefilter.wat`: finds the places where literals stand, at the speed of memory. */

import { plans, prefilterModule } from "./prefilter.generated.ts";
import type { Placement, Plan } from "./plan-buckets.ts";
import { BUCKETS, FINGERPRINT, planBuckets, readPlan } from "./plan-buckets.ts";
import type { Literal } from "./scan-anchor.ts";
import { COMPARED } from "./scan-anchor.ts";

/** Not among the types of the language; Node.js and browsers have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly scan: (
    tables: number,
    from: number,
    to: number,
    positions: number,
    ids: number,
    room: number,
  ) => number;
  readonly wide: (from: number, to: number) => number;
  readonly narrow: (from: number, count: number, into: number) => void;
}

/** Places in ascending order. The arrays are used again by the next search. */
export interface Places {
  count: number;
  readonly positions: Uint32Array;
  /** Index of the literal that stands there. */
  readonly ids: Uint16Array;
}

/** How many places one search gives at most. */
const ROOM = 1 << 16;
/** Bytes before and after the window that a search may read. */
const MARGIN = 128;
const PAGE = 65_536;
/** As `prefilter.wat` lays out its tables. */
const STARTS = 288;
const HASHES = 384;
const ENTRIES = 8576;
const ENTRY = 48;

export interface Found {
  readonly places: Places;
  /** Up to where: the end of the range, or less when there are more places than fit. */
  readonly searched: number;
}

export interface Prefilter {
  /** Where to put the bytes that are searched. */
  readonly window: Uint8Array;
  /**
   * Where the literals of a set start in `[from, to)`. They may go on after `to`, so up to `COMPARED`
   * bytes there are read.
   */
  readonly search: (set: number, from: number, to: number) => Found;
  /** The same in UTF-16, for the ranges that look like it; calls back for each chunk that has places. */
  readonly searchWide: (set: number, from: number, to: number, found: WidePlace) => void;
}

type WidePlace = (position: number, id: number) => void;

/** Makes a window of a size, and a prefilter for each set of literals. */
export function createPrefilter(size: number, sets: readonly (readonly Literal[])[]): Prefilter {
  const bytes = Uint8Array.from(atob(prefilterModule), (char) => char.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { memory, scan, wide, narrow } = exports as Exports;
  let top = 16;
  const reserve = (length: number): number => {
    const start = top;
    top = (top + length + 15) & ~15;
    return start;
  };
  const tables = sets.map((set) => reserve(ENTRIES + set.length * ENTRY));
  const positionsAt = reserve(ROOM * 4);
  const idsAt = reserve(ROOM * 2);
  const narrowAt = reserve(CHUNK + 2 * MARGIN) + MARGIN;
  const windowAt = reserve(size + 2 * MARGIN) + MARGIN;
  memory.grow(Math.ceil(top / PAGE));
  for (const [index, set] of sets.entries()) {
    writeTables(new DataView(memory.buffer, tables[index] ?? 0), tables[index] ?? 0, set);
  }
  const places: Places = {
    count: 0,
    positions: new Uint32Array(memory.buffer, positionsAt, ROOM),
    ids: new Uint16Array(memory.buffer, idsAt, ROOM),
  };
  const run = (set: number, from: number, to: number): Places | undefined => {
    const count = scan(tables[set] ?? 0, from, to, positionsAt, idsAt, ROOM);
    if (count >= ROOM) return undefined;
    places.count = count;
    return places;
  };
  const search = (set: number, from: number, to: number): Found => {
    let searched = to;
    let places = run(set, from + windowAt, searched + windowAt);
    while (places === undefined) {
      searched = (from + searched) >> 1;
      places = run(set, from + windowAt, searched + windowAt);
    }
    for (let index = 0; index < places.count; index++) {
      places.positions[index] = (places.positions[index] ?? 0) - windowAt;
    }
    return { places, searched };
  };
  const searchWide = (set: number, from: number, to: number, found: WidePlace): void => {
    const last = to + windowAt;
    let done = from + windowAt;
    for (let at = wide(done, last); at < last; at = wide(done, last)) {
      // Text may begin a little before the first sixteen bytes that are nothing else.
      const start = Math.max(done, at - CHUNK / 4);
      const end = Math.min(last, at + CHUNK);
      const units = (end - start + 1) >> 1;
      for (const odd of [0, 1]) {
        narrow(start + odd, units + COMPARED, narrowAt);
        const inChunk = run(set, narrowAt, narrowAt + units);
        for (let index = 0; index < (inChunk?.count ?? 0); index++) {
          const position = (inChunk?.positions[index] ?? 0) - narrowAt;
          found(start + odd + 2 * position - windowAt, inChunk?.ids[index] ?? 0);
        }
      }
      done = end;
    }
  };
  return { window: new Uint8Array(memory.buffer, windowAt, size), search, searchWide };
}

/** How many bytes are looked at as UTF-16 at a time. */
const CHUNK = 4096;

/** Writes what `prefilter.wat` says of its tables. `base` is the address of the view. */
function writeTables(view: DataView, base: number, literals: readonly Literal[]): void {
  const { placements, nibbles } = planOf(literals);
  for (const [bucket, { low, high }] of nibbles.entries()) {
    for (let place = 0; place < FINGERPRINT; place++) {
      const table = ((bucket >> 3) * FINGERPRINT + place) * 32;
      for (let value = 0; value < 16; value++) {
        if ((((low[place] ?? 0) >> value) & 1) === 1) setBit(view, table + value, bucket & 7);
        if ((((high[place] ?? 0) >> value) & 1) === 1) setBit(view, table + 16 + value, bucket & 7);
      }
    }
  }
  for (const { codes } of placements) writeHashes(view, codes);
  let entry = ENTRIES;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    view.setUint32(STARTS + 4 * bucket, base + entry, true);
    for (const [id, literal] of literals.entries()) {
      const placement = placements[id];
      if (placement?.bucket !== bucket) continue;
      for (const [index, char] of Array.from(literal.text.slice(0, COMPARED)).entries()) {
        const mask = literal.anyCase && /[a-z]/i.test(char) ? 0xdf : 0xff;
        view.setUint8(entry + index, mask);
        view.setUint8(entry + 16 + index, char.charCodeAt(0) & mask);
      }
      view.setInt32(entry + 32, placement.at, true);
      view.setInt32(entry + 36, id, true);
      entry += ENTRY;
    }
  }
  view.setUint32(STARTS + 4 * BUCKETS, base + entry, true);
}

/** Marks the hash of every text that a fingerprint may be; the same hash as in `prefilter.wat`. */
function writeHashes(view: DataView, [a = [], b = [], c = [], d = []]: Placement["codes"]): void {
  for (const first of folded(a)) {
    for (const second of folded(b)) {
      for (const third of folded(c)) {
        for (const fourth of folded(d)) {
          const text = first | (second << 8) | (third << 16) | (fourth << 24);
          const hash = Math.imul(text, 0x9e3779b1) >>> 16;
          setBit(view, HASHES + (hash >> 3), hash & 7);
        }
      }
    }
  }
}

function folded(codes: readonly number[]): Set<number> {
  return new Set(codes.map((code) => code | 0x20));
}

function setBit(view: DataView, at: number, bit: number): void {
  view.setUint8(at, view.getUint8(at) | (1 << bit));
}

/** The plan that was made when files were generated, or one for now. */
function planOf(literals: readonly Literal[]): Plan {
  for (const written of plans) {
    const plan = readPlan(written, literals);
    if (plan !== undefined) return plan;
  }
  return planBuckets(literals);
}
