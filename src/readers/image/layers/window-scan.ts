/** Moves the byte scanner's window over a stream and gives each sighting to the file that it stands in. */

import type { ByteScanner, Candidates, Sighting } from "../../../detect/scan/scanner.ts";
import { withoutOverlaps } from "../../../detect/find-secrets.ts";
import { LOOK_AHEAD, LOOK_BEHIND } from "../../../detect/scan/scanner.ts";

/** A stretch of the stream that belongs together, such as a file's content. Offsets are in the stream. */
export interface Region {
  readonly start: number;
  /** What the places of sightings are counted from; `start` when absent. */
  readonly origin?: number;
  /** Infinity until it is known. */
  end: number;
  readonly path: string;
  /** False for what is looked into in another way: an archive's own bytes. May be set until it is scanned. */
  scanned: boolean;
  /** A configuration file, in which names tell secrets. */
  readonly named: boolean;
}

export interface WindowScan {
  /** Regions come in the order of their starts and do not overlap. */
  readonly region: (region: Region) => void;
  readonly push: (piece: Uint8Array) => void;
  /** Scans what is left. */
  readonly end: () => void;
  /** Bytes that were pushed. */
  readonly offset: () => number;
}

/** Its places are offsets from the region's origin. */
export type OnSighting = (sighting: Sighting, region: Region) => void;

/** A file with more secrets is a list of them; the rest of it is not searched. */
const MAX_IN_REGION = 10_000;

export function createWindowScan(
  scanner: ByteScanner,
  onSighting: OnSighting,
  onCrowded: (region: Region) => void = () => undefined,
): WindowScan {
  const { window } = scanner;
  let regions: Region[] = [];
  /** Offset in the stream of the window's first byte. */
  let base = 0;
  let filled = 0;
  /** Where in the window the next candidate may stand. */
  let from = 0;
  /** Sightings of regions that are not over yet. */
  const sightings = new Map<Region, Sighting[]>();

  const flush = (until: number): void => {
    for (const [region, found] of sightings) {
      if (region.end > until) continue;
      sightings.delete(region);
      for (const sighting of withoutOverlaps(found)) onSighting(sighting, region);
    }
  };
  const keep = (sighting: Sighting, region: Region): void => {
    const shift = base - (region.origin ?? region.start);
    const placed = { ...sighting, start: sighting.start + shift, end: sighting.end + shift };
    const found = sightings.get(region);
    if (found === undefined) sightings.set(region, [placed]);
    else if (found.length < MAX_IN_REGION) found.push(placed);
    else {
      region.scanned = false;
      onCrowded(region);
    }
  };
  const judgeAll = (
    { count, positions, anchors }: Candidates,
    applies: (region: Region) => boolean,
  ): void => {
    let index = 0;
    for (let each = 0; each < count; each++) {
      const position = positions[each] ?? 0;
      while (index < regions.length && (regions[index]?.end ?? 0) <= base + position) index += 1;
      const region = regions[index];
      if (region === undefined) break;
      if (region.start > base + position || !applies(region)) continue;
      const start = Math.max(0, region.start - base);
      const end = Math.min(filled, region.end - base);
      const complete = region.end - base <= filled;
      const judged = scanner.judge(position, anchors[each] ?? 0, start, end, complete);
      // The window holds all that may decide, unless the stream was cut off.
      if (judged !== undefined && judged !== "more") keep(judged, region);
    }
  };
  const scan = (to: number): void => {
    judgeStarts(to);
    while (from < to) {
      const found = scanner.candidates(from, to);
      const { searched } = found;
      judgeAll(found, ({ scanned }) => scanned);
      if (hasNamed(from, searched)) {
        for (let at = from; at < searched;) {
          const names = scanner.nameCandidates(at, searched);
          judgeAll(names, ({ scanned, named }) => scanned && named);
          at = names.searched;
        }
      }
      from = searched;
    }
  };
  const hasNamed = (start: number, end: number): boolean =>
    regions.some(
      (region) => region.named && region.start < base + end && region.end > base + start,
    );
  const judgeStarts = (to: number): void => {
    for (const region of regions) {
      const start = region.start - base;
      // What counts from elsewhere is no file.
      if (region.origin !== undefined) continue;
      if (start < from || start >= to || !region.scanned) continue;
      const judged = scanner.judgeStart(start, Math.min(filled, region.end - base));
      if (judged !== undefined) keep(judged, region);
    }
  };
  const advance = (): void => {
    scan(filled - LOOK_AHEAD);
    flush(base + from);
    const moved = Math.max(0, from - LOOK_BEHIND);
    window.copyWithin(0, moved, filled);
    base += moved;
    filled -= moved;
    from -= moved;
    const first = regions.findIndex(({ end }) => end > base);
    regions = first < 0 ? [] : regions.slice(first);
  };
  return {
    region: (region) => {
      if (region.end > region.start) regions.push(region);
    },
    push: (piece) => {
      for (let at = 0; at < piece.length;) {
        const taken = Math.min(piece.length - at, window.length - filled);
        window.set(taken === piece.length ? piece : piece.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled === window.length) advance();
      }
    },
    end: () => {
      // Nothing more comes, so that what is there decides.
      for (const region of regions) region.end = Math.min(region.end, base + filled);
      scan(filled);
      flush(Infinity);
    },
    offset: () => base + filled,
  };
}
