/** One connection of the fake engine: what it was sent, split into requests in the simplest way there is. */

import type { Socket } from "node:net";

export interface EngineRequest {
  /** Counts from 0, over the engine's life. */
  readonly connection: number;
  readonly method: string;
  readonly target: string;
  /** As received, in order. */
  readonly headers: readonly (readonly [string, string])[];
  /** Of the first header with that name, in any case. */
  readonly header: (name: string) => string | undefined;
  /** Once it has come whole; its first 16 MiB. Rejects if the connection ends before that. */
  readonly body: Promise<Buffer>;
}

export interface EngineStream {
  readonly onData: (bytes: Buffer) => void;
  readonly onEnd?: () => void;
}

const MOST_KEPT = 16 * 1024 * 1024;

/** The first bytes of many, and how many they were. */
class Kept {
  readonly #pieces: Buffer[] = [];
  bytes = 0;

  add(piece: Buffer): void {
    if (this.bytes < MOST_KEPT) this.#pieces.push(Buffer.from(piece));
    this.bytes += piece.length;
  }

  all(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

interface ArrivingBody {
  readonly kept: Kept;
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly chunked: boolean;
  /** Of the length, or of the chunk. */
  left: number;
  /** Behind a chunk's data stands a line end; behind the last one too. */
  lastChunk: boolean;
}

export class EngineConnection {
  readonly received = new Kept();
  readonly #number: number;
  readonly #onRequest: (request: EngineRequest) => void;
  #unread: Buffer = Buffer.alloc(0);
  #body: ArrivingBody | undefined;
  #stream: EngineStream | undefined;

  constructor(socket: Socket, number: number, onRequest: (request: EngineRequest) => void) {
    this.#number = number;
    this.#onRequest = onRequest;
    socket.on("data", (bytes: Buffer) => {
      this.received.add(bytes);
      this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
      while (this.#unread.length > 0 && this.#step()) {
        // As far as it goes.
      }
    });
    socket.on("error", () => {});
    socket.on("end", () => {
      this.#body?.reject(new Error("the request ended early"));
      if (this.#stream === undefined) socket.end();
      else this.#stream.onEnd?.();
    });
    socket.on("close", () => {
      this.#body?.reject(new Error("the connection closed"));
    });
  }

  /** From here on the connection carries no requests. */
  becomeStream(stream: EngineStream): void {
    this.#stream = stream;
  }

  #step(): boolean {
    if (this.#body !== undefined) return this.#readBody(this.#body);
    if (this.#stream === undefined) return this.#readHead();
    this.#stream.onData(this.#take(this.#unread.length));
    return false;
  }

  #take(bytes: number): Buffer {
    const taken = this.#unread.subarray(0, bytes);
    this.#unread = this.#unread.subarray(taken.length);
    return taken;
  }

  #line(): string | undefined {
    const end = this.#unread.indexOf("\r\n");
    return end === -1 ? undefined : this.#take(end + 2).toString("latin1", 0, end);
  }

  #readHead(): boolean {
    const end = this.#unread.indexOf("\r\n\r\n");
    if (end === -1) return false;
    const [line = "", ...lines] = this.#take(end + 4)
      .toString("latin1", 0, end)
      .split("\r\n");
    const [method = "", target = ""] = line.split(" ");
    const headers = lines.map((each) => {
      const colon = each.indexOf(":");
      return [each.slice(0, colon), each.slice(colon + 1).trim()] as const;
    });
    const header = (wanted: string): string | undefined =>
      headers.find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1];
    const { promise: body, resolve, reject } = Promise.withResolvers<Buffer>();
    body.catch(() => {});
    const chunked = header("transfer-encoding") === "chunked";
    const left = chunked ? 0 : Number(header("content-length") ?? 0);
    this.#body = { kept: new Kept(), resolve, reject, chunked, left, lastChunk: false };
    const arriving = this.#body;
    this.#onRequest({ connection: this.#number, method, target, headers, header, body });
    if (!chunked && left === 0) this.#bodyEnded(arriving);
    return true;
  }

  #bodyEnded(body: ArrivingBody): void {
    this.#body = undefined;
    body.resolve(body.kept.all());
  }

  #readBody(body: ArrivingBody): boolean {
    if (body.left > 0) {
      const piece = this.#take(body.left);
      body.left -= piece.length;
      body.kept.add(piece);
      if (body.left === 0 && !body.chunked) this.#bodyEnded(body);
      return true;
    }
    const line = this.#line();
    if (line === undefined) return false;
    if (line === "") {
      if (body.lastChunk) this.#bodyEnded(body);
      return true;
    }
    body.left = Number.parseInt(line, 16);
    body.lastChunk = body.left === 0;
    return true;
  }
}
