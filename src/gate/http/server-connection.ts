/** One client's connection: its requests one after the other, each answered before the next is read. */

import type { Duplex } from "node:stream";
import {
  DEFAULT_SERVER_LIMITS,
  type HttpRefusal,
  type RequestHead,
  type ServerConnection,
  type ServerHooks,
  type ServerLimits,
} from "./contract.ts";
import { NEVER, type Watched, dueIn, unwatch, watch } from "./deadlines.ts";
import { type ExchangeEnd, ServerExchange } from "./exchange.ts";
import { LINGER_MS, MOST_DROPPED_BYTES, refusalMessage } from "./refusals.ts";
import { type RequestEvents, RequestReader } from "./request-reader.ts";

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

export class Connection implements ServerConnection, Watched, RequestEvents {
  readonly socket: Duplex;
  readonly limits: ServerLimits;
  readonly #hooks: ServerHooks;
  readonly closed: Promise<void>;
  readonly #tellClosed: () => void;
  #phase: Phase = "head";
  readonly #reader: RequestReader;
  #exchange: ServerExchange | undefined;
  #draining = false;
  #grace: NodeJS.Timeout | undefined;
  #sawEnd = false;
  #dropped = 0;
  due: number;
  bytesIn = 0;
  bytesOut = 0;

  constructor(socket: Duplex, hooks: ServerHooks, limits: ServerLimits) {
    this.socket = socket;
    this.#hooks = hooks;
    this.limits = limits;
    this.#reader = new RequestReader(limits, this);
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
    else this.wakeSocket();
  }

  get state(): ServerConnection["state"] {
    if (this.#phase === "hijacked" || this.#phase === "closed") return this.#phase;
    return this.#phase === "head" && !this.#reader.inHead ? "idle" : "busy";
  }

  /** Whether another request may follow the one that is being answered. */
  get mayGoOn(): boolean {
    return !this.#draining && !this.#sawEnd;
  }

  readonly #onData = (bytes: Buffer): void => {
    this.bytesIn += bytes.length;
    if (this.#phase === "closing") {
      this.#dropped += bytes.length;
      if (this.#dropped > MOST_DROPPED_BYTES) this.destroy();
      return;
    }
    this.#reader.receive(bytes);
    if (this.#reader.isFull) this.socket.pause();
  };

  headBegan(): void {
    this.due = dueIn(this.limits.headMs);
  }

  head(head: RequestHead): void {
    this.due = NEVER;
    this.#phase = "exchange";
    const exchange = new ServerExchange(this, head);
    this.#exchange = exchange;
    if (exchange.incoming !== undefined) this.#reader.readBody(exchange.incoming);
    else if (head.upgrade) this.#holdBack();
    try {
      const handled = this.#hooks.handle(exchange);
      if (handled !== undefined) void this.#follow(exchange, handled);
    } catch (error) {
      this.#bug(exchange, error);
    }
  }

  bodyEnded(): void {
    if (this.#exchange?.head.upgrade === true) this.#holdBack();
  }

  async #follow(exchange: ServerExchange, handled: Promise<void>): Promise<void> {
    try {
      await handled;
    } catch (error) {
      this.#bug(exchange, error);
      return;
    }
    if (exchange.answered || this.#exchange !== exchange) return;
    this.#bug(exchange, new Error("a request was handled but not answered"));
  }

  #bug(exchange: ServerExchange, error: unknown): void {
    this.#hooks.onBug?.(error);
    // Whoever should have taken the stream did not.
    if (this.#phase === "hijacked") this.destroy();
    if (this.#exchange !== exchange) return;
    if (exchange.answered) this.destroy();
    else exchange.respond(500, [], refusalMessage("an error inside the gate"));
  }

  /** Answers what never reached the handler, and closes. */
  refused(refusal: HttpRefusal): void {
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
    else if (end === "close") this.#finish();
    else if (this.socket.writableNeedDrain) {
      this.#phase = "flushing";
      this.due = dueIn(this.limits.answerMs);
    } else this.#next();
  }

  #next(): void {
    if (!this.mayGoOn) {
      this.#finish();
      return;
    }
    this.#phase = "head";
    this.due = dueIn(this.limits.idleMs);
    this.#reader.nextRequest();
    if (!this.#reader.isFull) this.wakeSocket();
  }

  wakeSocket(): void {
    if (this.socket.isPaused()) this.socket.resume();
  }

  /**
   * After a request that asked for an upgrade: what follows it stays in the socket, for whoever gets that. It is put
   * back at once, because a socket that has told of its end takes nothing back.
   */
  #holdBack(): void {
    this.socket.pause();
    for (const bytes of this.#reader.takeAhead().toReversed()) this.socket.unshift(bytes);
  }

  #giveAway(): void {
    this.#phase = "hijacked";
    unwatch(this);
    this.socket.off("data", this.#onData);
    this.socket.off("end", this.#onEnd);
    this.socket.off("drain", this.#onDrain);
    this.#holdBack();
  }

  #finish(): void {
    this.#phase = "closing";
    this.#reader.takeAhead();
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
    this.#reader.takeAhead();
    unwatch(this);
    clearTimeout(this.#grace);
    exchange?.clientLeft();
    this.#tellClosed();
  };

  expired = (): void => {
    if (this.#phase === "exchange") this.#exchange?.expired();
    else if (this.#phase === "head" && this.#reader.inHead) {
      this.refused({ status: 408, problem: "the request's head was too long in coming" });
    } else this.destroy();
  };

  close(graceMs: number): void {
    if (this.#phase === "closed" || this.#draining) return;
    this.#draining = true;
    if (this.state === "idle" || graceMs <= 0) {
      this.destroy();
      return;
    }
    this.#grace = setTimeout(() => {
      this.destroy();
    }, graceMs);
  }

  destroy(): void {
    this.socket.destroy();
  }
}

const ignore = (): void => {};
