/** Key stores and keys in binary form, by how their files begin. What is in them is not read. */

import type { Confidence } from "../../model/finding.ts";

export interface KeyStore {
  readonly detector: string;
  readonly title: string;
  readonly confidence: Confidence;
}

interface Form extends KeyStore {
  readonly begins: (bytes: Uint8Array, at: number, length: number) => boolean;
}

/** Bytes in hexadecimal, `..` for any. */
function starts(pattern: string): (bytes: Uint8Array, at: number, length: number) => boolean {
  const wanted = pattern.split(" ").map((part) => (part === ".." ? -1 : Number.parseInt(part, 16)));
  return (bytes, at, length) =>
    length >= wanted.length &&
    wanted.every((byte, index) => byte === -1 || bytes[at + index] === byte);
}

/** Object identifier 1.2.840.113549.1.12.10.1.3: a certificate that stands there in clear, as in Java's `cacerts`. */
const CERTIFICATE_BAG = "06 0b 2a 86 48 86 f7 0d 01 0c 0a 01 03";

/** The password of a key store is not known here, so that a store is less sure than a bare key. */
const FORMS: readonly Form[] = [
  {
    // PKCS #12, RFC 7292: version 3 and content type data (1.2.840.113549.1.7.1).
    detector: "pkcs12-key-store",
    title: "PKCS #12 key store",
    confidence: "medium",
    begins: (bytes, at, length) =>
      starts("30 82 .. .. 02 01 03 30")(bytes, at, length) &&
      holds("06 09 2a 86 48 86 f7 0d 01 07 01", bytes, at, Math.min(length, 40)) &&
      !holds(CERTIFICATE_BAG, bytes, at, Math.min(length, 160)),
  },
  {
    // Oracle's JavaKeyStore.java: magic, version 1 or 2.
    detector: "java-key-store",
    title: "Java key store",
    confidence: "medium",
    begins: (bytes, at, length) =>
      starts("fe ed fe ed 00 00 00")(bytes, at, length) && holdsPrivateEntry(bytes, at, length),
  },
  {
    detector: "java-key-store",
    title: "Java key store",
    confidence: "medium",
    begins: starts("ce ce ce ce 00 00 00 02"),
  },
  {
    // keepass.info, file format of KDBX 2 to 4.
    detector: "keepass-database",
    title: "KeePass password database",
    confidence: "medium",
    begins: starts("03 d9 a2 9a 67 fb 4b b5"),
  },
  {
    // PKCS #8, RFC 5958, with rsaEncryption.
    detector: "private-key-der",
    title: "private key",
    confidence: "high",
    begins: starts("30 82 .. .. 02 01 00 30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00 04 82"),
  },
  {
    // PKCS #1, RFC 8017: version 0 and a modulus of 1024 bits or more.
    detector: "private-key-der",
    title: "private key",
    confidence: "high",
    begins: (bytes, at, length) =>
      starts("30 82 .. .. 02 01 00 02 82 .. .. 00")(bytes, at, length) ||
      starts("30 82 .. .. 02 01 00 02 81 81 00")(bytes, at, length),
  },
  {
    // SEC 1, RFC 5915: version 1 and 32 or 48 bytes, then the curve.
    detector: "private-key-der",
    title: "private key",
    confidence: "high",
    begins: (bytes, at, length) =>
      starts("30 77 02 01 01 04 20")(bytes, at, length) ||
      starts("30 81 a4 02 01 01 04 30")(bytes, at, length),
  },
];

/** The first bytes of all forms. A layer may have millions of files. */
const FIRST_BYTES = new Uint8Array(256);
for (const byte of [0x30, 0xfe, 0xce, 0x03]) FIRST_BYTES[byte] = 1;

/** The key store or key that a file is, by its first bytes. `length` bytes are at hand. */
export function keyStoreAt(bytes: Uint8Array, at: number, length: number): KeyStore | undefined {
  if (length < 8 || FIRST_BYTES[bytes[at] ?? 0] === 0) return undefined;
  const form = FORMS.find(({ begins }) => begins(bytes, at, length));
  if (form === undefined) return undefined;
  const { detector, title, confidence } = form;
  return { detector, title, confidence };
}

/** Whether bytes stand somewhere in the first `length`. */
function holds(pattern: string, bytes: Uint8Array, at: number, length: number): boolean {
  const stands = starts(pattern);
  for (let index = 0; index < length; index++) {
    if (stands(bytes, at + index, length - index)) return true;
  }
  return false;
}

/** The first entry is a key (tag 1); stores of certificates only, as every Java brings one, have tag 2. */
function holdsPrivateEntry(bytes: Uint8Array, at: number, length: number): boolean {
  return length >= 16 && bytes[at + 15] === 1;
}
