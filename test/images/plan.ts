/** Keeps account of what is planted where in an image. */

import { keyedHashWith } from "../../src/readers/image/layers/scan-with-key.ts";
import { alphabets, charactersOf } from "../../src/detect/alphabets.ts";
import { tokenDetectors } from "../../src/detect/detectors.ts";
import { randomText, sampleOf, seededRandom } from "../../src/detect/testing.ts";
import type { Entry } from "../../src/readers/image/tar/testing.ts";

export const KEY = Buffer.alloc(32, 7);

export function keyedHash(value: string | Uint8Array): string {
  return keyedHashWith(KEY)(Buffer.from(value));
}

export interface Planted {
  /** What tells one from the other in a failure: the hiding place. */
  readonly place: string;
  /** The bytes that must stand at the sighting's place, decoded. */
  readonly value: string;
  readonly layer?: number;
  readonly path?: string;
  readonly field?: string;
  readonly state: "live" | "overwritten" | "deleted" | "hidden";
  readonly byLayer?: number;
  readonly encoding: "plain" | "base64" | "utf-16le" | "utf-16be";
}

export type Where = Partial<Pick<Planted, "state" | "byLayer" | "encoding">>;

export interface Plan {
  readonly random: () => number;
  readonly planted: Planted[];
  /** Every content that a sighting may stand in, by layer and path, members of archives included. */
  readonly contents: Map<string, Buffer>;
  /** A value that no other one is, of a detector that knows it without its name. */
  readonly token: () => string;
  /** A value as people and programs make passwords. */
  readonly password: () => string;
  readonly noise: (bytes: number) => Buffer;
  readonly words: (count: number) => string;
  /** Says that a content stands at a path of a layer, and where in it what is planted. */
  readonly hide: (
    place: string,
    layer: number,
    path: string,
    content: string | Uint8Array,
    values: readonly string[],
    where?: Where,
  ) => Entry;
  readonly inField: (place: string, field: string, value: string) => string;
}

export function contentKey(layer: number, path: string): string {
  return `${String(layer)} ${path}`;
}

/** Detectors whose values are whole words that need neither a name beside them nor an inside. */
const PLAIN = tokenDetectors.filter(
  ({ anchorIsName, gap, inspect, boundary, anyCase, before, confidence }) =>
    anchorIsName !== true &&
    gap === undefined &&
    inspect === undefined &&
    boundary === undefined &&
    anyCase !== true &&
    before === undefined &&
    confidence !== "low",
);

export function createPlan(seed: number): Plan {
  const random = seededRandom(seed);
  const planted: Planted[] = [];
  const contents = new Map<string, Buffer>();
  const used = new Set<string>();
  let next = 0;
  const fresh = (make: () => string): string => {
    for (;;) {
      const value = make();
      if (used.has(value)) continue;
      used.add(value);
      return value;
    }
  };
  const token = (): string =>
    fresh(() => {
      const detector = PLAIN[next % PLAIN.length];
      next += 1;
      if (detector === undefined) throw new Error("there are no detectors");
      const { text, start, end } = sampleOf(detector, random, "shortest");
      return text.slice(start, end);
    });
  const password = (): string => fresh(() => `${randomText("base62", 18, random)}q7`);
  const noise = (bytes: number): Buffer => {
    const all = Buffer.alloc(bytes);
    for (let at = 0; at < bytes; at++) all[at] = Math.floor(random() * 256);
    return all;
  };
  const words = (count: number): string =>
    Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  return {
    random,
    planted,
    contents,
    token,
    password,
    noise,
    words,
    hide: (place, layer, path, content, values, where = {}) => {
      contents.set(contentKey(layer, path), Buffer.from(content as Uint8Array));
      for (const value of values) {
        planted.push({ place, value, layer, path, state: "live", encoding: "plain", ...where });
      }
      return { path: path.slice(1), content };
    },
    inField: (place, field, value) => {
      planted.push({ place, value, field, state: "live", encoding: "plain" });
      return value;
    },
  };
}

const WORDS =
  `the of a container runs as its user and reads what it may from files that somebody wrote for it when the
service starts it asks for work until none is left or the end of the day`.split(/\s+/);

/** Base62 without the rest. */
export function letters(random: () => number, count: number): string {
  const all = charactersOf(alphabets.base62);
  return Array.from({ length: count }, () => all[Math.floor(random() * all.length)]).join("");
}
