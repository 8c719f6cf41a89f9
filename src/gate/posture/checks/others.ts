/** What belongs to others, and what could not be looked at. */

import { shown } from "../json.ts";
import type { Fault, Judging } from "../judging.ts";

export function isStranger(owner: string, { client }: Judging): boolean {
  return client.ownership && owner !== client.owner;
}

/** In the engine's own words, so that a client does not learn what exists. */
export function noSuchContainer(name: string, at: string): Fault {
  return { rule: "not-found", at, message: `No such container: ${shown(name)}`, status: 404 };
}

/** By this status and these words clients know that they have to pull it. */
export function noSuchImage(name: string, at: string): Fault {
  return { rule: "not-found", at, message: `No such image: ${shown(name)}`, status: 404 };
}

export function unanswered(at: string, what: string): Fault {
  return {
    rule: "engine-silent",
    at,
    message: `the engine did not tell what ${what} is`,
    help: "Try again; what the gate cannot look at does not pass",
    status: 503,
  };
}
