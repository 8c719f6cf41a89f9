/** Runs token detectors over character codes: one pass, no backtracking. */

import { alphabets, isIn } from "./alphabets.ts";
import { hasValidChecksum } from "./checksums.ts";
import type { Run, SecretMatch, Step, TokenDetector } from "./detector.ts";
import { inspections } from "./inspections.ts";
import type { Confidence } from "../model/finding.ts";

/**
 * Character codes: the bytes of a file (`Uint8Array`) or the UTF-16 units of a text. Every detector is
 * ASCII, so both give the same matches.
 */
export type Codes = Uint8Array | Uint16Array;

export interface TokenMatcher {
  /** Matches in the order of their anchors. They may overlap. */
  readonly match: (codes: Codes, limit: number) => SecretMatch[];
}

interface Anchor {
  readonly codes: readonly number[];
  readonly detector: TokenDetector;
}

/** Prepares detectors: anchors are found by their first two characters. */
export function tokenMatcher(detectors: readonly TokenDetector[]): TokenMatcher {
  const anchorsOf = new Map<number, Anchor[]>();
  const starts = new Uint8Array(128 * 128);
  for (const detector of detectors) {
    for (const text of detector.anchors) {
      const codes = Array.from(text, (char) => char.charCodeAt(0));
      const pair = pairOf(codes[0] ?? 0, codes[1] ?? 0);
      starts[pair] = 1;
      const list = anchorsOf.get(pair) ?? [];
      list.push({ codes, detector });
      anchorsOf.set(pair, list);
    }
  }
  const match = (codes: Codes, limit: number): SecretMatch[] => {
    const found: SecretMatch[] = [];
    for (let index = 0; index + 1 < codes.length && found.length < limit; index++) {
      const first = codes[index] ?? 128;
      const second = codes[index + 1] ?? 128;
      if (first >= 128 || second >= 128 || starts[pairOf(first, second)] === 0) continue;
      for (const anchor of anchorsOf.get(pairOf(first, second)) ?? []) {
        const hit = matchAt(codes, index, anchor);
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

function matchAt(codes: Codes, at: number, anchor: Anchor): SecretMatch | undefined {
  const { detector } = anchor;
  if (!standsAt(codes, at, anchor.codes)) return undefined;
  const start = detector.before === undefined ? at : runBackward(codes, at, detector.before);
  if (start === undefined) return undefined;
  const beforeSet = alphabets[detector.boundary?.before ?? "base64url"];
  if (start > 0 && isIn(beforeSet, codes[start - 1])) return undefined;
  const afterAnchor = at + anchor.codes.length;
  let end = afterAnchor;
  for (const step of detector.after) {
    const next = takeStep(codes, end, step);
    if (next === undefined) return undefined;
    end = next;
  }
  if (isIn(alphabets[detector.boundary?.after ?? "word"], codes[end])) return undefined;
  const valueStart = detector.anchorIsName === true ? afterAnchor : start;
  return judge(textOf(codes, valueStart, end), valueStart, end, detector);
}

function judge(
  value: string,
  start: number,
  end: number,
  detector: TokenDetector,
): SecretMatch | undefined {
  if (isSample(value)) return undefined;
  let confidence: Confidence = detector.confidence;
  if (detector.inspect !== undefined) {
    const seen = inspections[detector.inspect](value);
    if (seen === undefined) return undefined;
    confidence = seen;
  }
  let checksum: SecretMatch["checksum"] = "none";
  if (detector.checksum !== undefined) {
    checksum = hasValidChecksum(detector.checksum, value) ? "valid" : "invalid";
    confidence = checksum === "valid" ? "high" : "medium";
  }
  return { start, end, detector: detector.id, title: detector.title, confidence, checksum };
}

/** Documentation writes tokens that are none: with EXAMPLE in them, or one character over and over. */
function isSample(value: string): boolean {
  if (/EXAMPLE|xxxxxx|XXXXXX|000000000|123456789012|abcdefghijkl/.test(value)) return true;
  const tail = value.slice(-64);
  return tail.length >= 20 && new Set(tail.slice(-20)).size <= 3;
}

function standsAt(codes: Codes, at: number, wanted: readonly number[]): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (codes[at + index] !== wanted[index]) return false;
  }
  return true;
}

function runBackward(codes: Codes, at: number, run: Run): number | undefined {
  const set = alphabets[run.of];
  let start = at;
  while (start > 0 && at - start < run.max && isIn(set, codes[start - 1])) start -= 1;
  return at - start < run.min ? undefined : start;
}

function takeStep(codes: Codes, at: number, step: Step): number | undefined {
  if (typeof step === "string") {
    for (let index = 0; index < step.length; index++) {
      if (codes[at + index] !== step.charCodeAt(index)) return undefined;
    }
    return at + step.length;
  }
  const set = alphabets[step.of];
  let end = at;
  while (end - at < step.max && isIn(set, codes[end])) end += 1;
  if (end - at < step.min) return undefined;
  if (step.holds !== undefined && !textOf(codes, at, end).includes(step.holds)) return undefined;
  return end;
}

function textOf(codes: Codes, start: number, end: number): string {
  let text = "";
  for (let index = start; index < end; index++) text += String.fromCharCode(codes[index] ?? 0);
  return text;
}
