/** One request of a client, and its answer. */

import type { Duplex } from "node:stream";
import type {
  AnswerFraming,
  AnswerWriter,
  ByteSource,
  Departure,
  Exchange,
  NextPiece,
  RawHeaders,
  RequestHead,
  WholeBody,
} from "./contract.ts";
import { BodyWriter } from "./answer-writer.ts";
import { NEVER, dueIn } from "./deadlines.ts";
import { Leaving } from "./departure.ts";
import { type BodyOrigin, IncomingBody } from "./incoming-body.ts";
import type { Connection } from "./server-connection.ts";
import { CUT, GONE, TOO_SLOW } from "./refusals.ts";
import { fieldLines, framingLine, statusLine, writeMessage } from "./write-head.ts";

export type ExchangeEnd = "keep" | "close" | "hijacked";

/** What is being waited for, and therefore what the connection's deadline means. */
type Waiting = "nothing" | "whole-body" | "piece" | "answer-after-half-close";

const UNREAD_HEAD: RequestHead = {
  method: "",
  target: "",
  version: "1.1",
  headers: [],
  body: { kind: "none" },
  keepAlive: false,
  expectContinue: false,
  upgrade: false,
};

export class ServerExchange implements Exchange, BodyOrigin {
  readonly head: RequestHead;
  readonly incoming: IncomingBody | undefined;
  readonly #connection: Connection;
  readonly #leaving = new Leaving();
  #waiting: Waiting = "nothing";
  #writer: BodyWriter | undefined;
  #continueDue: boolean;
  answered = false;
  written = 0;

  constructor(connection: Connection, head: RequestHead) {
    this.#connection = connection;
    this.head = head;
    this.#continueDue = head.expectContinue;
    this.incoming = head.body.kind === "none" ? undefined : new IncomingBody(head.body, this);
  }

  /** For a request that could not be read: the connection ends with its answer. */
  static unread(connection: Connection): ServerExchange {
    return new ServerExchange(connection, UNREAD_HEAD);
  }

  get departure(): Departure {
    return this.#leaving;
  }

  // ------------------------------------------------------------ the request's body

  readBody(limit: number): Promise<WholeBody> | WholeBody {
    if (this.incoming === undefined) return { ok: true, bytes: NOTHING };
    if (!this.incoming.complete) {
      this.#waiting = "whole-body";
      this.#connection.due = dueIn(this.#connection.limits.bodyMs);
    }
    return this.incoming.readAll(limit);
  }

  body(): ByteSource {
    return this.incoming ?? EMPTY;
  }

  wanted(): void {
    if (this.#continueDue && !this.answered) {
      this.#continueDue = false;
      this.#connection.socket.write("HTTP/1.1 100 Continue\r\n\r\n", "latin1");
    }
    if (this.#waiting !== "whole-body") {
      this.#waiting = "piece";
      this.#connection.due = dueIn(this.#connection.limits.uploadStallMs);
    }
    this.#connection.wakeSocket();
  }

  unwanted(): void {
    if (this.#waiting === "piece") this.#rest();
    this.#connection.socket.pause();
  }

  settled(): void {
    this.#rest();
    // The end of a body may come in the middle of what was received: the connection holds back at its next step.
    if (!this.head.upgrade) this.#connection.wakeSocket();
  }

  #rest(): void {
    this.#waiting = "nothing";
    this.#connection.due = NEVER;
  }

  arriving(): void {
    this.#continueDue = false;
    if (this.#waiting === "piece") {
      this.#connection.due = dueIn(this.#connection.limits.uploadStallMs);
    }
  }

  // ------------------------------------------------------------ the answer

  respond(status: number, headers: RawHeaders, bytes: Uint8Array | string): boolean {
    const body = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    const toHead = this.head.method === "HEAD";
    return this.#whole(status, headers, body.length, toHead ? NOTHING : body);
  }

  respondEmpty(status: number, headers: RawHeaders, length?: number): boolean {
    return this.#whole(status, headers, length, NOTHING);
  }

  #whole(
    status: number,
    headers: RawHeaders,
    length: number | undefined,
    body: Uint8Array,
  ): boolean {
    const lines = fieldLines(headers);
    if (!this.#mayAnswer()) return false;
    const keep = this.#mayKeep();
    const framing = length === undefined ? "" : `Content-Length: ${length}\r\n`;
    const head = `${statusLine(status)}${lines}${framing}${this.#closing(keep, status)}\r\n`;
    this.#count(head.length + body.length);
    writeMessage(this.#connection.socket, head, body);
    this.#end(keep);
    return true;
  }

  begin(status: number, headers: RawHeaders, wanted: AnswerFraming): AnswerWriter {
    const lines = fieldLines(headers);
    const old = this.head.version === "1.0";
    const framing = wanted.kind === "chunked" && old ? UNTIL_CLOSE : wanted;
    const there = this.#mayAnswer();
    const keep = framing.kind !== "until-close" && this.#mayKeep();
    const framed = `${framingLine(framing)}${framing.kind === "until-close" ? CLOSE : this.#closing(keep, status)}`;
    const head = `${statusLine(status)}${lines}${framed}\r\n`;
    this.#writer = new BodyWriter(this.#connection.socket, framing, there, {
      count: (bytes) => {
        this.#count(bytes);
      },
      ended: () => {
        this.#end(keep && this.#mayKeep());
      },
      cut: () => {
        this.#connection.destroy();
      },
    });
    this.#writer.writeHead(head);
    return this.#writer;
  }

  hijack(status: 101 | 200, headers: RawHeaders, protocol?: string): Duplex | undefined {
    const lines = fieldLines(headers);
    if (this.incoming !== undefined && !this.incoming.complete) {
      throw new Error("a connection is given away before its request has been read");
    }
    if (!this.#mayAnswer()) return undefined;
    const upgrade = protocol === undefined ? "" : `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`;
    const head = `${statusLine(status)}${lines}${upgrade}\r\n`;
    this.#count(head.length);
    const { socket } = this.#connection;
    socket.write(head, "latin1");
    this.#connection.exchangeEnded("hijacked");
    return socket;
  }

  /** False when there is nobody to answer. To answer twice is a bug. */
  #mayAnswer(): boolean {
    if (this.answered) throw new Error("a request is answered twice");
    this.answered = true;
    return !this.#leaving.left;
  }

  /** After an upgrade was asked for, or with a body unread, what comes next is no request. */
  #mayKeep(): boolean {
    return this.head.keepAlive && this.#connection.mayGoOn && (this.incoming?.complete ?? true);
  }

  /**
   * Behind a stream that is refused the connection ends without a word: clients of moby before 23 take an answer that
   * says so for the stream itself, whatever its status, and show none of it. With BuildKit's h2c they do well to: they
   * go on to the build, and tell what that is answered.
   */
  #closing(keep: boolean, status: number): string {
    return keep || (status >= 400 && asksForStream(this.head.headers)) ? "" : CLOSE;
  }

  #end(keep: boolean): void {
    this.incoming?.drop();
    this.incoming?.fail(GONE);
    this.#connection.exchangeEnded(keep ? "keep" : "close");
  }

  #count(bytes: number): void {
    this.written += bytes;
    this.#connection.bytesOut += bytes;
  }

  drained(): void {
    this.#writer?.drained();
  }

  // ------------------------------------------------------------ the client's end

  /** It sends no more. Whether it still reads shows only when something is written. */
  clientEnded(): void {
    if (this.incoming?.complete === false) {
      this.incoming.ended(CUT);
      this.#connection.destroy();
      return;
    }
    this.#waiting = "answer-after-half-close";
    // Behind an upgrade the end belongs to the stream that is still to come.
    const { answerMs, halfCloseMs } = this.#connection.limits;
    this.#connection.due = dueIn(this.head.upgrade ? answerMs : halfCloseMs);
  }

  clientLeft(): void {
    this.incoming?.fail(GONE);
    this.#writer?.left();
    this.#leaving.leave();
  }

  expired(): void {
    if (this.#waiting === "whole-body" || this.#waiting === "piece") {
      this.incoming?.fail(TOO_SLOW);
    } else this.#connection.destroy();
  }
}

function asksForStream(headers: RawHeaders): boolean {
  return headers.some(
    ([name, value]) =>
      name.length === 7 && name.toLowerCase() === "upgrade" && value.trim().toLowerCase() === "tcp",
  );
}

const CLOSE = "Connection: close\r\n";
const UNTIL_CLOSE = { kind: "until-close" } as const;
const NOTHING = new Uint8Array(0);
const EMPTY: ByteSource = { length: 0, next: (): NextPiece => undefined };
