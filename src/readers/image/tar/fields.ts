/** The fields of a tar header block. Source: tar(5) of libarchive, and Go's archive/tar, which engines use. */

export const BLOCK_BYTES = 512;

const utf8 = new TextDecoder("utf-8");

/** Text up to the first NUL. */
export function textField(block: Uint8Array, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  if (end === 0) return "";
  const text = end < 0 ? field : field.subarray(0, end);
  return asciiText(text) ?? utf8.decode(text);
}

/** A decoder costs more than most names are long. */
function asciiText(bytes: Uint8Array): string | undefined {
  if (bytes.length > 100) return undefined;
  let text = "";
  for (const byte of bytes) {
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** A number in octal digits, or in base 256 when the first bit is set. Undefined when it is neither or too large. */
export function numberField(block: Uint8Array, start: number, length: number): number | undefined {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) return base256(block, start, length);
  let value = 0;
  let digits = false;
  for (let index = start; index < start + length; index++) {
    const code = block[index] ?? 0;
    if (code === 0x20 || code === 0) {
      if (digits) break;
      continue;
    }
    if (code < 0x30 || code > 0x37) return undefined;
    digits = true;
    value = value * 8 + (code - 0x30);
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

function base256(block: Uint8Array, start: number, length: number): number | undefined {
  const first = block[start] ?? 0;
  // The second bit is the sign; nothing in a header may be negative.
  if ((first & 0x40) !== 0) return undefined;
  let value = first & 0x3f;
  for (let index = start + 1; index < start + length; index++) {
    value = value * 256 + (block[index] ?? 0);
    if (!Number.isSafeInteger(value)) return undefined;
  }
  return value;
}

/** Whether the sum of the header's bytes is the one that it states; old tars summed them signed. */
export function hasValidChecksum(block: Uint8Array): boolean {
  const stated = numberField(block, 148, 8);
  if (stated === undefined) return false;
  let unsigned = 0;
  for (let index = 0; index < BLOCK_BYTES; index++) unsigned += block[index] ?? 0;
  // Its own field counts as spaces.
  for (let index = 148; index < 156; index++) unsigned += 0x20 - (block[index] ?? 0);
  if (stated === unsigned) return true;
  let negative = 0;
  for (let index = 0; index < BLOCK_BYTES; index++) {
    const own = index >= 148 && index < 156;
    if (!own && (block[index] ?? 0) > 127) negative += 256;
  }
  return stated === unsigned - negative;
}

export function isZeroBlock(block: Uint8Array): boolean {
  for (let index = 0; index < BLOCK_BYTES; index++) if (block[index] !== 0) return false;
  return true;
}

/** A pax record's value; an extended attribute's is bytes. */
export type PaxRecords = ReadonlyMap<string, Uint8Array>;

/** Other records are passed over, so that an archive full of them takes no memory. */
const READ_RECORDS = new Set([
  "path",
  "linkpath",
  "size",
  "uid",
  "gid",
  "GNU.sparse.name",
  "GNU.sparse.major",
  "GNU.sparse.map",
  "SCHILY.xattr.security.capability",
]);
/** The longest key of them, and some. */
const MAX_KEY = 40;

/** Records are `LENGTH KEY=VALUE\n`, the length counting itself. Undefined when they are malformed. */
export function parsePax(content: Uint8Array): PaxRecords | undefined {
  const records = new Map<string, Uint8Array>();
  let at = 0;
  while (at < content.length && content[at] !== 0) {
    let length = 0;
    let digit = at;
    for (; digit < at + 10; digit++) {
      const code = content[digit] ?? 0;
      if (code === 0x20) break;
      if (code < 0x30 || code > 0x39) return undefined;
      length = length * 10 + (code - 0x30);
    }
    const end = at + length;
    if (content[digit] !== 0x20 || end > content.length || content[end - 1] !== 0x0a)
      return undefined;
    const equals = content.indexOf(0x3d, digit + 1);
    if (equals < 0 || equals >= end) return undefined;
    const key = utf8.decode(content.subarray(digit + 1, Math.min(equals, digit + 1 + MAX_KEY)));
    if (READ_RECORDS.has(key)) records.set(key, content.slice(equals + 1, end - 1));
    at = end;
  }
  return records;
}

export function paxText(records: PaxRecords, key: string): string | undefined {
  const value = records.get(key);
  return value === undefined ? undefined : utf8.decode(value);
}

/** A decimal number, possibly with a fraction, which is cut. */
export function paxNumber(records: PaxRecords, key: string): number | undefined {
  const text = paxText(records, key);
  if (text === undefined || !/^\d{1,16}(?:\.\d*)?$/.test(text)) return undefined;
  const value = Math.trunc(Number(text));
  return Number.isSafeInteger(value) ? value : undefined;
}
