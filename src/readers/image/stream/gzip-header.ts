/** What stands before the data of a gzip member. Source: RFC 1952, section 2.3. */

const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
/** Bits of the flags that mean nothing. */
const RESERVED = 0xe0;

export interface GzipHeader {
  /** Reads on; tells how many bytes of these belong to the header. */
  readonly read: (bytes: Uint8Array) => number;
  readonly state: () => "reading" | "complete" | "wrong";
}

/** Reads a header that may arrive in pieces. */
export function createGzipHeader(): GzipHeader {
  let at = 0;
  let flags = 0;
  let extra = 0;
  let part: "fixed" | "extra length" | "extra" | "name" | "comment" | "checksum" = "fixed";
  let state: "reading" | "complete" | "wrong" = "reading";
  /** Goes to the next part that there is. */
  const next = (after: number): void => {
    at = 0;
    if (after < 1 && (flags & HAS_EXTRA) !== 0) part = "extra length";
    else if (after < 2 && (flags & HAS_NAME) !== 0) part = "name";
    else if (after < 3 && (flags & HAS_COMMENT) !== 0) part = "comment";
    else if (after < 4 && (flags & HAS_CHECKSUM) !== 0) part = "checksum";
    else state = "complete";
  };
  const take = (byte: number): void => {
    at += 1;
    switch (part) {
      case "fixed":
        if (at === 1 ? byte !== 0x1f : at === 2 ? byte !== 0x8b : at === 3 && byte !== 8)
          state = "wrong";
        else if (at === 4) {
          flags = byte;
          if ((flags & RESERVED) !== 0) state = "wrong";
        } else if (at === 10) next(0);
        break;
      case "extra length":
        extra = at === 1 ? byte : extra + byte * 256;
        if (at === 2) {
          if (extra === 0) next(1);
          else [part, at] = ["extra", 0];
        }
        break;
      case "extra":
        if (at === extra) next(1);
        break;
      case "name":
        if (byte === 0) next(2);
        break;
      case "comment":
        if (byte === 0) next(3);
        break;
      case "checksum":
        if (at === 2) next(4);
        break;
    }
  };
  return {
    read: (bytes) => {
      for (const [index, byte] of bytes.entries()) {
        if (state !== "reading") return index;
        take(byte);
      }
      return bytes.length;
    },
    state: () => state,
  };
}

/** Checksum of the plain bytes, and how many they are, modulo 2^32. */
export const TRAILER_BYTES = 8;

export function isTrailer(bytes: Uint8Array, checksum: number, length: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, TRAILER_BYTES);
  return view.getUint32(0, true) === checksum && view.getUint32(4, true) === length % 2 ** 32;
}
