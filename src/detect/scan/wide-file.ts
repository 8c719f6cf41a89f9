/** Files of text in UTF-16, with a byte order mark or without, as editors and shells of Windows write them. */

export interface WideFile {
  readonly text: string;
  /** Where the first unit of the text stands; each takes two bytes. */
  readonly base: number;
  readonly encoding: "utf-16le" | "utf-16be";
}

/** Units that are looked at when nothing says what the file is. */
const LOOKED_AT = 64;
const ENOUGH = 4;

/** The order of bytes of a text in UTF-16, by how it begins; undefined for anything else. */
export function wideOrder(head: Uint8Array): WideFile["encoding"] | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) {
    // UTF-32 begins so, and a text does not begin with NUL.
    return head[2] === 0 && head[3] === 0 ? undefined : "utf-16le";
  }
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const units = Math.min(LOOKED_AT, head.length >> 1);
  if (units < ENOUGH) return undefined;
  let evenNuls = 0;
  let oddNuls = 0;
  for (let unit = 0; unit < units; unit++) {
    evenNuls += head[2 * unit] === 0 ? 1 : 0;
    oddNuls += head[2 * unit + 1] === 0 ? 1 : 0;
  }
  if (evenNuls === 0 && oddNuls >= units * 0.8) return "utf-16le";
  return oddNuls === 0 && evenNuls >= units * 0.8 ? "utf-16be" : undefined;
}

/** A file of text in UTF-16, or undefined when it is none. */
export function wideFile(bytes: Uint8Array): WideFile | undefined {
  const encoding = wideOrder(bytes);
  if (encoding === undefined) return undefined;
  const marked = (bytes[0] ?? 0) >= 0xfe;
  const base = marked ? 2 : 0;
  return { text: new TextDecoder(encoding).decode(bytes.subarray(base)), base, encoding };
}
