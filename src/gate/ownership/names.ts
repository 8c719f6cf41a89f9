/** Names that a client gives: they are shared by all clients of an engine. */

import type { Denial } from "../judge/contract.ts";
import { refused, taken } from "./denials.ts";
import type { Objects } from "./objects.ts";

/** Names that the engine could take for the beginning of an id, as tools shorten them. */
const LIKE_AN_ID = /^[0-9a-f]{12,64}$/;

/** moby daemon/container.go, GetContainer: a name goes before the beginning of an id. */
export function nameLikeId(name: string, place: string): Denial | undefined {
  return LIKE_AN_ID.test(name.replace(/^\//, ""))
    ? refused(
        "name-like-id",
        place,
        "this name could be taken for another object's id",
        "Choose a name that is not 12 or more hexadecimal digits",
      )
    : undefined;
}

/** The name of something that is to be made must not be somebody else's. */
export async function checkFree(
  objects: Objects,
  kind: "network" | "volume",
  name: string,
  place: string,
): Promise<Denial | undefined> {
  const found = await objects.find(kind, name, "own", place);
  if (found.ok || found.free) return undefined;
  if (found.denial.status !== 404) return found.denial;
  return taken(`a ${kind}`, place);
}
