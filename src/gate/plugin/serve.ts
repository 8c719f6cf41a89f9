/** Serves the plugin's socket. Only dockerd connects there: the socket is its owner's alone. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { bindUnixSocket } from "../server/unix-socket.ts";
import type { PluginContext } from "./authorize.ts";
import { authorize } from "./authorize.ts";
import {
  type AuthorizationAnswer,
  readAuthorizationRequest,
  writeAuthorizationAnswer,
} from "./protocol.ts";

export interface PluginServer {
  readonly close: () => Promise<void>;
}

export const PLUGIN_SOCKET = "/run/docker/plugins/plimsoll.sock";

/** Of one message: a body of 4 MiB in base64, and headers. */
const MOST_BYTES = 16 * 1024 * 1024;
const TYPE = "application/vnd.docker.plugins.v1.1+json";

/** The sentence says why it cannot be served. `context` is asked for each request, so that a policy can change. */
export async function servePlugin(
  path: string,
  context: () => PluginContext,
): Promise<PluginServer | string> {
  const server = createServer((request, response) => {
    answer(request, context).then(
      (text) => send(response, text),
      (error: unknown) => {
        context().observer.bug(error);
        send(response, writeAuthorizationAnswer({ allow: false, err: "plimsoll failed" }));
      },
    );
  });
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  server.maxConnections = 4096;
  const failed = await bindUnixSocket(server, { path, mode: 0o600 });
  if (failed !== undefined) return failed;
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function send(response: ServerResponse, text: string): void {
  response.writeHead(200, { "Content-Type": TYPE, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}

async function answer(request: IncomingMessage, context: () => PluginContext): Promise<string> {
  const text = await readAll(request);
  if (request.url === "/Plugin.Activate") return JSON.stringify({ Implements: ["authz"] });
  // A request that was admitted has an answer in which nothing is to be hidden; else it was not admitted.
  if (request.url === "/AuthZPlugin.AuthZRes") return writeAuthorizationAnswer({ allow: true });
  return writeAuthorizationAnswer(await answerRequest(request.url, text, context()));
}

async function answerRequest(
  url: string | undefined,
  text: string | undefined,
  context: PluginContext,
): Promise<AuthorizationAnswer> {
  if (url !== "/AuthZPlugin.AuthZReq") return { allow: false, err: "plimsoll knows no such call" };
  if (text === undefined) return { allow: false, msg: "this request is too large to be judged" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { allow: false, err: "the engine sent no JSON" };
  }
  const shown = readAuthorizationRequest(value);
  return typeof shown === "string" ? { allow: false, err: shown } : authorize(shown, context);
}

/** Undefined when it is too long; it is read to its end all the same, so that the answer arrives. */
async function readAll(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size <= MOST_BYTES) pieces.push(piece);
  }
  return size > MOST_BYTES ? undefined : Buffer.concat(pieces).toString("utf8");
}
