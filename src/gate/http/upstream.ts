/** The engine's side: connections that are kept for the next request, and one exchange on each at a time. */

import type { Duplex } from "node:stream";
import {
  DEFAULT_UPSTREAM_LIMITS,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamLimits,
  type UpstreamOptions,
  type UpstreamProblem,
  type UpstreamRequest,
} from "./contract.ts";
import { UpstreamConnection } from "./upstream-connection.ts";

type Result = UpstreamAnswer | UpstreamProblem;
type Settle = (result: Result) => void;

export function createUpstream(options: UpstreamOptions): Upstream {
  return new Pool(options);
}

class Pool implements Upstream {
  readonly #connect: UpstreamOptions["connect"];
  readonly #host: string;
  readonly #limits: UpstreamLimits;
  /** The last one used is the first one taken, so that the others may grow old and close. */
  readonly #idle: UpstreamConnection[] = [];
  readonly #all = new Set<UpstreamConnection>();
  #connecting = 0;
  #closed = false;

  constructor(options: UpstreamOptions) {
    this.#connect = options.connect;
    this.#host = options.host ?? "docker";
    this.#limits = options.limits ?? DEFAULT_UPSTREAM_LIMITS;
  }

  get connections(): Upstream["connections"] {
    return { open: this.#all.size, idle: this.#idle.length };
  }

  exchange(request: UpstreamRequest): Promise<Result> {
    return new Promise((settle) => {
      if (request.departure?.left === true) {
        settle(LEFT);
        return;
      }
      const connection = this.#takeIdle();
      if (connection === undefined) {
        void this.#onNewConnection(request, settle);
        return;
      }
      connection.run(request, this.#host, settle, (cut) => {
        if (mayTryAgain(request)) void this.#onNewConnection(request, settle);
        else settle(cut);
      });
    });
  }

  #takeIdle(): UpstreamConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined || connection.usable) return connection;
      connection.destroy();
    }
  }

  async #onNewConnection(request: UpstreamRequest, settle: Settle): Promise<void> {
    if (this.#closed) {
      settle(unreachable("the gate is closing"));
      return;
    }
    if (this.#all.size + this.#connecting >= this.#limits.connections) {
      const why = `${this.#limits.connections} connections to the engine are open`;
      settle({ ok: false, problem: "busy", why });
      return;
    }
    this.#connecting++;
    const socket = await this.#connected(request);
    this.#connecting--;
    if ("problem" in socket) {
      settle(socket);
      return;
    }
    const connection = new UpstreamConnection(socket, this.#limits, this);
    this.#all.add(connection);
    connection.run(request, this.#host, settle, settle);
    if (this.#closed) connection.destroy();
  }

  /** The client may leave, or the time may be up, before the engine takes the call; what comes late is closed. */
  async #connected(request: UpstreamRequest): Promise<Duplex | UpstreamProblem> {
    const { promise, resolve } = Promise.withResolvers<Duplex | UpstreamProblem>();
    const timer = setTimeout(() => {
      const why = `no connection within ${this.#limits.connectMs} ms`;
      resolve({ ok: false, problem: "timeout", why });
    }, this.#limits.connectMs);
    const stay = request.departure?.onLeave(() => {
      resolve(LEFT);
    });
    void this.#call(resolve, promise);
    const connected = await promise;
    clearTimeout(timer);
    stay?.();
    return connected;
  }

  async #call(
    resolve: (result: Duplex | UpstreamProblem) => void,
    promise: Promise<Duplex | UpstreamProblem>,
  ): Promise<void> {
    try {
      const socket = await this.#connect();
      resolve(socket);
      if ((await promise) === socket) return;
      socket.on("error", ignore);
      socket.destroy();
    } catch (error) {
      resolve(unreachable(error instanceof Error ? error.message : String(error)));
    }
  }

  released(connection: UpstreamConnection): void {
    if (this.#closed || this.#idle.length >= this.#limits.idleConnections) connection.destroy();
    else this.#idle.push(connection);
  }

  gone(connection: UpstreamConnection): void {
    this.#all.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at !== -1) this.#idle.splice(at, 1);
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }

  destroy(): void {
    this.close();
    for (const connection of this.#all) connection.destroy();
  }
}

const ignore = (): void => {};
const LEFT: UpstreamProblem = { ok: false, problem: "left", why: "the client has gone" };

const unreachable = (why: string): UpstreamProblem => ({ ok: false, problem: "unreachable", why });

/** The engine may be closing a kept connection just now. What changes nothing may be asked again, once. */
function mayTryAgain(request: UpstreamRequest): boolean {
  return (
    (request.method === "GET" || request.method === "HEAD") &&
    request.body === undefined &&
    request.upgrade === undefined
  );
}
