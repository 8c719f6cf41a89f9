/** A running gate: its listeners, its connections, its clients, and how they change. */

import type { Socket } from "node:net";
import { serveConnection } from "../http/server-connection.ts";
import {
  DEFAULT_SERVER_LIMITS,
  type ServerConnection,
  type ServerHooks,
} from "../http/contract.ts";
import type { CompiledGate } from "../policy/compiled.ts";
import { LiveClient } from "./client.ts";
import { handleExchange } from "./handle.ts";
import { openListener, listenerKey, type Listening, type Prepared } from "./listen.ts";
import type { Observer } from "./observer.ts";
import type { Runtime } from "./runtime.ts";

/** What of a running gate the policy file decides, besides listeners and clients. */
export interface Core {
  readonly runtime: Runtime;
  /** Its connections to the engine end, idle ones at once. */
  readonly retire: () => void;
}

export interface GateOptions {
  readonly observer: Observer;
  /** Everything that a request needs, for one policy. Throws with a sentence where it cannot be had. */
  readonly makeCore: (compiled: CompiledGate) => Core;
  readonly now: () => number;
  /** A stranger came: a certificate that names nobody, a failed handshake. */
  readonly onStranger: (listener: string, why: string) => void;
}

interface Connected {
  readonly connection: ServerConnection;
  readonly socket: Socket;
  readonly client: string;
  readonly listening: Listening;
}

/** A core, and how many requests stand on it. */
interface Held {
  readonly core: Core;
  requests: number;
  retired: boolean;
}

const hold = (core: Core): Held => ({ core, requests: 0, retired: false });

function retireUnused(held: Held): void {
  if (held.retired && held.requests === 0) held.core.retire();
}

const FULL =
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n";

export class Gate {
  readonly #options: GateOptions;
  readonly #listeners = new Map<string, Listening>();
  readonly #clients = new Map<string, LiveClient>();
  readonly #connections = new Set<Connected>();
  #compiled: CompiledGate;
  #held: Held;
  #stopping = false;

  private constructor(compiled: CompiledGate, core: Core, options: GateOptions) {
    this.#compiled = compiled;
    this.#held = hold(core);
    this.#options = options;
  }

  /** Listens, or says with all sentences why it cannot; then nothing listens. */
  static async start(
    compiled: CompiledGate,
    options: GateOptions,
  ): Promise<
    | { readonly ok: true; readonly gate: Gate }
    | { readonly ok: false; readonly why: readonly string[] }
  > {
    let core: Core;
    try {
      core = options.makeCore(compiled);
    } catch (error) {
      return { ok: false, why: [error instanceof Error ? error.message : String(error)] };
    }
    const gate = new Gate(compiled, core, options);
    gate.#setClients(compiled);
    const problems = await gate.#openMissing(compiled);
    if (problems.length === 0) return { ok: true, gate };
    await gate.stop(0);
    return { ok: false, why: problems };
  }

  get listening(): readonly Listening[] {
    return [...this.#listeners.values()];
  }

  get connections(): number {
    return this.#connections.size;
  }

  get upstreamConnections(): { readonly open: number; readonly idle: number } {
    return this.#held.core.runtime.upstream.connections;
  }

  get compiled(): CompiledGate {
    return this.#compiled;
  }

  /**
   * Another policy, whole or not at all: undefined when it holds, else why it does not, and the one before
   * goes on. Requests that are under way keep the policy that they were judged by; streams of a client that is no
   * more, or that no longer belongs to its listener, end.
   */
  async reload(compiled: CompiledGate): Promise<readonly string[] | undefined> {
    if (this.#stopping) return ["the gate is stopping"];
    let core: Core;
    try {
      core = this.#options.makeCore(compiled);
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
    const open = new Set(this.#listeners.keys());
    const problems = await this.#openMissing(compiled);
    if (this.#isStopping()) problems.push("the gate is stopping");
    const prepared = problems.length === 0 ? this.#prepareListeners(compiled) : [];
    problems.push(...prepared.flatMap((one) => (one.ok ? [] : [one.why])));
    if (problems.length > 0) {
      for (const one of prepared) if (one.ok) one.revert();
      for (const [key, listening] of this.#listeners) {
        if (open.has(key)) continue;
        listening.close();
        this.#listeners.delete(key);
      }
      core.retire();
      return problems;
    }
    // From here on nothing waits and nothing fails.
    for (const one of prepared) if (one.ok) one.commit();
    const wanted = new Set(compiled.listeners.map(listenerKey));
    for (const [key, listening] of this.#listeners) {
      if (wanted.has(key)) continue;
      listening.close();
      this.#listeners.delete(key);
    }
    this.#setClients(compiled);
    const before = this.#held;
    this.#held = hold(core);
    this.#compiled = compiled;
    before.retired = true;
    retireUnused(before);
    for (const { connection, socket, client, listening } of this.#connections) {
      const mine = this.#listeners.get(listening.key) === listening;
      if (!mine || listening.clientOf(socket) !== client) connection.destroy();
    }
    return undefined;
  }

  /** No new connection, no new request; what runs may end within the time. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.#stopping = true;
    for (const listening of this.#listeners.values()) listening.close();
    this.#listeners.clear();
    const closing = [...this.#connections].map(({ connection }) => {
      if (graceMilliseconds > 0) connection.close(graceMilliseconds);
      else connection.destroy();
      return connection.closed;
    });
    await Promise.all(closing);
    this.#held.core.retire();
  }

  /** A question, since it may have been answered otherwise before a wait. */
  #isStopping(): boolean {
    return this.#stopping;
  }

  async #openMissing(compiled: CompiledGate): Promise<string[]> {
    const problems: string[] = [];
    for (const listener of compiled.listeners) {
      if (this.#listeners.has(listenerKey(listener))) continue;
      const opened = await openListener(listener, {
        onConnection: (socket, client, listening) => this.#accept(socket, client, listening),
        onStranger: this.#options.onStranger,
      });
      if (opened.ok) this.#listeners.set(opened.value.key, opened.value);
      else problems.push(opened.why);
    }
    return problems;
  }

  #prepareListeners(compiled: CompiledGate): readonly Prepared[] {
    return compiled.listeners.flatMap((listener) => {
      const listening = this.#listeners.get(listenerKey(listener));
      return listening === undefined ? [] : [listening.prepare(listener)];
    });
  }

  #setClients(compiled: CompiledGate): void {
    const wanted = new Set(compiled.clients.map(({ policy }) => policy.name));
    for (const name of this.#clients.keys()) if (!wanted.has(name)) this.#clients.delete(name);
    for (const { policy } of compiled.clients) {
      const client = this.#clients.get(policy.name);
      if (client === undefined) {
        this.#clients.set(policy.name, new LiveClient(policy, this.#options.now));
      } else {
        client.change(policy);
      }
    }
  }

  #accept(socket: Socket, name: string, listening: Listening): void {
    const client = this.#clients.get(name);
    // Between two policies a connection may come for a client that is not there yet.
    if (client === undefined || this.#stopping) {
      socket.destroy();
      return;
    }
    if (this.#connections.size >= this.#compiled.limits.connections) {
      refuse(socket);
      this.#options.observer.malformed(client.policy, 503, "too many connections");
      return;
    }
    const connection = serveConnection(socket, this.#hooks(client), this.#serverLimits());
    const connected: Connected = { connection, socket, client: name, listening };
    this.#connections.add(connected);
    void connection.closed.then(() => this.#connections.delete(connected));
  }

  #hooks(client: LiveClient): ServerHooks {
    const { observer } = this.#options;
    return {
      handle: (exchange) => {
        // What began under one policy ends under it, with its way to the engine.
        const held = this.#held;
        held.requests += 1;
        return handleExchange(exchange, client, held.core.runtime).finally(() => {
          held.requests -= 1;
          retireUnused(held);
        });
      },
      onRefused: ({ status, problem }) => observer.malformed(client.policy, status, problem),
      onBug: (error) => observer.bug(error),
    };
  }

  #serverLimits(): typeof DEFAULT_SERVER_LIMITS {
    const { headBytes, headMilliseconds, bodyMilliseconds, idleMilliseconds } =
      this.#compiled.limits;
    return {
      ...DEFAULT_SERVER_LIMITS,
      headBytes,
      headMs: headMilliseconds,
      bodyMs: bodyMilliseconds,
      idleMs: idleMilliseconds,
    };
  }
}

function refuse(socket: Socket): void {
  const body = `${JSON.stringify({ message: "plimsoll: too many connections are open; try again later" })}\n`;
  socket.on("error", () => undefined);
  socket.end(`${FULL}Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`, () =>
    socket.destroy(),
  );
}
