/**
 * Archives behind a script or a program: executable jars, pex and zipapp, self-extracting archives. A reader
 * of zip looks for the directory at the end of the file; what comes front to back is looked through for the
 * header of a first member.
 */

import { isLocalHeader } from "../zip/local-header.ts";

/** What begins a file that an archive may follow in. */
export type Carrier = "script" | "program";

export interface CarriedArchive {
  readonly at: number;
  readonly kind: "zip" | "gzip";
}

/** By the first bytes of a file: `#!`, ELF, or a program of Windows. */
export function carrierOf(head: Uint8Array): Carrier | undefined {
  if (head[0] === 0x23 && head[1] === 0x21) return "script";
  if (head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46)
    return "program";
  return head[0] === 0x4d && head[1] === 0x5a ? "program" : undefined;
}

/** What tells a header: its fixed part, and how its name begins. */
export const HEADER_BYTES = 46;

/** Where an archive begins whose first `HEADER_BYTES` are at hand. */
export function findCarriedArchive(
  bytes: Uint8Array,
  carrier: Carrier,
): CarriedArchive | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const zip = find(view, "PK\x03\x04", isFirstMember);
  const gzip = carrier === "script" ? find(view, "\x1f\x8b\x08", isGzipAfterLine) : undefined;
  if (gzip !== undefined && (zip === undefined || gzip < zip)) return { at: gzip, kind: "gzip" };
  return zip === undefined ? undefined : { at: zip, kind: "zip" };
}

function find(
  bytes: Buffer,
  signature: string,
  isIt: (bytes: Uint8Array, at: number) => boolean,
): number | undefined {
  let at = bytes.indexOf(signature, 0, "latin1");
  while (at >= 0 && at + HEADER_BYTES <= bytes.length) {
    if (isIt(bytes, at)) return at;
    at = bytes.indexOf(signature, at + 1, "latin1");
  }
  return undefined;
}

/** Methods of APPNOTE.TXT 4.4.5 that are in use. */
const METHODS = new Set([0, 8, 9, 12, 14, 93, 95, 98, 99]);
/** Flags of APPNOTE.TXT 4.4.4 that have a meaning. */
const UNUSED_FLAGS = 0xd7_80;
const LONGEST_NAME = 1024;

/** Programs that handle archives hold the signature too, and not what follows it. */
function isFirstMember(bytes: Uint8Array, at: number): boolean {
  const header = bytes.subarray(at, at + HEADER_BYTES);
  if (!isLocalHeader(header)) return false;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const version = view.getUint8(4);
  const nameBytes = view.getUint16(26, true);
  return (
    version >= 10 &&
    version <= 63 &&
    (view.getUint16(6, true) & UNUSED_FLAGS) === 0 &&
    METHODS.has(view.getUint16(8, true)) &&
    nameBytes > 0 &&
    nameBytes <= LONGEST_NAME &&
    header.subarray(30, 30 + nameBytes).every((code) => code >= 32 && code !== 127)
  );
}

/** RFC 1952: no flags that are reserved, and a system that exists. A script ends with a line before it. */
function isGzipAfterLine(bytes: Uint8Array, at: number): boolean {
  const flags = bytes[at + 3] ?? 0xff;
  const system = bytes[at + 9] ?? 0;
  return bytes[at - 1] === 0x0a && (flags & 0xe0) === 0 && (system <= 13 || system === 255);
}
