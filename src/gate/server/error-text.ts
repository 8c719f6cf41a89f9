/** Errors of the engine name other containers by id; a client with ownership is not told of them. */

import type { GateRequest } from "../judge/contract.ts";

const FULL_ID = /\b[0-9a-f]{64}\b/g;

/** The bytes of an error's body; ids that are not the client's own and that it did not name are left out. */
export function scrubbedError(
  bytes: Uint8Array,
  request: GateRequest,
  isOwn: (id: string) => boolean,
): Uint8Array {
  const text = Buffer.from(bytes).toString("utf8");
  const named = new Set(request.names.values());
  const scrubbed = text.replaceAll(FULL_ID, (id) => (named.has(id) || isOwn(id) ? id : "…"));
  return scrubbed === text ? bytes : Buffer.from(scrubbed);
}
