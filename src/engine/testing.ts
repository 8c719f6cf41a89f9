/** Engines for tests: small servers on sockets of their own, which answer what the test tells them to. */

import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { Server, Socket } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, EngineOptions } from "./engine.ts";
import { connectEngine } from "./engine.ts";
import type { EngineProblem } from "./problem.ts";
import { isProblem } from "./problem.ts";

export interface FakeEngine {
  /** `unix:///…` */
  readonly host: string;
  readonly folder: string;
  /** What it was asked for, in order. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

export type Answers = Readonly<
  | Record<string, unknown>
  | { [path: string]: (request: IncomingMessage, answer: ServerResponse) => void }
>;

/**
 * An engine of API 1.`minor` that answers paths (without the version) with a value as JSON or by a function; others
 * with 404.
 */
export async function fakeEngine(answers: Answers, minor = 41): Promise<FakeEngine> {
  const asked: string[] = [];
  const server = createHttpServer((request, answer) => {
    const url = request.url ?? "";
    asked.push(url);
    answer.setHeader("Api-Version", `1.${String(minor)}`);
    const path = url.replace(/^\/v\d+\.\d+(?=\/)/, "").replace(/\?.*$/, "");
    const found = answers[path] ?? answers[url];
    if (typeof found === "function") (found as (...words: unknown[]) => void)(request, answer);
    else if (found !== undefined) answer.end(JSON.stringify(found));
    else if (path === "/_ping") answer.end("OK");
    else answer.writeHead(404).end(JSON.stringify({ message: `no such thing: ${path}` }));
  });
  return listening(server, asked);
}

/** A server that gets the socket itself. */
export function rawEngine(onRequest: (socket: Socket, head: string) => void): Promise<FakeEngine> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (piece) => {
      const head = piece.toString("latin1");
      asked.push(head.split(" ")[1] ?? "");
      onRequest(socket, head);
    });
  });
  return listening(server, asked);
}

async function listening(server: Server, asked: readonly string[]): Promise<FakeEngine> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-fake-engine-"));
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const path = join(folder, "docker.sock");
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return {
    host: `unix://${path}`,
    folder,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The engine, or an error that fails the test. */
export async function connected(options: EngineOptions): Promise<Engine> {
  return whole(await connectEngine(options));
}

/** The value; a problem fails the test. */
export function whole<T extends object>(value: T | EngineProblem): T {
  if (isProblem(value)) throw new Error(`${value.problem} (${value.settle})`);
  return value;
}
