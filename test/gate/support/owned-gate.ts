/** The ownership steps in front of the engine in memory: a request in, what the client gets out. */

import type {
  AnswerPlan,
  Denial,
  GateRequest,
  JudgeContext,
  Step,
} from "../../../src/gate/judge/contract.ts";
import { combinePlans } from "../../../src/gate/judge/answers.ts";
import { denialStatus, denialText } from "../../../src/gate/judge/denial.ts";
import { judge } from "../../../src/gate/judge/judge.ts";
import { readHead, withBody } from "../../../src/gate/judge/read-request.ts";
import { upstreamRequest } from "../../../src/gate/judge/upstream-request.ts";
import { isKnownAsOwn } from "../../../src/gate/ownership/known-ids.ts";
import { ownershipSteps } from "../../../src/gate/ownership/steps.ts";
import type { ClientPolicy, Grants } from "../../../src/gate/policy/client-policy.ts";
import { scrubbedError } from "../../../src/gate/server/error-text.ts";
import { DEFAULT_VERSIONS } from "../../../src/gate/wire/target.ts";
import { writeJson } from "../../../src/gate/wire/json/write.ts";
import type { Json, MemoryEngine } from "./memory-engine.ts";
import { toJsonValue } from "./memory-shapes.ts";

export const NO_GRANTS: Grants = {
  capabilities: new Set(),
  binds: [],
  networks: [],
  volumes: [],
  ports: [],
  devices: [],
  deviceRequests: [],
  runtimes: new Set(),
  imagesByDigest: false,
  sysctls: new Set(),
  logDrivers: new Set(),
  volumeDrivers: new Set(),
  networkDrivers: new Set(),
  labels: [],
  hostNamespaces: new Set(),
  privileged: false,
  seccompUnconfined: false,
  apparmorUnconfined: false,
  restart: false,
  limits: {},
};

export function clientPolicy(name: string, other: Partial<ClientPolicy> = {}): ClientPolicy {
  return {
    name,
    operations: new Set(),
    ownership: true,
    owner: name,
    redact: "none",
    ceiling: { refuse: "none", rules: new Map() },
    grants: NO_GRANTS,
    forced: { capDropAll: false, noNewPrivileges: false, readOnlyRoot: false, labels: new Map() },
    build: "classic",
    versions: DEFAULT_VERSIONS,
    ...other,
  };
}

export interface Told {
  readonly status: number;
  /** The body's text. */
  readonly text: string;
  readonly value: Json;
  /** Why the gate answered by itself. */
  readonly denials?: readonly Denial[];
}

export class OwnedGate {
  readonly engine: MemoryEngine;
  readonly steps: readonly Step[];

  constructor(engine: MemoryEngine, steps: readonly Step[] = ownershipSteps) {
    this.engine = engine;
    this.steps = steps;
  }

  async send(client: ClientPolicy, method: string, target: string, body?: Json): Promise<Told> {
    const asked = read(client, method, target, body);
    if (!("operation" in asked)) return asked;
    const context: JudgeContext = {
      client,
      engine: this.engine.ask,
      host: { realPath: () => Promise.resolve("unseen") },
    };
    const judgement = await judge(asked, context, this.steps);
    if (judgement.denials.length > 0) return denied(judgement.denials);
    for (const action of judgement.before) {
      const denial = await action();
      if (denial !== undefined) return denied([denial]);
    }
    return this.#forward(judgement.request, judgement.answers, client.owner);
  }

  #forward(request: GateRequest, plans: readonly AnswerPlan[], owner: string): Told {
    const isOwn = (id: string): boolean => isKnownAsOwn(this.engine.ask, owner, id);
    const upstream = upstreamRequest(request);
    const body =
      upstream.body === undefined ? undefined : JSON.parse(Buffer.from(upstream.body).toString());
    if (request.operation.id === "SystemEvents") return this.#events(plans);
    const answer = this.engine.request(upstream.method, upstream.target, body);
    const bytes = Buffer.from(JSON.stringify(answer.value));
    if (answer.status >= 400)
      return told(answer.status, Buffer.from(scrubbedError(bytes, request, isOwn)).toString());
    const plan = combinePlans(plans);
    if (plan.kind !== "json" || answer.status === 204) return told(answer.status, bytes.toString());
    return told(answer.status, writeJson(plan.rewrite(toJsonValue(answer.value))));
  }

  #events(plans: readonly AnswerPlan[]): Told {
    const plan = combinePlans(plans);
    const kept = this.engine.events.flatMap((event) => {
      const value = toJsonValue(event);
      const shown = plan.kind === "json-stream" ? plan.rewrite(value) : value;
      return shown === undefined ? [] : [writeJson(shown)];
    });
    return told(200, `[${kept.join(",")}]`);
  }
}

function read(
  client: ClientPolicy,
  method: string,
  target: string,
  body: Json,
): GateRequest | Told {
  const headers = body === undefined ? [] : ([["content-type", "application/json"]] as const);
  const head = readHead(method, target, headers, client.versions);
  if (!head.ok) return told(400, JSON.stringify({ message: head.refusal.message }));
  if (head.value.operation.body.kind === "upload") return head.value;
  const bytes = body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body));
  const whole = withBody(head.value, bytes, headers);
  return whole.ok
    ? whole.value
    : told(400, JSON.stringify({ message: `${whole.refusal.at}: ${whole.refusal.message}` }));
}

const told = (status: number, text: string): Told => ({ status, text, value: JSON.parse(text) });

const denied = (denials: readonly Denial[]): Told => ({
  ...told(denialStatus(denials), JSON.stringify({ message: denialText(denials) })),
  denials,
});
