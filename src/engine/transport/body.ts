/** The body of an answer, pulled piece by piece, never waited for without end. */

import type { IncomingMessage } from "node:http";
import type { Endpoint } from "../endpoint.ts";
import type { EngineProblem } from "../problem.ts";
import { describeFailure } from "./failures.ts";

export interface BodyEnd {
  readonly ended: true;
  /** Why it ended early, as a clause. */
  readonly problem?: string;
}

export interface Body {
  /** The next piece, never empty, or the end. It never throws. */
  readonly next: () => Promise<Uint8Array | BodyEnd>;
  /** Gives up what is left. May be called at any time and more than once. */
  readonly close: () => void;
}

export function isBodyEnd(piece: Uint8Array | BodyEnd): piece is BodyEnd {
  return "ended" in piece;
}

class Silence extends Error {}

/** `idleMs` is how long a piece is waited for; time that the reader takes does not count. */
export function bodyOf(
  message: IncomingMessage,
  endpoint: Endpoint,
  idleMs: number,
  signal: AbortSignal | undefined,
): Body {
  const pieces = message[Symbol.asyncIterator]();
  let end: BodyEnd | undefined;
  const next = async (): Promise<Uint8Array | BodyEnd> => {
    if (end !== undefined) return end;
    const timer = setTimeout(() => message.destroy(new Silence()), idleMs);
    try {
      for (;;) {
        const step = await pieces.next();
        if (step.done === true) break;
        const piece: unknown = step.value;
        if (piece instanceof Uint8Array && piece.length > 0) return piece;
      }
      end ??= message.complete ? { ended: true } : { ended: true, problem: TOO_EARLY };
    } catch (error) {
      const cancelled = signal?.aborted === true;
      end ??= { ended: true, problem: cancelled ? CANCELLED : clauseOf(error, endpoint, idleMs) };
    } finally {
      clearTimeout(timer);
    }
    return end;
  };
  const close = (): void => {
    end ??= { ended: true };
    message.destroy();
  };
  // Without a listener an error after closing would end the process.
  message.on("error", () => undefined);
  return { next, close };
}

const CANCELLED = "it was cancelled";
const TOO_EARLY = "the engine's answer ends too early";

function clauseOf(error: unknown, endpoint: Endpoint, idleMs: number): string {
  if (error instanceof Silence)
    return `the engine sent nothing for ${String(Math.ceil(idleMs / 1000))} s`;
  const { problem } = describeFailure(error, endpoint);
  return /closed without an answer/.test(problem) ? TOO_EARLY : problem;
}

export interface BodyLimits {
  readonly bytes: number;
  /** Looked at whenever a piece arrives. */
  readonly totalMs?: number;
}

/** A body that ends with a problem where it is longer, or takes longer, than it may. */
export function limited(body: Body, { bytes, totalMs = Infinity }: BodyLimits): Body {
  const started = performance.now();
  let size = 0;
  let end: BodyEnd | undefined;
  const next = async (): Promise<Uint8Array | BodyEnd> => {
    if (end !== undefined) return end;
    const piece = await body.next();
    if (isBodyEnd(piece)) return piece;
    size += piece.length;
    const isSlow = performance.now() - started > totalMs;
    if (size <= bytes && !isSlow) return piece;
    body.close();
    const why = isSlow ? "takes too long" : `is longer than ${String(bytes)} bytes`;
    end = { ended: true, problem: `the engine's answer ${why}` };
    return end;
  };
  return { next, close: body.close };
}

/** All of a body. */
export async function readBody(
  body: Body,
  limits: BodyLimits,
): Promise<Uint8Array | EngineProblem> {
  const pieces: Uint8Array[] = [];
  const { next } = limited(body, limits);
  let size = 0;
  for (;;) {
    const piece = await next();
    if (isBodyEnd(piece)) {
      return piece.problem === undefined
        ? joined(pieces, size)
        : { problem: piece.problem, settle: "look at the engine's own log" };
    }
    size += piece.length;
    pieces.push(new Uint8Array(piece));
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
