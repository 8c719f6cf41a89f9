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
      starts("30 81 a4 02 01 01 04 30")(bytes, at, length) ||
      starts("30 81 dc 02 01 01 04 42")(bytes, at, length),
  },
  {
    // PKCS #8 with id-ecPublicKey, or with a curve of RFC 8410 (1.3.101.110 to 113).
    detector: "private-key-der",
    title: "private key",
    confidence: "high",
    begins: (bytes, at, length) =>
      starts("30 81 .. 02 01 00 30 .. 06 07 2a 86 48 ce 3d 02 01")(bytes, at, length) ||
      starts("30 .. 02 01 00 30 .. 06 07 2a 86 48 ce 3d 02 01")(bytes, at, length) ||
      starts("30 .. 02 01 .. 30 05 06 03 2b 65 .. 04")(bytes, at, length),
  },
  {
    // PKCS #8, EncryptedPrivateKeyInfo, with PBES2 or a scheme of PKCS #5 or #12.
    detector: "private-key-encrypted",
    title: "encrypted private key",
    confidence: "medium",
    begins: (bytes, at, length) =>
      ["30 82 .. ..", "30 81 .."].some(
        (head) =>
          starts(`${head} 30 .. 06 09 2a 86 48 86 f7 0d 01 05`)(bytes, at, length) ||
          starts(`${head} 30 .. 06 0a 2a 86 48 86 f7 0d 01 0c 01`)(bytes, at, length),
      ),
  },
  {
    // RFC 4880, 4.2 and 5.5.3: a secret key packet comes first.
    detector: "openpgp-secret-key",
    title: "OpenPGP secret key",
    confidence: "medium",
    begins: isSecretKeyPacket,
  },
  {
    // GnuPG, agent/keyformat.txt: S-expressions, alone or as a value of a list of names.
    detector: "gnupg-private-key",
    title: "private key of GnuPG",
    confidence: "high",
    begins: agentKey("private-key"),
  },
  {
    detector: "gnupg-private-key-encrypted",
    title: "encrypted private key of GnuPG",
    confidence: "medium",
    begins: agentKey("protected-private-key"),
  },
];

function isSecretKeyPacket(bytes: Uint8Array, at: number, length: number): boolean {
  const tag = bytes[at];
  const long = tag === 0x95 || (tag === 0xc5 && (bytes[at + 1] ?? 0) >= 192);
  if (!long && tag !== 0x94 && tag !== 0xc5) return false;
  const body = at + (long ? 3 : 2);
  if (length < 16 || bytes[body] !== 4) return false;
  // Seconds since 1970: from 1995 on. Then the algorithm, by section 9.1 and RFC 9580.
  const since = bytes[body + 1] ?? 0;
  return since >= 0x2f && since < 0x90 && PUBLIC_KEY_ALGORITHMS.has(bytes[body + 5] ?? 0);
}

const PUBLIC_KEY_ALGORITHMS = new Set([1, 2, 3, 16, 17, 18, 19, 22, 25, 26, 27, 28]);

function agentKey(name: string): (bytes: Uint8Array, at: number, length: number) => boolean {
  const canonical = codesOf(`(${String(name.length)}:${name}(`);
  const written = codesOf(`Key: (${name} `);
  const created = codesOf("Created: 2");
  return (bytes, at, length) => {
    if (standsAt(canonical, bytes, at, length) || standsAt(written, bytes, at, length)) return true;
    // A date comes first: `Created: 20240131T101112`.
    return standsAt(created, bytes, at, length) && standsAt(written, bytes, at + 25, length - 25);
  };
}

function codesOf(text: string): readonly number[] {
  return Array.from(text, (char) => char.charCodeAt(0));
}

function standsAt(wanted: readonly number[], bytes: Uint8Array, at: number, length: number) {
  return wanted.length <= length && wanted.every((code, index) => bytes[at + index] === code);
}

/** The first bytes of all forms. A layer may have millions of files. */
const FIRST_BYTES = new Uint8Array(256);
for (const byte of [0x30, 0xfe, 0xce, 0x03, 0x94, 0x95, 0xc5, 0x28, 0x43, 0x4b])
  FIRST_BYTES[byte] = 1;

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
