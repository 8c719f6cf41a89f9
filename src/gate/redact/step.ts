/** The step that hides parts of answers. */

import { operations } from "../api/operations.ts";
import type { AnswerPlan, Step } from "../judge/contract.ts";
import { answerType } from "./answer-types.ts";
import { compileRedaction, type Level, type Redact } from "./compile.ts";

/** By the operation's id; without an entry an answer passes unread. */
const compiled: Readonly<Record<Level, ReadonlyMap<string, Redact>>> = {
  secrets: compileAll("secrets"),
  strict: compileAll("strict"),
};

function compileAll(level: Level): ReadonlyMap<string, Redact> {
  return new Map(
    [...operations.values()].flatMap((operation) => {
      const type = answerType(operation);
      const redact = type === undefined ? undefined : compileRedaction(type, level);
      return redact === undefined ? [] : [[operation.id, redact] as const];
    }),
  );
}

export const redactionStep: Step = (request, { client }) => {
  if (client.redact === "none") return { request, denials: [] };
  const redact = compiled[client.redact].get(request.operation.id);
  if (redact === undefined) return { request, denials: [] };
  const owner = client.ownership ? client.owner : undefined;
  const rewrite: Extract<AnswerPlan, { kind: "json" }>["rewrite"] = (value) => redact(value, owner);
  const kind = request.operation.response === "stream" ? "json-stream" : "json";
  return { request, denials: [], answers: [{ kind, rewrite }] };
};
