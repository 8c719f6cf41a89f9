/** A fake engine with a bare gate before it, for one test. */

import { readdirSync } from "node:fs";
import type { Socket } from "node:net";
import { afterEach } from "vitest";
import { type BareGate, type BareGateOptions, startBareGate } from "./bare-gate.ts";
import {
  type EngineScript,
  type RecordingEngine,
  connectTo,
  startRecordingEngine,
} from "./recording-engine.ts";

export interface World {
  readonly engine: RecordingEngine;
  readonly gate: BareGate;
  /** A client's connection to the gate, and all that came on it. */
  readonly client: (sent?: string) => Promise<Client>;
}

const cleanups: (() => Promise<void> | void)[] = [];

/** To call once in a file: what a test started ends with it. */
export function cleanUpAfterEach(): void {
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
}

export async function startWorld(script?: EngineScript, options?: BareGateOptions): Promise<World> {
  const engine = await startRecordingEngine(script);
  const gate = await startBareGate(engine.connect, options);
  cleanups.push(engine.close, gate.close);
  const client = async (sent?: string): Promise<Client> => {
    const made = new Client(await connectTo(gate.path));
    cleanups.push(() => {
      made.socket.destroy();
    });
    if (sent !== undefined) made.socket.write(sent, "latin1");
    return made;
  };
  return { engine, gate, client };
}

export class Client {
  readonly socket: Socket;
  readonly #pieces: Buffer[] = [];
  readonly ended: Promise<void>;
  bytes = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.bytes += bytes.length;
      this.#pieces.push(bytes);
    });
    socket.on("error", () => {});
    this.ended = new Promise((resolve) => {
      socket.on("end", resolve);
      socket.on("close", () => {
        resolve();
      });
    });
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString("latin1");
  }

  /** All that came, once it matches. */
  until(pattern: RegExp | string): Promise<string> {
    return until(() =>
      typeof pattern === "string" ? this.text.includes(pattern) : pattern.test(this.text),
    ).then(
      () => this.text,
      (error: unknown) => {
        throw new Error(`waited for ${String(pattern)}, got: ${this.text.slice(-500)}`, {
          cause: error,
        });
      },
    );
  }
}

export async function until(holds: () => boolean, withinMs = 5000): Promise<void> {
  const last = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > last) throw new Error("what was waited for did not happen");
    await pause(5);
  }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Open file descriptors of this process. */
export const descriptors = (): number => readdirSync("/proc/self/fd").length;
