/** One request and the head of its answer, bounded in time, to addresses that are allowed. */

import http from "node:http";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { CipherNameAndProtocol, SecureContext } from "node:tls";
import { TLSSocket, createSecureContext, getCACertificates } from "node:tls";
import { isLoopbackHost } from "./address.ts";
import type { NetworkGuard } from "./network-guard.ts";
import { REFUSED_ADDRESS } from "./network-guard.ts";
import type { Proxies } from "./proxies.ts";
import type { Patience, Timing } from "./timing.ts";

export interface Request {
  readonly url: URL;
  readonly method?: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The head of an answer. Its body must be read or given to `discard`. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly message: IncomingMessage;
}

/** No answer: a code of Node's, or one of `failureProblem`. */
export interface Failure {
  readonly failure: string;
  readonly host: string;
}

export interface Network {
  readonly exchange: (request: Request) => Promise<Answer | Failure>;
  readonly isClosed: () => boolean;
  readonly close: () => void;
}

export interface NetworkOptions {
  readonly guard: NetworkGuard;
  readonly timing: Timing;
  readonly patience: Patience;
  readonly proxies: Proxies;
  /** Certificates of authorities to trust besides those of Node and the system. */
  readonly authorities?: readonly string[];
}

export function createNetwork(options: NetworkOptions): Network {
  const { guard, timing, patience, proxies, authorities } = options;
  const keepAlive = { keepAlive: true, maxFreeSockets: 4, timeout: 60_000 };
  const proxyEnv = Object.keys(proxies).length === 0 ? undefined : proxies;
  const plain = new http.Agent({ ...keepAlive, proxyEnv });
  // A proxy is of no use on the way to this machine itself.
  const localPlain = new http.Agent(keepAlive);
  let secure: { readonly outside: https.Agent; readonly local: https.Agent } | undefined;
  /** Made when first needed: reading the system's certificates takes time. */
  const secureAgents = (): { readonly outside: https.Agent; readonly local: https.Agent } => {
    if (secure !== undefined) return secure;
    const tls = { secureContext: trustIn(authorities), rejectUnauthorized: true };
    secure = {
      outside: new https.Agent({ ...keepAlive, ...tls, proxyEnv }),
      local: new https.Agent({ ...keepAlive, ...tls }),
    };
    return secure;
  };
  let closed = false;

  const exchange = async ({
    url,
    method = "GET",
    headers,
    body,
  }: Request): Promise<Answer | Failure> => {
    const host = url.host;
    if (closed) return { failure: "CLOSED", host };
    if (patience.isLost()) return { failure: "PATIENCE", host };
    if (!guard.allowsLiteral(url.hostname)) return { failure: REFUSED_ADDRESS, host };
    const local = isLoopbackHost(url.hostname);
    if (!local && proxyEnv !== undefined && !(await guard.allowsThroughProxy(url.hostname))) {
      return { failure: REFUSED_ADDRESS, host };
    }
    // The time is that for a proxy to let us through; for everything else there are timers below.
    const common = { method, headers, lookup: guard.lookup, timeout: timing.connectMs };
    let request: ClientRequest;
    try {
      if (url.protocol === "https:") {
        const { outside, local: inside } = secureAgents();
        request = https.request(url, { ...common, agent: local ? inside : outside });
      } else request = http.request(url, { ...common, agent: local ? localPlain : plain });
    } catch {
      // A header or a URL that Node refuses to send.
      return { failure: "INVALID_REQUEST", host };
    }
    const outcome = await headOf(request, body, timing);
    if ("message" in outcome) return outcome;
    if (outcome.failure.endsWith("_TIMEOUT")) patience.spend(timing.headerMs);
    return { failure: closed ? "CLOSED" : outcome.failure, host };
  };
  return {
    exchange,
    isClosed: () => closed,
    close: () => {
      closed = true;
      for (const agent of [plain, localPlain, secure?.outside, secure?.local]) agent?.destroy();
    },
  };
}

let trustedHere: SecureContext | undefined;

/** Reading the system's certificates takes a fifth of a second, so that of no others is kept. */
function trustIn(authorities: readonly string[] = []): SecureContext {
  if (authorities.length === 0 && trustedHere !== undefined) return trustedHere;
  const known = [...getCACertificates("default"), ...getCACertificates("system")];
  const context = createSecureContext({
    ca: [...new Set([...known, ...authorities])],
    minVersion: "TLSv1.2",
  });
  if (authorities.length === 0) trustedHere = context;
  return context;
}

function headOf(
  request: ClientRequest,
  body: string | undefined,
  { connectMs, headerMs }: Timing,
): Promise<Answer | { readonly failure: string }> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    const settle = (outcome: Answer | { readonly failure: string }): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    const deadline = (milliseconds: number, failure: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        settle({ failure });
        request.destroy();
      }, milliseconds);
    };
    deadline(connectMs, "CONNECT_TIMEOUT");
    request.on("socket", (socket) => {
      whenConnected(socket, () => deadline(headerMs, "HEADER_TIMEOUT"));
    });
    request.on("response", (message) => {
      // What breaks before anyone reads is told to the one who reads.
      message.on("error", () => undefined);
      settle({ status: message.statusCode ?? 0, headers: message.headers, message });
    });
    // Also after the head has come, when nobody waits for it any more.
    request.on("error", (error: NodeJS.ErrnoException) =>
      settle({ failure: error.code ?? "unknown error" }),
    );
    request.on("close", () => settle({ failure: "ECONNRESET" }));
    request.end(body);
  });
}

function whenConnected(socket: Socket, then: () => void): void {
  // There is a cipher once the two sides have agreed on one.
  const securing =
    socket instanceof TLSSocket &&
    (socket.getCipher() as CipherNameAndProtocol | undefined) === undefined;
  if (securing) socket.once("secureConnect", then);
  else if (socket.connecting) socket.once("connect", then);
  else then();
}

const MAX_DISCARDED = 65_536;

/** Lets go of a body that nobody wants: a short one is read, so that its connection can serve again. */
export function discard(message: IncomingMessage): void {
  let bytes = 0;
  const timer = setTimeout(() => message.destroy(), 2_000);
  message.on("close", () => clearTimeout(timer));
  message.on("data", (piece: Uint8Array) => {
    bytes += piece.length;
    if (bytes > MAX_DISCARDED) message.destroy();
  });
}
