/** A request's JSON body: bytes in, the canonical value out; `writeJsonBytes` of it is what goes upstream. */

import type { Operation } from "../../api/operations.ts";
import { type Outcome, accept, refuse } from "../refusal.ts";
import { checkJson } from "./check.ts";
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
    // Clients send `{}` where the engine reads nothing: it is left out.
    const empty =
      parsed.ok &&
      (parsed.value === null || (isJsonObject(parsed.value) && parsed.value.size === 0));
    return empty ? accept(undefined) : refuse("unexpected-body", "", "this request takes no body");
  }
  return parsed.ok ? checkJson(parsed.value, body.type, minor) : parsed;
}
