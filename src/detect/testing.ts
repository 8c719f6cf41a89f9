/**
 * Made-up values in the form of a detector, for tests: from its data and a seed, so that no literal
 * that looks like a token stands in the repository.
 */

import type { AlphabetName } from "./alphabets.ts";
import { alphabets, charactersOf } from "./alphabets.ts";
import { checksums } from "./checksums.ts";
import type { Run, TokenDetector } from "./detector.ts";

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Sample {
  /** The text to search: the anchor and what belongs to it. */
  readonly text: string;
  /** The value's place in it. */
  readonly start: number;
  readonly end: number;
}

/** A text with one value that the detector must find. */
export function sampleOf(
  detector: TokenDetector,
  random: () => number,
  length: "shortest" | "longest",
): Sample {
  const anchor = detector.anchors[Math.floor(random() * detector.anchors.length)] ?? "";
  const before = detector.before === undefined ? "" : runOf(detector.before, random, length);
  const gap = gapOf(detector);
  let text = before + anchor + gap;
  for (const step of detector.after) {
    text += typeof step === "string" ? step : runOf(step, random, length);
  }
  if (detector.inspect !== undefined) text = withContent(detector, text, random);
  if (detector.checksum !== undefined) {
    const sum = checksums[detector.checksum](text);
    text = text.slice(0, -sum.length) + sum;
  }
  const start = detector.anchorIsName === true ? anchor.length + gap.length : 0;
  return { text, start, end: text.length };
}

/** The sample with its last character changed to another of the same kind, so that a checksum fails. */
export function withBrokenEnd(text: string): string {
  const last = text.at(-1) ?? "";
  return text.slice(0, -1) + (last === "7" ? "4" : "7");
}

/**
 * Texts that look like the detector's values and are none: a character of the anchor is another one, a
 * run is one too short, a foreign character stands in a run.
 */
export function nearMissesOf(detector: TokenDetector, random: () => number): string[] {
  const { text } = sampleOf(detector, random, "shortest");
  const anchor = detector.anchors.find((each) => text.includes(each)) ?? "";
  const at = text.indexOf(anchor);
  const middle = at + Math.floor(anchor.length / 2);
  const end = at + anchor.length;
  const foreign = `${text.slice(0, end)}!${text.slice(end + 1)}`;
  const misspelt = `${text.slice(0, middle)}!${text.slice(middle + 1)}`;
  // Whose inside is looked at is not of the shortest length.
  const shortest =
    detector.inspect === undefined || detector.inspect === "mixed" || detector.inspect === "random";
  return shortest
    ? [misspelt, foreign, text.slice(0, -1), `${text.slice(0, -1)}!`]
    : [misspelt, foreign];
}

function gapOf(detector: TokenDetector): string {
  return detector.gap === undefined ? "" : '": "';
}

function runOf(run: Run, random: () => number, length: "shortest" | "longest"): string {
  const count = length === "shortest" ? run.min : Math.min(run.max, 2000);
  const filled = randomText(run.of, count, random);
  if (run.holds === undefined) return filled;
  const middle = Math.floor((count - run.holds.length) / 2);
  return filled.slice(0, middle) + run.holds + filled.slice(middle + run.holds.length);
}

export function randomText(of: AlphabetName, count: number, random: () => number): string {
  const characters = charactersOf(alphabets[of]).replace("=", "");
  let text = "";
  while (text.length < count) text += characters[Math.floor(random() * characters.length)] ?? "";
  return text;
}

/** Values whose inside is looked at need an inside. */
function withContent(detector: TokenDetector, text: string, random: () => number): string {
  const noise = randomText("base62", 40, random);
  switch (detector.inspect) {
    case "jwt":
      return `${base64url(`{"alg":"HS256","kid":"${noise}"}`)}.${base64url(`{"sub":"${noise}"}`)}.${noise}`;
    case "base64-pem":
      return base64(["-----BEGIN PRIV", `ATE KEY-----\n${noise}${noise}`].join(""));
    case "base64-docker-config":
      return base64(`{"auths":{"r.example":{"auth":"${noise}"}}}`);
    case "base64-basic":
      return `${detector.anchors[0] ?? ""}${gapOf(detector)}${base64(`someone:${noise}`)}`;
    default:
      return `${text.slice(0, -2)}a1`;
  }
}

function base64(text: string): string {
  return btoa(text).replace(/=+$/, "");
}

function base64url(text: string): string {
  return base64(text).replaceAll("+", "-").replaceAll("/", "_");
}
