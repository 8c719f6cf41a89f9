/** Errors as the engine writes them, so that every client shows them. */

import type { Exchange, RawHeaders } from "../http/contract.ts";

export function writeError(
  exchange: Exchange,
  status: number,
  message: string,
  headers: RawHeaders = [],
): void {
  if (exchange.head.method === "HEAD") {
    exchange.respondEmpty(status, headers, 0);
    return;
  }
  exchange.respond(
    status,
    [["Content-Type", "application/json"], ...headers],
    `${JSON.stringify({ message })}\n`,
  );
}
