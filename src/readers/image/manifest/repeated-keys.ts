/**
 * Whether a JSON text gives a key twice in one object. RFC 8259, section 4, leaves open what that means:
 * JavaScript takes the last, Go merges objects, so that two programs see two documents.
 */

/** `value` is what `JSON.parse` made of the bytes. */
export function hasRepeatedKeys(bytes: Uint8Array, value: unknown): boolean {
  return keysIn(bytes) !== keysOf(value);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** A colon outside of a string stands after each key and nowhere else. */
function keysIn(bytes: Uint8Array): number {
  let count = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COLON) count += 1;
  }
  return count;
}

function keysOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const item of Object.values(value)) count += keysOf(item);
  return count;
}
