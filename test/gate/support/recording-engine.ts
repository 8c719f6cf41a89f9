/**
 * A daemon that records every byte it was sent and answers by a script. It believes what it reads: what a gate lets
 * slip through shows here as a request.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineConnection, type EngineRequest, type EngineStream } from "./engine-connection.ts";

export type { EngineRequest };

/** Ways to answer; the raw socket is there for everything else. */
export interface EngineReply {
  readonly socket: Socket;
  readonly json: (
    status: number,
    value: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => void;
  /** With a length. */
  readonly bytes: (status: number, type: string, body: Uint8Array) => void;
  readonly chunked: (status: number, pieces: readonly (string | Uint8Array)[]) => void;
  /** No framing: the body ends with the connection. */
  readonly untilClose: (status: number, type: string, body: string | Uint8Array) => void;
  /** 101 (or `head` instead), and what the client sends from here on goes to `stream`. */
  readonly upgrade: (stream: EngineStream, head?: string) => Socket;
  /** Any bytes. */
  readonly garbage: (bytes: string) => void;
  /** No answer, and no connection any more. */
  readonly hangUp: () => void;
}

export type EngineScript = (request: EngineRequest, reply: EngineReply) => void;

export interface RecordingEngine {
  readonly path: string;
  readonly requests: readonly EngineRequest[];
  /** Everything received by each connection, a character for a byte, up to 16 MiB. */
  readonly received: () => readonly string[];
  readonly bytesReceived: () => number;
  readonly openConnections: () => number;
  /** What `createUpstream` wants. */
  readonly connect: () => Promise<Socket>;
  readonly close: () => Promise<void>;
}

export async function startRecordingEngine(
  script: EngineScript = answerEmpty,
): Promise<RecordingEngine> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-engine-"));
  const path = join(folder, "s");
  const requests: EngineRequest[] = [];
  const connections: EngineConnection[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    const connection = new EngineConnection(socket, connections.length, (request) => {
      requests.push(request);
      script(request, replyOn(socket, connection));
    });
    connections.push(connection);
  });
  await new Promise<void>((resolve) => {
    server.listen({ path, backlog: 4096 }, resolve);
  });
  return {
    path,
    requests,
    received: () => connections.map(({ received }) => received.all().toString("latin1")),
    bytesReceived: () => connections.reduce((sum, { received }) => sum + received.bytes, 0),
    openConnections: () => open.size,
    connect: () => connectTo(path),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A connected socket that may be half-open. */
export function connectTo(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

const answerEmpty: EngineScript = (request, reply) => {
  void answerAfter(request, reply);
};

async function answerAfter(request: EngineRequest, reply: EngineReply): Promise<void> {
  const whole = await request.body.catch(() => undefined);
  if (whole !== undefined) reply.json(200, {});
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  304: "Not Modified",
  404: "Not Found",
  500: "Internal Server Error",
};

const UPGRADED =
  "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

function replyOn(socket: Socket, connection: EngineConnection): EngineReply {
  const line = (status: number): string => `HTTP/1.1 ${status} ${REASONS[status] ?? "Some"}\r\n`;
  const bytes = (status: number, type: string, body: Uint8Array, more = ""): void => {
    const framing = `Content-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(line(status) + more + framing), body]));
  };
  return {
    socket,
    bytes,
    json: (status, value, headers = {}) => {
      const more = Object.entries(headers).map(([name, each]) => `${name}: ${each}\r\n`);
      bytes(status, "application/json", Buffer.from(`${JSON.stringify(value)}\n`), more.join(""));
    },
    chunked: (status, pieces) => {
      const type = "Content-Type: application/json\r\n";
      socket.write(`${line(status)}${type}Transfer-Encoding: chunked\r\n\r\n`);
      for (const piece of pieces) {
        const data = Buffer.from(piece);
        socket.write(`${data.length.toString(16)}\r\n`);
        socket.write(data);
        socket.write("\r\n");
      }
      socket.write("0\r\n\r\n");
    },
    untilClose: (status, type, body) => {
      socket.write(`${line(status)}Content-Type: ${type}\r\n\r\n`);
      socket.end(body);
    },
    upgrade: (stream, head = UPGRADED) => {
      connection.becomeStream(stream);
      socket.write(head);
      return socket;
    },
    garbage: (text) => {
      socket.write(text, "latin1");
    },
    hangUp: () => {
      socket.destroy();
    },
  };
}
