/** The bytes that go to the engine: written from the judged request alone. */

import type { RawHeaders } from "../wire/headers.ts";
import { writeJsonBytes } from "../wire/json/write.ts";
import { writeQuery } from "../wire/query.ts";
import { writePath } from "../wire/target.ts";
import type { GateRequest } from "./contract.ts";

export interface UpstreamRequest {
  readonly method: string;
  /** Origin form, with the query. */
  readonly target: string;
  /** Without Host and what frames the message. */
  readonly headers: RawHeaders;
  /** Undefined for no body, and for an upload, which is passed on as it comes. */
  readonly body?: Uint8Array;
}

export function upstreamRequest(request: GateRequest): UpstreamRequest {
  const { route, minor, names, query, headers, body } = request;
  const path = writePath(route, minor, names);
  const shownQuery = writeQuery(query);
  const target = shownQuery === "" ? path : `${path}?${shownQuery}`;
  if (body === undefined) {
    // A content type without a body means nothing to the engine, but for an upload.
    const kept =
      request.operation.body.kind === "upload"
        ? headers
        : headers.filter(([name]) => name !== "content-type");
    return { method: route.method, target, headers: kept };
  }
  return { method: route.method, target, headers, body: writeJsonBytes(body) };
}
