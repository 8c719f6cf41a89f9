/** Entries that wait to be written, in order and bounded. What does not fit is counted where it is missing. */

import { type GapRecord, entryText } from "./entry.ts";

export interface Waiting {
  /** The entry but for what chains it. */
  readonly text: string;
  /** Of a decision that waits for its entry. */
  readonly settle?: (isWritten: boolean) => void;
}

interface Missing {
  readonly since: string;
  lost: number;
}

/** Bytes that chaining adds to an entry, about. */
const CHAINING = 180;

export class AuditQueue {
  readonly #most: number;
  #items: (Waiting | Missing)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#items.length;
  }

  /** False when it is full. `now` is ISO 8601. */
  add(item: Waiting, now: string): boolean {
    const last = this.#items.at(-1);
    if (this.#items.length < this.#most) {
      this.#items.push(item);
      return true;
    }
    if (last !== undefined && "lost" in last) last.lost += 1;
    else this.#items.push({ since: now, lost: 1 });
    return false;
  }

  putBack(items: readonly Waiting[]): void {
    if (items.length > 0) this.#items.unshift(...items);
  }

  /** The first ones, of `bytes` together or a little more. Gaps become entries. */
  take(bytes: number, now: string): readonly Waiting[] {
    let count = 0;
    let size = 0;
    const taken: Waiting[] = [];
    for (const item of this.#items) {
      if (size >= bytes) break;
      const waiting = "lost" in item ? { text: gapText(item, now) } : item;
      taken.push(waiting);
      size += waiting.text.length + CHAINING;
      count += 1;
    }
    this.#items.splice(0, count);
    return taken;
  }

  /** Takes out the decisions that wait for their entries. */
  takeDecisions(): readonly Waiting[] {
    const all = this.#items;
    const isDecision = (item: Waiting | Missing): item is Waiting =>
      !("lost" in item) && item.settle !== undefined;
    this.#items = all.filter((item) => !isDecision(item));
    return all.filter(isDecision);
  }
}

function gapText({ since, lost }: Missing, now: string): string {
  const gap: GapRecord = { reason: "queue-full", why: "the disk is too slow", lost, since };
  return entryText({ kind: "gap", ...gap }, now);
}
