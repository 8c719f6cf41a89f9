/** Finds secret values in text by what they look like. */

import type { Confidence } from "../model/finding.ts";
import type { SecretMatch } from "./detector.ts";
import { tokenDetectors } from "./detectors.ts";
import { findKeyedSecrets } from "./find-keyed-values.ts";
import { findPrivateKeys } from "./find-private-keys.ts";
import { findUrlSecrets } from "./find-urls.ts";
import type { TokenMatcher } from "./match-tokens.ts";
import { tokenMatcher } from "./match-tokens.ts";

/** A text with more secrets than this is cut off here; one is already too many. */
export const MAX_MATCHES = 1000;

/** Shorter texts cannot hold a secret that a detector knows. */
const SHORTEST = 8;

let matcher: TokenMatcher | undefined;

/**
 * Secrets in a text, by what they look like, in order and without overlaps. Time grows linearly
 * with the text. The matches say where a value stands and never hold it.
 */
export function findSecretsInText(text: string): SecretMatch[] {
  if (text.length < SHORTEST) return [];
  matcher ??= tokenMatcher(tokenDetectors);
  const found = [
    ...matcher.match(codesOf(text), MAX_MATCHES),
    ...(text.includes("://") ? findUrlSecrets(text, MAX_MATCHES) : []),
    ...findPrivateKeys(text, MAX_MATCHES),
    ...findKeyedSecrets(text, MAX_MATCHES),
  ];
  return withoutOverlaps(found).slice(0, MAX_MATCHES);
}

/** The UTF-16 units of a text, which the token matcher reads like bytes. */
function codesOf(text: string): Uint16Array {
  const codes = new Uint16Array(text.length);
  for (let index = 0; index < text.length; index++) codes[index] = text.charCodeAt(index);
  return codes;
}

const RANK: Readonly<Record<Confidence, number>> = { high: 0, medium: 1, low: 2 };

/** A range with a confidence, as every match has. */
type Ranged = Pick<SecretMatch, "start" | "end" | "confidence"> &
  Partial<Pick<SecretMatch, "checksum">>;

/**
 * Of matches that overlap, the surer one stays, then the longer, then the one whose checksum is right. Gives them in
 * order.
 */
export function withoutOverlaps<T extends Ranged>(found: readonly T[]): T[] {
  const ordered = found.toSorted(
    (left, right) => left.start - right.start || right.end - right.start - (left.end - left.start),
  );
  const kept: T[] = [];
  for (const match of ordered) {
    const last = kept.at(-1);
    if (last === undefined || match.start >= last.end) kept.push(match);
    else if (isBetter(match, last)) kept[kept.length - 1] = match;
  }
  return kept;
}

function isBetter(match: Ranged, other: Ranged): boolean {
  const rank = RANK[match.confidence] - RANK[other.confidence];
  if (rank !== 0) return rank < 0;
  const longer = match.end - match.start - (other.end - other.start);
  return longer === 0 ? match.checksum === "valid" && other.checksum !== "valid" : longer > 0;
}
