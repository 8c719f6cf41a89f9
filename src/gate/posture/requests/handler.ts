/** What the judgements of single operations share. */

import type { GateRequest, JudgeContext, StepResult } from "../../judge/contract.ts";
import type { JsonObject } from "../../wire/json/value.ts";
import type { QueryValue } from "../../wire/query.ts";
import type { Facts } from "../facts/facts.ts";
import { NO_FACTS } from "../facts/facts.ts";
import { objectOf } from "../json.ts";
import { Judging } from "../judging.ts";

export type Handler = (
  request: GateRequest,
  context: JudgeContext,
) => StepResult | Promise<StepResult>;

export function passed(request: GateRequest): StepResult {
  return { request, denials: [] };
}

export function judgingOf(
  request: GateRequest,
  { client }: JudgeContext,
  facts: Facts = NO_FACTS,
  network?: string,
): Judging {
  return new Judging(client, facts, request.minor, bodyOf(request), network);
}

export function bodyOf(request: GateRequest): JsonObject {
  return objectOf(request.body);
}

/** The result of a judgement; `body` is what goes upstream. */
export function judged(request: GateRequest, { denials }: Judging, body?: JsonObject): StepResult {
  return { request: body === undefined ? request : { ...request, body }, denials };
}

/** Goes on without a promise where none is needed. */
export function goOn<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? goOnLater(value, next) : next(value);
}

async function goOnLater<T, U>(value: Promise<T>, next: (value: T) => U): Promise<U> {
  return next(await value);
}

/** The text of a single parameter; empty when it is not there. */
export function parameter(request: GateRequest, name: string): string {
  const value = request.query.get(name)?.[0];
  return value?.kind === "text" ? value.text : "";
}

export function parameters(request: GateRequest, name: string): readonly string[] {
  return (request.query.get(name) ?? []).flatMap((value) =>
    value.kind === "text" ? [value.text] : [],
  );
}

export function integer(request: GateRequest, name: string): bigint {
  const value = request.query.get(name)?.[0];
  return value?.kind === "integer" ? value.value : 0n;
}

/** The request with parameters changed; undefined takes one away. */
export function withParameters(
  request: GateRequest,
  changes: Readonly<Record<string, QueryValue | undefined>>,
): GateRequest {
  const query = new Map(request.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) query.delete(name);
    else query.set(name, [value]);
  }
  return { ...request, query };
}
