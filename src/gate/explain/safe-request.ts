/** A request as it would go upstream, without what may be secret: for a person's eyes. */

import { withoutCredentials } from "../audit/without-credentials.ts";
import type { GateRequest } from "../judge/contract.ts";
import { compileRedaction } from "../redact/compile.ts";
import { type JsonValue, isJsonList, isJsonObject } from "../wire/json/value.ts";
import { type Query, type QueryValue, writeQuery } from "../wire/query.ts";
import { writePath } from "../wire/target.ts";

export interface SafeRequest {
  readonly method: string;
  readonly target: string;
  /** Names alone. */
  readonly headers?: readonly string[];
  readonly body?: JsonValue;
}

export function safeRequest(request: GateRequest): SafeRequest {
  const { operation, route, minor, names, query, headers, body } = request;
  const path = writePath(route, minor, names);
  const shown = writeQuery(safeQuery(query));
  const redact =
    operation.body.kind === "json" ? compileRedaction(operation.body.type, "secrets") : undefined;
  const redacted = body === undefined ? undefined : withoutWords(redact?.(body, undefined) ?? body);
  return {
    method: route.method,
    target: shown === "" ? path : `${path}?${shown}`,
    headers: headers.map(([name]) => name),
    ...(redacted === undefined ? {} : { body: redacted }),
  };
}

const HIDDEN = "…";

function safeQuery(query: Query): Query {
  return new Map(
    [...query].map(([name, values]) => [name, values.map((value) => safeValue(name, value))]),
  );
}

function safeValue(name: string, value: QueryValue): QueryValue {
  if (value.kind === "text") return { kind: "text", text: withoutCredentials(value.text) };
  if (name !== "buildargs" || value.kind !== "json" || !isJsonObject(value.value)) return value;
  const names = [...value.value.keys()];
  return { kind: "json", value: new Map(names.map((key) => [key, HIDDEN])) };
}

const COMMANDS = new Set(["Cmd", "Entrypoint", "Test", "Command", "Args"]);

/** Of commands the first word stays: the others may be passwords. */
function withoutWords(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(withoutWords);
  if (!isJsonObject(value)) return value;
  return new Map(
    [...value].map(([key, inner]) => {
      if (!COMMANDS.has(key) || !isJsonList(inner)) return [key, withoutWords(inner)];
      return [key, inner.map((word, index) => (index === 0 ? word : HIDDEN))];
    }),
  );
}
