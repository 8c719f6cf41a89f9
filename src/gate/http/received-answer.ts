/** An engine's answer, its body still on the way perhaps. */

import type { Duplex } from "node:stream";
import type { AnswerHead } from "./answer-head.ts";
import type { ByteSource, UpstreamAnswer, WholeBody } from "./contract.ts";
import { type BodyOrigin, IncomingBody } from "./incoming-body.ts";

/** What the answer asks of its connection. */
export interface AnswerOrigin {
  readonly resume: () => void;
  readonly pause: () => void;
  /** Nothing of the body is to come any more. */
  readonly answerSettled: () => void;
  readonly giveAway: () => Duplex;
  readonly destroy: () => void;
}

export class ReceivedAnswer implements UpstreamAnswer, BodyOrigin {
  readonly ok = true;
  readonly status: number;
  readonly headers: UpstreamAnswer["headers"];
  readonly framing: UpstreamAnswer["framing"];
  readonly announced?: number;
  readonly takeStream?: () => Duplex;
  readonly incoming: IncomingBody;
  readonly #origin: AnswerOrigin;
  /** It may be taken as a stream still: nothing was pulled, and the connection is paused. */
  offered: boolean;
  #taken = false;

  constructor(origin: AnswerOrigin, head: AnswerHead, stream: boolean) {
    this.#origin = origin;
    this.status = head.status;
    this.headers = head.headers;
    this.framing = head.framing;
    if (head.announced !== undefined) this.announced = head.announced;
    this.incoming = new IncomingBody(head.framing, this);
    this.offered = stream;
    if (stream) this.takeStream = () => this.#take();
  }

  #take(): Duplex {
    if (!this.offered) throw new Error("a stream is taken after its bytes were read");
    this.offered = false;
    this.#taken = true;
    return this.#origin.giveAway();
  }

  get body(): ByteSource {
    return this.incoming;
  }

  get whole(): Uint8Array | undefined {
    return this.incoming.whole();
  }

  readAll(limit: number): Promise<WholeBody> | WholeBody {
    return this.incoming.readAll(limit);
  }

  discard(): void {
    this.incoming.drop();
    // A stream that was taken is its taker's.
    if (!this.incoming.complete && !this.#taken) this.#origin.destroy();
  }

  arriving(): void {
    // An engine may take its time.
  }

  wanted(): void {
    this.offered = false;
    this.#origin.resume();
  }

  unwanted(): void {
    this.#origin.pause();
  }

  settled(): void {
    this.#origin.answerSettled();
  }
}
