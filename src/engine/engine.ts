/**
 * A client of the Docker Engine API, which Podman speaks too. It only reads: nothing but GET is sent,
 * and only to the engine that was chosen. Sources: moby/moby api/docs, docker/cli.
 */

import { existsSync } from "node:fs";
import type { ApiVersion } from "./api-version.ts";
import { isAtLeast, negotiate } from "./api-version.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Candidates, Environment } from "./find-endpoints.ts";
import { findEndpoints } from "./find-endpoints.ts";
import { parseJsonDocument } from "./json-document.ts";
import type { EngineProblem } from "./problem.ts";
import { isProblem, shown } from "./problem.ts";
import type { Answer, Limits } from "./transport/ask.ts";
import { ask } from "./transport/ask.ts";
import type { Body, BodyLimits } from "./transport/body.ts";
import { limited, readBody } from "./transport/body.ts";
import type { Transport } from "./transport/transport.ts";
import { createTransport } from "./transport/transport.ts";

export interface EngineOptions {
  readonly env: Environment;
  /** What the user names instead of the environment's engine, as in `DOCKER_HOST`. */
  readonly host?: string;
  readonly signal?: AbortSignal;
  readonly limits?: Partial<Limits>;
}

export interface Engine {
  /** `unix:///var/run/docker.sock` */
  readonly name: string;
  readonly kind: "docker" | "podman";
  readonly apiVersion: ApiVersion;
  readonly speaks: (version: ApiVersion) => boolean;
  /** A JSON document of the API. `path` is without the version; its parts have been checked. */
  readonly json: (
    path: string,
    query?: Query,
  ) => Promise<{ readonly value: unknown } | EngineProblem>;
  /** An answer that is read as it comes. The body must be closed. */
  readonly stream: (
    path: string,
    query: Query,
    limits: BodyLimits,
  ) => Promise<Streamed | EngineProblem>;
  /** Closes its connections. */
  readonly close: () => void;
}

export interface Streamed {
  readonly body: Body;
  readonly contentType: string;
}

export type Query = readonly (readonly [string, string])[];

const LIMITS: Limits = { connectMs: 10_000, answerMs: 60_000, idleMs: 60_000, totalMs: 120_000 };
/** Before it sends the first byte of an image, an engine may write the whole of it to a disk. */
const STREAM_ANSWER_MS = 600_000;
/** Lists of some ten thousand containers; a document of one is some kilobytes. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;
const MAX_MESSAGE_BYTES = 65_536;

/** Finds an engine and agrees on a version with it. */
export async function connectEngine(options: EngineOptions): Promise<Engine | EngineProblem> {
  const found = findEndpoints(options.env, options.host);
  return isProblem(found) ? found : connectFirst(found, options);
}

/** The first of the candidates that answers. */
export async function connectFirst(
  { named, endpoints }: Candidates,
  options: Omit<EngineOptions, "env">,
): Promise<Engine | EngineProblem> {
  const there = endpoints.filter((each) => named || each.kind !== "unix" || existsSync(each.path));
  let first: EngineProblem | undefined;
  for (const endpoint of there) {
    const engine = await open(endpoint, options);
    if (!isProblem(engine)) return engine;
    first ??= engine;
  }
  const places = endpoints.map((each) => (each.kind === "unix" ? shown(each.path) : each.name));
  return (
    first ?? {
      problem: `there is no engine here: no socket at ${places.join(", ")}`,
      settle: "start Docker or Podman's socket, or name an engine with DOCKER_HOST",
    }
  );
}

async function open(
  endpoint: Endpoint,
  options: Omit<EngineOptions, "env">,
): Promise<Engine | EngineProblem> {
  const limits = { ...LIMITS, ...options.limits };
  const transport = createTransport(endpoint);
  // What is on this machine or a port away answers at once; behind ssh there is a login first.
  const answerMs =
    endpoint.kind === "ssh" ? limits.answerMs : Math.min(limits.answerMs, limits.connectMs);
  const ping = await ask(transport, "/_ping", { ...limits, answerMs }, options.signal);
  const agreed = isProblem(ping) ? ping : await readPing(ping, endpoint, limits);
  if (isProblem(agreed)) {
    transport.close();
    return agreed;
  }
  return engineOf(transport, agreed, limits, options.signal);
}

interface Agreed {
  readonly apiVersion: ApiVersion;
  readonly kind: "docker" | "podman";
}

async function readPing(
  { status, header, body }: Answer,
  endpoint: Endpoint,
  limits: Limits,
): Promise<Agreed | EngineProblem> {
  const bytes = await readBody(body, { ...limits, bytes: MAX_MESSAGE_BYTES });
  const failed = failureOf(
    status,
    isProblem(bytes) ? undefined : bytes,
    endpoint,
    header("location"),
  );
  if (failed !== undefined) return failed;
  if (isProblem(bytes)) return bytes;
  const apiVersion = negotiate(header("api-version"), endpoint.name);
  if (isProblem(apiVersion)) return apiVersion;
  return { apiVersion, kind: header("libpod-api-version") === undefined ? "docker" : "podman" };
}

function engineOf(
  transport: Transport,
  { apiVersion, kind }: Agreed,
  limits: Limits,
  signal: AbortSignal | undefined,
): Engine {
  const { endpoint } = transport;
  const versioned = (path: string, query: Query): string => {
    const words = query.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
    const version = `/v${String(apiVersion.major)}.${String(apiVersion.minor)}`;
    return `${version}${path}${words === "" ? "" : `?${words}`}`;
  };
  const answered = async (
    path: string,
    query: Query,
    within: Limits,
  ): Promise<Answer | EngineProblem> => {
    const answer = await ask(transport, versioned(path, query), within, signal);
    if (isProblem(answer) || (answer.status >= 200 && answer.status < 300)) return answer;
    const bytes = await readBody(answer.body, { ...limits, bytes: MAX_MESSAGE_BYTES });
    const message = isProblem(bytes) ? undefined : bytes;
    return failureOf(answer.status, message, endpoint, answer.header("location")) ?? answer;
  };
  return {
    name: endpoint.name,
    kind,
    apiVersion,
    speaks: (version) => isAtLeast(apiVersion, version),
    json: async (path, query = []) => {
      const answer = await answered(path, query, limits);
      if (isProblem(answer)) return answer;
      const bytes = await readBody(answer.body, { ...limits, bytes: MAX_JSON_BYTES });
      return isProblem(bytes) ? bytes : parseJsonDocument(bytes);
    },
    stream: async (path, query, bodyLimits) => {
      const answerMs = Math.max(limits.answerMs, STREAM_ANSWER_MS);
      const answer = await answered(path, query, { ...limits, answerMs });
      if (isProblem(answer)) return answer;
      return {
        body: limited(answer.body, bodyLimits),
        contentType: answer.header("content-type") ?? "",
      };
    },
    close: transport.close,
  };
}

/** What an answer other than success says; undefined for success. */
function failureOf(
  status: number,
  body: Uint8Array | undefined,
  endpoint: Endpoint,
  location: string | undefined,
): EngineProblem | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status >= 300 && status < 400) {
    const where = location === undefined ? "" : ` to ${shown(location, 100)}`;
    return {
      problem: `${endpoint.name} redirects${where}, which is not followed`,
      settle: "name the engine itself",
      status,
    };
  }
  const said = body === undefined ? "" : messageOf(body);
  return {
    problem:
      said === ""
        ? `the engine answered with status ${String(status)}`
        : `the engine says: ${said}`,
    settle: SETTLE[status] ?? "look at the engine's own log",
    status,
  };
}

const SETTLE: Readonly<Record<number, string>> = {
  400: "look whether this is the right port and version of an engine",
  401: "let the engine let you in",
  403: "let what stands before the engine allow reading",
  404: "look whether the name is right, and whether it is at this engine",
};

/** `{"message": …}`, or a text. */
function messageOf(body: Uint8Array): string {
  const text = new TextDecoder().decode(body);
  const parsed = parseJsonDocument(body);
  const fields = isProblem(parsed) ? undefined : parsed.value;
  if (typeof fields === "object" && fields !== null && "message" in fields) {
    return typeof fields.message === "string" ? shown(fields.message) : "";
  }
  return /^\s*</.test(text) ? "" : shown(text);
}
