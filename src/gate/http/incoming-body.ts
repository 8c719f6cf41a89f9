/** A message's body as it comes from a socket: taken off its framing, held back when nobody pulls. */

import type {
  AnswerFraming,
  BodyFraming,
  BodyProblem,
  ByteSource,
  NextPiece,
  WholeBody,
} from "./contract.ts";
import { ChunkedDecoder } from "./chunked.ts";
import { collect, tooLarge } from "./collect.ts";

export type IncomingFraming = BodyFraming | AnswerFraming;

/** What the body asks of the connection that it comes from. */
export interface BodyOrigin {
  /** Bytes of it have come. */
  readonly arriving: () => void;
  /** Someone waits for bytes. */
  readonly wanted: () => void;
  /** Nobody took the last piece yet. */
  readonly unwanted: () => void;
  /** All of it has arrived; or it is known that it will not. */
  readonly settled: () => void;
}

export class IncomingBody implements ByteSource {
  readonly #origin: BodyOrigin;
  readonly #chunks: ChunkedDecoder | undefined;
  readonly #untilClose: boolean;
  #left = 0;
  #queue: Uint8Array[] = [];
  #waiting: ((piece: NextPiece) => void) | undefined;
  #dropping = false;
  readonly length?: number;
  /** Every byte has arrived, though perhaps not been pulled. */
  complete: boolean;
  problem: BodyProblem | undefined;

  constructor(framing: IncomingFraming, origin: BodyOrigin) {
    this.#origin = origin;
    this.#chunks = framing.kind === "chunked" ? new ChunkedDecoder() : undefined;
    this.#untilClose = framing.kind === "until-close";
    if (framing.kind === "length") {
      this.#left = framing.length;
      this.length = framing.length;
    }
    this.complete = framing.kind === "none" || (framing.kind === "length" && framing.length === 0);
  }

  /** Takes what belongs to it, and gives the index behind that. Not to be called once it is settled. */
  take(bytes: Buffer, from: number): number {
    this.#origin.arriving();
    const end = this.#read(bytes, from);
    if (this.#queue.length > 0 && !this.complete) this.#origin.unwanted();
    return end;
  }

  #read(bytes: Buffer, from: number): number {
    if (this.#untilClose) {
      this.#arrived(bytes.subarray(from));
      return bytes.length;
    }
    if (this.#chunks !== undefined) return this.#takeChunks(this.#chunks, bytes, from);
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    if (end > from) this.#arrived(bytes.subarray(from, end));
    if (this.#left === 0) this.#end();
    return end;
  }

  #takeChunks(chunks: ChunkedDecoder, bytes: Buffer, from: number): number {
    const end = chunks.read(bytes, from);
    if (chunks.data !== undefined) this.#arrived(chunks.data);
    if (chunks.problem !== undefined) {
      this.fail({ ok: false, problem: "bad-framing", status: 400, message: chunks.problem });
      return bytes.length;
    }
    if (chunks.ended) this.#end();
    return end;
  }

  /** The other side has ended its direction of the connection. */
  ended(problem: BodyProblem): void {
    if (this.complete || this.problem !== undefined) return;
    if (this.#untilClose) this.#end();
    else this.fail(problem);
  }

  /** What arrived before may still be pulled; then comes the problem. */
  fail(problem: BodyProblem): void {
    if (this.complete || this.problem !== undefined) return;
    this.problem = problem;
    this.#origin.settled();
    this.#wake(problem);
  }

  #end(): void {
    this.complete = true;
    this.#origin.settled();
    this.#wake(undefined);
  }

  #arrived(piece: Uint8Array): void {
    if (piece.length === 0 || this.#dropping) return;
    if (this.#waiting === undefined) this.#queue.push(piece);
    else this.#wake(piece);
  }

  #wake(piece: NextPiece): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(piece);
  }

  next(): Promise<NextPiece> | NextPiece {
    const piece = this.#queue.shift();
    if (piece !== undefined) return piece;
    if (this.problem !== undefined) return this.problem;
    if (this.complete) return undefined;
    const promise = new Promise<NextPiece>((resolve) => {
      this.#waiting = resolve;
    });
    this.#origin.wanted();
    return promise;
  }

  /** Without waiting, where all of it is here already in one piece, or there is none. */
  readAll(limit: number): Promise<WholeBody> | WholeBody {
    if (this.length !== undefined && this.length > limit) return tooLarge(limit);
    const whole = this.whole();
    if (whole === undefined) return collect(this, limit);
    if (whole.length > limit) return tooLarge(limit);
    this.#queue = [];
    return { ok: true, bytes: whole };
  }

  /** All of the body, if it has come and is one piece at most. */
  whole(): Uint8Array | undefined {
    if (!this.complete || this.#queue.length > 1) return undefined;
    return this.#queue[0] ?? NOTHING;
  }

  /** What comes still is taken off its framing and thrown away. */
  drop(): void {
    this.#dropping = true;
    this.#queue = [];
  }
}

const NOTHING = new Uint8Array(0);
