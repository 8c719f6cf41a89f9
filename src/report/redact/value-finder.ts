/** Finds many known values in a text in one pass, whatever their number. */

import type { Range } from "../mask/line.ts";

/** Gives the ranges of a text that hold a known value, in order and apart from each other. */
export type ValueFinder = (text: string) => readonly Range[];

/** Shorter values would be found in every other word. */
export const SHORTEST_VALUE = 4;

/** So much of a long value gives it away: texts may be cut. */
const TELLING = 24;

/** More values with the same beginning than this are not compared: the whole word is taken. */
const MAX_ALIKE = 64;

/** Beginnings are noted by hash, so that nearly every position is passed with one look. */
const TABLE = 1 << 16;

interface Value {
  readonly text: string;
  /** A word or a number, which is only meant where it stands alone. */
  readonly plain: boolean;
}

/** A finder for values of at least four UTF-16 units. Letters match whatever their case. */
export function valueFinder(values: Iterable<string>): ValueFinder {
  const table = new Uint8Array(TABLE);
  const byStart = new Map<string, Value[]>();
  for (const value of values) {
    if (value.length < SHORTEST_VALUE) continue;
    const start = value.slice(0, SHORTEST_VALUE).toLowerCase();
    const alike = byStart.get(start);
    const entry = { text: value, plain: isPlain(value) };
    if (alike === undefined) byStart.set(start, [entry]);
    else alike.push(entry);
    table[hashAt(value, 0)] = 1;
  }
  return (text) => {
    const found: Range[] = [];
    for (let index = 0; index + SHORTEST_VALUE <= text.length;) {
      const length = table[hashAt(text, index)] === 1 ? longestAt(byStart, text, index) : 0;
      if (length > 0) found.push({ start: index, end: index + length });
      index += Math.max(1, length);
    }
    return found;
  };
}

function longestAt(
  byStart: ReadonlyMap<string, readonly Value[]>,
  text: string,
  at: number,
): number {
  const alike = byStart.get(text.slice(at, at + SHORTEST_VALUE).toLowerCase()) ?? [];
  if (alike.length > MAX_ALIKE) return wordLength(text, at);
  let longest = 0;
  for (const { text: value, plain } of alike) {
    const same = sameLength(text, at, value);
    const whole = same === value.length && (!plain || standsAlone(text, at, at + same));
    if (whole || same >= TELLING) longest = Math.max(longest, same);
  }
  return longest;
}

/** How many units of `value` stand in the text at `at`. */
function sameLength(text: string, at: number, value: string): number {
  const most = Math.min(value.length, text.length - at);
  let length = 0;
  while (length < most && lower(text.charCodeAt(at + length)) === lower(value.charCodeAt(length))) {
    length += 1;
  }
  return length;
}

function wordLength(text: string, at: number): number {
  let end = at;
  while (end < text.length && !/\s/.test(text[end] ?? " ")) end += 1;
  return end - at;
}

/** `hunter`, `Hunter`, `8080`: what may as well be a part of another word. */
function isPlain(value: string): boolean {
  return value.length < 16 && /^(?:[A-Z]?[a-z]+|[A-Z]+|\d+)$/.test(value);
}

function standsAlone(text: string, start: number, end: number): boolean {
  return !/[A-Za-z0-9]/.test(`${text[start - 1] ?? ""}${text[end] ?? ""}`);
}

function lower(code: number): number {
  return code >= 65 && code <= 90 ? code + 32 : code;
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let index = at; index < at + SHORTEST_VALUE; index++) {
    hash = Math.imul(hash, 31) + lower(text.charCodeAt(index));
  }
  return hash & (TABLE - 1);
}
