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

test("a blank that is no space is kept, a space at the end is not", () => {
  expect(wrap("\u2003", 4, true)).toEqual(["\u2003"]);
  expect(wrap("a  ", 4)).toEqual(["a"]);
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

test("a long word that has parts is broken between them, a path is not", () => {
  expect(wrap("--mount type=bind,src=/path/outside/key,dst=/run/secrets/key,readonly", 30)).toEqual(
    ["--mount type=bind,", "src=/path/outside/key,", "dst=/run/secrets/key,readonly"],
  );
  expect(wrap("spec.containers[0].securityContext.runAsNonRoot", 24)).toEqual([
    "spec.containers[0]",
    ".securityContext",
    ".runAsNonRoot",
  ]);
  expect(wrap("a ".repeat(3) + "x".repeat(25), 10)).toEqual([
    "a a a",
    "x".repeat(10),
    "x".repeat(10),
    "xxxxx",
  ]);
});

test("lines fit unless a single path is longer, and no character is lost", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", ".", ",", "=", "@", "b", "世"),
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 6 }),
      fc.integer({ min: 4, max: 40 }),
      (words, width) => {
        const text = words.join(" ").trim();
        const lines = wrap(text, width);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      },
    ),
  );
});
