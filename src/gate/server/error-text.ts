/** Errors of the engine name other containers by id; a client with ownership is not told of them. */

import type { GateRequest } from "../judge/contract.ts";

const FULL_ID = /\b[0-9a-f]{64}\b/g;

/** The bytes of an error's body; ids that the request did not name itself are left out. */
export function scrubbedError(bytes: Uint8Array, request: GateRequest): Uint8Array {
  const text = Buffer.from(bytes).toString("utf8");
  const own = new Set(request.names.values());
  const scrubbed = text.replaceAll(FULL_ID, (id) => (own.has(id) ? id : "…"));
  return scrubbed === text ? bytes : Buffer.from(scrubbed);
}
