import fc from "fast-check";
import { expect, test } from "vitest";
import { alphabets } from "../alphabets.ts";
import type { Prefilter } from "./prefilter.ts";
import { createPrefilter } from "./prefilter.ts";
import { createByteScanner } from "./scanner.ts";
import type { Literal } from "./scan-anchor.ts";
import { tokenAnchors } from "./token-anchors.ts";
import { tokenDetectors } from "../detectors.ts";
import { keyedAnchors, nameAnchors } from "./text-anchors.ts";

const SIZE = 4096;

function literal(text: string, extra: Partial<Literal> = {}): Literal {
  return { text, anyCase: false, before: [], after: [], ...extra };
}

/** Few and short, so that random bytes hold them often; with one that is another's beginning, and equal ones. */
const small: readonly Literal[] = [
  literal("ab"),
  literal("abc"),
  literal("abc"),
  literal("bca"),
  literal("aaaaaaaaaaaaaaaaaaaa"),
  literal("ca", { anyCase: true }),
  literal("bb", { before: [alphabets.digit, alphabets.digit] }),
  literal("cc", { after: [alphabets.digit] }),
  literal("-_", { anyCase: true }),
];

const large: readonly Literal[] = [
  ...tokenAnchors(tokenDetectors),
  ...keyedAnchors().anchors,
  ...nameAnchors().anchors,
];

const forSmall = createPrefilter(SIZE, [small]);
const forLarge = createPrefilter(SIZE, [large]);

/** Every place, by looking at every place. Surroundings may be asked for or not; see `stands`. */
function reference(literals: readonly Literal[], bytes: Uint8Array, from: number, to: number) {
  const surely: string[] = [];
  const maybe = new Set<string>();
  for (let position = from; position < to; position++) {
    for (const [id, each] of literals.entries()) {
      if (!stands(each, bytes, position)) continue;
      maybe.add(`${position}:${id}`);
      if (surroundingsHold(each, bytes, position)) surely.push(`${position}:${id}`);
    }
  }
  return { surely, maybe };
}

function stands({ text, anyCase }: Literal, bytes: Uint8Array, at: number): boolean {
  const here = String.fromCharCode(...bytes.subarray(at, at + Math.min(16, text.length)));
  const wanted = text.slice(0, 16);
  return anyCase ? here.toLowerCase() === wanted.toLowerCase() : here === wanted;
}

function surroundingsHold(
  { text, before, after }: Literal,
  bytes: Uint8Array,
  at: number,
): boolean {
  const left = before.every((set, index) => set[bytes[at - before.length + index] ?? 255] === 1);
  return left && after.every((set, index) => set[bytes[at + text.length + index] ?? 255] === 1);
}

/** Whether the search gives all that it must and nothing that does not stand there, in order and once. */
function check(
  prefilter: Prefilter,
  literals: readonly Literal[],
  bytes: Uint8Array,
  from: number,
  to: number,
): void {
  prefilter.window.fill(0);
  prefilter.window.set(bytes);
  const { places, searched } = prefilter.search(0, from, to);
  expect(searched).toBe(to);
  const found = Array.from(
    { length: places.count },
    (_, index) => `${places.positions[index]}:${places.ids[index]}`,
  );
  const positions = [...places.positions.subarray(0, places.count)];
  expect(positions).toEqual(positions.toSorted((left, right) => left - right));
  expect(new Set(found).size).toBe(found.length);
  const { surely, maybe } = reference(literals, prefilter.window, from, to);
  expect(found.filter((place) => !maybe.has(place))).toEqual([]);
  const all = new Set(found);
  expect(surely.filter((place) => !all.has(place))).toEqual([]);
}

const letters = fc.constantFrom(...Array.from("aaabbbcccABC019-_"));

test("random texts of few letters: as the reference finds them", () => {
  const text = fc.array(letters, { maxLength: 300 });
  fc.assert(
    fc.property(text, fc.nat(40), fc.nat(300), (chars, from, length) => {
      const bytes = Uint8Array.from(chars, (char) => char.charCodeAt(0));
      check(forSmall, small, bytes, from, from + length);
    }),
    { numRuns: 300 },
  );
});

test("random bytes with anchors of the detectors among them: as the reference finds them", () => {
  const anchor = fc.constantFrom(...large.map(({ text }) => text));
  const piece = fc.oneof(
    anchor,
    anchor.map((text) => text.toUpperCase()),
    fc.tuple(anchor, fc.nat(8)).map(([text, cut]) => text.slice(cut)),
    fc.string({ maxLength: 20, unit: "binary-ascii" }),
    fc.stringMatching(/^[0-9a-f]{1,40}$/),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(30), (pieces, from) => {
      const text = pieces.join("").slice(0, SIZE - 64);
      const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
      check(forLarge, large, bytes, Math.min(from, bytes.length), bytes.length);
    }),
    { numRuns: 200 },
  );
});

test("every anchor is found at every place in a block of sixteen, at both ends of the window too", () => {
  const literals = [
    ...large,
    literal("zz", { before: Array.from({ length: 3 }, () => alphabets.digit) }),
  ];
  const prefilter = createPrefilter(SIZE, [literals]);
  const placesOf = (id: number, from: number, to: number): number[] => {
    const { places } = prefilter.search(0, from, to);
    const all = [...places.positions.subarray(0, places.count)];
    return all.filter((_, index) => places.ids[index] === id);
  };
  for (const [id, { text, before, after }] of literals.entries()) {
    const codes = [
      ...before.map((set) => set.lastIndexOf(1)),
      ...Array.from(text, (char) => char.charCodeAt(0)),
      ...after.map((set) => set.lastIndexOf(1)),
    ];
    const starts = [...Array.from({ length: 17 }, (_, index) => index), SIZE - codes.length];
    for (const start of starts) {
      prefilter.window.fill(0);
      prefilter.window.set(codes, start);
      const at = start + before.length;
      expect(placesOf(id, 0, SIZE), `${text} at ${start}`).toEqual([at]);
      // It counts where it starts, even when all the rest stands outside of the range.
      expect(placesOf(id, at, at + 1)).toEqual([at]);
      expect(placesOf(id, 0, at + 1)).toEqual([at]);
      expect(placesOf(id, at, SIZE)).toEqual([at]);
      expect(placesOf(id, 0, at)).toEqual([]);
      expect(placesOf(id, at + 1, SIZE)).toEqual([]);
    }
  }
});

test("more places than fit are given in parts, none lost and none twice", () => {
  const size = 200_000;
  const prefilter = createPrefilter(size, [[literal("ab"), literal("abab")]]);
  prefilter.window.set(Uint8Array.from({ length: size }, (_, index) => 97 + (index & 1)));
  let count = 0;
  for (let from = 0; from < size;) {
    const { places, searched } = prefilter.search(0, from, size);
    expect(searched).toBeGreaterThan(from);
    count += places.count;
    from = searched;
  }
  expect(count).toBe(size / 2 + size / 2 - 1);
});

test("UTF-16 is found at even and odd places, and other bytes between are no UTF-16", () => {
  const anchors = [literal("secret-anchor"), literal("xy")];
  const prefilter = createPrefilter(SIZE * 4, [anchors]);
  const text = "some text, then secret-anchor and a value";
  for (const start of [0, 1, 15, 16, 17, 1000, 4095, 4096, 5119, 8190]) {
    prefilter.window.fill(7);
    for (const [index, char] of Array.from(text).entries()) {
      prefilter.window[start + 2 * index] = char.charCodeAt(0);
      prefilter.window[start + 2 * index + 1] = 0;
    }
    const found: [number, number][] = [];
    prefilter.searchWide(0, 0, SIZE * 4, (position, id) => found.push([position, id]));
    expect(found).toEqual([[start + 2 * text.indexOf("secret-anchor"), 0]]);
  }
});

test("the scanner can be made with a window of any size", () => {
  const scanner = createByteScanner({ keyedHash: () => "", windowBytes: 100 });
  expect(scanner.window.length).toBe(100);
  expect(scanner.candidates(0, 100).count).toBe(0);
});
