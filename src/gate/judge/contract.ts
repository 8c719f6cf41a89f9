/** What the parts of the gate's judgement take and give. */

import type { Operation } from "../api/operations.ts";
import type { Route } from "../api/routes.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { RawHeaders, Upgrade } from "../wire/headers.ts";
import type { JsonValue } from "../wire/json/value.ts";
import type { Query } from "../wire/query.ts";

/** A request, decoded; what is sent to the engine is written from this alone. */
export interface GateRequest {
  readonly operation: Operation;
  readonly route: Route;
  /** Minor version of API 1. */
  readonly minor: number;
  /** The names in the path, decoded: `name` or `id`, as the route calls them. */
  readonly names: ReadonlyMap<string, string>;
  readonly query: Query;
  /** Those that go upstream, without framing. */
  readonly headers: RawHeaders;
  readonly upgrade?: Upgrade;
  /** Canonical; undefined for none and for uploads. */
  readonly body?: JsonValue;
}

/** Why a request does not pass. Its texts hold no value of an environment variable and no secret. */
export interface Denial {
  readonly status: 400 | 403 | 404 | 409 | 413 | 429 | 501 | 503;
  /** A rule's id, or a word of the gate's own: `not-in-policy`, `not-yours`, `bind-not-granted`. */
  readonly rule: string;
  /** The field: `HostConfig.Binds[0]`, a parameter, a header; "" for the whole request. */
  readonly at: string;
  /** One sentence on what is wrong, without a full stop. */
  readonly message: string;
  /** What the client can do instead, or what the policy's owner would write; one sentence, without a full stop. */
  readonly help?: string;
  /** What would admit it, for learning. */
  readonly needs?: Need;
  /** `message` is in the engine's own words and is all that the client is told, so that it looks like the engine's. */
  readonly asEngine?: true;
}

/** What a policy would have to say: a path of keys in the client's policy, and the value to add or set there. */
export interface Need {
  /** As `["grant", "capabilities"]` or `["allow", "containers"]`. */
  readonly key: readonly string[];
  readonly value: string | number | boolean;
}

/** What becomes of a success's body. Errors of the engine pass through `error` texts alone. */
export type AnswerPlan =
  | { readonly kind: "pass" }
  /** One JSON document. The same value back lets the engine's own bytes pass. */
  | { readonly kind: "json"; readonly rewrite: (value: JsonValue) => JsonValue }
  /** A stream of JSON values: undefined drops one. */
  | {
      readonly kind: "json-stream";
      readonly rewrite: (value: JsonValue) => JsonValue | undefined;
    };

/** What a step makes of a request. `denials` are all that it found; with any, the request does not pass. */
export interface StepResult {
  readonly request: GateRequest;
  readonly denials: readonly Denial[];
  /** In the order in which they are applied. */
  readonly answers?: readonly AnswerPlan[];
  /** To do before the request goes upstream (make an owned volume, for one); a denial stops it. */
  readonly before?: readonly (() => Promise<Denial | undefined>)[];
  /**
   * Judges an upload by its first 512 bytes, or by all when there are fewer, before any goes upstream. A denial
   * stops it.
   */
  readonly upload?: (beginning: Uint8Array) => Denial | undefined;
}

/** One part of the judgement. Steps run in order; each sees what the one before it wrote. */
export type Step = (
  request: GateRequest,
  context: JudgeContext,
) => Promise<StepResult> | StepResult;

export interface JudgeContext {
  readonly client: ClientPolicy;
  readonly engine: EngineAsk;
  readonly host: HostView;
}

/** A question of the gate's own to the engine. Never the client's bytes. */
export type EngineAsk = (question: EngineQuestion) => Promise<EngineReply>;

export interface EngineQuestion {
  readonly method: "GET" | "POST";
  /** Without a version; names in it are percent-encoded already. */
  readonly path: string;
  readonly body?: JsonValue;
}

export type EngineReply =
  | { readonly ok: true; readonly status: number; readonly value: JsonValue }
  | { readonly ok: false; readonly why: string };

/** The host's file system as the engine sees it, for bind sources. */
export interface HostView {
  /** The path with every symbolic link resolved; undefined when it does not exist; `unseen` when the gate cannot look. */
  readonly realPath: (path: string) => Promise<`/${string}` | undefined | "unseen">;
}

/** The label that marks an owner. It is the gate's own: a client can neither set nor change it. */
export const OWNER_LABEL = "dev.plimsoll.owner";

export const PASS: AnswerPlan = { kind: "pass" };
