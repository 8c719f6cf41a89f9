/** An answer's body, written piece by piece in its framing. */

import type { Duplex } from "node:stream";
import type { AnswerFraming, AnswerWriter } from "./contract.ts";

export interface WriterOwner {
  readonly count: (bytes: number) => void;
  /** The body is written to its end. */
  readonly ended: () => void;
  /** It never will be. */
  readonly cut: () => void;
}

/** Below this, a chunk's frame and data are copied together; above, they are written one after the other. */
const SMALL = 4096;
const LAST_CHUNK = "0\r\n\r\n";
const LINE_END = "\r\n";

export class BodyWriter implements AnswerWriter {
  readonly #socket: Duplex;
  readonly #owner: WriterOwner;
  readonly #chunked: boolean;
  /** Bytes that the announced length still wants; counted for that framing alone. */
  #left: number;
  #open: boolean;
  #corked = false;
  #waiting: (() => void) | undefined;
  #drain: Promise<void> | undefined;

  constructor(socket: Duplex, framing: AnswerFraming, there: boolean, owner: WriterOwner) {
    this.#socket = socket;
    this.#owner = owner;
    this.#chunked = framing.kind === "chunked";
    this.#left = framing.kind === "length" ? framing.length : Number.POSITIVE_INFINITY;
    this.#open = there;
  }

  /** Goes out with the body's first piece if that comes in the same turn, else alone. */
  writeHead(head: string): void {
    if (!this.#open) return;
    this.#cork();
    this.#owner.count(head.length);
    this.#socket.write(head, "latin1");
  }

  /** Until the turn ends: what is written in one turn goes out in one system call. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#socket.cork();
    process.nextTick(this.#uncork);
  }

  readonly #uncork = (): void => {
    if (!this.#corked) return;
    this.#corked = false;
    this.#socket.uncork();
  };

  write(piece: Uint8Array): Promise<void> | undefined {
    if (!this.#open || piece.length === 0) return undefined;
    if (piece.length > this.#left) {
      this.cut();
      return undefined;
    }
    this.#left -= piece.length;
    const more = this.#chunked ? this.#writeChunk(piece) : this.#writeBytes(piece);
    return more ? undefined : this.#untilDrained();
  }

  #writeBytes(piece: Uint8Array): boolean {
    this.#owner.count(piece.length);
    return this.#socket.write(piece);
  }

  #writeChunk(piece: Uint8Array): boolean {
    const size = `${piece.length.toString(16)}\r\n`;
    const total = size.length + piece.length + 2;
    this.#owner.count(total);
    if (piece.length > SMALL) {
      this.#cork();
      this.#socket.write(size, "latin1");
      this.#socket.write(piece);
      return this.#socket.write(LINE_END, "latin1");
    }
    const chunk = Buffer.allocUnsafe(total);
    chunk.write(size, 0, "latin1");
    chunk.set(piece, size.length);
    chunk.write(LINE_END, total - 2, "latin1");
    return this.#socket.write(chunk);
  }

  #untilDrained(): Promise<void> {
    this.#drain ??= new Promise((resolve) => {
      this.#waiting = resolve;
    });
    return this.#drain;
  }

  drained(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#drain = undefined;
    waiting?.();
  }

  end(): void {
    if (!this.#open) return;
    if (this.#left !== 0 && this.#left !== Number.POSITIVE_INFINITY) {
      this.cut();
      return;
    }
    this.#open = false;
    if (this.#chunked) {
      this.#owner.count(LAST_CHUNK.length);
      this.#socket.write(LAST_CHUNK, "latin1");
    }
    this.#owner.ended();
    this.drained();
  }

  cut(): void {
    if (!this.#open) return;
    // What was written before is the client's.
    this.#uncork();
    this.left();
    this.#owner.cut();
  }

  /** Nobody reads any more. */
  left(): void {
    this.#open = false;
    this.drained();
  }
}
