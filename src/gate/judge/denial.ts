/** Denials in the words that a Docker client prints. */

import type { Refusal, RefusalCode } from "../wire/refusal.ts";
import type { Denial } from "./contract.ts";

const STATUS: Partial<Record<RefusalCode, Denial["status"]>> = {
  "too-large": 413,
  "unknown-route": 404,
  // Nothing can be called so; `docker inspect` asks for an image's name as a container's first.
  "bad-name": 404,
  upgrade: 403,
};

/** A request that could not be read as the engine would read it. */
export function denialOf({ code, at, message }: Refusal): Denial {
  return { status: STATUS[code] ?? 400, rule: code, at, message };
}

/** At most so many denials are told at once. */
const MOST_TOLD = 5;

/**
 * The text of `{"message": …}`, several lines: `plimsoll: privileged (HostConfig.Privileged): is privileged.
 * Remove …`. The docker command line prints it as it is.
 */
export function denialText(denials: readonly Denial[]): string {
  const [first] = denials;
  if (first?.asEngine === true) return first.message;
  const lines = denials.slice(0, MOST_TOLD).map(denialLine);
  const more = denials.length - MOST_TOLD;
  if (more > 0) lines.push(`and ${String(more)} more`);
  return `plimsoll: ${lines.join("\n  ")}`;
}

function denialLine({ rule, at, message, help }: Denial): string {
  const where = at === "" ? "" : ` (${at})`;
  return `${rule}${where}: ${message}.${help === undefined ? "" : ` ${help}.`}`;
}

/** The status of an answer that denies: that of the first. */
export function denialStatus(denials: readonly Denial[]): Denial["status"] {
  return denials[0]?.status ?? 403;
}
