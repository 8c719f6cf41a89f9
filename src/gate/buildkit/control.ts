/** BuildKit's control service behind `/grpc`: HTTP/2 spoken anew on both sides, each message read, judged and written anew. */

import {
  connect,
  performServerHandshake,
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from "node:http2";
import type { Duplex } from "node:stream";
import type { Denial } from "../judge/contract.ts";
import { BuildResults } from "./build-results.ts";
import { controlMethods, type ControlMethod } from "./control-methods.ts";
import { readUnary, writeUnary } from "./grpc-message.ts";
import { denyStream, refuseStream, RESOURCE_EXHAUSTED, UNIMPLEMENTED } from "./grpc-status.ts";
import {
  judgeBridgeSolve,
  judgeSolve,
  sessionsNamed,
  unreadable,
  type BuildContext,
} from "./judge-solve.ts";
import { decodeProto, encodeProto, type ProtoMessage } from "./proto/codec.ts";
import { relayAnswer } from "./relay.ts";
import { HTTP2_SETTINGS, SESSION_WINDOW, joinSessions, type Mediated } from "./session.ts";

export interface ControlContext extends Pick<BuildContext, "policy" | "appliesSourcePolicy"> {
  /** Whether the engine may hold images of other clients, which the build must not take its bases from. */
  readonly pullsAnew: () => Promise<boolean>;
  readonly engineId: () => Promise<string | undefined>;
  readonly ownsSession: (id: string) => boolean | Promise<boolean>;
  /**
   * False for a reference that is another's. The first call that names one makes it the client's: calls of one build
   * come in no order.
   */
  readonly claimBuild: (ref: string) => boolean;
  /** Whether the client may give these names to an image; asks the engine who has them. */
  readonly judgeNames: (names: readonly string[]) => Promise<Denial | undefined>;
  /** Every call, for the audit log: undefined lets it pass, a denial stops it. */
  readonly decided: (denials: readonly Denial[]) => Promise<Denial | undefined>;
}

interface Connection extends ControlContext {
  readonly results: BuildResults;
  /** Bytes of requests that are being taken in, of all its calls. */
  readonly intake: { bytes: number };
}

const MOST_BYTES = 4 * 1024 * 1024;
const MOST_TOGETHER = 4 * MOST_BYTES;
const BUILD_HEADER = "buildkit-controlapi-buildid";

export function mediateControl(client: Duplex, engine: Duplex, context: ControlContext): Mediated {
  const connection = { ...context, results: new BuildResults(), intake: { bytes: 0 } };
  const called = performServerHandshake(client, { settings: HTTP2_SETTINGS });
  const calling = connect("http://localhost", {
    createConnection: () => engine,
    settings: HTTP2_SETTINGS,
  });
  calling.on("connect", () => calling.setLocalWindowSize(SESSION_WINDOW));
  called.on("stream", (stream, headers) => {
    void call(stream, headers, calling, connection).catch(() => stream.destroy());
  });
  return joinSessions(called, calling, [client, engine]);
}

async function call(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  engine: ClientHttp2Session,
  context: Connection,
): Promise<void> {
  const path = headers[":path"] ?? "";
  const method = controlMethods.get(path);
  if (headers[":method"] !== "POST" || method === undefined) {
    await context.decided([NO_METHOD]);
    refuseStream(stream, UNIMPLEMENTED, `plimsoll: ${NO_METHOD.message}`);
    return;
  }
  const body = await collect(stream, context.intake);
  if (body === undefined) {
    refuseStream(stream, RESOURCE_EXHAUSTED, "plimsoll: the message is too long");
    return;
  }
  const judged = await judge(method, headers, body, context);
  const denial = "denial" in judged ? judged.denial : undefined;
  const stopped = await context.decided(denial === undefined ? [] : [denial]);
  if ("denial" in judged || stopped !== undefined) {
    denyStream(stream, "denial" in judged ? judged.denial : (stopped ?? NO_METHOD));
    return;
  }
  if (stream.destroyed || engine.destroyed) {
    stream.destroy();
    return;
  }
  const onward = engine.request({
    ":method": "POST",
    ":path": path,
    ":scheme": "http",
    ":authority": "localhost",
    "content-type": "application/grpc",
    te: "trailers",
    "user-agent": "plimsoll",
    ...timeoutOf(headers),
    ...(method.ofBuild ? { [BUILD_HEADER]: headers[BUILD_HEADER] } : {}),
  });
  const build = String(headers[BUILD_HEADER]);
  relayAnswer(
    stream,
    onward,
    method.judged === "bridge-solve" ? (answer) => context.results.given(build, answer) : undefined,
  );
  onward.end(writeUnary(encodeProto(judged.message, method.request)));
}

const NO_METHOD: Denial = {
  status: 403,
  rule: "build-method-refused",
  at: "",
  message: "this call of BuildKit does not pass the gate",
};

function timeoutOf(headers: IncomingHttpHeaders): { readonly "grpc-timeout"?: string } {
  const timeout = headers["grpc-timeout"];
  return typeof timeout === "string" && /^\d{1,8}[HMSmun]$/.test(timeout)
    ? { "grpc-timeout": timeout }
    : {};
}

async function judge(
  method: ControlMethod,
  headers: IncomingHttpHeaders,
  body: Uint8Array,
  context: Connection,
): Promise<{ readonly message: ProtoMessage } | { readonly denial: Denial }> {
  const unary = readUnary(body);
  if (!unary.ok) return { denial: unreadable(unary.refusal) };
  const decoded = decodeProto(unary.value, method.request);
  if (!decoded.ok) return { denial: unreadable(decoded.refusal) };
  const message = decoded.value;
  const build = headers[BUILD_HEADER];
  if (method.ofBuild && (typeof build !== "string" || !context.claimBuild(build))) {
    return { denial: notYours(BUILD_HEADER) };
  }
  switch (method.judged) {
    case "form":
      return { message };
    case "build-ref":
      return context.claimBuild(message.text("Ref")) ? { message } : { denial: notYours("Ref") };
    case "return": {
      const denial = context.results.judgeReturn(String(build), message);
      return denial === undefined ? { message } : { denial };
    }
    case "bridge-solve": {
      const judged = judgeBridgeSolve(message, await withSessions(message, context));
      return judged.ok ? judged : { denial: judged.denial };
    }
    case "solve": {
      const judged = judgeSolve(message, await withSessions(message, context));
      if (!judged.ok) return { denial: judged.denial };
      const names = await context.judgeNames(judged.stored);
      if (names !== undefined) return { denial: names };
      return context.claimBuild(message.text("Ref")) ? judged : { denial: notYours("Ref") };
    }
    default:
      throw new Error("a method without a judgement");
  }
}

async function withSessions(message: ProtoMessage, context: ControlContext): Promise<BuildContext> {
  const { policy, appliesSourcePolicy } = context;
  const sessions = new Set<string>();
  for (const id of sessionsNamed(message).slice(0, MOST_SESSIONS)) {
    if (await context.ownsSession(id)) sessions.add(id);
  }
  const [pullsAnew, engineId] = await Promise.all([context.pullsAnew(), context.engineId()]);
  return { policy, appliesSourcePolicy, sessions, pullsAnew, engineId };
}

/** In one message; further ones count as another's. */
const MOST_SESSIONS = 4;

const notYours = (at: string): Denial => ({
  status: 403,
  rule: "not-yours",
  at,
  message: "this build is not one of the client's own",
});

/** Undefined when it is longer than a message may be, or than all messages of the connection may be together. */
async function collect(
  stream: ServerHttp2Stream,
  intake: Connection["intake"],
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      size += piece.byteLength;
      intake.bytes += piece.byteLength;
      if (size > MOST_BYTES || intake.bytes > MOST_TOGETHER) return undefined;
      pieces.push(piece);
    }
  } finally {
    intake.bytes -= size;
  }
  return Buffer.concat(pieces);
}
