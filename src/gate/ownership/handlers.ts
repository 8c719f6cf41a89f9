/** What the handlers of operations share. */

import type { AnswerPlan, Denial, GateRequest, StepResult } from "../judge/contract.ts";
import type { JsonValue } from "../wire/json/value.ts";
import type { QueryValue } from "../wire/query.ts";
import type { ObjectKind } from "./denials.ts";
import { IMAGE_OWNER_LABEL } from "./labels.ts";
import { OWNER_LABEL } from "../judge/contract.ts";
import type { Found, Objects, Right } from "./objects.ts";

export type Handler = (request: GateRequest, objects: Objects) => StepResult | Promise<StepResult>;

export const pass = (request: GateRequest, answers: readonly AnswerPlan[] = []): StepResult => ({
  request,
  denials: [],
  answers,
});

export const deny = (request: GateRequest, ...denials: readonly Denial[]): StepResult => ({
  request,
  denials,
});

/** Goes on without a promise where none is needed. */
export function goOn<T, U>(
  value: T | Promise<T>,
  next: (value: T) => U | Promise<U>,
): U | Promise<U> {
  return value instanceof Promise ? goOnLater(value, next) : next(value);
}

async function goOnLater<T, U>(value: Promise<T>, next: (value: T) => U | Promise<U>): Promise<U> {
  return next(await value);
}

/** Nothing in it is a client's; the policy's words decide. */
export const ofTheHost: Handler = (request) => pass(request);

/** The object that the path names first: its full id goes upstream. */
export function named(
  kind: ObjectKind,
  right: Right,
  next: (
    request: GateRequest,
    objects: Objects,
    found: Found & { readonly ok: true },
  ) => StepResult | Promise<StepResult> = pass1,
): Handler {
  return (request, objects) => {
    const [parameter = "", name = ""] = [...request.names][0] ?? [];
    return goOn(objects.find(kind, name, right, parameter), (found) => {
      if (!found.ok) return deny(request, found.denial);
      const resolved =
        found.id === name
          ? request
          : { ...request, names: new Map([...request.names, [parameter, found.id]]) };
      return next(resolved, objects, found);
    });
  };
}

function pass1(request: GateRequest): StepResult {
  return pass(request);
}

export function text(request: GateRequest, parameter: string): string {
  const value = request.query.get(parameter)?.[0];
  return value?.kind === "text" ? value.text : "";
}

export function texts(request: GateRequest, parameter: string): readonly string[] {
  return (request.query.get(parameter) ?? []).flatMap((value) =>
    value.kind === "text" ? [value.text] : [],
  );
}

export function withQuery(
  request: GateRequest,
  parameter: string,
  ...values: readonly QueryValue[]
): GateRequest {
  return { ...request, query: new Map([...request.query, [parameter, values]]) };
}

/** A filter more; labels are joined by "and", so that it can only narrow. */
export function withLabelFilter(request: GateRequest, label: string): GateRequest {
  const given = request.query.get("filters")?.[0];
  const filters = new Map(given?.kind === "filters" ? given.filters : []);
  filters.set("label", new Set([...(filters.get("label") ?? []), label]));
  return withQuery(request, "filters", { kind: "filters", filters });
}

export const ownerFilter = ({ client }: Objects): string => `${OWNER_LABEL}=${client.owner}`;
export const imageOwnerFilter = ({ client }: Objects): string =>
  `${IMAGE_OWNER_LABEL}=${client.owner}`;

/** A prune takes only what is the client's. */
export const prune =
  (label: (objects: Objects) => string): Handler =>
  (request, objects) =>
    pass(withLabelFilter(request, label(objects)));

export const document = (rewrite: (value: JsonValue) => JsonValue): AnswerPlan => ({
  kind: "json",
  rewrite,
});
