import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { keyStoreAt } from "./key-stores.ts";

const of = (bytes: Uint8Array) => keyStoreAt(bytes, 0, Math.min(256, bytes.length))?.detector;
const bytesOf = (text: string) => Buffer.from(text, "latin1");

test.each(["P-256", "P-384", "P-521"])("keys of the curve %s in DER", (namedCurve) => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
  expect(of(privateKey.export({ type: "sec1", format: "der" }))).toBe("private-key-der");
  expect(of(privateKey.export({ type: "pkcs8", format: "der" }))).toBe("private-key-der");
  expect(of(publicKey.export({ type: "spki", format: "der" }))).toBeUndefined();
});

test.each(["ed25519", "ed448", "x25519", "x448"] as const)("keys of %s in DER", (type) => {
  const { privateKey, publicKey } = generateKeyPairSync(type as "ed25519");
  expect(of(privateKey.export({ type: "pkcs8", format: "der" }))).toBe("private-key-der");
  expect(of(publicKey.export({ type: "spki", format: "der" }))).toBeUndefined();
});

test("encrypted keys in DER", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const encryption = { cipher: "aes-256-cbc", passphrase: "words" };
  const encrypted = privateKey.export({ type: "pkcs8", format: "der", ...encryption });
  expect(of(encrypted)).toBe("private-key-encrypted");
});

test.each([
  ["95 05 86 04 62 a1 b2 c3 01 0c 00 aa bb cc dd ee", "openpgp-secret-key"],
  ["94 58 04 62 a1 b2 c3 16 09 2b 06 01 04 01 da 47", "openpgp-secret-key"],
  ["c5 58 04 62 a1 b2 c3 16 09 2b 06 01 04 01 da 47", "openpgp-secret-key"],
  ["c5 c1 58 04 62 a1 b2 c3 01 0c 00 aa bb cc dd ee", "openpgp-secret-key"],
  // A public key, a version that is none, a time before 1995, an algorithm that is none.
  ["99 05 86 04 62 a1 b2 c3 01 0c 00 aa bb cc dd ee", undefined],
  ["95 05 86 09 62 a1 b2 c3 01 0c 00 aa bb cc dd ee", undefined],
  ["95 05 86 04 02 a1 b2 c3 01 0c 00 aa bb cc dd ee", undefined],
  ["95 05 86 04 62 a1 b2 c3 77 0c 00 aa bb cc dd ee", undefined],
])("OpenPGP packets: %s", (hex, detector) => {
  expect(of(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toBe(detector);
});

test.each([
  ["(11:private-key(3:rsa(1:n257:", "gnupg-private-key"],
  ["(21:protected-private-key(3:rsa(1:n257:", "gnupg-private-key-encrypted"],
  ["Key: (private-key (rsa (n #00C0", "gnupg-private-key"],
  ["Created: 20261125T174241\nKey: (private-key (rsa (n #00C0", "gnupg-private-key"],
  ["Created: 20261125T174241\nKey: (protected-private-key (rsa\n", "gnupg-private-key-encrypted"],
  ["(20:shadowed-private-key(3:rsa(1:n257:", undefined],
  ["(10:public-key(3:rsa(1:n257:", undefined],
  ["Created: 20261125T174241\nBy: somebody who wrote this", undefined],
  ["Key: a private-key is a key that is private", undefined],
])("keys of GnuPG's agent: %j", (text, detector) => {
  expect(of(bytesOf(text))).toBe(detector);
});
