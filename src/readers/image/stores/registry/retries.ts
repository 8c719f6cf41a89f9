/** Makes a request again where that may help: a busy server, a broken connection, too many requests. */

import type { Answer, Failure, Network, Request } from "./network.ts";
import { discard } from "./network.ts";
import type { RegistryProblem } from "./problem.ts";
import { TRY_AGAIN, failureProblem, problem } from "./problem.ts";
import type { Patience, Timing } from "./timing.ts";

/** Gives an answer of any other status than 429 and 5xx. */
export type Sender = (request: Request) => Promise<Answer | RegistryProblem>;

/** How often a request is made again. */
const MAX_RETRIES = 2;
/** Broken before an answer came: a connection that was kept open may be gone, a server be restarted. */
const TRANSIENT = new Set(["ECONNRESET", "EPIPE", "EAI_AGAIN", "ETIMEDOUT"]);

export interface Retries {
  /** Makes requests of `once` until one of them stands. */
  readonly persist: <T extends Answer>(
    once: () => Promise<T | Failure | RegistryProblem>,
    host: string,
  ) => Promise<T | RegistryProblem>;
  readonly sender: Sender;
}

export function createRetries(network: Network, timing: Timing, patience: Patience): Retries {
  const pause = async (milliseconds: number): Promise<void> => {
    patience.spend(milliseconds);
    // In steps, so that a stop is seen.
    for (let left = milliseconds; left > 0 && !network.isClosed(); left -= 250) {
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(left, 250));
      });
    }
  };
  const persist: Retries["persist"] = async (once, host) => {
    for (let tries = 0; ; tries++) {
      const answer = await once();
      if ("problem" in answer) return answer;
      const last = tries >= MAX_RETRIES;
      const backoff = timing.backoffMs * 2 ** tries;
      if ("failure" in answer) {
        if (last || !TRANSIENT.has(answer.failure))
          return failureProblem(answer.failure, answer.host);
        await pause(backoff);
        continue;
      }
      const { status, headers, message } = answer;
      if (status !== 429 && status < 500) return answer;
      discard(message);
      const wanted = retryAfter(headers["retry-after"]);
      const wait = wanted ?? backoff;
      const tooLong = wait > Math.min(timing.longestWaitMs, patience.left());
      if (last || tooLong) return givenUp(status, host, wanted);
      await pause(Math.max(wait, backoff));
    }
  };
  return {
    persist,
    sender: (request) => persist(() => network.exchange(request), request.url.host),
  };
}

function givenUp(status: number, host: string, wanted: number | undefined): RegistryProblem {
  if (status !== 429)
    return problem(`${host} answers with status ${String(status)} again and again`, TRY_AGAIN);
  const wait =
    wanted === undefined ? "" : ` (it asks for ${String(Math.ceil(wanted / 1000))} s of patience)`;
  return problem(
    `${host} answers no more requests for now: too many were made${wait}`,
    "try again later, or log in: registries answer more requests of those that they know",
  );
}

/** Milliseconds, from seconds or a date; undefined when there is neither. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined || header.length > 64) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header.trim()) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
