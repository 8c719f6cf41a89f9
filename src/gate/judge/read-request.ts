/** From a client's words to a `GateRequest`: first what the head says, then the body. */

import { parseTarget, type VersionRange } from "../wire/target.ts";
import { checkBodyType, readHeaders, type RawHeaders } from "../wire/headers.ts";
import { readBody } from "../wire/json/body.ts";
import type { JsonBounds } from "../wire/json/parse.ts";
import { parseQuery } from "../wire/query.ts";
import { type Outcome, accept } from "../wire/refusal.ts";
import type { GateRequest } from "./contract.ts";

/** The request without its body. */
export function readHead(
  method: string,
  target: string,
  headers: RawHeaders,
  versions: VersionRange,
): Outcome<GateRequest> {
  const read = parseTarget(method, target, versions);
  if (!read.ok) return read;
  const { operation, route, minor, names, rawQuery } = read.value;
  const kept = readHeaders(operation, headers);
  if (!kept.ok) return kept;
  const query = parseQuery(operation, rawQuery, minor);
  if (!query.ok) return query;
  return accept({ operation, route, minor, names, query: query.value, ...kept.value });
}

/** Whether the body is read as JSON (or must be empty) before anything is judged; an upload is not. */
export function readsBody({ operation }: GateRequest): boolean {
  return operation.body.kind !== "upload";
}

/** The request with its body; `headers` are the client's. */
export function withBody(
  request: GateRequest,
  bytes: Uint8Array,
  headers: RawHeaders,
  bounds?: JsonBounds,
): Outcome<GateRequest> {
  if (bytes.byteLength > 0) {
    const type = checkBodyType(request.operation, headers);
    if (!type.ok) return type;
  }
  const body = readBody(request.operation, bytes, request.minor, bounds);
  if (!body.ok) return body;
  return accept(body.value === undefined ? request : { ...request, body: body.value });
}
