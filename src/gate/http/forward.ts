/** An engine's answer on its way to the client. */

import type {
  AnswerFraming,
  AnswerWriter,
  Exchange,
  ForwardEnd,
  RawHeaders,
  UpstreamAnswer,
} from "./contract.ts";

/** `headers` replace the answer's own. Never rejects; the answer needs no `discard` afterwards. */
export function forwardAnswer(
  exchange: Exchange,
  answer: UpstreamAnswer,
  headers: RawHeaders = answer.headers,
): Promise<ForwardEnd> | ForwardEnd {
  const { status, framing } = answer;
  if (framing.kind === "none") {
    const announced = exchange.head.method === "HEAD" ? answer.announced : undefined;
    return exchange.respondEmpty(status, headers, announced) ? "whole" : "left";
  }
  const { whole } = answer;
  if (whole !== undefined) return exchange.respond(status, headers, whole) ? "whole" : "left";
  return pump(exchange, answer, exchange.begin(status, headers, outgoing(framing)));
}

/** What ends with the engine's connection ends with a last chunk: the client sees whether it is whole. */
const outgoing = (framing: AnswerFraming): AnswerFraming =>
  framing.kind === "until-close" ? { kind: "chunked" } : framing;

async function pump(
  exchange: Exchange,
  answer: UpstreamAnswer,
  writer: AnswerWriter,
): Promise<ForwardEnd> {
  for (;;) {
    const piece = await answer.body.next();
    if (exchange.departure.left) {
      answer.discard();
      return "left";
    }
    if (piece === undefined) {
      writer.end();
      return "whole";
    }
    if ("ok" in piece) {
      writer.cut();
      return "broken";
    }
    await writer.write(piece);
  }
}
