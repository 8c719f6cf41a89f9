/** How many containers a client may have at a time. */

import type { Denial, EngineAsk } from "../judge/contract.ts";
import { unanswered } from "./denials.ts";
import type { Objects } from "./objects.ts";

/** A creation on its way. */
interface Slot {
  id?: string;
}

export interface Reservation {
  /** Before the request goes upstream. */
  readonly take: () => Promise<Denial | undefined>;
  /** With the engine's answer. */
  readonly taken: (id: string | undefined) => void;
}

/** Of a creation whose answer never came, or was an error. */
const LONGEST_MILLISECONDS = 10_000;

const slots = new WeakMap<EngineAsk, Map<string, Set<Slot>>>();

function slotsOf({ engine, client }: Objects): Set<Slot> {
  const byOwner = slots.get(engine) ?? new Map<string, Set<Slot>>();
  slots.set(engine, byOwner);
  const own = byOwner.get(client.owner) ?? new Set<Slot>();
  byOwner.set(client.owner, own);
  return own;
}

/** Creations that run side by side count each other, so that together they do not pass the limit. */
export function reserveContainer(objects: Objects, most: number): Reservation {
  const open = slotsOf(objects);
  const slot: Slot = {};
  let timer: NodeJS.Timeout | undefined;
  return {
    take: async () => {
      // Those that were under way when the list was asked for may not be in it.
      const before = [...open];
      const own = await objects.ownContainersNow();
      if (typeof own === "string") return unanswered("", own);
      const listed = new Set(own.map((container) => container.get("Id")));
      const under = new Set([...before, ...open]);
      const unlisted = [...under].filter(({ id }) => id === undefined || !listed.has(id));
      if (listed.size + unlisted.length >= most) return tooMany(most);
      open.add(slot);
      timer = setTimeout(() => open.delete(slot), LONGEST_MILLISECONDS);
      timer.unref();
      return undefined;
    },
    taken: (id) => {
      clearTimeout(timer);
      if (id !== undefined) slot.id = id;
      open.delete(slot);
    },
  };
}

function tooMany(most: number): Denial {
  return {
    status: 403,
    rule: "limit-containers",
    at: "",
    message: `this client may have ${String(most)} containers at a time`,
    help: "Remove one, then try again",
    needs: { key: ["grant", "limits", "containers"], value: most + 1 },
  };
}
