/** One request and its answer. Redirects are not followed, and nothing but GET is ever sent. */

import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineProblem } from "../problem.ts";
import type { Body } from "./body.ts";
import { bodyOf } from "./body.ts";
import { describeFailure } from "./failures.ts";
import type { Transport } from "./transport.ts";
import { MAX_SOCKETS } from "./transport.ts";

export interface Limits {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** From the connection to the answer's head. */
  readonly answerMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  /** For a document as a whole. */
  readonly totalMs: number;
}

export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Body;
}

/** Asks for a path. `path` begins with a slash and holds nothing that would need escapes. */
export async function ask(
  transport: Transport,
  path: string,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Answer | EngineProblem> {
  // An engine may close a kept connection just when it is used again; that is no failure of its. Each time one
  // that was kept is gone, so that in the end a new one is made.
  for (let tries = 0; tries <= MAX_SOCKETS; tries++) {
    const answer = await askOnce(transport, path, limits, signal);
    if (answer !== "stale") return answer;
  }
  return { problem: `${transport.endpoint.name} closes its connections`, settle: RETRY };
}

const RETRY = "look whether the engine runs, and try again";

/** Connections that have brought an answer. Node's own mark is missing where a request waited for one. */
const used = new WeakSet<Duplex>();

function askOnce(
  transport: Transport,
  path: string,
  limits: Limits,
  signal: AbortSignal | undefined,
): Promise<Answer | EngineProblem | "stale"> {
  const { endpoint } = transport;
  return new Promise((resolve) => {
    let request: ClientRequest;
    try {
      request = transport.request({
        method: "GET",
        path: `${transport.basePath}${path}`,
        headers: {
          "User-Agent": "plimsoll",
          ...(endpoint.kind === "tcp" ? {} : { Host: "docker" }),
        },
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      // Certificates that are none are found out here.
      resolve(describeFailure(error, endpoint));
      return;
    }
    let timer: NodeJS.Timeout | undefined;
    let isReused = false;
    const wait = (ms: number, problem: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        finish({ problem, settle: RETRY });
        request.destroy();
      }, ms);
    };
    const finish = (result: Answer | EngineProblem | "stale"): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const waitForAnswer = (): void => {
      wait(limits.answerMs, `${endpoint.name} took the request and did not answer`);
    };
    // Not before it has a connection: it may have to wait for one of the few.
    request.on("socket", (socket) => {
      isReused = used.has(socket);
      if (!socket.connecting) {
        waitForAnswer();
        return;
      }
      wait(limits.connectMs, `${endpoint.name} cannot be reached in time`);
      const isTls = endpoint.kind === "tcp" && endpoint.tls !== undefined;
      socket.once(isTls ? "secureConnect" : "connect", waitForAnswer);
    });
    request.on("response", (message: IncomingMessage) => {
      const { statusCode = 0, headers, socket } = message;
      used.add(socket);
      finish({
        status: statusCode,
        header: (name) => textOf(headers[name]),
        body: bodyOf(message, endpoint, limits.idleMs, signal),
      });
    });
    request.on("upgrade", (_message, socket) => {
      socket.destroy();
      finish({ problem: `${endpoint.name} answers in another protocol`, settle: RETRY });
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      if (signal?.aborted === true) finish({ problem: "it was cancelled", settle: "run it again" });
      else if (isReused && (error.code === "ECONNRESET" || error.code === "EPIPE")) finish("stale");
      else finish(describeFailure(error, endpoint));
    });
    request.end();
  });
}

function textOf(value: string | string[] | undefined): string | undefined {
  return typeof value === "string" ? value : value?.[0];
}
