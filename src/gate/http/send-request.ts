/** A request on its way to the engine: written from its parts alone. */

import type { Duplex } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { BodyWriter } from "./answer-writer.ts";
import type { AnswerFraming, BodyProblem, ByteSource, UpstreamRequest } from "./contract.ts";
import { isToken } from "./fields.ts";
import { fieldLines, framingLine, writeMessage } from "./write-head.ts";

export interface SendEvents {
  /** Every byte is with the socket. */
  readonly sent: () => void;
  /** The upload's source broke, or gave another length than it announced. */
  readonly broken: (problem: BodyProblem) => void;
}

export class SentRequest {
  readonly #events: SendEvents;
  #writer: BodyWriter | undefined;
  #stopped = false;
  done = false;

  constructor(socket: Duplex, request: UpstreamRequest, host: string, events: SendEvents) {
    this.#events = events;
    const { body } = request;
    const start = `${requestLine(request)}Host: ${host}\r\n${fieldLines(request.headers)}${upgradeLines(request)}`;
    if (body === undefined || body instanceof Uint8Array) {
      this.done = true;
      writeMessage(socket, `${start}${lengthLine(request.method, body)}\r\n`, body ?? NOTHING);
      return;
    }
    const framing: AnswerFraming =
      body.length === undefined ? { kind: "chunked" } : { kind: "length", length: body.length };
    this.#writer = new BodyWriter(socket, framing, true, {
      count: () => {},
      ended: () => {
        this.done = true;
        events.sent();
      },
      cut: () => {
        events.broken(OTHER_LENGTH);
      },
    });
    this.#writer.writeHead(`${start}${framingLine(framing)}\r\n`);
    void this.#upload(body, this.#writer);
  }

  async #upload(source: ByteSource, writer: BodyWriter): Promise<void> {
    for (;;) {
      const piece = await source.next();
      if (this.#stopped) return;
      if (piece === undefined) {
        writer.end();
        return;
      }
      if ("ok" in piece) {
        this.#events.broken(piece);
        return;
      }
      // An answer that is here already is read first: to write to an engine that has closed would lose it.
      await turn();
      if (this.#stopped) return;
      await writer.write(piece);
      if (this.#stopped) return;
    }
  }

  drained(): void {
    this.#writer?.drained();
  }

  /** The rest is not sent. */
  stop(): void {
    this.#stopped = true;
    this.#writer?.left();
  }
}

const NOTHING = new Uint8Array(0);

const OTHER_LENGTH: BodyProblem = {
  ok: false,
  problem: "bad-framing",
  status: 400,
  message: "the upload is not as long as it was announced",
};

/** What is written here was decoded and encoded before: anything odd is a bug, and must not become a request. */
function requestLine({ method, target }: UpstreamRequest): string {
  if (!isToken(method, 0, method.length)) throw new Error("a method to write is no token");
  if (!/^\/[\x21-\x7e]*$/.test(target)) throw new Error("a target to write holds an odd character");
  return `${method} ${target} HTTP/1.1\r\n`;
}

function upgradeLines({ upgrade }: UpstreamRequest): string {
  return upgrade === undefined
    ? ""
    : fieldLines([
        ["Connection", "Upgrade"],
        ["Upgrade", upgrade],
      ]);
}

function lengthLine(method: string, body: Uint8Array | undefined): string {
  if (body !== undefined) return `Content-Length: ${body.length}\r\n`;
  return method === "POST" || method === "PUT" ? "Content-Length: 0\r\n" : "";
}
