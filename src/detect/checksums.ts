/**
 * Checksums that providers put into their tokens. They raise or lower confidence and never drop a
 * finding: schemes change, and a token that was mistyped is still most of a token.
 *
 * Schemes worked out from published sample tokens: GitHub and npm (base62 of the CRC-32 of the body),
 * Grafana, Atlassian, Cloudflare, Zuplo and Confluent (CRC-32 in hexadecimal or base64), age
 * (BIP 173 bech32).
 */

import { encodeBase64 } from "./base64.ts";

export type ChecksumName = keyof typeof checksums;

/** Each takes the whole value and gives the checksum that should end it. */
export const checksums = {
  /** Last 6: base62 of the CRC-32 of the 30 before. */
  "crc32-base62": (value: string) => base62(crc32(value.slice(-36, -6))),
  /** Last 8: CRC-32 of all before `_`, little-endian hex. */
  "crc32-le-hex": (value: string) => littleEndianHex(crc32(value.slice(0, -9))),
  /** Last 8: CRC-32 of all before, upper-case hex. */
  "crc32-upper-hex": (value: string) => hex(crc32(value.slice(0, -8))).toUpperCase(),
  /** Last 8: CRC-32 of the 40 before, hex. */
  "crc32-hex-of-40": (value: string) => hex(crc32(value.slice(-48, -8))),
  /** Last 8 after `_`: CRC-32 of the 32 before, hex. */
  "crc32-hex-of-32": (value: string) => hex(crc32(value.slice(-41, -9))),
  /** Last 6: base64 of the little-endian CRC-32 of the 54 before. */
  "crc32-base64-of-54": (value: string) => {
    const sum = crc32(value.slice(-60, -6));
    return encodeBase64([sum & 255, (sum >>> 8) & 255, (sum >>> 16) & 255, sum >>> 24]).slice(0, 6);
  },
  /** Last 6: bech32 of the human-readable part and the data. */
  bech32: (value: string) => bech32Checksum(value),
} as const satisfies Readonly<Record<string, (value: string) => string>>;

/** Whether a value ends in the checksum that it should. */
export function hasValidChecksum(name: ChecksumName, value: string): boolean {
  return value.endsWith(checksums[name](value));
}

let table: Uint32Array | undefined;

/** CRC-32 as in IEEE 802.3 of a text of single-byte characters. */
export function crc32(text: string): number {
  table ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++)
      value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let sum = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    sum = (sum >>> 8) ^ (table[(sum ^ text.charCodeAt(index)) & 255] ?? 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function base62(value: number): string {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let out = "";
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) out = `${digits[rest % 62]}${out}`;
  return out.padStart(6, "0");
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function littleEndianHex(value: number): string {
  const bytes = [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/** Source: BIP 173, bech32_create_checksum. */
function bech32Checksum(value: string): string {
  const lower = value.toLowerCase();
  const separator = lower.lastIndexOf("1");
  const prefix = lower.slice(0, separator);
  const values: number[] = [];
  for (const char of prefix) values.push(char.charCodeAt(0) >> 5);
  values.push(0);
  for (const char of prefix) values.push(char.charCodeAt(0) & 31);
  for (const char of lower.slice(separator + 1, -6)) values.push(Math.max(0, BECH32.indexOf(char)));
  const sum = bech32Polymod([...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  let out = "";
  for (let index = 0; index < 6; index++) out += BECH32[(sum >> (5 * (5 - index))) & 31];
  return value === lower ? out : out.toUpperCase();
}

function bech32Polymod(values: readonly number[]): number {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, term] of generator.entries()) if (((top >> bit) & 1) === 1) sum ^= term;
  }
  return sum;
}
