/**
 * The gate's own HTTP/1.1: what the two sides take and give.
 * Sockets are made by the caller, with `allowHalfOpen: true`; bytes beyond the head are handed on, never guessed at.
 */

import type { Duplex } from "node:stream";
import type { RawHeaders } from "../wire/headers.ts";
import type { ServerLimits, UpstreamLimits } from "./limits.ts";

export type { RawHeaders, ServerLimits, UpstreamLimits };
export { DEFAULT_SERVER_LIMITS, DEFAULT_UPSTREAM_LIMITS } from "./limits.ts";

/** Tells once that somebody has left. Every request has one, and an AbortSignal each would be dear. */
export interface Departure {
  readonly left: boolean;
  /** Called once, at once if it has happened; the answer takes the listener off. */
  readonly onLeave: (listener: () => void) => () => void;
}

/** Why a body did not arrive whole. The status is what a client would be told. */
export interface BodyProblem {
  readonly ok: false;
  readonly problem: "too-large" | "too-slow" | "bad-framing" | "cut" | "left";
  readonly status: 400 | 408 | 413 | 502;
  readonly message: string;
}

export type WholeBody = { readonly ok: true; readonly bytes: Uint8Array } | BodyProblem;

/** The next bytes (never empty), undefined at the end. Pieces may be kept: nobody writes to them again. */
export type NextPiece = Uint8Array | undefined | BodyProblem;

/** Bytes that are pulled; nothing is read ahead of the puller beyond one socket's buffer. */
export interface ByteSource {
  /** In bytes, where it was announced. */
  readonly length?: number;
  /** One call at a time. After the end or a problem it keeps answering so. */
  readonly next: () => Promise<NextPiece> | NextPiece;
}

// ---------------------------------------------------------------- the client's side

export type BodyFraming =
  | { readonly kind: "none" }
  | { readonly kind: "length"; readonly length: number }
  | { readonly kind: "chunked" };

/** A request's head that passed every check of form; `target` is undecoded and begins with `/`. */
export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly version: "1.1" | "1.0";
  /** As written, in order; values trimmed. Hop-by-hop and framing headers are among them. */
  readonly headers: RawHeaders;
  readonly body: BodyFraming;
  readonly keepAlive: boolean;
  readonly expectContinue: boolean;
  /** An Upgrade header stands there: the connection carries no further request, whatever is answered. */
  readonly upgrade: boolean;
}

export type AnswerFraming =
  | { readonly kind: "length"; readonly length: number }
  /** Until the connection closes, for HTTP/1.0 clients. */
  | { readonly kind: "chunked" }
  | { readonly kind: "until-close" };

export interface AnswerWriter {
  /** Undefined when more may be written at once, else a promise that resolves when it may, or the client has left. */
  readonly write: (piece: Uint8Array) => Promise<void> | undefined;
  readonly end: () => void;
  /** The rest will not come: the connection breaks so that no client takes the answer for a whole one. */
  readonly cut: () => void;
}

/** One request and its answer. Exactly one of respond, begin and hijack is called, once. */
export interface Exchange {
  readonly head: RequestHead;
  /** The whole body, asked for once and instead of `body`; sends 100 Continue where the client waits for it. */
  readonly readBody: (limit: number) => Promise<WholeBody> | WholeBody;
  /** The body in pieces, for uploads. */
  readonly body: () => ByteSource;
  /** A whole answer; headers without framing and without Connection. False if the client has gone. */
  readonly respond: (status: number, headers: RawHeaders, bytes: Uint8Array | string) => boolean;
  /**
   * To HEAD, or with 204 or 304: an answer without a body. `length` is the Content-Length that goes out,
   * where there is one.
   */
  readonly respondEmpty: (status: number, headers: RawHeaders, length?: number) => boolean;
  readonly begin: (status: number, headers: RawHeaders, framing: AnswerFraming) => AnswerWriter;
  /**
   * Writes the head (101 with Connection: Upgrade and the protocol, or 200 without framing) and gives the
   * connection away, paused, what the client sent behind its request unread in it. The rest of the request's body
   * must have been read. Undefined when the client has gone.
   */
  readonly hijack: (
    status: 101 | 200,
    headers: RawHeaders,
    protocol?: string,
  ) => Duplex | undefined;
  /** The client closed or broke its connection, or half-closed it and an answer was long in coming. */
  readonly departure: Departure;
  /** Bytes of the answer written so far, head included. */
  readonly written: number;
}

/** A request that ended here, unseen by the handler. Holds no value of a header. */
export interface HttpRefusal {
  readonly status: 400 | 408 | 413 | 417 | 431 | 501 | 505;
  readonly problem: string;
}

export interface ServerHooks {
  readonly handle: (exchange: Exchange) => Promise<void> | void;
  /** Nothing was forwarded; the client was answered and the connection closes. */
  readonly onRefused?: (refusal: HttpRefusal) => void;
  /** `handle` threw: the client got 500 or a broken connection. */
  readonly onBug?: (error: unknown) => void;
}

export interface ServerConnection {
  readonly state: "idle" | "busy" | "hijacked" | "closed";
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Settles when the socket has closed; never rejects. */
  readonly closed: Promise<void>;
  /** No further request; what runs may end within the time, then it is cut. */
  readonly close: (graceMs: number) => void;
  readonly destroy: () => void;
}

export type ServeConnection = (
  socket: Duplex,
  hooks: ServerHooks,
  limits?: ServerLimits,
) => ServerConnection;

// ---------------------------------------------------------------- the engine's side

export interface UpstreamRequest {
  readonly method: string;
  /** Path and query, as they go out. */
  readonly target: string;
  /** Without Host, Connection, Upgrade and framing: those are written here. */
  readonly headers: RawHeaders;
  /** A source with a length goes out with it, others chunked. */
  readonly body?: Uint8Array | ByteSource;
  /** The protocol to ask for. */
  readonly upgrade?: string;
  /** Ends the exchange, upload and answer alike. */
  readonly departure?: Departure;
  /** For the answer's head to come; for ever unless given. */
  readonly answerMs?: number;
}

export interface UpstreamProblem {
  readonly ok: false;
  readonly problem:
    | "unreachable"
    /** Too many connections at once. */
    | "busy"
    /** What came is no HTTP/1.1 answer. */
    | "garbage"
    /** The connection ended before an answer's head. */
    | "cut"
    | "timeout"
    /** The departure came first. */
    | "left"
    /** The upload's own source broke first. */
    | "upload";
  /** One line for logs; holds paths of sockets at most. */
  readonly why: string;
  /** With `upload`. */
  readonly body?: BodyProblem;
}

export interface UpstreamAnswer {
  readonly ok: true;
  readonly status: number;
  /** As written, in order, without framing and hop-by-hop headers. */
  readonly headers: RawHeaders;
  /** `none` also for HEAD, 204 and 304, whatever their headers announce. */
  readonly framing: AnswerFraming | { readonly kind: "none" };
  /** What Content-Length says, also where no body follows (HEAD). */
  readonly announced?: number;
  /** The body, when all of it came with the head: the fast way for small answers. */
  readonly whole: Uint8Array | undefined;
  readonly readAll: (limit: number) => Promise<WholeBody> | WholeBody;
  readonly body: ByteSource;
  /**
   * After 101, and after a 200 with a raw or multiplexed stream that has no framing: the connection, paused, what
   * came behind the head unread in it. Taken instead of a body, by asking once.
   */
  readonly takeStream?: () => Duplex;
  /** Nothing more of it is wanted. To call always, if the body was not read to its end. */
  readonly discard: () => void;
}

export interface UpstreamOptions {
  /** A connected stream, half-open allowed. Rejects with an Error whose message says why. */
  readonly connect: () => Promise<Duplex>;
  /** The Host header. */
  readonly host?: string;
  readonly limits?: UpstreamLimits;
}

export interface Upstream {
  readonly exchange: (request: UpstreamRequest) => Promise<UpstreamAnswer | UpstreamProblem>;
  readonly connections: { readonly open: number; readonly idle: number };
  /** Idle connections close at once; those in use when they are done. */
  readonly close: () => void;
  readonly destroy: () => void;
}

// ---------------------------------------------------------------- between the two

/** `broken`: the engine's answer ended early, and the client's was cut. */
export type ForwardEnd = "whole" | "broken" | "left";

/** Sends the engine's answer on, in the client's framing, with backpressure; `headers` replace the answer's own. */
export type ForwardAnswer = (
  exchange: Exchange,
  answer: UpstreamAnswer,
  headers?: RawHeaders,
) => Promise<ForwardEnd> | ForwardEnd;

export interface Splice {
  readonly aToB: number;
  readonly bToA: number;
  /** Both directions ended, or one side broke; both sockets are closed then. Never rejects. */
  readonly done: Promise<"ended" | "broken">;
  readonly destroy: () => void;
}

/** Joins two streams, each direction with its own backpressure and its own end. */
export type SpliceStreams = (a: Duplex, b: Duplex) => Splice;
