/** One client's connection: its requests one after the other, each answered before the next is read. */

import type { Duplex } from "node:stream";
import {
  DEFAULT_SERVER_LIMITS,
  type HttpRefusal,
  type ServerConnection,
  type ServerHooks,
  type ServerLimits,
} from "./contract.ts";
import { NEVER, type Watched, dueIn, unwatch, watch } from "./deadlines.ts";
import { type ExchangeEnd, ServerExchange } from "./exchange.ts";
import { HeadScanner, MORE, ODD, headText } from "./head-scan.ts";
import { readRequestHead } from "./request-head.ts";
import { LINGER_MS, MOST_DROPPED_BYTES, refusalMessage } from "./refusals.ts";

/** Of what a client sends ahead of its answer. Then its socket is not read until the answer is out. */
const MOST_AHEAD_BYTES = 64 * 1024;

/**
 * `flushing`: the answer is written, but the client has not taken it in yet. `closing`: no further request; what
 * comes still is dropped, because closing a socket with unread bytes would destroy the answer on its way.
 */
type Phase = "head" | "exchange" | "flushing" | "closing" | "hijacked" | "closed";

export function serveConnection(
  socket: Duplex,
  hooks: ServerHooks,
  limits: ServerLimits = DEFAULT_SERVER_LIMITS,
): ServerConnection {
  return new Connection(socket, hooks, limits);
}

export class Connection implements ServerConnection, Watched {
  readonly socket: Duplex;
  readonly limits: ServerLimits;
  readonly #hooks: ServerHooks;
  readonly closed: Promise<void>;
  readonly #tellClosed: () => void;
  #phase: Phase = "head";
  readonly #scanner = new HeadScanner();
  /** Of a head that has not come whole. */
  #headPieces: Buffer[] = [];
  #headBytes = 0;
  /** Received, and not yet looked at. */
  #ahead: Buffer[] = [];
  #aheadBytes = 0;
  #exchange: ServerExchange | undefined;
  #turning = false;
  #draining = false;
  #sawEnd = false;
  #dropped = 0;
  due: number;
  bytesIn = 0;
  bytesOut = 0;

  constructor(socket: Duplex, hooks: ServerHooks, limits: ServerLimits) {
    this.socket = socket;
    this.#hooks = hooks;
    this.limits = limits;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.closed = promise;
    this.#tellClosed = () => {
      resolve(undefined);
    };
    this.due = dueIn(limits.headMs);
    watch(this);
    socket.on("data", this.#onData);
    socket.on("end", this.#onEnd);
    socket.on("drain", this.#onDrain);
    socket.on("error", ignore);
    socket.on("close", this.#onClose);
    if (socket.destroyed) this.#onClose();
  }

  get state(): ServerConnection["state"] {
    if (this.#phase === "hijacked" || this.#phase === "closed") return this.#phase;
    return this.#phase === "head" && this.#headBytes === 0 ? "idle" : "busy";
  }

  /** Whether another request may follow the one that is being answered. */
  get mayGoOn(): boolean {
    return !this.#draining && !this.#sawEnd;
  }

  get sawEnd(): boolean {
    return this.#sawEnd;
  }

  readonly #onData = (bytes: Buffer): void => {
    this.bytesIn += bytes.length;
    if (this.#phase === "closing") {
      this.#dropped += bytes.length;
      if (this.#dropped > MOST_DROPPED_BYTES) this.destroy();
      return;
    }
    this.#ahead.push(bytes);
    this.#aheadBytes += bytes.length;
    this.#turn();
  };

  /** Looks at what has come as far as the phase allows. Not entered twice: a handler may answer at once. */
  #turn(): void {
    if (this.#turning) return;
    this.#turning = true;
    while (this.#ahead.length > 0 && this.#step()) {
      // Each step takes from what is ahead.
    }
    this.#turning = false;
    if (this.#aheadBytes > MOST_AHEAD_BYTES && this.#phase !== "closing") this.socket.pause();
  }

  #step(): boolean {
    if (this.#phase === "head") {
      this.#readHead(this.#shiftAhead());
      return true;
    }
    const exchange = this.#phase === "exchange" ? this.#exchange : undefined;
    const body = exchange?.incoming;
    if (exchange === undefined || body === undefined) return false;
    if (body.complete || body.problem !== undefined) return false;
    const bytes = this.#shiftAhead();
    exchange.progressed();
    this.#unshiftAhead(bytes, body.take(bytes, 0));
    if (body.complete && exchange.head.upgrade) this.holdBack();
    return true;
  }

  #shiftAhead(): Buffer {
    const bytes = this.#ahead.shift() as Buffer;
    this.#aheadBytes -= bytes.length;
    return bytes;
  }

  #unshiftAhead(bytes: Buffer, from: number): void {
    if (from === bytes.length) return;
    this.#ahead.unshift(bytes.subarray(from));
    this.#aheadBytes += bytes.length - from;
  }

  #readHead(bytes: Buffer): void {
    if (this.#headBytes === 0) this.due = dueIn(this.limits.headMs);
    const end = this.#scanner.scan(bytes, 0);
    this.#headBytes += end === MORE ? bytes.length : end;
    if (end === ODD) {
      this.refuse({ status: 400, problem: "the request's head holds a byte that no head holds" });
    } else if (this.#headBytes > this.limits.headBytes) {
      const problem = `the request's head is larger than ${this.limits.headBytes} bytes`;
      this.refuse({ status: 431, problem });
    } else if (end === MORE) {
      this.#headPieces.push(bytes);
    } else {
      const text = headText(this.#headPieces, bytes, 0, end);
      this.#headPieces = [];
      this.#headBytes = 0;
      this.#unshiftAhead(bytes, end);
      this.#begin(text);
    }
  }

  #begin(text: string): void {
    const read = readRequestHead(text, this.limits.headerCount);
    if (!read.ok) {
      this.refuse(read.refusal);
      return;
    }
    this.due = NEVER;
    this.#phase = "exchange";
    const exchange = new ServerExchange(this, read.head);
    this.#exchange = exchange;
    if (read.head.upgrade && exchange.incoming === undefined) this.holdBack();
    try {
      const handled = this.#hooks.handle(exchange);
      if (handled !== undefined) this.#follow(exchange, handled);
    } catch (error) {
      this.#bug(exchange, error);
    }
  }

  #follow(exchange: ServerExchange, handled: Promise<void>): void {
    handled.then(
      () => {
        if (!exchange.answered && this.#exchange === exchange) {
          this.#bug(exchange, new Error("a request was handled but not answered"));
        }
      },
      (error: unknown) => {
        this.#bug(exchange, error);
      },
    );
  }

  #bug(exchange: ServerExchange, error: unknown): void {
    this.#hooks.onBug?.(error);
    if (this.#exchange !== exchange || this.#phase !== "exchange") return;
    if (exchange.answered) this.destroy();
    else exchange.respond(500, [], refusalMessage("an error inside the gate"));
  }

  /** Answers what never reached the handler, and closes. */
  refuse(refusal: HttpRefusal): void {
    this.#hooks.onRefused?.(refusal);
    const exchange = ServerExchange.unread(this);
    this.#exchange = exchange;
    this.#phase = "exchange";
    exchange.respond(
      refusal.status,
      [["Content-Type", "application/json"]],
      refusalMessage(refusal.problem),
    );
  }

  /** The exchange has written its last byte, or has given the socket away. */
  exchangeEnded(end: ExchangeEnd): void {
    this.#exchange = undefined;
    this.due = NEVER;
    if (end === "hijacked") this.#giveAway();
    else if (end === "close" || !this.mayGoOn) this.#finish();
    else if (this.socket.writableNeedDrain) {
      this.#phase = "flushing";
      this.due = dueIn(this.limits.answerMs);
    } else this.#next();
  }

  #next(): void {
    this.#phase = "head";
    this.due = dueIn(this.limits.idleMs);
    if (this.#ahead.length > 0) this.#turn();
    if (this.#aheadBytes <= MOST_AHEAD_BYTES) this.wakeSocket();
  }

  wakeSocket(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  /**
   * After a request that asked for an upgrade: what follows it stays in the socket, for whoever gets that. It is put
   * back at once, because a socket that has told of its end takes nothing back.
   */
  holdBack(): void {
    this.socket.pause();
    for (const bytes of this.#ahead.reverse()) this.socket.unshift(bytes);
    this.#ahead = [];
    this.#aheadBytes = 0;
  }

  #giveAway(): void {
    this.#phase = "hijacked";
    unwatch(this);
    this.socket.off("data", this.#onData);
    this.socket.off("end", this.#onEnd);
    this.socket.off("drain", this.#onDrain);
    this.holdBack();
  }

  #finish(): void {
    this.#phase = "closing";
    this.#ahead = [];
    this.#aheadBytes = 0;
    this.due = dueIn(this.limits.answerMs);
    this.socket.end(() => {
      this.due = dueIn(LINGER_MS);
      if (this.#sawEnd) this.destroy();
    });
    this.wakeSocket();
  }

  readonly #onEnd = (): void => {
    this.#sawEnd = true;
    if (this.#phase === "exchange") this.#exchange?.clientEnded();
    else if (this.#phase === "head") this.destroy();
    else if (this.#phase === "closing" && this.socket.writableFinished) this.destroy();
  };

  readonly #onDrain = (): void => {
    if (this.#phase === "flushing") this.#next();
    else this.#exchange?.drained();
  };

  readonly #onClose = (): void => {
    const exchange = this.#exchange;
    this.#phase = "closed";
    this.#exchange = undefined;
    this.#ahead = [];
    this.#headPieces = [];
    unwatch(this);
    exchange?.clientLeft();
    this.#tellClosed();
  };

  expired = (): void => {
    if (this.#phase === "exchange") this.#exchange?.expired();
    else if (this.#phase === "head" && this.#headBytes > 0) {
      this.refuse({ status: 408, problem: "the request's head was too long in coming" });
    } else this.destroy();
  };

  close(graceMs: number): void {
    if (this.#phase === "closed") return;
    this.#draining = true;
    if (this.state === "idle" || graceMs <= 0) {
      this.destroy();
      return;
    }
    const timer = setTimeout(() => {
      this.destroy();
    }, graceMs);
    void this.closed.then(() => {
      clearTimeout(timer);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }
}

const ignore = (): void => {};
