/** Drives a byte scanner over bytes, as a reader of layers does, for tests and measurements. */

import { withoutOverlaps } from "../find-secrets.ts";
import type { ByteScanner, Candidates, Sighting } from "./scanner.ts";
import { LOOK_AHEAD, LOOK_BEHIND } from "./scanner.ts";

/** A file in the bytes. */
export interface Member {
  readonly start: number;
  readonly end: number;
  /** Its lines are assignments. */
  readonly named?: boolean;
}

/** Every sighting, overlapping or not, at its place in the bytes, in the order of candidates. */
export function sightingsIn(
  scanner: ByteScanner,
  bytes: Uint8Array,
  members: readonly Member[] = [{ start: 0, end: bytes.length }],
): Sighting[] {
  const { window } = scanner;
  const found: Sighting[] = [];
  let base = 0;
  let filled = Math.min(window.length, bytes.length);
  window.set(bytes.subarray(0, filled));
  let from = 0;
  for (;;) {
    const last = base + filled >= bytes.length;
    const to = last ? filled : filled - LOOK_AHEAD;
    const judgeAll = (candidates: Candidates, names: boolean): void => {
      for (let index = 0; index < candidates.count; index++) {
        const position = candidates.positions[index] ?? 0;
        const at = base + position;
        const member = members.find(({ start, end }) => start <= at && at < end);
        if (member === undefined || (names && member.named !== true)) continue;
        const start = Math.max(0, member.start - base);
        const end = Math.min(filled, member.end - base);
        const complete = member.end <= base + filled;
        const judged = scanner.judge(
          position,
          candidates.anchors[index] ?? 0,
          start,
          end,
          complete,
        );
        if (judged === "more") throw new Error("more bytes are wanted than stand in the window");
        if (judged !== undefined) {
          found.push({ ...judged, start: judged.start + base, end: judged.end + base });
        }
      }
    };
    while (from < to) {
      const candidates = scanner.candidates(from, to);
      judgeAll(candidates, false);
      for (let at = from; at < candidates.searched;) {
        const names = scanner.nameCandidates(at, candidates.searched);
        judgeAll(names, true);
        at = names.searched;
      }
      from = candidates.searched;
    }
    if (last) return found;
    const moved = Math.max(0, from - LOOK_BEHIND);
    window.copyWithin(0, moved, filled);
    base += moved;
    filled -= moved;
    from -= moved;
    const added = Math.min(window.length - filled, bytes.length - base - filled);
    window.set(bytes.subarray(base + filled, base + filled + added), filled);
    filled += added;
  }
}

/** The sightings that are left when those that overlap are settled. */
export function settledSightingsIn(
  scanner: ByteScanner,
  bytes: Uint8Array,
  members?: readonly Member[],
): Sighting[] {
  return withoutOverlaps(sightingsIn(scanner, bytes, members));
}

/** Text as bytes, one a character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Text in UTF-16. */
export function wideBytesOf(text: string, order: "le" | "be"): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index++) {
    bytes[2 * index + (order === "le" ? 0 : 1)] = text.charCodeAt(index);
  }
  return bytes;
}
