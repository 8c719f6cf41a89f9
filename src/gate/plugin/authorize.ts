/** The plugin's judgement: the same pipeline as the proxy's, and a refusal wherever a plugin cannot do what it says. */

import { notAdmitted } from "../judge/admit.ts";
import type { Denial, EngineAsk, GateRequest, HostView, Step } from "../judge/contract.ts";
import { denialOf, denialText } from "../judge/denial.ts";
import { type Judgement, judge } from "../judge/judge.ts";
import { readHead, readsBody, withBody } from "../judge/read-request.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { Decided, Observer } from "../server/observer.ts";
import type { Outcome } from "../wire/refusal.ts";
import type { VersionRange } from "../wire/target.ts";
import { changeDenials } from "./changes.ts";
import { type PluginClients, clientOf } from "./clients.ts";
import type { AuthorizationAnswer, AuthorizationRequest } from "./protocol.ts";
import { unseenDenial } from "./unseen.ts";

export interface PluginContext {
  readonly clients: PluginClients;
  readonly steps: readonly Step[];
  readonly engine: EngineAsk;
  readonly host: HostView;
  readonly versions: (client: ClientPolicy) => VersionRange;
  /** `shadow` tells and lets everything pass. */
  readonly mode: "enforce" | "shadow";
  /** Whether the request is one of the plugin's own questions to the engine, which come by here too. */
  readonly isOwn: (request: AuthorizationRequest) => boolean;
  readonly observer: Observer;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

const NO_BYTES = new Uint8Array();
const ALLOW: AuthorizationAnswer = { allow: true };
let lastId = 0;

/** Never throws: what fails refuses. */
export async function authorize(
  shown: AuthorizationRequest,
  context: PluginContext,
): Promise<AuthorizationAnswer> {
  try {
    if (context.isOwn(shown)) return ALLOW;
    return await decide(shown, context);
  } catch (error) {
    context.observer.bug(error);
    return { allow: false, err: "plimsoll failed; its standard error says how" };
  }
}

async function decide(
  shown: AuthorizationRequest,
  context: PluginContext,
): Promise<AuthorizationAnswer> {
  const began = context.now();
  const client = clientOf(context.clients, shown.user);
  if ("rule" in client) {
    context.observer.malformed(undefined, 403, client.message);
    return refusal([client]);
  }
  const head = readHead(shown.method, shown.target, shown.headers, context.versions(client));
  const read = head.ok ? readBody(shown, head.value) : head;
  const denials = read.ok
    ? await judged(shown, read.value, client, context)
    : [...unadmitted(head, client, context), denialOf(read.refusal)];
  const request = read.ok ? read.value : head.ok ? head.value : undefined;
  const isShadow = context.mode === "shadow";
  lastId += 1;
  const decided: Decided = {
    id: lastId,
    client,
    method: shown.method,
    decision: denials.length === 0 ? "allow" : isShadow ? "shadow" : "deny",
    denials,
    judgedMs: context.now() - began,
    ...(request === undefined ? {} : { request, asked: request }),
  };
  const stopped = await context.observer.decided(decided);
  finish(decided, context);
  if (stopped !== undefined) return refusal([stopped]);
  return denials.length === 0 || isShadow ? ALLOW : refusal(denials);
}

/** What is missing in the policy says more than what is wrong with a body that would not have been read. */
function unadmitted(
  head: Outcome<GateRequest>,
  client: ClientPolicy,
  { engine, host }: PluginContext,
): readonly Denial[] {
  const denial = head.ok ? notAdmitted(head.value, { client, engine, host }) : undefined;
  return denial === undefined ? [] : [denial];
}

function readBody(shown: AuthorizationRequest, request: GateRequest): Outcome<GateRequest> {
  // Of a login the engine never shows the body; `unseenDenial` says when that is too little.
  const isHidden = request.operation.id === "SystemAuth" && shown.body === undefined;
  if (isHidden || !readsBody(request)) return { ok: true, value: request };
  return withBody(request, shown.body ?? NO_BYTES, shown.headers);
}

async function judged(
  shown: AuthorizationRequest,
  request: GateRequest,
  client: ClientPolicy,
  { engine, host, steps }: PluginContext,
): Promise<readonly Denial[]> {
  const context = { client, engine, host };
  const first = notAdmitted(request, context) ?? unseenDenial(shown, request, client);
  if (first !== undefined) return [first];
  const judgement = await judge(request, context, steps);
  if (judgement.denials.length > 0) return judgement.denials;
  return [...changeDenials(request, judgement.request), ...unkept(judgement)];
}

function unkept({ answers, before, uploads }: Judgement): readonly Denial[] {
  const denials: Denial[] = [];
  if (answers.some(({ kind }) => kind !== "pass")) {
    denials.push({
      status: 403,
      rule: "plugin-cannot-hide",
      at: "",
      message: "the policy hides parts of this answer, and a plugin cannot",
      help: "Ask through a gate that is a proxy; or the policy would say `redact: none` and `ownership: false`",
    });
  }
  if (before.length > 0) {
    denials.push({
      status: 403,
      rule: "plugin-cannot-write",
      at: "",
      message: "the policy wants something made before this request, and a plugin cannot make it",
      help: "Make the volumes and networks first, then name them",
    });
  }
  if (uploads.length > 0) {
    denials.push({
      status: 403,
      rule: "plugin-cannot-see",
      at: "",
      message: "the policy looks at uploads before they go on, and a plugin does not see them",
      help: "Ask through a gate that is a proxy",
    });
  }
  return denials;
}

/** dockerd does not tell which answer belongs to which request, so that a decision is all there is to tell. */
function finish(decided: Decided, { observer }: PluginContext): void {
  const status = decided.decision === "deny" ? 403 : 0;
  const tookMs = decided.judgedMs;
  observer.finished(decided, { status, bytesIn: 0, bytesOut: 0, tookMs, end: "whole" });
}

function refusal(denials: readonly Denial[]): AuthorizationAnswer {
  // dockerd says itself which plugin refused.
  return { allow: false, msg: denialText(denials).replace(/^plimsoll: /, "") };
}
