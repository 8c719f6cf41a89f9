/** One connection to the engine, with at most one exchange on it. */

import type { Duplex } from "node:stream";
import { type AnswerHead, isRawStream, readAnswerHead } from "./answer-head.ts";
import type {
  BodyProblem,
  UpstreamAnswer,
  UpstreamLimits,
  UpstreamProblem,
  UpstreamRequest,
} from "./contract.ts";
import { NEVER, type Watched, dueIn, unwatch, watch } from "./deadlines.ts";
import { HeadReader, MORE, ODD, TOO_LARGE } from "./head-scan.ts";
import { type AnswerOrigin, ReceivedAnswer } from "./received-answer.ts";
import { SentRequest } from "./send-request.ts";

type Settle = (result: UpstreamAnswer | UpstreamProblem) => void;

export interface ConnectionOwner {
  /** Another exchange may go over it. */
  readonly released: (connection: UpstreamConnection) => void;
  readonly gone: (connection: UpstreamConnection) => void;
}

/** Heads with a 1xx before the answer's own; an engine sends one at most. */
const MOST_INTERIM = 16;

interface Running {
  readonly request: UpstreamRequest;
  readonly settle: Settle;
  /** Instead of `settle`, when the connection ends before the first byte of an answer. */
  readonly untouched: (cut: UpstreamProblem) => void;
  stay: (() => void) | undefined;
  sent: SentRequest | undefined;
  answer: ReceivedAnswer | undefined;
  keepAlive: boolean;
  interim: number;
}

export class UpstreamConnection implements Watched, AnswerOrigin {
  readonly #socket: Duplex;
  readonly #limits: UpstreamLimits;
  readonly #owner: ConnectionOwner;
  #running: Running | undefined;
  readonly #heads: HeadReader;
  #ended = false;
  #why = "the engine closed the connection";
  due = NEVER;

  constructor(socket: Duplex, limits: UpstreamLimits, owner: ConnectionOwner) {
    this.#socket = socket;
    this.#limits = limits;
    this.#heads = new HeadReader(limits.headBytes);
    this.#owner = owner;
    watch(this);
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("drain", this.#onDrain);
    socket.on("error", this.#onError);
    socket.on("close", this.#onClose);
    if (socket.destroyed) process.nextTick(this.#onClose);
  }

  get usable(): boolean {
    return !this.#ended && this.#socket.writable && this.#running === undefined;
  }

  run(
    request: UpstreamRequest,
    host: string,
    settle: Settle,
    untouched: Running["untouched"],
  ): void {
    const running: Running = {
      request,
      settle,
      untouched,
      stay: undefined,
      sent: undefined,
      answer: undefined,
      keepAlive: false,
      interim: 0,
    };
    this.#running = running;
    this.due = request.answerMs === undefined ? NEVER : dueIn(request.answerMs);
    running.stay = request.departure?.onLeave(() => {
      this.#fail("left", "the client has gone");
    });
    if (this.#running !== running) return;
    running.sent = new SentRequest(this.#socket, request, host, {
      sent: () => {
        this.#releaseIfDone(running);
      },
      broken: (body) => {
        if (this.#running === running) this.#fail("upload", body.message, body);
      },
    });
  }

  // ------------------------------------------------------------ what comes

  readonly #onData = (bytes: Buffer): void => {
    const running = this.#running;
    if (running === undefined) {
      // Nobody asked.
      this.destroy();
      return;
    }
    let at = 0;
    while (running.answer === undefined) {
      at = this.#readHead(running, bytes, at);
      if (at === MORE || at === ODD) return;
      if (at === bytes.length && running.answer === undefined) return;
    }
    if (at < bytes.length) this.#readOn(running.answer, bytes, at);
  };

  #readOn(answer: ReceivedAnswer, bytes: Buffer, from: number): void {
    if (answer.offered) {
      this.#socket.unshift(bytes.subarray(from));
      return;
    }
    const { incoming } = answer;
    const settled = incoming.complete || incoming.problem !== undefined;
    const end = settled ? from : incoming.take(bytes, from);
    // Behind an answer nothing may come that was not asked for.
    if (end < bytes.length) this.destroy();
  }

  /** The index behind the head; MORE when it goes on, ODD when the exchange has failed. */
  #readHead(running: Running, bytes: Buffer, from: number): number {
    const end = this.#heads.read(bytes, from);
    if (end === MORE) return MORE;
    if (end === ODD) return this.#garbage("its head holds an odd byte");
    if (end === TOO_LARGE) return this.#garbage("its head is too large");
    const head = readAnswerHead(this.#heads.takeText(), running.request.method === "HEAD");
    if (typeof head === "string") return this.#garbage(head);
    if (head.status >= 200 || head.status === 101) return this.#begin(running, head, end);
    running.interim++;
    return running.interim > MOST_INTERIM ? this.#garbage("too many 1xx heads") : end;
  }

  #begin(running: Running, head: AnswerHead, end: number): number {
    if (head.status === 101 && running.request.upgrade === undefined) {
      return this.#garbage("the protocol changes though nobody asked");
    }
    this.due = NEVER;
    running.keepAlive = head.keepAlive;
    const offered = head.status === 101 || isRawStream(head);
    running.answer = new ReceivedAnswer(this, head, offered);
    if (offered) this.#socket.pause();
    // Whoever waits goes on after this turn: a small body is whole by then.
    running.settle(running.answer);
    this.#releaseIfDone(running);
    return end;
  }

  #garbage(why: string): typeof ODD {
    this.#fail("garbage", `the engine's answer is no HTTP/1.1: ${why}`);
    return ODD;
  }

  // ------------------------------------------------------------ how it ends

  #fail(problem: UpstreamProblem["problem"], why: string, body?: BodyProblem): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.stay?.();
    running.sent?.stop();
    const { answer } = running;
    if (answer === undefined) {
      const result: UpstreamProblem = { ok: false, problem, why, ...(body && { body }) };
      const untouched = problem === "cut" && running.interim === 0 && this.#heads.bytes === 0;
      if (untouched) running.untouched(result);
      else running.settle(result);
    } else {
      const left = problem === "left";
      answer.incoming.fail({
        ok: false,
        problem: left ? "left" : "cut",
        status: 502,
        message: why,
      });
    }
    this.destroy();
  }

  answerSettled(): void {
    if (this.#running === undefined) return;
    if (this.#running.answer?.incoming.problem === undefined) this.#releaseIfDone(this.#running);
    else this.#fail("garbage", "the answer's body is broken");
  }

  #releaseIfDone(running: Running): void {
    if (this.#running !== running || running.answer?.incoming.complete !== true) return;
    // A stream that is offered is not done.
    if (running.answer.offered) return;
    this.#running = undefined;
    running.stay?.();
    const sent = running.sent?.done === true;
    // An answer before the end of an upload: the engine reads no more of it.
    if (!sent) running.sent?.stop();
    if (sent && running.keepAlive && this.usable) {
      this.due = dueIn(this.#limits.idleMs);
      this.resume();
      this.#owner.released(this);
    } else this.destroy();
  }

  readonly #onEnd = (): void => {
    this.#ended = true;
    const running = this.#running;
    if (running === undefined) this.destroy();
    else if (running.answer === undefined) this.#fail("cut", this.#why);
    else if (!running.answer.offered) this.#endBody(running.answer);
  };

  #endBody(answer: ReceivedAnswer): void {
    const message = "the engine's answer ended early";
    answer.incoming.ended({ ok: false, problem: "cut", status: 502, message });
  }

  readonly #onDrain = (): void => {
    this.#running?.sent?.drained();
  };

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    this.#why = `the connection to the engine broke (${error.code ?? error.message})`;
  };

  readonly #onClose = (): void => {
    this.#ended = true;
    unwatch(this);
    this.#owner.gone(this);
    this.#fail("cut", this.#why);
  };

  expired(): void {
    if (this.#running === undefined) this.destroy();
    else this.#fail("timeout", `no answer within ${this.#running.request.answerMs} ms`);
  }

  // ------------------------------------------------------------ for its answer

  resume(): void {
    if (this.#ended && this.#running?.answer !== undefined) this.#endBody(this.#running.answer);
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  pause(): void {
    this.#socket.pause();
  }

  giveAway(): Duplex {
    this.#running?.stay?.();
    this.#running = undefined;
    this.due = NEVER;
    this.#socket.off("data", this.#onData);
    this.#socket.off("end", this.#onEnd);
    this.#socket.off("drain", this.#onDrain);
    return this.#socket;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
