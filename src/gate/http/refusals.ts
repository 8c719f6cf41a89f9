/** What a client is told when its request ends before anybody judges it. */

import type { BodyProblem } from "./contract.ts";

/** After the last answer: for the client to see it, and to close. */
export const LINGER_MS = 2000;
/** Of a client that sends on though its answer is out. */
export const MOST_DROPPED_BYTES = 8 * 1024 * 1024;

/** As the engine itself writes it, so that its command line prints it. */
export function refusalMessage(problem: string): string {
  return `${JSON.stringify({ message: `plimsoll: ${problem}` })}\n`;
}

export const GONE: BodyProblem = {
  ok: false,
  problem: "left",
  status: 400,
  message: "the client has gone",
};

export const CUT: BodyProblem = {
  ok: false,
  problem: "cut",
  status: 400,
  message: "the request ended before its body did",
};

export const TOO_SLOW: BodyProblem = {
  ok: false,
  problem: "too-slow",
  status: 408,
  message: "the request's body was too long in coming",
};
