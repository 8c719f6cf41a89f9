/** One request judged in the open: how it is read, what each part of the gate says of it, what would go to the engine. */

import { notAdmitted } from "../judge/admit.ts";
import type {
  AnswerPlan,
  Denial,
  EngineAsk,
  GateRequest,
  HostView,
  JudgeContext,
  Step,
} from "../judge/contract.ts";
import { denialOf } from "../judge/denial.ts";
import { type Difference, differences } from "../judge/differences.ts";
import { judge } from "../judge/judge.ts";
import { readHead, readsBody, withBody } from "../judge/read-request.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { VersionRange } from "../wire/target.ts";
import { type ExplainedRequest, readExplained } from "./read-explained.ts";
import { type SafeRequest, safeRequest } from "./safe-request.ts";

/** A part of the judgement, in the gate's order. */
export interface Stage {
  /** As a heading: `ownership`, `posture`. */
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface ExplainContext {
  readonly client: ClientPolicy;
  readonly stages: readonly Stage[];
  /** `noEngine` where none shall be asked. */
  readonly engine: EngineAsk;
  readonly host: HostView;
  readonly versions: VersionRange;
}

export interface ExplainedStage {
  readonly name: string;
  readonly denials: readonly Denial[];
  readonly changes: readonly Difference[];
  /** What it does to the answer: `filters a list`, for one. */
  readonly answers: readonly AnswerPlan["kind"][];
  /** How many things it makes before the request is forwarded. */
  readonly before: number;
  /** Whether it looks at an upload's beginning. */
  readonly looksAtUpload: boolean;
}

/** `open`: an answer of the engine, or a part that is not at hand, would decide. */
export type Verdict = "allow" | "deny" | "open";

export interface Explanation {
  readonly client: string;
  readonly asked: SafeRequest;
  /** Undefined when the request could not be read; then the one denial says why. */
  readonly request?: GateRequest;
  readonly stages: readonly ExplainedStage[];
  readonly denials: readonly Denial[];
  readonly verdict: Verdict;
  /** Without secrets. */
  readonly upstream?: SafeRequest;
  /** What the engine was to be asked. */
  readonly questions: readonly string[];
  readonly isPartial: boolean;
}

/** The sentence says what is wrong with `text`. */
export async function explainRequest(
  text: string,
  context: ExplainContext,
): Promise<Explanation | string> {
  const explained = readExplained(text);
  return typeof explained === "string" ? explained : explain(explained, context);
}

/** For an explanation without an engine: questions are told, and left open. */
export const noEngine: EngineAsk = () =>
  Promise.resolve({ ok: false, why: "no engine is asked for an explanation" });

async function explain(explained: ExplainedRequest, context: ExplainContext): Promise<Explanation> {
  const { method, target, headers, body, isPartial } = explained;
  const asked: SafeRequest = { method, target: safeTarget(target) };
  const base = { client: context.client.name, asked, isPartial, questions: [] };
  const head = readHead(method, target, headers, context.versions);
  if (!head.ok) return { ...base, stages: [], denials: [denialOf(head.refusal)], verdict: "deny" };
  const missesBody = isPartial && head.value.operation.body.kind === "json";
  const read =
    missesBody || !readsBody(head.value)
      ? { ok: true as const, value: head.value }
      : withBody(head.value, body, headers);
  if (!read.ok) {
    const stages = [admission(head.value, context)];
    const denials = [...(stages[0]?.denials ?? []), denialOf(read.refusal)];
    return { ...base, request: head.value, stages, denials, verdict: "deny" };
  }
  // Without its body there is nothing to judge but whether it is admitted at all.
  const judged = await runStages(read.value, missesBody ? [] : context.stages, context);
  const denials = judged.stages.flatMap((stage) => stage.denials);
  const verdict = verdictOf(denials, isPartial);
  return {
    ...base,
    ...judged,
    request: read.value,
    denials,
    verdict,
    ...(denials.length > 0 || isPartial ? {} : { upstream: safeRequest(judged.written) }),
  };
}

/** A refusal because the engine could not be asked decides nothing. */
function verdictOf(denials: readonly Denial[], isPartial: boolean): Verdict {
  if (denials.some(({ status }) => status !== 503)) return "deny";
  return denials.length > 0 || isPartial ? "open" : "allow";
}

function admission(request: GateRequest, { client, engine, host }: ExplainContext): ExplainedStage {
  const denial = notAdmitted(request, { client, engine, host });
  const denials = denial === undefined ? [] : [denial];
  return { name: "words", denials, changes: [], answers: [], before: 0, looksAtUpload: false };
}

async function runStages(
  request: GateRequest,
  stages: readonly Stage[],
  context: ExplainContext,
): Promise<{ stages: ExplainedStage[]; written: GateRequest; questions: string[] }> {
  const questions: string[] = [];
  const engine: EngineAsk = (question) => {
    questions.push(`${question.method} ${question.path}`);
    return context.engine(question);
  };
  const judging: JudgeContext = { client: context.client, engine, host: context.host };
  const told = [admission(request, context)];
  let current = request;
  for (const { name, steps } of stages) {
    const judgement = await judge(current, judging, steps, "all");
    told.push({
      name,
      denials: judgement.denials,
      changes: differences(current, judgement.request),
      answers: judgement.answers.map(({ kind }) => kind).filter((kind) => kind !== "pass"),
      before: judgement.before.length,
      looksAtUpload: judgement.uploads.length > 0,
    });
    current = judgement.request;
  }
  return { stages: told, written: current, questions };
}

/** Parameters may hold what is secret: they are shown as they go upstream, or not at all. */
function safeTarget(target: string): string {
  const question = target.indexOf("?");
  return question === -1 ? target : `${target.slice(0, question)}?…`;
}
