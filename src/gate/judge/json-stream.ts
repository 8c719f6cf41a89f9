/** Cuts a stream of bytes into the JSON objects that follow one another in it. */

export interface StreamedValue {
  /** A record separator (RFC 7464), where the stream has them; else empty. */
  readonly before: Uint8Array;
  readonly bytes: Uint8Array;
}

/** One value of a stream: an event, a line of progress, a container's statistics. */
const LONGEST_VALUE = 8 << 20;

const NONE = new Uint8Array();
const SEPARATOR = new Uint8Array([0x1e]);

export class JsonStreamSplitter {
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #separated = false;

  /** The values that end in this piece; undefined when this is no stream of objects. */
  push(piece: Uint8Array): readonly StreamedValue[] | undefined {
    const values: StreamedValue[] = [];
    let start = this.#depth === 0 ? -1 : 0;
    for (let at = 0; at < piece.byteLength; at++) {
      const byte = piece[at] ?? 0;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === 0x5c) this.#escaped = true;
        else if (byte === 0x22) this.#inString = false;
        continue;
      }
      if (this.#depth === 0) {
        if (byte === 0x1e) this.#separated = true;
        else if (byte === 0x7b) {
          this.#depth = 1;
          start = at;
        } else if (!isSpace(byte)) return undefined;
        continue;
      }
      if (byte === 0x22) this.#inString = true;
      else if (byte === 0x7b || byte === 0x5b) this.#depth += 1;
      else if (byte === 0x7d || byte === 0x5d) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          values.push(this.#take(piece.subarray(start, at + 1)));
          start = -1;
        }
      }
    }
    if (start >= 0) {
      const rest = piece.slice(start);
      this.#pending.push(rest);
      this.#pendingBytes += rest.byteLength;
      if (this.#pendingBytes > LONGEST_VALUE) return undefined;
    }
    return values;
  }

  #take(last: Uint8Array): StreamedValue {
    const bytes = this.#pending.length === 0 ? last : Buffer.concat([...this.#pending, last]);
    this.#pending = [];
    this.#pendingBytes = 0;
    const before = this.#separated ? SEPARATOR : NONE;
    this.#separated = false;
    return { before, bytes };
  }
}

const isSpace = (byte: number): boolean =>
  byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09;
