/** Entries chained and joined for one write, and what of them a write that took only a part brought in. */

import { type ChainHead, chainEntry } from "./entry.ts";
import { addTorn, startTorn, type TornTail } from "./tail.ts";

export interface Batch {
  readonly bytes: Buffer;
  /** After each entry. */
  readonly ends: readonly { readonly at: number; readonly head: ChainHead }[];
}

/** A torn line before it gets its newline here. */
export function makeBatch(texts: readonly string[], head: ChainHead, isTorn: boolean): Batch {
  const lines: string[] = isTorn ? ["\n"] : [];
  const ends: { at: number; head: ChainHead }[] = [];
  let last = head;
  let at = isTorn ? 1 : 0;
  for (const text of texts) {
    const { line, head: made } = chainEntry(text, last);
    lines.push(line);
    at += line.length;
    last = made;
    ends.push({ at, head: made });
  }
  return { bytes: Buffer.from(lines.join(""), "latin1"), ends };
}

export interface Landed {
  /** Entries that are whole in the file. */
  readonly count: number;
  readonly head: ChainHead;
  readonly torn?: TornTail;
}

/** `written`: how many bytes of it the file took. */
export function landed(
  { bytes, ends }: Batch,
  written: number,
  head: ChainHead,
  torn?: TornTail,
): Landed {
  // An entry that lacks its newline alone is whole; what comes next begins with it.
  const whole = ends.filter(({ at }) => at - 1 <= written);
  const last = whole.at(-1);
  const from = Math.min(last?.at ?? 0, written);
  const isOpen = last !== undefined && last.at > written;
  const now = tornAfter(
    bytes.subarray(from, written),
    isOpen,
    last === undefined ? torn : undefined,
  );
  return {
    count: whole.length,
    head: last?.head ?? head,
    ...(now === undefined ? {} : { torn: now }),
  };
}

function tornAfter(
  piece: Uint8Array,
  isOpen: boolean,
  torn: TornTail | undefined,
): TornTail | undefined {
  if (piece.length === 0 && !isOpen) return torn;
  return torn === undefined ? startTorn(piece) : addTorn(torn, piece);
}
