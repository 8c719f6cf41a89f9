/** Two streams made one: each direction with its own backpressure, its own end and its own count. */

import type { Duplex } from "node:stream";
import type { Splice } from "./contract.ts";

/** Both are to allow half-open connections: one direction's end leaves the other as it is. */
export function spliceStreams(a: Duplex, b: Duplex): Splice {
  return new Joint(a, b);
}

class Direction {
  readonly from: Duplex;
  readonly to: Duplex;
  readonly #onEnded: () => void;
  bytes = 0;
  /** No more comes; what came may still be on its way out. */
  ending = false;
  ended = false;

  constructor(from: Duplex, to: Duplex, onEnded: () => void) {
    this.from = from;
    this.to = to;
    this.#onEnded = onEnded;
  }

  start(): void {
    const { from, to } = this;
    if (from.readableEnded) {
      this.end();
      return;
    }
    from.on("data", (bytes: Buffer) => {
      this.bytes += bytes.length;
      if (!to.write(bytes)) from.pause();
    });
    to.on("drain", () => {
      from.resume();
    });
    from.on("end", () => {
      this.end();
    });
    from.resume();
  }

  /** After everything that was written has gone out, or can no longer go out. */
  end(): void {
    if (this.ending) return;
    this.ending = true;
    this.to.end(() => {
      this.cut();
    });
  }

  /** Nobody takes what may still come. */
  cut(): void {
    if (this.ended) return;
    this.ending = true;
    this.ended = true;
    this.#onEnded();
  }
}

class Joint implements Splice {
  readonly #there: Direction;
  readonly #back: Direction;
  readonly #settle: (end: "ended" | "broken") => void;
  readonly done: Promise<"ended" | "broken">;
  #broken = false;

  constructor(a: Duplex, b: Duplex) {
    const { promise, resolve } = Promise.withResolvers<"ended" | "broken">();
    this.done = promise;
    this.#settle = resolve;
    const onEnded = (): void => {
      this.#directionEnded();
    };
    this.#there = new Direction(a, b, onEnded);
    this.#back = new Direction(b, a, onEnded);
    this.#watch(this.#there, this.#back);
    this.#watch(this.#back, this.#there);
    this.#there.start();
    this.#back.start();
  }

  get aToB(): number {
    return this.#there.bytes;
  }

  get bToA(): number {
    return this.#back.bytes;
  }

  /** What becomes of a stream's two directions when it closes. */
  #watch(out: Direction, into: Direction): void {
    const stream = out.from;
    const closed = (): void => {
      if (!out.ending || !into.ended) this.#broken = true;
      // What came of it still goes to the other; what is for it has no taker.
      out.end();
      into.cut();
    };
    stream.on("error", ignore);
    stream.on("close", closed);
    if (stream.destroyed) closed();
  }

  #directionEnded(): void {
    if (!this.#there.ended || !this.#back.ended) return;
    this.#settle(this.#broken ? "broken" : "ended");
    this.destroy();
  }

  destroy(): void {
    this.#there.from.destroy();
    this.#back.from.destroy();
  }
}

const ignore = (): void => {};
