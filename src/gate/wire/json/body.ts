/** A request's JSON body: bytes in, the canonical value out; `writeJsonBytes` of it is what goes upstream. */

import type { Operation } from "../../api/operations.ts";
import { resolve } from "../../api/structs.ts";
import type { WireType } from "../../api/types.ts";
import { type Outcome, accept, refuse } from "../refusal.ts";
import { checkJson } from "./check.ts";
import { foldName } from "./fold.ts";
import { DEFAULT_BOUNDS, parseJsonBytes, type JsonBounds } from "./parse.ts";
import { isJsonObject, type JsonValue } from "./value.ts";

/** `undefined` for no body at all, where the operation allows that. */
export function readBody(
  operation: Operation,
  bytes: Uint8Array,
  minor: number,
  bounds: JsonBounds = DEFAULT_BOUNDS,
): Outcome<JsonValue | undefined> {
  const { body } = operation;
  if (body.kind === "upload") {
    throw new Error(`${operation.id} takes an upload, which is not read as JSON`);
  }
  if (bytes.byteLength === 0) {
    return body.kind === "json" && body.required
      ? refuse("empty-body", "", "this request needs a JSON body")
      : accept(undefined);
  }
  const parsed = parseJsonBytes(bytes, bounds);
  if (body.kind === "none") {
    return parsed.ok && saysNothing(parsed.value, operation)
      ? accept(undefined)
      : refuse("unexpected-body", "", "this request takes no body");
  }
  return parsed.ok
    ? checkJson(withoutQuery(parsed.value, operation, body.type), body.type, minor)
    : parsed;
}

/** dockerode writes query parameters into the body too, where no engine looks: the query alone says what is meant. */
function withoutQuery(value: JsonValue, { query }: Operation, type: WireType): JsonValue {
  if (!isJsonObject(value) || ![...value.keys()].some((key) => query.has(key))) return value;
  const struct = resolve(type);
  if (!("fields" in struct)) return value;
  // Go would take it for a field of another case.
  const fields = new Set([...struct.fields.keys()].map(foldName));
  return new Map([...value].filter(([key]) => !query.has(key) || fields.has(foldName(key))));
}

/**
 * Clients send `{}` where the engine reads nothing, and dockerode what it has written into the query: it is left out.
 */
function saysNothing(body: JsonValue, { query }: Operation): boolean {
  return body === null || (isJsonObject(body) && [...body.keys()].every((key) => query.has(key)));
}
