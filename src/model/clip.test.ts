import { expect, test } from "vitest";
import { clip } from "./clip.ts";

test.each([
  ["short", 10, "short"],
  ["exactly ten", 11, "exactly ten"],
  ["longer than ten", 10, "longer th…"],
  ["ab😀cd", 4, "ab…"],
])("%s at %d", (text, length, clipped) => {
  expect(clip(text, length)).toBe(clipped);
});
