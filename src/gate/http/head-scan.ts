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

/** A head in one string, a character for a byte, from its pieces; the last is taken up to `end`. */
export function headText(
  pieces: readonly Buffer[],
  last: Buffer,
  from: number,
  end: number,
): string {
  if (pieces.length === 0) return last.toString("latin1", from, end);
  return Buffer.concat([...pieces, last.subarray(from, end)]).toString("latin1");
}
