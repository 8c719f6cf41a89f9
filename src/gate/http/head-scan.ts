/** Finds the end of a message's head (or trailers) in bytes that arrive piece by piece, and refuses odd bytes. */

/** The head has not ended yet. */
export const MORE = -1;
/** A bare CR or LF, or a control character: no two readers agree on what that means. */
export const ODD = -2;

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const DELETE = 0x7f;

/** Lines end with CR LF alone; the head ends with an empty one. */
export class HeadScanner {
  #lineLength = 0;
  #afterReturn = false;

  /** The index behind the head's last byte, MORE or ODD. Begins anew after an end. */
  scan(bytes: Uint8Array, from: number): number {
    let lineLength = this.#lineLength;
    let afterReturn = this.#afterReturn;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === LF) {
        if (!afterReturn) return ODD;
        afterReturn = false;
        if (lineLength === 0) {
          this.#lineLength = 0;
          this.#afterReturn = false;
          return at + 1;
        }
        lineLength = 0;
      } else if (afterReturn) {
        return ODD;
      } else if (byte === CR) {
        afterReturn = true;
      } else if ((byte >= 0x20 && byte !== DELETE) || byte === TAB) {
        lineLength++;
      } else {
        return ODD;
      }
    }
    this.#lineLength = lineLength;
    this.#afterReturn = afterReturn;
    return MORE;
  }
}

/** A head beyond its bound. */
export const TOO_LARGE = -3;

/** Heads out of what a connection receives, one after the other. */
export class HeadReader {
  readonly #limit: number;
  readonly #scanner = new HeadScanner();
  #pieces: Buffer[] = [];
  /** Of a head that has begun and not ended. */
  bytes = 0;
  #text = "";

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The index behind the head, whose text is to be taken then; or MORE, ODD, TOO_LARGE. */
  read(bytes: Buffer, from: number): number {
    const end = this.#scanner.scan(bytes, from);
    const stop = end < 0 ? bytes.length : end;
    this.bytes += stop - from;
    if (end === ODD) return ODD;
    if (this.bytes > this.#limit) return TOO_LARGE;
    if (end === MORE) {
      this.#pieces.push(bytes.subarray(from));
      return MORE;
    }
    this.#text =
      this.#pieces.length === 0
        ? bytes.toString("latin1", from, end)
        : Buffer.concat([...this.#pieces, bytes.subarray(from, end)]).toString("latin1");
    this.#pieces = [];
    this.bytes = 0;
    return end;
  }

  /** The head that was read, a character for a byte. Nothing of it is kept. */
  takeText(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}
