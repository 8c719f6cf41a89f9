/** When a token stops opening anything, where it tells. */

import type { Confidence } from "../model/finding.ts";

/** Seconds of Unix time; undefined for claims that never end. Source: RFC 7519, section 4.1.4. */
export function expiryOf(claims: string): number | undefined {
  const seconds = /"exp"\s*:\s*(\d{9,11})(?!\d)/.exec(claims)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

export function isExpired(expires: number | undefined, now: number): boolean {
  return expires !== undefined && expires * 1000 < now;
}

/**
 * A sighting as it is to be judged at a time, in milliseconds of Unix time: one that was made, and kept, while its
 * token was good may be old.
 */
export function judgedAt<T extends { readonly confidence: Confidence; readonly expires?: number }>(
  sighting: T,
  now: number,
): T {
  return isExpired(sighting.expires, now) ? { ...sighting, confidence: "low" } : sighting;
}
