/** Little compressed data, of which layers have thousands: unpacked in one go, without a stream. */

import { crc32 } from "node:zlib";
import { headerBytes, isTrailer, TRAILER_BYTES } from "./gzip-header.ts";
import type { Inflater } from "./inflater.ts";
import { createInflater } from "./inflater.ts";

/** Compressed data of at most this much is unpacked at once, to at most that much. */
export const SMALL_BYTES = 262_144;
export const MAX_AT_ONCE = 1024 * 1024;

const GIVEN_BYTES = 16_384;

/** One for a thread: nobody waits while it works. */
let shared: Inflater | undefined;

export interface Inflated {
  /** It holds until the next data are unpacked. */
  readonly plain: Uint8Array;
  /** How many of the bytes were the deflated data. */
  readonly used: number;
}

/** Deflated data that begin the bytes. Undefined when they are corrupt or not all there, or more than little. */
export function inflateAtOnce(bytes: Uint8Array): Inflated | undefined {
  if (bytes.length > SMALL_BYTES) return undefined;
  shared ??= createInflater(SMALL_BYTES, MAX_AT_ONCE);
  shared.skip(shared.rest().length);
  shared.start();
  // Data that tell by themselves where they end are given with all that follows them.
  let given = 0;
  for (;;) {
    given += shared.give(bytes.subarray(given, given + GIVEN_BYTES));
    const stop = shared.run(given === bytes.length);
    if (stop === "input") continue;
    if (stop !== "end") return undefined;
    return { plain: shared.output(), used: given - shared.rest().length };
  }
}

/** A single gzip member, with nothing behind it. Undefined when it is anything else: a stream tells what. */
export function gunzipAtOnce(bytes: Uint8Array): Uint8Array | undefined {
  const start = headerBytes(bytes);
  if (start === undefined) return undefined;
  const inflated = inflateAtOnce(bytes.subarray(start));
  if (inflated === undefined) return undefined;
  const { plain, used } = inflated;
  const trailer = bytes.subarray(start + used);
  if (trailer.length !== TRAILER_BYTES) return undefined;
  return isTrailer(trailer, crc32(plain), plain.length) ? plain : undefined;
}
