/** Finds private keys in PEM and PuTTY form. */

import type { SecretMatch } from "./detector.ts";
import { decodeBase64Text } from "./base64.ts";

/** The longest key block; a 16384-bit RSA key is 13 KiB. */
export const MAX_BLOCK = 16_384;
const BEGIN = "-----BEGIN ";
const LABEL = /^-----BEGIN ((?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----/;

/** Private keys, in order. A block without an end counts up to the end of its base64. */
export function findPrivateKeys(text: string, limit: number): SecretMatch[] {
  const found: SecretMatch[] = [];
  const serviceAccount = isServiceAccount(text);
  for (let at = text.indexOf(BEGIN); at >= 0 && found.length < limit;) {
    const match = privateKeyAt(text, at, serviceAccount);
    if (match !== undefined) found.push(match);
    at = text.indexOf(BEGIN, match?.end ?? at + BEGIN.length);
  }
  for (
    let at = text.indexOf(PUTTY);
    at >= 0 && found.length < limit;
    at = text.indexOf(PUTTY, at + 1)
  ) {
    const match = puttyKeyAt(text, at);
    if (match !== undefined) found.push(match);
  }
  return found;
}

/** Whether a text is, or holds, a service account's JSON. */
export function isServiceAccount(text: string): boolean {
  return /"type"\s{0,4}:\s{0,4}"service_account"/.test(text);
}

/** The private key whose BEGIN line starts at a place. The next five dashes end its body, whatever they begin. */
export function privateKeyAt(
  text: string,
  at: number,
  serviceAccount: boolean,
): SecretMatch | undefined {
  const label = LABEL.exec(text.slice(at, at + 80));
  if (label === null) return undefined;
  const bodyStart = at + label[0].length;
  const dashes = text.indexOf("-----", bodyStart);
  const bodyEnd = Math.min(dashes < 0 ? Infinity : dashes, bodyStart + MAX_BLOCK, text.length);
  const body = text.slice(bodyStart, bodyEnd);
  return keyMatch(text, at, bodyEnd, body, label[1] ?? "", serviceAccount);
}

/** PuTTY's format says in its first lines whether the key is encrypted. */
export function puttyKeyAt(text: string, at: number): SecretMatch | undefined {
  const head = text.slice(at, at + 256);
  if (!/^PuTTY-User-Key-File-\d: [\w@.-]{3}/.test(head)) return undefined;
  const encrypted = /^Encryption: (?!none)/m.test(head);
  return {
    start: at,
    end: at + PUTTY.length,
    detector: encrypted ? "putty-private-key-encrypted" : "putty-private-key",
    title: encrypted ? "encrypted PuTTY private key" : "PuTTY private key",
    confidence: encrypted ? "medium" : "high",
    checksum: "none",
  };
}

const PUTTY = "PuTTY-User-Key-File-";

function keyMatch(
  text: string,
  start: number,
  bodyEnd: number,
  body: string,
  label: string,
  serviceAccount: boolean,
): SecretMatch | undefined {
  // Lines may be joined by real or by escaped line breaks.
  const data = body.replace(/\\[rn]|[\s"'\\]/g, "");
  if (/[$<{*\x00-\x1f]|\.\.\./.test(data.slice(0, 200))) return undefined;
  const tail = text.slice(bodyEnd, bodyEnd + 80);
  // A short body counts where it begins as a key does in DER and the block is closed.
  const short = data.length < 32;
  if (short && !(/^MI[A-Za-z0-9+/]{10}/.test(data) && tail.startsWith("-----END ")))
    return undefined;
  const encrypted =
    label.startsWith("ENCRYPTED") ||
    data.includes("Proc-Type:4,ENCRYPTED") ||
    (label.startsWith("OPENSSH") && decodeBase64Text(data, 200).includes("bcrypt"));
  const closing = /^-----END [A-Z0-9 ]{1,60}-----/.exec(tail)?.[0].length ?? 0;
  const title = serviceAccount
    ? "Google service account key"
    : encrypted
      ? "encrypted private key"
      : "private key";
  return {
    start,
    end: bodyEnd + closing,
    detector: serviceAccount
      ? "gcp-service-account"
      : encrypted
        ? "private-key-encrypted"
        : "private-key",
    title,
    confidence: encrypted ? "medium" : "high",
    checksum: "none",
  };
}
