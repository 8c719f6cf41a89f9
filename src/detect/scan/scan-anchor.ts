/** What the prefilter looks for, and how a place where it stands is judged. */

import type { Alphabet } from "../alphabets.ts";
import type { SecretMatch } from "../detector.ts";

/** The prefilter compares this many characters of an anchor; whoever judges compares the rest. */
export const COMPARED = 16;

/** A literal with what is known of the bytes around it. */
export interface Literal {
  /** ASCII; two characters or more. */
  readonly text: string;
  /** Letters match in either case. */
  readonly anyCase: boolean;
  /** What must stand before it, nearest last. At most three are of use. */
  readonly before: readonly Alphabet[];
  /** What must stand after it. */
  readonly after: readonly Alphabet[];
}

/** The bytes of one file, as far as they are at hand: `[from, to)` of `codes`. */
export interface MemberBytes {
  readonly codes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** A match at its place in `codes`. */
export interface Judged extends SecretMatch {
  readonly encoding?: "base64";
  /** The value, when it is not what stands in the bytes. */
  readonly decoded?: string;
}

export interface ScanAnchor extends Literal {
  /** How many bytes from the anchor on decide, at most. */
  readonly reach: number;
  readonly judge: (bytes: MemberBytes, at: number) => Judged | undefined;
}

const decoder = new TextDecoder("latin1");

/** A range of bytes as text, one character each. ASCII is ASCII; what the others become does not matter. */
export function latin1(codes: Uint8Array, from: number, to: number): string {
  return from < to ? decoder.decode(codes.subarray(from, to)) : "";
}
