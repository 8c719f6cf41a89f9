/** Tokens that follow a word without a separator, as binary files hold them. */

import { expect, test } from "vitest";
import { tokenDetectors } from "./detectors.ts";
import { findSecretsInText } from "./find-secrets.ts";
import { randomText, sampleOf, seededRandom, withBrokenEnd } from "./testing.ts";

const glued = tokenDetectors.filter(
  (detector) => detector.glued === true && detector.boundary === undefined,
);
const table = glued.map((detector) => [detector.id, detector] as const);

const of = (text: string, id: string) =>
  findSecretsInText(text).find(({ detector }) => detector === id);

test.each(table)("%s after a word is found, less sure without a checksum", (id, detector) => {
  const { text } = sampleOf(detector, seededRandom(5), "longest");
  const alone = of(`x ${text}`, id);
  const after = of(`\x83\x02name${text}\x01`, id);
  expect(after).toMatchObject({ start: 6, end: 6 + text.length });
  const sure = detector.checksum !== undefined;
  expect(after?.confidence).toBe(sure ? alone?.confidence : "medium");
});

test.each(table)(
  "%s in a long run of base64 is none, unless its checksum is right",
  (id, detector) => {
    const noise = randomText("base62", 80, seededRandom(2));
    const { text } = sampleOf(detector, seededRandom(5), "longest");
    expect(of(`x ${noise}${text} y`, id)).toBeUndefined();
  },
);

const withChecksum = table.filter(([, { checksum }]) => checksum === "crc32-base62");

test.each(withChecksum)("%s between two words is found by its checksum only", (id, detector) => {
  const { text } = sampleOf(detector, seededRandom(5), "longest");
  expect(of(`alice${text}bob`, id)).toMatchObject({ checksum: "valid", confidence: "high" });
  expect(of(`(${text}bob`, id)).toMatchObject({ checksum: "valid", confidence: "high" });
  expect(of(`alice${withBrokenEnd(text)}bob`, id)).toBeUndefined();
  expect(of(`(${withBrokenEnd(text)}bob`, id)).toBeUndefined();
  expect(of(`alice${withBrokenEnd(text)} bob`, id)?.confidence).toBe("low");
});

test("a byte that is the length of what follows is no part of a word", () => {
  const key = ["xoxb", "829301746552", "739185206443", "aB3dE5gH7jK9mN1pQ3sT5vX7"].join("-");
  const stripe = ["sk", "live", `a1${randomText("base62", 47, seededRandom(6))}`].join("_");
  for (const [text, id] of [
    [key, "slack-token"],
    [stripe, "stripe-key"],
  ] as const) {
    const length = String.fromCharCode(text.length);
    expect(/\w/.test(length)).toBe(true);
    expect(of(`\n${length}${text}\x12`, id)).toMatchObject({ start: 2, confidence: "high" });
  }
  // Another letter is one.
  expect(of(`\nz${stripe}\x12`, "stripe-key")).toBeUndefined();
});

test.each([
  "const myglpat-some-name-of-a-style-sheet-class = 1",
  "my-xoxb-your-token-goes-in-here-please",
  "ghp_gho_ghu_ghs_ghr_ghp_gho_ghu_ghs_ghr_",
  "task_live_abcdefghijklmnop1234",
  "the_npm_abcdefghijklmnopqrstuvwxyzabcdefghij",
])("no token: %s", (text) => {
  expect(findSecretsInText(text).filter(({ confidence }) => confidence !== "low")).toEqual([]);
});

test("a text made of anchors takes no more than linear time", () => {
  const text = "xoxb-".repeat(200_000);
  const start = performance.now();
  findSecretsInText(text);
  expect(performance.now() - start).toBeLessThan(3000);
});
