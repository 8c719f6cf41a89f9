/**
 * One timer for every connection of the process: a timer each would cost more than parsing the request.
 * Counts its own ticks, so that neither a jump of the clock nor a stopped process ends connections in a crowd.
 */

const TICK_MS = 100;

export interface Watched {
  /** In `dueIn`'s time; NEVER for none. */
  due: number;
  /** Called after `due` was set to NEVER. */
  readonly expired: () => void;
}

export const NEVER = Number.POSITIVE_INFINITY;

const members = new Set<Watched>();
let now = 0;
let timer: NodeJS.Timeout | undefined;

/** The time at which as many milliseconds have passed in full. */
export function dueIn(milliseconds: number): number {
  return now + milliseconds + TICK_MS;
}

export function watch(member: Watched): void {
  members.add(member);
  if (timer !== undefined) return;
  timer = setInterval(tick, TICK_MS);
  timer.unref();
}

export function unwatch(member: Watched): void {
  members.delete(member);
  if (members.size > 0 || timer === undefined) return;
  clearInterval(timer);
  timer = undefined;
}

function tick(): void {
  now += TICK_MS;
  for (const member of members) {
    if (member.due > now) continue;
    member.due = NEVER;
    member.expired();
  }
}
