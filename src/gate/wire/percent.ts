/** Percent encoding as Go's net/url does it (golang/go 1.26, src/net/url/url.go). */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const HEX = /^[0-9a-fA-F]{2}$/;

/**
 * Decoded once; undefined for a broken escape or bytes that are not UTF-8. In a query `+` is a space, in
 * a path it is itself. `text` is ASCII: what HTTP gives.
 */
export function percentDecode(text: string, within: "path" | "query"): string | undefined {
  if (!/[%+]/.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    let byte = text.charCodeAt(at);
    if (byte === 0x25) {
      const digits = text.slice(at + 1, at + 3);
      if (!HEX.test(digits)) return undefined;
      byte = Number.parseInt(digits, 16);
      at += 2;
    } else if (byte === 0x2b && within === "query") {
      byte = 0x20;
    }
    bytes[length] = byte;
    length += 1;
  }
  try {
    return decoder.decode(bytes.subarray(0, length));
  } catch {
    return undefined;
  }
}

/** Everything but unreserved characters and those in `plain` as `%XX` of its UTF-8. */
export function percentEncode(text: string, plain = ""): string {
  let encoded = "";
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    encoded +=
      byte < 0x80 && (/[A-Za-z0-9._~-]/.test(character) || plain.includes(character))
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
