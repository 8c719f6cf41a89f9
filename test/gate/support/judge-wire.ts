/** A catalogued request through the gate's pure reading functions, in the order in which the gate asks them. */

import { readBody } from "../../../src/gate/wire/json/body.ts";
import { writeJson } from "../../../src/gate/wire/json/write.ts";
import { checkBodyType, readHeaders } from "../../../src/gate/wire/headers.ts";
import { parseQuery, writeQuery } from "../../../src/gate/wire/query.ts";
import type { Refusal } from "../../../src/gate/wire/refusal.ts";
import { parseTarget, writePath } from "../../../src/gate/wire/target.ts";

export interface AttackRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBase64?: string;
}

export interface Attack {
  readonly id: string;
  readonly why: string;
  readonly request: AttackRequest;
  readonly expected:
    | { readonly refused: string; readonly at?: string }
    | { readonly passes: Partial<Passed> };
}

/** What would go upstream. */
export interface Passed {
  readonly operation: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function bodyOf(request: AttackRequest): Uint8Array {
  return request.bodyBase64 === undefined
    ? new TextEncoder().encode(request.body ?? "")
    : Buffer.from(request.bodyBase64, "base64");
}

export function judgeWire(request: AttackRequest): { refused: Refusal } | { passed: Passed } {
  const target = parseTarget(request.method, request.target);
  if (!target.ok) return { refused: target.refusal };
  const { operation, route, minor, names, rawQuery } = target.value;
  const raw = Object.entries(request.headers ?? {});
  const headers = readHeaders(operation, raw);
  if (!headers.ok) return { refused: headers.refusal };
  const query = parseQuery(operation, rawQuery, minor);
  if (!query.ok) return { refused: query.refusal };
  const bytes = bodyOf(request);
  let written = "";
  if (operation.body.kind !== "upload") {
    const type = bytes.byteLength > 0 ? checkBodyType(operation, raw) : undefined;
    if (type?.ok === false) return { refused: type.refusal };
    const body = readBody(operation, bytes, minor);
    if (!body.ok) return { refused: body.refusal };
    written = body.value === undefined ? "" : writeJson(body.value);
  }
  const shownQuery = writeQuery(query.value);
  const path = writePath(route, minor, names);
  return {
    passed: {
      operation: operation.id,
      target: shownQuery === "" ? path : `${path}?${shownQuery}`,
      headers: Object.fromEntries(
        headers.value.headers.filter(([name]) => name !== "content-type"),
      ),
      body: written,
    },
  };
}
