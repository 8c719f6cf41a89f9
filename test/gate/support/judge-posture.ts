/** A catalogued request through the posture's steps, with an engine and a host that answer from a script. */

import { judge } from "../../../src/gate/judge/judge.ts";
import type {
  Denial,
  EngineAsk,
  GateRequest,
  HostView,
  JudgeContext,
} from "../../../src/gate/judge/contract.ts";
import { readHead, withBody } from "../../../src/gate/judge/read-request.ts";
import { upstreamRequest } from "../../../src/gate/judge/upstream-request.ts";
import type { ClientPolicy } from "../../../src/gate/policy/client-policy.ts";
import { postureSteps } from "../../../src/gate/posture/steps.ts";
import { clientPolicy } from "../../../src/gate/testing.ts";
import { parseJsonText } from "../../../src/gate/wire/json/parse.ts";
import type { Refusal } from "../../../src/gate/wire/refusal.ts";
import { DEFAULT_VERSIONS } from "../../../src/gate/wire/target.ts";

export interface PostureCase {
  readonly id: string;
  readonly why: string;
  /** Settings of the client as gate.yaml has them, in YAML's flow form; each a line of its own. */
  readonly policy?: readonly string[];
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly body?: unknown;
  };
  /** What the engine answers to `GET /…`; every other question is answered with 404. */
  readonly engine?: Readonly<Record<string, unknown>>;
  /** Where paths of the host lead; null for one that does not exist, and the gate sees nothing without this. */
  readonly host?: Readonly<Record<string, string | null>>;
  readonly expected:
    | { readonly denied: string; readonly at?: string; readonly status?: number }
    | { readonly passes: { readonly body?: unknown; readonly target?: string } };
}

export type PostureOutcome =
  | { readonly refused: Refusal }
  | { readonly denials: readonly Denial[] }
  | {
      readonly passed: {
        readonly target: string;
        readonly body: unknown;
        readonly request: GateRequest;
      };
    };

/** Everything is in the words; what is asked for is the posture's to judge. */
const ALLOW =
  "allow: {containers: [all], images: [all], networks: [all], volumes: [all], build: [classic]}";

const policies = new Map<string, ClientPolicy>();

export function policyOf(settings: readonly string[] = []): ClientPolicy {
  const text = [
    ...(settings.some((line) => line.startsWith("allow:")) ? [] : [ALLOW]),
    ...settings,
  ].join(", ");
  const known = policies.get(text) ?? clientPolicy("client", text);
  policies.set(text, known);
  return known;
}

/** An image that names a user who is not root, so that nothing else is found. */
const IMAGE = {
  Id: `sha256:${"cd".repeat(32)}`,
  RepoTags: ["app:1"],
  Config: { User: "1000:1000" },
};

export function scriptedEngine(answers: Readonly<Record<string, unknown>> = {}): EngineAsk {
  return async ({ method, path }) => {
    const value =
      answers[`${method} ${path}`] ?? (/^\/images\/.*\/json$/.test(path) ? IMAGE : null);
    if (value === "silent") return { ok: false, why: "silent" };
    if (value === null || value === "absent") return { ok: true, status: 404, value: null };
    const parsed = parseJsonText(JSON.stringify(value));
    if (!parsed.ok) throw new Error(parsed.refusal.message);
    return { ok: true, status: 200, value: parsed.value };
  };
}

/** With a script, a path that it does not name leads to itself. */
export function scriptedHost(paths?: Readonly<Record<string, string | null>>): HostView {
  return {
    realPath: async (path) => {
      if (paths === undefined) return "unseen";
      const leadsTo = Object.hasOwn(paths, path) ? paths[path] : path;
      return leadsTo?.startsWith("/") === true ? (leadsTo as `/${string}`) : undefined;
    },
  };
}

export async function judgePosture(item: Omit<PostureCase, "expected">): Promise<PostureOutcome> {
  const { method, target, body } = item.request;
  const headers: readonly (readonly [string, string])[] =
    body === undefined ? [] : [["content-type", "application/json"]];
  const head = readHead(method, target, headers, DEFAULT_VERSIONS);
  if (!head.ok) return { refused: head.refusal };
  const bytes = new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
  const upload = head.value.operation.body.kind === "upload";
  const read = upload ? head : withBody(head.value, bytes, headers);
  if (!read.ok) return { refused: read.refusal };
  const context: JudgeContext = {
    client: policyOf(item.policy),
    engine: scriptedEngine(item.engine),
    host: scriptedHost(item.host),
  };
  const { request, denials } = await judge(read.value, context, postureSteps, "all");
  if (denials.length > 0) return { denials };
  const upstream = upstreamRequest(request);
  const text = new TextDecoder().decode(upstream.body);
  return {
    passed: {
      target: upstream.target,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
      request,
    },
  };
}
