/** What stands before and behind the data of a gzip member. Source: RFC 1952, section 2.3. */

const FIXED_BYTES = 10;
const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
/** Bits of the flags that mean nothing. */
const RESERVED = 0xe0;

/** Length of the header that begins the bytes; undefined when it is none, or not all there. */
export function headerBytes(bytes: Uint8Array): number | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  const [first, second, method, flags = 0] = bytes;
  if (first !== 0x1f || second !== 0x8b || method !== 8 || (flags & RESERVED) !== 0)
    return undefined;
  let at = FIXED_BYTES;
  if ((flags & HAS_EXTRA) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const text of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & text) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if ((flags & HAS_CHECKSUM) !== 0) at += 2;
  return at <= bytes.length ? at : undefined;
}

/** Checksum of the plain bytes, and how many they are, modulo 2^32. */
export const TRAILER_BYTES = 8;

export function isTrailer(bytes: Uint8Array, checksum: number, length: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TRAILER_BYTES);
  return view.getUint32(0, true) === checksum && view.getUint32(4, true) === length % 2 ** 32;
}
