/**
 * Finds secrets in a stream of bytes, such as the layer of an image, through a window that moves over
 * it. The window is not one file's: whoever fills it says which range of it belongs to which file.
 *
 * One step: fill the window, take `candidates` of the part that has `LOOK_AHEAD` bytes after it (all of
 * it at the end of the stream), `judge` each within its file, move the last `LOOK_BEHIND + LOOK_AHEAD`
 * bytes to the front. What a file gave goes through `withoutOverlaps`.
 */

import type { SecretMatch } from "../detector.ts";
import { tokenDetectors } from "../detectors.ts";
import { encodedAnchors } from "./base64-anchors.ts";
import { environmentAnchors } from "./environment-block.ts";
import { keyStoreAt } from "./key-stores.ts";
import type { Places } from "./prefilter.ts";
import { createPrefilter } from "./prefilter.ts";
import type { Judged, MemberBytes, ScanAnchor } from "./scan-anchor.ts";
import {
  commandAnchors,
  keyedAnchors,
  nameAnchors,
  privateKeyAnchors,
  urlAnchors,
} from "./text-anchors.ts";
import { tokenAnchors } from "./token-anchors.ts";
import { narrowAround } from "./wide-text.ts";

/** Bytes after a candidate that may decide on it. UTF-16 is read as far, which is half as many characters. */
export const LOOK_AHEAD = 24 * 1024;
/** Bytes before a candidate that may decide on it. */
export const LOOK_BEHIND = 4 * 1024;
/** A window holds a megabyte of new bytes. */
export const WINDOW_BYTES = (1 << 20) + LOOK_BEHIND + LOOK_AHEAD;

export type SightingEncoding = "plain" | "base64" | "utf-16le" | "utf-16be";

/** A secret at its place in the window. It never holds the value. */
export interface Sighting extends SecretMatch {
  /** Of `base64`, the place is that of the whole encoded stretch. */
  readonly encoding: SightingEncoding;
  /** Keyed hash of the value, decoded. */
  readonly hash: string;
}

/** Places where a detector's anchor stands, in ascending order. The arrays are used again by the next call. */
export interface Candidates {
  readonly count: number;
  readonly positions: Uint32Array;
  /** To be handed to `judge`. */
  readonly anchors: Uint16Array;
  /** Up to where the range was searched: its end, or less when it holds too many candidates. Go on from there. */
  readonly searched: number;
}

export interface ByteScanner {
  /** To be filled with the bytes that are searched; it stays the same. */
  readonly window: Uint8Array;
  /** Anchors that start in `[from, to)`; up to 16 bytes after `to` are read. */
  readonly candidates: (from: number, to: number) => Candidates;
  /** Names that may be given to secrets: for configuration files, beside the other candidates. */
  readonly nameCandidates: (from: number, to: number) => Candidates;
  /**
   * Judges a candidate within its file, which has the range `[memberStart, memberEnd)` of the window, cut
   * off where the window ends. The edges count as boundaries of words. `memberComplete` says that the file
   * ends at `memberEnd`; when it does not, and bytes that may decide are not there, the answer is "more".
   * That cannot be for a candidate with `LOOK_AHEAD` bytes after it.
   */
  readonly judge: (
    position: number,
    anchor: number,
    memberStart: number,
    memberEnd: number,
    memberComplete: boolean,
  ) => Sighting | "more" | undefined;
  /** Judges a file by its first bytes, of which 256 should be at hand: key stores and keys in binary form. */
  readonly judgeStart: (memberStart: number, memberEnd: number) => Sighting | undefined;
}

export interface ByteScannerOptions {
  /** Hashes a value so that equal values can be told without being known. It must keep nothing. */
  readonly keyedHash: (value: Uint8Array) => string;
  /** Size of the window; `WINDOW_BYTES` when absent. */
  readonly windowBytes?: number;
}

/** Of an anchor's number, the highest bit says that it stands in UTF-16. */
const WIDE = 0x8000;
const ID = 0x7fff;

/** Base64 of these is decoded here, whatever its place in a triple. */
const DECODED_HERE = new Set(["private-key-base64", "docker-config-base64"]);

const VALUES = 0;
const NAMES = 1;

export interface ScanAnchors {
  readonly values: readonly ScanAnchor[];
  readonly names: readonly ScanAnchor[];
  /** What judges remember of the window, they forget. */
  readonly forget: () => void;
}

/** Everything that is looked for, for one scanner. */
export function scanAnchors(): ScanAnchors {
  const encoded = encodedAnchors();
  const keyed = keyedAnchors();
  const commands = commandAnchors();
  const named = nameAnchors();
  const values = [
    ...tokenAnchors(tokenDetectors.filter(({ id }) => !DECODED_HERE.has(id))),
    ...privateKeyAnchors,
    ...urlAnchors,
    ...keyed.anchors,
    ...commands.anchors,
    ...environmentAnchors,
    ...encoded.anchors,
  ];
  const forget = (): void => {
    encoded.forget();
    keyed.forget();
    commands.forget();
    named.forget();
  };
  return { values, names: named.anchors, forget };
}

/** Makes a scanner. It holds about three megabytes beside its window. */
export function createByteScanner(options: ByteScannerOptions): ByteScanner {
  const { values, names, forget } = scanAnchors();
  const anchors = [...values, ...names];
  const prefilter = createPrefilter(options.windowBytes ?? WINDOW_BYTES, [values, names]);
  const { window } = prefilter;
  /** One for all candidates: most come to nothing, and cost no more than the look. */
  const member = { codes: window, from: 0, to: 0 };

  const candidates = (from: number, to: number): Candidates => {
    forget();
    // First, because the next search uses the same arrays.
    const wide: WidePlace[] = [];
    prefilter.searchWide(VALUES, from, to, (position, id) => wide.push({ position, id }));
    const { places, searched } = prefilter.search(VALUES, from, to);
    const all = wide.length === 0 ? places : merged(places, wide, searched);
    return { count: all.count, positions: all.positions, anchors: all.ids, searched };
  };

  const nameCandidates = (from: number, to: number): Candidates => {
    forget();
    const { places, searched } = prefilter.search(NAMES, from, to);
    const { count, positions, ids } = places;
    for (let index = 0; index < count; index++) ids[index] = (ids[index] ?? 0) + values.length;
    return { count, positions, anchors: ids, searched };
  };

  const sighting = (
    judged: Judged,
    bytes: MemberBytes,
    encoding: SightingEncoding,
    place: { readonly start: number; readonly end: number },
  ): Sighting => {
    const { detector, title, confidence, checksum, expires, decoded } = judged;
    const value =
      decoded === undefined
        ? bytes.codes.slice(judged.start, judged.end)
        : Uint8Array.from(decoded, (char) => char.charCodeAt(0));
    const hash = options.keyedHash(value);
    value.fill(0);
    // Nothing is spread here: what was judged may hold the value.
    const { start, end } = place;
    const lasts = expires === undefined ? {} : { expires };
    return { start, end, detector, title, confidence, checksum, encoding, hash, ...lasts };
  };

  const judge: ByteScanner["judge"] = (position, anchor, memberStart, memberEnd, complete) => {
    const { reach, text, judge: judgeAt } = anchors[anchor & ID] ?? NO_ANCHOR;
    const wide = (anchor & WIDE) !== 0;
    const ahead = Math.min(LOOK_AHEAD, wide ? 2 * reach : reach);
    if (!complete && position + ahead > memberEnd) return "more";
    if (position < memberStart || position + text.length > memberEnd) return undefined;
    member.from = memberStart;
    member.to = memberEnd;
    if (!wide) {
      const judged = judgeAt(member, position);
      if (judged === undefined) return undefined;
      return sighting(judged, member, judged.encoding ?? "plain", judged);
    }
    // Caches are by place in the window, and this text is somewhere else.
    forget();
    const narrow = narrowAround(member, position, ahead);
    const judged = judgeAt(narrow.bytes, narrow.at);
    forget();
    if (judged === undefined) return undefined;
    return sighting(judged, narrow.bytes, narrow.encoding, {
      start: narrow.base + 2 * judged.start,
      end: narrow.base + 2 * judged.end,
    });
  };

  const judgeStart: ByteScanner["judgeStart"] = (memberStart, memberEnd) => {
    const store = keyStoreAt(window, memberStart, memberEnd - memberStart);
    if (store === undefined) return undefined;
    const end = Math.min(memberEnd, memberStart + 256);
    const bytes = { codes: window, from: memberStart, to: memberEnd };
    const judged: Judged = { ...store, start: memberStart, end, checksum: "none" };
    return sighting(judged, bytes, "plain", judged);
  };

  return { window, candidates, nameCandidates, judge, judgeStart };
}

const NO_ANCHOR: Pick<ScanAnchor, "reach" | "text" | "judge"> = {
  reach: 0,
  text: "",
  judge: () => undefined,
};

interface WidePlace {
  readonly position: number;
  readonly id: number;
}

/** Places together with those of wide text, in order, up to where both were searched for. */
function merged({ count, positions, ids }: Places, wide: readonly WidePlace[], to: number): Places {
  const keys = [
    ...wide
      .filter(({ position }) => position < to)
      .map(({ position, id }) => position * KEY + (id | WIDE)),
    ...Array.from({ length: count }, (_, at) => (positions[at] ?? 0) * KEY + (ids[at] ?? 0)),
  ].toSorted((left, right) => left - right);
  return {
    count: keys.length,
    positions: Uint32Array.from(keys, (key) => Math.floor(key / KEY)),
    ids: Uint16Array.from(keys, (key) => key % KEY),
  };
}

/** Above every anchor's number. */
const KEY = 0x10000;
