/** The gate's HTTP over TLS on both sides, and with very many streams. */

import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TLSSocket, connect as connectTls, createServer as createTlsServer } from "node:tls";
import { afterEach, beforeAll, afterAll, expect, test } from "vitest";
import { type UpstreamAnswer } from "../../src/gate/http/contract.ts";
import { serveConnection } from "../../src/gate/http/server-connection.ts";
import { spliceStreams } from "../../src/gate/http/splice.ts";
import { createUpstream } from "../../src/gate/http/upstream.ts";
import { writeCertificates } from "../support/certificates.ts";
import { forwardEverything } from "./support/bare-gate.ts";
import { Client, descriptors, pause, until } from "./support/bare-world.ts";
import { type EngineScript, connectTo, startRecordingEngine } from "./support/recording-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-tls-"));
const cleanups: (() => Promise<void> | void)[] = [];

beforeAll(() => {
  writeCertificates(folder);
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const material = (side: "server" | "client"): { ca: Buffer; cert: Buffer; key: Buffer } => ({
  ca: readFileSync(join(folder, side, "ca.pem")),
  cert: readFileSync(join(folder, side, "cert.pem")),
  key: readFileSync(join(folder, side, "key.pem")),
});

/** A TLS listener, and what connects to it with a client's certificate. */
async function listenTls(onSocket: (socket: TLSSocket) => void): Promise<() => Promise<TLSSocket>> {
  const open = new Set<TLSSocket>();
  const options = { ...material("server"), requestCert: true, allowHalfOpen: true };
  const server = createTlsServer(options, (socket) => {
    open.add(socket);
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return async () => {
    const half = { allowHalfOpen: true };
    const socket = connectTls({ ...material("client"), ...half, host: "127.0.0.1", port });
    await once(socket, "secureConnect");
    cleanups.push(() => {
      socket.destroy();
    });
    return socket;
  };
}

/** client, TLS, gate, TLS, a joint to the engine's plain socket. */
async function startTlsWorld(script: EngineScript): Promise<() => Promise<Client>> {
  const engine = await startRecordingEngine(script);
  cleanups.push(engine.close);
  const connect = await listenTls((socket) => {
    void engine.connect().then((plain) => spliceStreams(socket, plain));
  });
  const upstream = createUpstream({ connect });
  cleanups.push(() => {
    upstream.destroy();
  });
  const call = await listenTls((socket) => {
    serveConnection(socket, { handle: (exchange) => forwardEverything(exchange, upstream) });
  });
  return async () => new Client(await call());
}

const GET = "GET /v1.51/x HTTP/1.1\r\nHost: x\r\n\r\n";
const ATTACH =
  "POST /v1.51/containers/x/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n";

test("requests over TLS", async () => {
  const client = await startTlsWorld((request, reply) => {
    reply.json(200, request.target);
  });
  const reader = await client();
  reader.socket.write(GET);
  await reader.until('"/v1.51/x"');
  reader.socket.write(GET);
  await reader.until(/x"[^]*x"/);
});

test("a stream over TLS, its half-close and 30 MB each way", async () => {
  const client = await startTlsWorld((_request, reply) => {
    const socket = reply.upgrade({
      onData: (bytes) => socket.write(bytes),
      onEnd: () => socket.end("goodbye"),
    });
  });
  const terminal = await client();
  terminal.socket.write(ATTACH);
  const head = await terminal.until("\r\n\r\n");
  const sent = Buffer.alloc(30_000_000, "0123456789\n");
  terminal.socket.end(sent);
  await terminal.ended;
  expect(terminal.text.slice(head.length) === `${sent.toString()}goodbye`).toBe(true);
});

test("an engine that breaks over TLS breaks the client's answer", async () => {
  const client = await startTlsWorld((_request, reply) => {
    reply.garbage("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
    setTimeout(reply.hangUp, 20);
  });
  const reader = await client();
  reader.socket.write(GET);
  await reader.ended;
  expect(reader.text).toMatch(/Content-Length: 100\r\n\r\nabc$/);
});

test("what a client of the engine's side sees of an answer that it discards", async () => {
  const engine = await startRecordingEngine((_request, reply) => {
    reply.garbage("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
  });
  cleanups.push(engine.close);
  const upstream = createUpstream({ connect: engine.connect });
  const answer = await upstream.exchange({ method: "GET", target: "/x", headers: [] });
  expect(answer.ok).toBe(true);
  (answer as UpstreamAnswer).discard();
  await until(() => engine.openConnections() === 0);
  expect(upstream.connections).toEqual({ open: 0, idle: 0 });
});

const STREAMS = 5000;

test("5,000 idle streams take little memory, and give it and their descriptors back", async () => {
  const engine = await startRecordingEngine((_request, reply) => {
    const socket = reply.upgrade({ onData: () => {}, onEnd: () => socket.end() });
  });
  cleanups.push(engine.close);
  const path = `${engine.path}.gate`;
  const gate = fork(join(import.meta.dirname, "support/bare-gate-process.ts"), [engine.path, path]);
  cleanups.push(() => {
    gate.kill();
  });
  await once(gate, "message");
  const ask = async (): Promise<{ rss: number; open: number }> => {
    gate.send("?");
    const [state] = (await once(gate, "message")) as [{ rss: number; open: number }];
    return state;
  };
  const gateDescriptors = (): number => readdirSync(`/proc/${gate.pid}/fd`).length;
  const before = { ...(await ask()), descriptors: gateDescriptors() };
  const clients: Client[] = [];
  cleanups.push(() => {
    for (const { socket } of clients) socket.destroy();
  });
  for (let batch = 0; batch < STREAMS / 100; batch++) {
    const made = await Promise.all(
      Array.from({ length: 100 }, async () => new Client(await connectTo(path))),
    );
    for (const { socket } of made) socket.write(ATTACH);
    await Promise.all(made.map((client) => client.until("\r\n\r\n")));
    clients.push(...made);
  }
  await pause(1000);
  const during = await ask();
  expect(during.open).toBe(STREAMS);
  // About 17 KB each, in four sockets' ends.
  expect(during.rss - before.rss).toBeLessThan(STREAMS * 32 * 1024);
  for (const { socket } of clients) socket.destroy();
  await until(() => gateDescriptors() <= before.descriptors + 2, 10_000);
  expect((await ask()).open).toBe(0);
  expect(descriptors()).toBeLessThan(200);
}, 60_000);
