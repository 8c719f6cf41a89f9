/** BuildKit's calls by hand: HTTP/2 on a connection that was HTTP/1.1 before. */

import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { connect as dial, type Socket } from "node:net";

/** The connection after `101 Switching Protocols`; a text is the answer that was none. */
export function upgraded(
  path: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Socket | string> {
  return new Promise((settle, fail) => {
    const socket = dial(path);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    let head = Buffer.alloc(0);
    const read = (piece: Buffer): void => {
      head = Buffer.concat([head, piece]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", read);
      if (head.subarray(0, 12).toString() !== "HTTP/1.1 101") {
        socket.on("data", (more: Buffer) => (head = Buffer.concat([head, more])));
        socket.once("close", () => settle(head.toString()));
        setTimeout(() => socket.destroy(), 300);
        return;
      }
      socket.pause();
      socket.unshift(head.subarray(end + 4));
      settle(socket);
    };
    socket.on("data", read).on("error", fail);
    socket.write(
      `POST ${target} HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n${lines.join("")}\r\n`,
    );
  });
}

export interface Answer {
  readonly status: number;
  readonly message: string;
  readonly body: Buffer;
}

export class GrpcClient {
  readonly session: ClientHttp2Session;
  readonly closed: Promise<void>;

  constructor(socket: Socket) {
    this.session = connect("http://d", { createConnection: () => socket });
    this.session.on("error", () => undefined);
    this.closed = new Promise((settle) => this.session.once("close", settle));
  }

  static async open(path: string): Promise<GrpcClient> {
    const socket = await upgraded(path, "/grpc");
    if (typeof socket === "string") throw new Error(socket);
    return new GrpcClient(socket);
  }

  /** `body` is the whole body, gRPC's frame with it. Status -1 for a stream that broke off. */
  call(
    path: string,
    body: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    return new Promise((settle) => {
      const stream = this.session.request({
        ":method": "POST",
        ":path": path,
        "content-type": "application/grpc",
        te: "trailers",
        ...headers,
      });
      const pieces: Buffer[] = [];
      let status = -1;
      let message = "";
      const read = (given: IncomingHttpHeaders): void => {
        if (given["grpc-status"] === undefined) return;
        status = Number(given["grpc-status"]);
        message = decodeURIComponent(String(given["grpc-message"] ?? ""));
      };
      stream.on("response", read).on("trailers", read);
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("error", () => undefined);
      stream.on("close", () => settle({ status, message, body: Buffer.concat(pieces) }));
      stream.end(body);
    });
  }

  close(): void {
    this.session.destroy();
  }
}
