/** Runs token detectors over character codes: one pass, no backtracking. */

import { alphabets, isIn } from "./alphabets.ts";
import type { Run, SecretMatch, Step, TokenDetector } from "./detector.ts";
import { judgeMatch } from "./judge-match.ts";

/**
 * Character codes: the bytes of a file (`Uint8Array`) or the UTF-16 units of a text. Every detector is
 * ASCII, so both give the same matches.
 */
export type Codes = Uint8Array | Uint16Array;

export interface TokenMatcher {
  /** Matches in the order of their anchors. They may overlap. */
  readonly match: (codes: Codes, limit: number) => SecretMatch[];
}

/** One anchor of a detector, ready to be compared. */
export interface DetectorAnchor {
  /** In lower case when `anyCase`. */
  readonly codes: readonly number[];
  readonly anyCase: boolean;
  readonly detector: TokenDetector;
}

/** The anchors of a detector. */
export function anchorsOf(detector: TokenDetector): DetectorAnchor[] {
  const anyCase = detector.anyCase === true;
  return detector.anchors.map((text) => ({
    codes: Array.from(anyCase ? text.toLowerCase() : text, (char) => char.charCodeAt(0)),
    anyCase,
    detector,
  }));
}

/** Prepares detectors: anchors are found by their first two characters. */
export function tokenMatcher(detectors: readonly TokenDetector[]): TokenMatcher {
  const byPair = new Map<number, DetectorAnchor[]>();
  const starts = new Uint8Array(128 * 128);
  for (const anchor of detectors.flatMap(anchorsOf)) {
    for (const first of casesOf(anchor, 0)) {
      for (const second of casesOf(anchor, 1)) {
        const pair = pairOf(first, second);
        starts[pair] = 1;
        const list = byPair.get(pair) ?? [];
        list.push(anchor);
        byPair.set(pair, list);
      }
    }
  }
  const match = (codes: Codes, limit: number): SecretMatch[] => {
    const found: SecretMatch[] = [];
    for (let index = 0; index + 1 < codes.length && found.length < limit; index++) {
      const first = codes[index] ?? 128;
      const second = codes[index + 1] ?? 128;
      if (first >= 128 || second >= 128 || starts[pairOf(first, second)] === 0) continue;
      for (const anchor of byPair.get(pairOf(first, second)) ?? []) {
        const hit = matchAt(codes, index, anchor, 0, codes.length);
        if (hit !== undefined) found.push(hit);
      }
    }
    return found;
  };
  return { match };
}

function pairOf(first: number, second: number): number {
  return first * 128 + second;
}

/** The character codes that may stand at a place of an anchor. */
function casesOf({ codes, anyCase }: DetectorAnchor, index: number): readonly number[] {
  const code = codes[index] ?? 0;
  return anyCase && isLower(code) ? [code, code - 32] : [code];
}

/**
 * The match whose anchor stands at a place, if there is one. What lies outside `[from, to)` is not
 * read and counts as a boundary. Nothing is allocated before the whole form fits.
 */
export function matchAt(
  codes: Codes,
  at: number,
  anchor: DetectorAnchor,
  from: number,
  to: number,
): SecretMatch | undefined {
  const { detector } = anchor;
  if (!standsAt(codes, at, anchor, to)) return undefined;
  const start = detector.before === undefined ? at : runBackward(codes, at, detector.before, from);
  if (start < 0) return undefined;
  const beforeSet = alphabets[detector.boundary?.before ?? "base64url"];
  if (start > from && isIn(beforeSet, codes[start - 1]))
    return gluedMatch(codes, at, start, anchor, from, to);
  const end = formEnd(codes, at, anchor, to);
  if (end < 0) return undefined;
  if (isBoundary(codes, end, detector, to)) return matchOf(codes, at, start, end, anchor, to);
  return certainly(detector, matchOfGlued(codes, at, start, end, anchor, to));
}

/** Longer runs of letters and digits before an anchor are no word: the anchor stands there by chance. */
const LONGEST_WORD = 64;

/**
 * A value that follows a word without a separator, as in the rows of databases and in what programs
 * serialize. The byte before it may be its length, which looks like a letter by chance; then it is as sure
 * as any other. Or its detector is too distinctive for a word to end so.
 */
function gluedMatch(
  codes: Codes,
  at: number,
  start: number,
  anchor: DetectorAnchor,
  from: number,
  to: number,
): SecretMatch | undefined {
  const { detector } = anchor;
  // A count is a code of a letter or digit, so that this is short whatever the detector's runs are.
  const counted = start + (codes[start - 1] ?? 0);
  if (formEnd(codes, at, anchor, Math.min(to, counted + 1)) === counted) {
    if (detector.glued === true || isBoundary(codes, counted, detector, to))
      return matchOf(codes, at, start, counted, anchor, to);
  }
  if (detector.glued !== true) return undefined;
  let word = start;
  while (word > from && start - word < LONGEST_WORD && isIn(alphabets.encoded, codes[word - 1])) {
    word -= 1;
  }
  if (start - word === LONGEST_WORD) return undefined;
  const end = formEnd(codes, at, anchor, to);
  if (end < 0) return undefined;
  const match = matchOfGlued(codes, at, start, end, anchor, to);
  return isBoundary(codes, end, detector, to) ? match : certainly(detector, match);
}

/** A match that only its checksum can tell from chance. */
function certainly(
  { glued }: TokenDetector,
  match: SecretMatch | undefined,
): SecretMatch | undefined {
  return glued === true && match?.checksum === "valid" ? match : undefined;
}

/** A match beside a word: less sure, unless its checksum is right. */
function matchOfGlued(
  codes: Codes,
  at: number,
  start: number,
  end: number,
  anchor: DetectorAnchor,
  to: number,
): SecretMatch | undefined {
  if (anchor.detector.glued !== true) return undefined;
  const match = matchOf(codes, at, start, end, anchor, to);
  if (match === undefined || match.checksum === "valid") return match;
  // Names in source code have words here.
  if (!isMixed(codes, start, end)) return undefined;
  return { ...match, confidence: match.confidence === "high" ? "medium" : "low" };
}

/** Three digits, or a digit and a capital. */
function isMixed(codes: Codes, start: number, end: number): boolean {
  let digits = 0;
  let capitals = 0;
  for (let index = start; index < end; index++) {
    digits += isIn(alphabets.digit, codes[index]) ? 1 : 0;
    capitals += isIn(alphabets.upper, codes[index]) ? 1 : 0;
  }
  return digits >= 3 || (digits > 0 && capitals > 0);
}

function isBoundary(codes: Codes, end: number, detector: TokenDetector, to: number): boolean {
  return end >= to || !isIn(alphabets[detector.boundary?.after ?? "word"], codes[end]);
}

/** Where the form ends whose anchor stands at a place, or -1. */
function formEnd(codes: Codes, at: number, { detector, codes: name }: DetectorAnchor, to: number) {
  let end = at + name.length;
  if (detector.gap !== undefined) end = takeStep(codes, end, detector.gap, to);
  for (const step of detector.after) {
    if (end < 0) return -1;
    end = takeStep(codes, end, step, to);
  }
  return end;
}

function matchOf(
  codes: Codes,
  at: number,
  start: number,
  end: number,
  { detector, codes: name }: DetectorAnchor,
  to: number,
): SecretMatch | undefined {
  let valueStart = start;
  if (detector.anchorIsName === true) {
    valueStart = at + name.length;
    if (detector.gap !== undefined) valueStart = takeStep(codes, valueStart, detector.gap, to);
  }
  return judgeMatch(textOf(codes, valueStart, end), valueStart, end, detector);
}

/** How many characters from its anchor on decide a match, at most. */
export function reachOf({ detector, codes }: DetectorAnchor): number {
  const steps = detector.gap === undefined ? detector.after : [detector.gap, ...detector.after];
  const lengths = steps.map((step) => (typeof step === "string" ? step.length : step.max));
  return lengths.reduce((sum, length) => sum + length, codes.length) + 1;
}

function standsAt(codes: Codes, at: number, anchor: DetectorAnchor, to: number): boolean {
  const wanted = anchor.codes;
  if (at + wanted.length > to) return false;
  for (let index = 0; index < wanted.length; index++) {
    const code = codes[at + index] ?? 0;
    if (code === wanted[index]) continue;
    if (!anchor.anyCase || !isLower(code + 32) || code + 32 !== wanted[index]) return false;
  }
  return true;
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** Where the run before `at` starts, or -1. */
function runBackward(codes: Codes, at: number, run: Run, from: number): number {
  const set = alphabets[run.of];
  let start = at;
  while (start > from && at - start < run.max && isIn(set, codes[start - 1])) start -= 1;
  return at - start < run.min ? -1 : start;
}

/** Where the step that begins at `at` ends, or -1. */
function takeStep(codes: Codes, at: number, step: Step, to: number): number {
  if (typeof step === "string") {
    if (at + step.length > to) return -1;
    for (let index = 0; index < step.length; index++) {
      if (codes[at + index] !== step.charCodeAt(index)) return -1;
    }
    return at + step.length;
  }
  const set = alphabets[step.of];
  const stop = Math.min(to, at + step.max);
  let end = at;
  while (end < stop && isIn(set, codes[end])) end += 1;
  if (end - at < step.min) return -1;
  if (step.holds !== undefined && !textOf(codes, at, end).includes(step.holds)) return -1;
  return end;
}

function textOf(codes: Codes, start: number, end: number): string {
  let text = "";
  for (let index = start; index < end; index++) text += String.fromCharCode(codes[index] ?? 0);
  return text;
}
