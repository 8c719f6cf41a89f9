/** SHA-256 (FIPS 180-4) in plain code, because the model also runs in a browser, synchronously. */

const K = roundConstants();

const INITIAL = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();
/** Used again by every call: hashing is synchronous, and a run hashes many short texts. */
const state = new Uint32Array(8);
const words = new Uint32Array(64);
const small = new Uint8Array(1024);

/** The hexadecimal SHA-256 of a text's UTF-8 bytes. */
export function sha256(text: string): string {
  const { padded, length } = pad(text);
  const view = new DataView(padded.buffer);
  state.set(INITIAL);
  for (let offset = 0; offset < length; offset += 64) compress(view, offset);
  let hex = "";
  for (const word of state) {
    for (const shift of [24, 16, 8, 0]) hex += HEX[(word >>> shift) & 0xff] ?? "";
  }
  return hex;
}

/** The bytes with their padding (section 5.1.1), `length` in all. */
function pad(text: string): { padded: Uint8Array<ArrayBuffer>; length: number } {
  // A UTF-16 code unit takes three bytes at most.
  const fits = text.length * 3 + 9 <= small.length;
  const encoded = fits ? small : encoder.encode(text);
  const count = fits ? encoder.encodeInto(text, small).written : encoded.length;
  const length = Math.ceil((count + 9) / 64) * 64;
  const padded = fits ? small : new Uint8Array(length);
  if (!fits) padded.set(encoded);
  padded.fill(0, count, length);
  padded[count] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(count / 0x20000000));
  view.setUint32(length - 4, (count << 3) >>> 0);
  return { padded, length };
}

function compress(view: DataView, offset: number): void {
  for (let index = 0; index < 16; index++) words[index] = view.getUint32(offset + index * 4);
  for (let index = 16; index < 64; index++) {
    const w15 = words[index - 15] ?? 0;
    const w2 = words[index - 2] ?? 0;
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    words[index] = (words[index - 16] ?? 0) + s0 + (words[index - 7] ?? 0) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let index = 0; index < 64; index++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K[index] ?? 0) + (words[index] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) {
    state[index] = (state[index] ?? 0) + value;
  }
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (section 4.2.2). */
function roundConstants(): Uint32Array {
  const constants = new Uint32Array(64);
  for (let candidate = 2, count = 0; count < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) prime = false;
    }
    if (!prime) continue;
    const root = Math.cbrt(candidate);
    constants[count++] = Math.floor((root - Math.floor(root)) * 0x100000000);
  }
  return constants;
}
