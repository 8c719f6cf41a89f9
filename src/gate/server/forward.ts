/** A judged request to the engine, and the engine's answer back. */

import { forwardAnswer } from "../http/forward.ts";
import type {
  ByteSource,
  Exchange,
  RawHeaders,
  UpstreamAnswer,
  UpstreamProblem,
} from "../http/contract.ts";
import { spliceStreams } from "../http/splice.ts";
import { ANSWER_BOUNDS, rewriteDocument, streamRewriter } from "../judge/answers.ts";
import type { AnswerPlan, GateRequest } from "../judge/contract.ts";
import { upstreamRequest } from "../judge/upstream-request.ts";
import { isKnownAsOwn } from "../ownership/known-ids.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import { scrubbedError } from "./error-text.ts";
import { mediate } from "./mediate.ts";
import type { Finished } from "./observer.ts";
import type { Runtime } from "./runtime.ts";
import { countedUpload } from "./upload.ts";
import { writeError } from "./write-error.ts";

export type Forwarded = Pick<Finished, "status" | "end" | "bytesIn">;

/** `begun`: an upload that was looked at before, with what was read of it. */
export async function forward(
  exchange: Exchange,
  request: GateRequest,
  plan: AnswerPlan,
  policy: ClientPolicy,
  runtime: Runtime,
  begun?: ByteSource,
): Promise<Forwarded> {
  const { method, target, headers, body } = upstreamRequest(request);
  const upload =
    request.operation.body.kind === "upload" && exchange.head.body.kind !== "none"
      ? countedUpload(begun ?? exchange.body(), runtime.uploadBytes)
      : undefined;
  const content: Uint8Array | ByteSource | undefined = body ?? upload;
  const answer = await runtime.upstream.exchange({
    method,
    target: `${runtime.basePath}${target}`,
    headers,
    departure: exchange.departure,
    ...(content === undefined ? {} : { body: content }),
    ...(request.upgrade === undefined ? {} : { upgrade: request.upgrade }),
  });
  const sent = (): number => upload?.bytes ?? body?.byteLength ?? 0;
  if (!answer.ok) return { ...notAnswered(exchange, answer, runtime), bytesIn: sent() };
  const ended = await sendBack(exchange, request, answer, plan, policy, runtime);
  return { ...ended, bytesIn: ended.bytesIn + sent() };
}

function notAnswered(
  exchange: Exchange,
  { problem, why, body }: UpstreamProblem,
  runtime: Runtime,
): Omit<Forwarded, "bytesIn"> {
  if (problem === "left") return { status: 499, end: "left" };
  if (problem === "upload" && body !== undefined) {
    writeError(exchange, body.status, `plimsoll: ${body.message}`);
    return { status: body.status, end: "whole" };
  }
  if (problem === "unreachable" || problem === "cut") runtime.versions.forget();
  const status = problem === "busy" ? 503 : problem === "timeout" ? 504 : 502;
  writeError(exchange, status, `plimsoll: the engine does not answer: ${why}`);
  return { status, end: "whole" };
}

async function sendBack(
  exchange: Exchange,
  request: GateRequest,
  answer: UpstreamAnswer,
  plan: AnswerPlan,
  policy: ClientPolicy,
  runtime: Runtime,
): Promise<Forwarded> {
  const { status } = answer;
  const headers = advertised(answer.headers, policy, runtime);
  if (status === 101 || answer.takeStream !== undefined) {
    return joined(exchange, request, answer, headers, policy, runtime);
  }
  if (status >= 400 && policy.ownership && answer.framing.kind !== "none") {
    const isOwn = (id: string): boolean => isKnownAsOwn(runtime.engine, policy.owner, id);
    return sendError(exchange, request, answer, headers, isOwn);
  }
  if (status < 200 || status >= 300 || answer.framing.kind === "none" || plan.kind === "pass") {
    return { status, end: await forwardAnswer(exchange, answer, headers), bytesIn: 0 };
  }
  return plan.kind === "json"
    ? sendDocument(exchange, answer, plan.rewrite, headers)
    : sendStream(exchange, answer, plan.rewrite, headers);
}

/**
 * What the engine tells of itself, as it holds here: no newer version than the schema's, and no BuildKit where it
 * does not pass, so that clients that go by this build the classic way.
 */
function advertised(
  headers: RawHeaders,
  { build }: ClientPolicy,
  { versions }: Runtime,
): RawHeaders {
  if (!versions.newerThanSchema && build === "mediated") return headers;
  return headers.map((header) => {
    const [name] = header;
    if (name.length === 11 && versions.newerThanSchema && name.toLowerCase() === "api-version") {
      return [name, `1.${String(versions.most)}`];
    }
    return name.length === 15 && build !== "mediated" && name.toLowerCase() === "builder-version"
      ? [name, "1"]
      : header;
  });
}

async function joined(
  exchange: Exchange,
  request: GateRequest,
  answer: UpstreamAnswer,
  headers: RawHeaders,
  policy: ClientPolicy,
  runtime: Runtime,
): Promise<Forwarded> {
  const { status } = answer;
  const stream = answer.takeStream?.();
  // Only what was asked for, of a request that may ask: the engine decides no more than that.
  const expected = status === 101 ? request.upgrade !== undefined : true;
  const mine =
    stream !== undefined && expected
      ? exchange.hijack(status === 101 ? 101 : 200, headers, request.upgrade)
      : undefined;
  if (stream === undefined || mine === undefined) {
    stream?.destroy();
    answer.discard();
    if (exchange.departure.left) return { status: 499, end: "left", bytesIn: 0 };
    writeError(exchange, 502, "plimsoll: the engine changed the protocol unasked");
    return { status: 502, end: "whole", bytesIn: 0 };
  }
  if (request.upgrade === "h2c") {
    const mediated = mediate(request, mine, stream, policy, runtime);
    if (mediated === undefined) {
      mine.destroy();
      stream.destroy();
      return { status, end: "broken", bytesIn: 0 };
    }
    await mediated.done;
    return { status, end: "whole", bytesIn: 0 };
  }
  const splice = spliceStreams(mine, stream);
  const end = await splice.done;
  return { status, end: end === "ended" ? "whole" : "broken", bytesIn: splice.aToB };
}

async function sendError(
  exchange: Exchange,
  request: GateRequest,
  answer: UpstreamAnswer,
  headers: RawHeaders,
  isOwn: (id: string) => boolean,
): Promise<Forwarded> {
  const { status } = answer;
  const whole = await answer.readAll(ERROR_BYTES);
  answer.discard();
  if (!whole.ok) {
    writeError(exchange, 502, "plimsoll: the engine's answer broke off");
    return { status: 502, end: "broken", bytesIn: 0 };
  }
  exchange.respond(status, headers, scrubbedError(whole.bytes, request, isOwn));
  return { status, end: "whole", bytesIn: 0 };
}

const ERROR_BYTES = 1 << 20;

async function sendDocument(
  exchange: Exchange,
  answer: UpstreamAnswer,
  rewrite: Extract<AnswerPlan, { readonly kind: "json" }>["rewrite"],
  headers: RawHeaders,
): Promise<Forwarded> {
  const whole = await answer.readAll(ANSWER_BOUNDS.bytes);
  answer.discard();
  const bytes = whole.ok ? rewriteDocument(whole.bytes, rewrite) : undefined;
  if (bytes === undefined) {
    writeError(exchange, 502, "plimsoll: the engine's answer cannot be read, so it does not pass");
    return { status: 502, end: "broken", bytesIn: 0 };
  }
  exchange.respond(answer.status, headers, bytes);
  return { status: answer.status, end: "whole", bytesIn: 0 };
}

async function sendStream(
  exchange: Exchange,
  answer: UpstreamAnswer,
  rewrite: Extract<AnswerPlan, { readonly kind: "json-stream" }>["rewrite"],
  headers: RawHeaders,
): Promise<Forwarded> {
  const { status } = answer;
  const framing = exchange.head.version === "1.0" ? "until-close" : "chunked";
  const writer = exchange.begin(status, headers, { kind: framing });
  const rewriter = streamRewriter(rewrite);
  const stop = exchange.departure.onLeave(() => answer.discard());
  try {
    for (;;) {
      const piece = await answer.body.next();
      if (exchange.departure.left) return { status, end: "left", bytesIn: 0 };
      if (piece === undefined) {
        writer.end();
        return { status, end: "whole", bytesIn: 0 };
      }
      const out = piece instanceof Uint8Array ? rewriter.push(piece) : undefined;
      if (out === undefined) {
        writer.cut();
        return { status, end: "broken", bytesIn: 0 };
      }
      if (out.byteLength > 0) await writer.write(out);
    }
  } finally {
    stop();
    answer.discard();
  }
}
