/**
 * Shares literals out over the prefilter's sixteen buckets: which four bytes of each are its
 * fingerprint, and in which bucket it stands, so that few other texts look like a bucket's literals.
 */

import type { Literal } from "./scan-anchor.ts";
import { COMPARED } from "./scan-anchor.ts";

export const BUCKETS = 16;
/** Bytes of a fingerprint. */
export const FINGERPRINT = 4;
/** Fingerprints start this many bytes before their literals at most; the module relies on it. */
const LEAD = 3;

/** Half-bytes that may stand at each of the four places: bit n for the value n. */
interface Nibbles {
  readonly low: Uint16Array;
  readonly high: Uint16Array;
}

export interface Placement {
  readonly bucket: number;
  /** Where the fingerprint starts, counted from the literal's start: -3 to 12. */
  readonly at: number;
  /** The characters that each of its places may have. */
  readonly codes: readonly (readonly number[])[];
}

export interface Plan {
  /** For each literal. */
  readonly placements: readonly Placement[];
  /** For each bucket. */
  readonly nibbles: readonly Nibbles[];
}

/** Four bytes that often stand together. */
export interface CommonQuad {
  readonly codes: readonly number[];
  /** Of all places, the share where they stand. */
  readonly share: number;
}

interface Fingerprint extends Nibbles {
  readonly at: number;
  readonly codes: readonly (readonly number[])[];
}

/**
 * Places all literals, then goes over them again, as often as is said, to improve. Letters do not stand
 * together by chance, so that a better plan knows what is common. The result is the same for the same
 * literals.
 */
export function planBuckets(
  literals: readonly Literal[],
  improvements = 3,
  common: readonly CommonQuad[] = [],
): Plan {
  const choices = literals.map(fingerprintsOf);
  const buckets = Array.from({ length: BUCKETS }, () => new Map<number, Fingerprint>());
  const sums = buckets.map(noNibbles);
  const placements: Placement[] = [];
  const rarity = choices.map((prints) => Math.min(...prints.map((print) => rate(print))));
  const order = [...literals.keys()].toSorted((a, b) => (rarity[b] ?? 0) - (rarity[a] ?? 0));
  for (let round = 0; round <= improvements; round++) {
    for (const index of order) {
      const before = placements[index]?.bucket;
      if (before !== undefined) {
        buckets[before]?.delete(index);
        sums[before] = sumOf(buckets[before]?.values() ?? []);
      }
      const { bucket, print } = cheapest(choices[index] ?? [], sums, common);
      buckets[bucket]?.set(index, print);
      sums[bucket] = union(sums[bucket] ?? noNibbles(), print);
      placements[index] = { bucket, at: print.at, codes: print.codes };
    }
  }
  return { placements, nibbles: sums };
}

/** A plan in short: bucket and place of the fingerprint for each literal. */
export function writtenPlan({ placements }: Plan): string {
  return placements.map(({ bucket, at }) => `${bucket},${at}`).join(" ");
}

/**
 * The plan that was written, when it can be one for these literals. When they changed since, it is not
 * as good as another would be and still right: every literal is in the bucket that it is looked for in.
 */
export function readPlan(written: string, literals: readonly Literal[]): Plan | undefined {
  const parts = written.split(" ");
  if (parts.length !== literals.length) return undefined;
  const nibbles = Array.from({ length: BUCKETS }, noNibbles);
  const placements: Placement[] = [];
  for (const [index, literal] of literals.entries()) {
    const [bucket = 0, at] = (parts[index] ?? "").split(",").map(Number);
    const print = fingerprintsOf(literal).find((each) => each.at === at);
    if (print === undefined) return undefined;
    nibbles[bucket] = union(nibbles[bucket] ?? noNibbles(), print);
    placements.push({ bucket, at: print.at, codes: print.codes });
  }
  return { placements, nibbles };
}

/** Of the ways that cost least when bytes were independent, the one that answers to the least that is common. */
function cheapest(
  prints: readonly Fingerprint[],
  sums: readonly Nibbles[],
  common: readonly CommonQuad[],
) {
  const ways = sums.flatMap((sum, bucket) => {
    const now = rate(sum);
    return prints.map((print) => ({ bucket, print, sum, cost: rateOfBoth(sum, print) - now }));
  });
  ways.sort((left, right) => left.cost - right.cost);
  let best: { readonly bucket: number; readonly print: Fingerprint } = ways[0] ?? {
    bucket: 0,
    print: { at: 0, codes: [], ...noNibbles() },
  };
  let least = Infinity;
  for (const way of ways.slice(0, common.length === 0 ? 1 : LOOKED_AT)) {
    const cost = way.cost + shareOf(common, union(way.sum, way.print)) - shareOf(common, way.sum);
    if (cost < least) [least, best] = [cost, way];
  }
  return best;
}

/** Ways of which the cost is found out in full. */
const LOOKED_AT = 24;

/** The share of all places where common bytes stand that a bucket answers to. */
function shareOf(common: readonly CommonQuad[], { low, high }: Nibbles): number {
  let sum = 0;
  for (const { codes, share } of common) {
    let index = 0;
    while (index < FINGERPRINT) {
      const code = codes[index] ?? 0;
      const holds = ((low[index] ?? 0) >> (code & 15)) & ((high[index] ?? 0) >> (code >> 4)) & 1;
      if (holds === 0) break;
      index += 1;
    }
    if (index === FINGERPRINT) sum += share;
  }
  return sum;
}

/** Every four bytes of a literal and its surroundings that a fingerprint can be. */
function fingerprintsOf(literal: Literal): Fingerprint[] {
  const before = literal.before.slice(-LEAD);
  const text = literal.text.slice(0, COMPARED);
  const after = text === literal.text ? literal.after : [];
  const sets = [
    ...before.map(codesIn),
    ...Array.from(text, (char) => codesOf(char, literal.anyCase)),
    ...after.map(codesIn),
  ].slice(0, before.length + COMPARED);
  while (sets.length < FINGERPRINT) sets.push(ANY);
  return Array.from({ length: sets.length - FINGERPRINT + 1 }, (_, index) => {
    const window = sets.slice(index, index + FINGERPRINT);
    const low = Uint16Array.from(window, (codes) => bits(codes.map((code) => code & 15)));
    const high = Uint16Array.from(window, (codes) => bits(codes.map((code) => code >> 4)));
    return { at: index - before.length, codes: window, low, high };
  });
}

const ANY = Array.from({ length: 256 }, (_, code) => code);

function codesIn(set: Uint8Array): number[] {
  return ANY.filter((code) => set[code] === 1);
}

function codesOf(char: string, anyCase: boolean): number[] {
  const forms = anyCase ? [char.toLowerCase(), char.toUpperCase()] : [char];
  return forms.map((form) => form.charCodeAt(0));
}

function bits(values: readonly number[]): number {
  return values.reduce((sum, value) => sum | (1 << value), 0);
}

function noNibbles(): Nibbles {
  return { low: new Uint16Array(FINGERPRINT), high: new Uint16Array(FINGERPRINT) };
}

function union(left: Nibbles, right: Nibbles): Nibbles {
  return {
    low: left.low.map((set, index) => set | (right.low[index] ?? 0)),
    high: left.high.map((set, index) => set | (right.high[index] ?? 0)),
  };
}

function sumOf(prints: Iterable<Nibbles>): Nibbles {
  let sum = noNibbles();
  for (const print of prints) sum = union(sum, print);
  return sum;
}

/** How often a bucket answers, when bytes were independent of each other. */
function rate(nibbles: Nibbles): number {
  return rateOfBoth(nibbles, nibbles);
}

function rateOfBoth(left: Nibbles, right: Nibbles): number {
  let product = 1;
  for (let index = 0; index < FINGERPRINT; index++) {
    const low = (left.low[index] ?? 0) | (right.low[index] ?? 0);
    const high = (left.high[index] ?? 0) | (right.high[index] ?? 0);
    product *= share(low, high);
  }
  return product;
}

const shares = new Map<number, number>();

/** The share of all bytes that have such halves. */
function share(low: number, high: number): number {
  const key = low * 65_536 + high;
  let sum = shares.get(key);
  if (sum === undefined) {
    sum = 0;
    for (const code of ANY) {
      if (((low >> (code & 15)) & 1) === 1 && ((high >> (code >> 4)) & 1) === 1)
        sum += FREQUENCY[code] ?? 0;
    }
    shares.set(key, sum);
  }
  return sum;
}

/** Per mille, rounded, over texts and programs of a Debian system. */
const COMMON: readonly (readonly [characters: string, perMille: number])[] = [
  [" ", 40],
  ["et", 22],
  ["aonisrH", 15],
  ["lcdpu", 10],
  ["bfghm_/0.$DELAI", 7],
  ["-\"'(<>=:,1234589krvwyxBCFMNOPSTR", 4],
];

const FREQUENCY = Float64Array.from(ANY, (code) => {
  const found = COMMON.find(([characters]) => characters.includes(String.fromCharCode(code)));
  if (code === 0) return 0.1;
  return (found?.[1] ?? (code > 32 && code < 127 ? 2 : 1)) / 1000;
});
