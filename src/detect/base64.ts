/** Base64 in both alphabets, decoded to bytes or, leniently, to text. */

/** Decodes; stops at padding; undefined when a character is foreign. At most `limit` characters are read. */
function decodeBase64(text: string, limit = 65_536): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((Math.min(text.length, limit) * 3) / 4));
  let written = 0;
  let bits = 0;
  let held = 0;
  for (let index = 0; index < text.length && index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 61) break;
    const value = sextet(code);
    if (value === undefined) return undefined;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written] = (held >> bits) & 255;
      written += 1;
    }
  }
  return bytes.subarray(0, written);
}

/** Decodes to text, each byte one character; empty when it is no base64. */
export function decodeBase64Text(text: string, limit?: number): string {
  let out = "";
  for (const byte of decodeBase64(text, limit) ?? []) out += String.fromCharCode(byte);
  return out;
}

/** Encodes bytes in the standard alphabet with padding. */
export function encodeBase64(bytes: readonly number[]): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let out = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b, c] = bytes.slice(index, index + 3);
    const triple = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += letters[triple >> 18];
    out += letters[(triple >> 12) & 63];
    out += b === undefined ? "=" : letters[(triple >> 6) & 63];
    out += c === undefined ? "=" : letters[triple & 63];
  }
  return out;
}

function sextet(code: number): number | undefined {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  if (code === 43 || code === 45) return 62;
  if (code === 47 || code === 95) return 63;
  return undefined;
}
