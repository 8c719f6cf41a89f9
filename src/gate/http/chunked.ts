/** Chunked transfer coding, taken off. Extensions are refused, trailers are read, bounded and dropped. */

import { HeadScanner, MORE, ODD } from "./head-scan.ts";

const MOST_TRAILER_BYTES = 16 * 1024;
/** 2^52 and more is no chunk. */
const MOST_DIGITS = 13;
const CR = 0x0d;
const LF = 0x0a;

const HEX = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

type Expected = "size" | "size-lf" | "data" | "data-cr" | "data-lf" | "trailers" | "nothing";

export class ChunkedDecoder {
  #expected: Expected = "size";
  #size = 0;
  #digits = 0;
  #left = 0;
  #trailerBytes = 0;
  readonly #trailers = new HeadScanner();

  /** What is wrong, as a clause; nothing more is read then. */
  problem: string | undefined;
  /** The data of the last call, contiguous. */
  data: Buffer | undefined;

  get ended(): boolean {
    return this.#expected === "nothing";
  }

  /**
   * Reads on, and returns the index behind what belongs to the body. The data of several chunks is moved together
   * within `bytes` itself: one piece for one read, however small the chunks.
   */
  read(bytes: Buffer, from: number): number {
    let at = from;
    let start = -1;
    let end = -1;
    this.data = undefined;
    while (at < bytes.length && this.#expected !== "nothing" && this.problem === undefined) {
      if (this.#expected === "data") {
        const stop = Math.min(bytes.length, at + this.#left);
        if (start === -1) start = at;
        else bytes.copyWithin(end, at, stop);
        end = end === -1 ? stop : end + stop - at;
        this.#left -= stop - at;
        if (this.#left === 0) this.#expected = "data-cr";
        at = stop;
      } else if (this.#expected === "trailers") {
        at = this.#readTrailers(bytes, at);
      } else {
        this.#readMark(bytes[at] as number);
        at++;
      }
    }
    if (start !== -1) this.data = bytes.subarray(start, end);
    return at;
  }

  #readMark(byte: number): void {
    switch (this.#expected) {
      case "size":
        this.#readSize(byte);
        return;
      case "size-lf":
        if (byte !== LF) this.problem = "a chunk's size line does not end with CR LF";
        this.#expected = this.#size === 0 ? "trailers" : "data";
        this.#left = this.#size;
        return;
      case "data-cr":
        if (byte !== CR) this.problem = "a chunk is longer than its size";
        this.#expected = "data-lf";
        return;
      default:
        if (byte !== LF) this.problem = "a chunk does not end with CR LF";
        this.#expected = "size";
        this.#size = 0;
        this.#digits = 0;
    }
  }

  #readSize(byte: number): void {
    if (byte === CR && this.#digits > 0) {
      this.#expected = "size-lf";
      return;
    }
    const digit = HEX[byte] as number;
    this.#digits++;
    if (digit === -1) this.problem = "a chunk's size is not a plain hexadecimal number";
    else if (this.#digits > MOST_DIGITS) this.problem = "a chunk's size is too large";
    this.#size = this.#size * 16 + digit;
  }

  #readTrailers(bytes: Buffer, from: number): number {
    const end = this.#trailers.scan(bytes, from);
    if (end === ODD) {
      this.problem = "the trailers hold an odd byte";
      return bytes.length;
    }
    const stop = end === MORE ? bytes.length : end;
    this.#trailerBytes += stop - from;
    if (this.#trailerBytes > MOST_TRAILER_BYTES) this.problem = "the trailers are too long";
    if (end !== MORE) this.#expected = "nothing";
    return stop;
  }
}
