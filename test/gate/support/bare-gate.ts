/** The gate's HTTP alone, without any judgement: what the http folder's tests stand on. */

import { mkdtempSync, rmSync } from "node:fs";
import { type Socket, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DEFAULT_SERVER_LIMITS,
  type Exchange,
  type HttpRefusal,
  type ServerConnection,
  type ServerLimits,
  type Upstream,
  type UpstreamLimits,
} from "../../../src/gate/http/contract.ts";
import { forwardAnswer } from "../../../src/gate/http/forward.ts";
import { serveConnection } from "../../../src/gate/http/server-connection.ts";
import { spliceStreams } from "../../../src/gate/http/splice.ts";
import { createUpstream } from "../../../src/gate/http/upstream.ts";
import { connectTo } from "./recording-engine.ts";

export interface BareGate {
  readonly path: string;
  readonly upstream: Upstream;
  readonly connections: Set<ServerConnection>;
  readonly refusals: HttpRefusal[];
  readonly bugs: unknown[];
  readonly close: () => Promise<void>;
}

export interface BareGateOptions {
  readonly limits?: Partial<ServerLimits>;
  readonly upstreamLimits?: UpstreamLimits;
  readonly handle?: (exchange: Exchange, upstream: Upstream) => Promise<void> | void;
}

export async function startBareGate(
  connect: () => Promise<Socket>,
  options: BareGateOptions = {},
): Promise<BareGate> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-gate-"));
  const path = join(folder, "s");
  const { upstreamLimits } = options;
  const upstream = createUpstream({ connect, ...(upstreamLimits && { limits: upstreamLimits }) });
  const handle = options.handle ?? forwardEverything;
  const connections = new Set<ServerConnection>();
  const refusals: HttpRefusal[] = [];
  const bugs: unknown[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection = serveConnection(
      socket,
      {
        handle: (exchange) => handle(exchange, upstream),
        onRefused: (refusal) => refusals.push(refusal),
        onBug: (error) => bugs.push(error),
      },
      { ...DEFAULT_SERVER_LIMITS, ...options.limits },
    );
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  });
  await new Promise<void>((resolve) => {
    server.listen({ path, backlog: 4096 }, resolve);
  });
  return {
    path,
    upstream,
    connections,
    refusals,
    bugs,
    close: async () => {
      for (const connection of connections) connection.destroy();
      upstream.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      rmSync(folder, { recursive: true });
    },
  };
}

const BODY_LIMIT = 4 * 1024 * 1024;

/** JSON bodies whole, others as uploads; an upgrade as a stream when the engine answers with one. */
export async function forwardEverything(exchange: Exchange, upstream: Upstream): Promise<void> {
  const { head } = exchange;
  const type = head.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const json = type === "application/json";
  const read = json ? await exchange.readBody(BODY_LIMIT) : undefined;
  if (read?.ok === false) {
    exchange.respond(read.status, [], read.message);
    return;
  }
  const body = read?.bytes ?? (head.body.kind === "none" ? undefined : exchange.body());
  const answer = await upstream.exchange({
    method: head.method,
    target: head.target,
    headers: type === undefined ? [] : [["Content-Type", type]],
    ...(body && { body }),
    ...(head.upgrade && { upgrade: "tcp" }),
    departure: exchange.departure,
  });
  if (!answer.ok) {
    const status = answer.body?.status ?? 502;
    exchange.respond(status, [["Content-Type", "application/json"]], answer.why);
    return;
  }
  if (answer.takeStream === undefined) {
    await forwardAnswer(exchange, answer);
    return;
  }
  const stream = answer.takeStream();
  const client = exchange.hijack(
    answer.status === 101 ? 101 : 200,
    answer.headers,
    answer.status === 101 ? "tcp" : undefined,
  );
  if (client === undefined) stream.destroy();
  else spliceStreams(client, stream);
}

/** Sends bytes as they are, and gives all that comes back until the other side ends. */
export async function converse(
  path: string,
  sent: string | Uint8Array | readonly (string | Uint8Array)[],
  options: { readonly end?: boolean; readonly waitMs?: number } = {},
): Promise<string> {
  const socket = await connectTo(path);
  const pieces: Buffer[] = [];
  socket.on("data", (bytes: Buffer) => pieces.push(bytes));
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => {
    socket.on("end", resolve);
    socket.on("close", () => {
      resolve();
    });
    if (options.waitMs !== undefined) setTimeout(resolve, options.waitMs);
  });
  for (const piece of Array.isArray(sent) ? sent : [sent]) {
    socket.write(Buffer.from(piece as string, "latin1"));
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (options.end === true) socket.end();
  await closed;
  socket.destroy();
  return Buffer.concat(pieces).toString("latin1");
}
