/** One request from its head to the end of its answer. */

import type { Exchange } from "../http/contract.ts";
import type { Denial, GateRequest } from "../judge/contract.ts";
import { PASS } from "../judge/contract.ts";
import { combinePlans } from "../judge/answers.ts";
import { denialOf, denialStatus, denialText } from "../judge/denial.ts";
import { notAdmitted } from "../judge/admit.ts";
import { judge, type Judgement } from "../judge/judge.ts";
import { readHead, readsBody, withBody } from "../judge/read-request.ts";
import { DEFAULT_BOUNDS } from "../wire/json/parse.ts";
import type { Outcome } from "../wire/refusal.ts";
import type { LiveClient } from "./client.ts";
import { forward } from "./forward.ts";
import { judgedUpload } from "./judged-upload.ts";
import type { Decided, Decision, Finished } from "./observer.ts";
import type { Runtime } from "./runtime.ts";
import { writeError } from "./write-error.ts";

const NO_BYTES = new Uint8Array();

/** Answers the exchange. Settles when the answer has ended, streams included. */
export async function handleExchange(
  exchange: Exchange,
  client: LiveClient,
  runtime: Runtime,
): Promise<void> {
  const admission = client.limits.admit();
  if (!admission.ok) {
    const { why, retryAfterSeconds } = admission;
    const work = new Work(exchange, client, runtime);
    return work.deny(
      [tooMany(why, retryAfterSeconds)],
      [["Retry-After", String(retryAfterSeconds)]],
    );
  }
  try {
    await answer(exchange, client, runtime);
  } finally {
    admission.release();
  }
}

function tooMany(why: "rate" | "concurrency", seconds: number): Denial {
  return {
    status: 429,
    rule: `${why}-limit`,
    at: "",
    message:
      why === "rate"
        ? "this client sends more requests than its policy allows"
        : "this client has as many requests and streams open as its policy allows",
    help: why === "rate" ? `Try again in ${String(seconds)} s` : "Close one, then try again",
  };
}

async function answer(exchange: Exchange, client: LiveClient, runtime: Runtime): Promise<void> {
  const work = new Work(exchange, client, runtime);
  const { policy } = work;
  const asking = runtime.versions.known();
  if (asking !== undefined) await asking;
  const { method, target, headers } = exchange.head;
  const head = readHead(method, target, headers, runtime.versions.range(policy.versions));
  if (!head.ok) return work.deny([denialOf(head.refusal)]);
  work.asked = head.value;
  const context = { client: policy, engine: runtime.engine, host: runtime.host };
  const shadow = runtime.mode === "shadow";
  // Before the body is taken in: what is not admitted costs no memory.
  const unadmitted = notAdmitted(head.value, context);
  if (unadmitted !== undefined && !shadow) return work.deny([unadmitted]);
  const read = await readWhole(exchange, head.value, runtime);
  if (!read.ok) {
    return "status" in read
      ? work.refuseBody(read.status, read.message)
      : work.deny([denialOf(read.refusal)]);
  }
  work.asked = read.value;
  const pending = judge(read.value, context, runtime.steps, shadow ? "all" : "first");
  const judgement = pending instanceof Promise ? await pending : pending;
  if (exchange.departure.left) return work.left(judgement);
  if (shadow) {
    const denials = unadmitted === undefined ? [] : [unadmitted];
    return passShadow(work, read.value, [...denials, ...judgement.denials]);
  }
  if (judgement.denials.length > 0) return work.deny(judgement.denials);
  const upload = await uploadOf(exchange, judgement);
  if (upload !== undefined && "denial" in upload) return work.deny([upload.denial]);
  const stopped = await work.decide("allow", judgement.request, []);
  if (stopped !== undefined) return work.answerDenials([stopped]);
  for (const action of judgement.before) {
    const denial = await action();
    if (denial !== undefined) return work.answerDenials([denial]);
  }
  work.finish(
    await forward(
      exchange,
      judgement.request,
      combinePlans(judgement.answers),
      policy,
      runtime,
      upload?.source,
    ),
  );
}

/** An upload whose first bytes the judgement wants to see. */
function uploadOf(
  exchange: Exchange,
  { uploads }: Judgement,
): ReturnType<typeof judgedUpload> | undefined {
  if (uploads.length === 0 || exchange.head.body.kind === "none") return undefined;
  return judgedUpload(exchange.body(), uploads);
}

/** As the client asked, but for the form. */
async function passShadow(
  work: Work,
  asked: GateRequest,
  denials: readonly Denial[],
): Promise<void> {
  const stopped = await work.decide(denials.length > 0 ? "shadow" : "allow", asked, denials);
  if (stopped !== undefined) return work.answerDenials([stopped]);
  work.finish(await forward(work.exchange, asked, PASS, work.policy, work.runtime));
}

type Read =
  | Outcome<GateRequest>
  | { readonly ok: false; readonly status: 400 | 408 | 413 | 502; readonly message: string };

async function readWhole(
  exchange: Exchange,
  request: GateRequest,
  runtime: Runtime,
): Promise<Read> {
  if (!readsBody(request)) return { ok: true, value: request };
  if (exchange.head.body.kind === "none") return withBody(request, NO_BYTES, exchange.head.headers);
  const body = await exchange.readBody(runtime.bodyBytes);
  if (!body.ok) return body;
  const bounds = { ...DEFAULT_BOUNDS, bytes: runtime.bodyBytes };
  return withBody(request, body.bytes, exchange.head.headers, bounds);
}

/** What is told of one request, and told once. */
class Work {
  readonly exchange: Exchange;
  readonly runtime: Runtime;
  /** That of the request's beginning: a reload does not change it half-way. */
  readonly policy: LiveClient["policy"];
  asked: GateRequest | undefined;
  readonly #began: number;
  #decided: Decided | undefined;

  constructor(exchange: Exchange, client: LiveClient, runtime: Runtime) {
    this.exchange = exchange;
    this.runtime = runtime;
    this.policy = client.policy;
    this.#began = runtime.now();
  }

  decide(
    decision: Decision,
    request: GateRequest | undefined,
    denials: readonly Denial[],
  ): Denial | undefined | Promise<Denial | undefined> {
    const decided: Decided = {
      id: this.runtime.nextId(),
      client: this.policy,
      method: this.exchange.head.method,
      decision,
      denials,
      judgedMs: this.runtime.now() - this.#began,
      ...(request === undefined ? {} : { request }),
      ...(this.asked === undefined ? {} : { asked: this.asked }),
    };
    this.#decided = decided;
    return this.runtime.observer.decided(decided);
  }

  async deny(
    denials: readonly Denial[],
    headers: readonly (readonly [string, string])[] = [],
  ): Promise<void> {
    const stopped = await this.decide("deny", this.asked, denials);
    this.answerDenials(stopped === undefined ? denials : [stopped], headers);
  }

  answerDenials(
    denials: readonly Denial[],
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    const status = denialStatus(denials);
    writeError(this.exchange, status, denialText(denials), headers);
    this.finish({ status, end: "whole", bytesIn: 0 });
  }

  /** A body that did not arrive. */
  async refuseBody(status: 400 | 408 | 413 | 502, message: string): Promise<void> {
    const known = status === 413 ? 413 : 400;
    await this.decide("deny", this.asked, [{ status: known, rule: "bad-body", at: "", message }]);
    writeError(this.exchange, status, `plimsoll: ${message}`);
    this.finish({ status, end: "whole", bytesIn: 0 });
  }

  /** The client went away before anything was decided. */
  async left({ denials }: Judgement): Promise<void> {
    await this.decide("deny", this.asked, denials);
    this.finish({ status: 499, end: "left", bytesIn: 0 });
  }

  finish({ status, end, bytesIn }: Pick<Finished, "status" | "end" | "bytesIn">): void {
    const decided = this.#decided;
    if (decided === undefined) throw new Error("a request ended without a decision");
    this.runtime.observer.finished(decided, {
      status,
      end,
      bytesIn,
      bytesOut: this.exchange.written,
      tookMs: this.runtime.now() - this.#began,
    });
  }
}
