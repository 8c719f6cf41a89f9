import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth, padTo } from "./display-width.ts";
import { plainLine } from "./sanitize.ts";
import { wrap } from "./wrap.ts";

test("widths are those of a terminal", () => {
  expect(displayWidth("plain")).toBe(5);
  expect(displayWidth("世界")).toBe(4);
  expect(displayWidth("e\u0301")).toBe(1);
  expect(displayWidth("🎉")).toBe(2);
  expect(displayWidth("한글")).toBe(4);
  expect(displayWidth("🇩🇪")).toBe(2);
  expect(padTo("世", 4)).toBe("世  ");
});

test("hard-wrapped lines fit, and no character is lost", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 120 }).map(plainLine);
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 40 }), (line, width) => {
      const lines = wrap(line, width, true);
      for (const one of lines) expect(displayWidth(one)).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
    }),
  );
});

test("a long word stays whole unless it must be broken", () => {
  expect(wrap("see docker.io/library/node now", 12)).toEqual([
    "see",
    "docker.io/library/node",
    "now",
  ]);
});

test("an indented line stays indented", () => {
  expect(wrap("  a b c d", 6)).toEqual(["  a b", "  c d"]);
});
