/** Finds private keys in PEM and PuTTY form. */

import type { SecretMatch } from "./detector.ts";
import { decodeBase64Text } from "./base64.ts";

/** The longest key block; a 16384-bit RSA key is 13 KiB. */
const MAX_BLOCK = 16_384;
const BEGIN = "-----BEGIN ";
const LABEL = /^-----BEGIN ((?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----/;

/** Private keys, in order. A block without an end counts up to the end of its base64. */
export function findPrivateKeys(text: string, limit: number): SecretMatch[] {
  const found: SecretMatch[] = [];
  let nextEnd = -1;
  const serviceAccount = /"type"\s{0,4}:\s{0,4}"service_account"/.test(text);
  for (let at = text.indexOf(BEGIN); at >= 0 && found.length < limit;) {
    const label = LABEL.exec(text.slice(at, at + 80));
    let next = at + BEGIN.length;
    if (label !== null) {
      const bodyStart = at + label[0].length;
      if (nextEnd < bodyStart && nextEnd !== Infinity) {
        const index = text.indexOf("-----END ", bodyStart);
        nextEnd = index < 0 ? Infinity : index;
      }
      const bodyEnd = Math.min(nextEnd, bodyStart + MAX_BLOCK, text.length);
      const body = text.slice(bodyStart, bodyEnd);
      const match = keyMatch(text, at, bodyEnd, body, label[1] ?? "", serviceAccount);
      if (match !== undefined) {
        found.push(match);
        next = match.end;
      }
    }
    at = text.indexOf(BEGIN, next);
  }
  for (
    let at = text.indexOf(PUTTY);
    at >= 0 && found.length < limit;
    at = text.indexOf(PUTTY, at + 1)
  ) {
    found.push({
      start: at,
      end: at + PUTTY.length,
      detector: "putty-private-key",
      title: "PuTTY private key",
      confidence: "high",
      checksum: "none",
    });
  }
  return found;
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
  if (/[$<{*]|\.\.\./.test(data.slice(0, 200)) || data.length < 32) return undefined;
  const encrypted =
    label.startsWith("ENCRYPTED") ||
    data.includes("Proc-Type:4,ENCRYPTED") ||
    (label.startsWith("OPENSSH") && decodeBase64Text(data, 200).includes("bcrypt"));
  const tail = text.slice(bodyEnd, bodyEnd + 80);
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
