/**
 * Detectors: what secret values look like, as data.
 *
 * A token detector is an anchor (a literal that stands out) with runs of characters around it. It is
 * matched by stepping through the characters once, without backtracking: the cost of an attempt is
 * bounded by the sum of the maxima. The matcher reads arrays of character codes, so that the same data
 * runs over text and over the bytes of an image layer.
 */

import type { Confidence } from "../model/finding.ts";
import type { AlphabetName } from "./alphabets.ts";
import type { ChecksumName } from "./checksums.ts";
import type { InspectionName } from "./inspections.ts";

/** A number of characters of one alphabet; as many as there are, up to `max`. */
export interface Run {
  readonly of: AlphabetName;
  readonly min: number;
  readonly max: number;
  /** A literal that must stand somewhere in the run. */
  readonly holds?: string;
}

/** A literal, or a run. */
export type Step = string | Run;

export interface TokenDetector {
  /** Kebab-case, for ever. */
  readonly id: string;
  /** For people: "GitHub token". */
  readonly title: string;
  readonly confidence: Confidence;
  /** One of these must stand there, exactly. Two characters or more each. */
  readonly anchors: readonly string[];
  /** Letters of the anchors match in either case. */
  readonly anyCase?: true;
  /** What stands before the anchor and belongs to the value. */
  readonly before?: Run;
  readonly after: readonly Step[];
  /**
   * Characters that may not stand directly before and after the match: `base64url` and `word` when
   * absent. The set before must hold every character of the runs after, so that a text made of
   * anchors cannot start one long run at each of them.
   */
  readonly boundary?: { readonly before?: AlphabetName; readonly after?: AlphabetName };
  /**
   * No word ends as the anchors begin, and what follows them is no word: the value counts after a word
   * without a separator too, as binary files hold it, with less confidence unless its checksum is right.
   */
  readonly glued?: true;
  /** The anchor names the value and is no part of it: `AccountKey=`. */
  readonly anchorIsName?: true;
  /** What stands between a name and the value, and is part of neither: `": "`. */
  readonly gap?: Run;
  readonly checksum?: ChecksumName;
  /** A look inside, which may lower the confidence or refuse the match. */
  readonly inspect?: InspectionName;
}

/** A place where a secret stands. It never holds the value. */
export interface SecretMatch {
  /** Half-open range of the value in the text that was searched. */
  readonly start: number;
  readonly end: number;
  /** The detector's id. */
  readonly detector: string;
  /** For people: "GitHub token". */
  readonly title: string;
  readonly confidence: Confidence;
  readonly checksum: "valid" | "invalid" | "none";
  /** When the value stops opening anything, in seconds of Unix time, where it tells. */
  readonly expires?: number;
}

/** Exactly `count` characters. */
export function exactly(count: number, of: AlphabetName): Run {
  return { of, min: count, max: count };
}

/** From `min` to `max` characters. */
export function between(min: number, max: number, of: AlphabetName): Run {
  return { of, min, max };
}
