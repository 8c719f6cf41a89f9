/** Requests out of what a client sends: each head once the last answer is out, and the body behind it. */

import type { HttpRefusal, RequestHead, ServerLimits } from "./contract.ts";
import { HeadReader, MORE, ODD, TOO_LARGE } from "./head-scan.ts";
import type { IncomingBody } from "./incoming-body.ts";
import { readRequestHead } from "./request-head.ts";

/** Of what a client sends ahead of its answer. Then its socket is not read until the answer is out. */
const MOST_AHEAD_BYTES = 64 * 1024;

export interface RequestEvents {
  readonly headBegan: () => void;
  /** Bytes are read as its body from here on; as the next head only after `nextRequest`. */
  readonly head: (head: RequestHead) => void;
  readonly refused: (refusal: HttpRefusal) => void;
  /** The body is whole; what came behind it is ahead. */
  readonly bodyEnded: () => void;
}

export class RequestReader {
  readonly #limits: ServerLimits;
  readonly #events: RequestEvents;
  readonly #heads: HeadReader;
  /** Received, and not looked at yet. */
  #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #betweenRequests = true;
  #body: IncomingBody | undefined;
  #turning = false;

  constructor(limits: ServerLimits, events: RequestEvents) {
    this.#limits = limits;
    this.#events = events;
    this.#heads = new HeadReader(limits.headBytes);
  }

  /** A head has begun and not ended. */
  get inHead(): boolean {
    return this.#heads.bytes > 0;
  }

  get isFull(): boolean {
    return this.#aheadBytes > MOST_AHEAD_BYTES;
  }

  receive(bytes: Buffer): void {
    this.#ahead.push(bytes);
    this.#aheadBytes += bytes.length;
    this.#turn();
  }

  /** Takes what is here already: whoever asks for a small body need not wait. */
  readBody(body: IncomingBody): void {
    this.#body = body;
    while (this.#ahead.length > 0 && this.#readBody(body)) {
      // Until the body is whole, or more must come.
    }
  }

  nextRequest(): void {
    this.#body = undefined;
    this.#betweenRequests = true;
    this.#turn();
  }

  /** What nobody has looked at. */
  takeAhead(): readonly Buffer[] {
    const ahead = this.#ahead;
    this.#ahead = [];
    this.#aheadBytes = 0;
    return ahead;
  }

  /** As far as it goes. Not entered twice: a request may be answered while it is read. */
  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    while (this.#ahead.length > 0 && this.#step()) {
      // Each step takes from what is ahead.
    }
    this.#turning = false;
  }

  #step(): boolean {
    if (!this.#betweenRequests) return this.#body !== undefined && this.#readBody(this.#body);
    this.#readHead(this.#shift());
    return true;
  }

  #shift(): Buffer {
    const bytes = this.#ahead.shift() as Buffer;
    this.#aheadBytes -= bytes.length;
    return bytes;
  }

  #putBack(bytes: Buffer, from: number): void {
    if (from === bytes.length) return;
    this.#ahead.unshift(bytes.subarray(from));
    this.#aheadBytes += bytes.length - from;
  }

  #readBody(body: IncomingBody): boolean {
    if (body.complete || body.problem !== undefined) return false;
    const bytes = this.#shift();
    this.#putBack(bytes, body.take(bytes, 0));
    if (body.complete) this.#events.bodyEnded();
    return true;
  }

  #readHead(bytes: Buffer): void {
    if (!this.inHead) this.#events.headBegan();
    const end = this.#heads.read(bytes, 0);
    if (end === MORE) return;
    this.#betweenRequests = false;
    if (end === ODD) {
      const problem = "the request's head holds a byte that no head holds";
      this.#events.refused({ status: 400, problem });
    } else if (end === TOO_LARGE) {
      const problem = `the request's head is larger than ${this.#limits.headBytes} bytes`;
      this.#events.refused({ status: 431, problem });
    } else {
      this.#putBack(bytes, end);
      const read = readRequestHead(this.#heads.takeText(), this.#limits.headerCount);
      if (read.ok) this.#events.head(read.head);
      else this.#events.refused(read.refusal);
    }
  }
}
