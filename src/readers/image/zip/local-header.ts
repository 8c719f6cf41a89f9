/** What stands before and behind a member of a zip archive. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5. */

const LOCAL_HEADER = 0x04_03_4b_50;
const DESCRIPTOR = 0x08_07_4b_50;
/** What may stand after the last member: directory, its end, an archive's extra data. */
const AFTER_MEMBERS = new Set([0x02_01_4b_50, 0x06_05_4b_50, 0x06_06_4b_50, 0x08_06_4b_50]);
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;

/** Bytes of a header without the name and the extra fields. */
export const FIXED_BYTES = 30;
/** What stands behind a member whose sizes follow it, with the signature of what comes next. */
export const MOST_DESCRIPTOR_BYTES = 28;

export interface LocalHeader {
  readonly path: string;
  readonly encrypted: boolean;
  /** The sizes stand behind the content. */
  readonly follows: boolean;
  readonly method: number;
  /** Length of the content as it is stored; 0 when it follows. */
  readonly size: number;
}

const utf8 = new TextDecoder();

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) + uint16(bytes, at + 2) * 0x1_00_00;
}

function signatureOf(bytes: Uint8Array): number {
  return bytes.length >= 4 ? uint32(bytes, 0) : 0;
}

/** Whether bytes begin with a whole fixed part of a header. */
export function isLocalHeader(bytes: Uint8Array): boolean {
  return bytes.length >= FIXED_BYTES && signatureOf(bytes) === LOCAL_HEADER;
}

/** Whether bytes begin with something that may stand after the last member. */
export function followsMembers(bytes: Uint8Array): boolean {
  return AFTER_MEMBERS.has(signatureOf(bytes));
}

/** Bytes of the name and the extra fields. */
export function variableBytes(fixed: Uint8Array): number {
  return uint16(fixed, 26) + uint16(fixed, 28);
}

/** `variable` is what follows the fixed part, of which as much as is there is read. */
export function readLocalHeader(fixed: Uint8Array, variable: Uint8Array): LocalHeader {
  const flags = uint16(fixed, 6);
  const nameBytes = uint16(fixed, 26);
  const sizes = { stored: uint32(fixed, 18), plain: uint32(fixed, 22) };
  return {
    path: utf8.decode(variable.subarray(0, nameBytes)),
    encrypted: (flags & ENCRYPTED) !== 0,
    follows: (flags & SIZES_FOLLOW) !== 0,
    method: uint16(fixed, 8),
    size: zip64Size(sizes, variable.subarray(nameBytes)),
  };
}

/** Sizes that do not fit in 32 bits stand in an extra field, first the plain one. */
function zip64Size(
  { stored, plain }: { readonly stored: number; readonly plain: number },
  extra: Uint8Array,
): number {
  if (stored !== 0xff_ff_ff_ff) return stored;
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const field = at + 4 + (plain === 0xff_ff_ff_ff ? 8 : 0);
    if (view.getUint16(at, true) === 1 && field + 8 <= extra.length) {
      return Number(view.getBigUint64(field, true));
    }
  }
  return stored;
}

/** How many of the bytes behind a member are its descriptor. */
export function descriptorBytes(head: Uint8Array): number {
  const signed = signatureOf(head) === DESCRIPTOR ? 4 : 0;
  // Sizes are of four bytes, or of eight in a zip64 member; then a header follows at once.
  for (const size of [signed + 12, signed + 20]) {
    const next = head.subarray(size);
    if (signatureOf(next) === LOCAL_HEADER || followsMembers(next)) return size;
  }
  return Math.min(head.length, signed + 12);
}
