/** Text in UTF-16 whose characters are all in Latin-1, seen as one byte a character. */

import type { MemberBytes } from "./scan-anchor.ts";

export interface NarrowText {
  readonly bytes: MemberBytes;
  /** The place that was asked for. */
  readonly at: number;
  /** Where character 0 starts in the bytes that it was made of; each character takes two. */
  readonly base: number;
  /** In a program, where text may start at an odd place, the order may not be known; then `base` is one byte off. */
  readonly encoding: "utf-16le" | "utf-16be";
}

/** Characters before the place that are taken along. */
const BEFORE = 1024;

/** The text around `at`, where the byte of a character stands that is not NUL. */
export function narrowAround(
  { codes, from, to }: MemberBytes,
  at: number,
  ahead: number,
): NarrowText {
  let first = at;
  const lowest = Math.max(from, at - 2 * BEFORE);
  while (first - 2 >= lowest && codes[first - 1] === 0 && codes[first - 2] !== 0) first -= 2;
  let last = at;
  const highest = Math.min(to, at + ahead);
  while (last + 2 < highest && codes[last + 1] === 0 && codes[last + 2] !== 0) last += 2;
  const text = new Uint8Array((last - first) / 2 + 1);
  for (let index = 0; index < text.length; index++) text[index] = codes[first + 2 * index] ?? 0;
  const nulBefore = first > from && codes[first - 1] === 0;
  const nulAfter = last + 1 < to && codes[last + 1] === 0;
  // When the ends do not tell, the place in the file does: a file of text has a unit at every even place.
  const cut = last + 2 >= highest && highest < to;
  const bigEndian = cut || nulBefore === nulAfter ? ((first - from) & 1) === 1 : nulBefore;
  return {
    bytes: { codes: text, from: 0, to: text.length },
    at: (at - first) / 2,
    base: bigEndian ? first - 1 : first,
    encoding: bigEndian ? "utf-16be" : "utf-16le",
  };
}
