import fc from "fast-check";
import { expect, test } from "vitest";
import { plainLine, plainLines, safeJson, withoutCommands } from "./sanitize.ts";

/** What no output may hold, by code point. */
export const FORBIDDEN =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

const anyText = fc.string({ unit: "binary", maxLength: 200 });

test("a plain line holds no control, bidi or invisible character, and no line break", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const plain = plainLine(text);
      expect(plain).not.toMatch(FORBIDDEN);
      expect(plain).not.toContain("\n");
      expect(plain.isWellFormed()).toBe(true);
    }),
  );
});

test("plain lines are plain, each of them", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const line of plainLines(text)) expect(line).toBe(plainLine(line));
    }),
  );
});

test("what was taken out is visible", () => {
  expect(plainLine("a\x1b[31mred\x07")).toBe("a␛[31mred␇");
  expect(plainLine("user\u202etxt.exe")).toBe("user\ufffdtxt.exe");
  expect(plainLine("two\r\nlines\tand a tab")).toBe("two lines and a tab");
  expect(plainLine("héllo, 世界 🎉")).toBe("héllo, 世界 🎉");
});

test("JSON keeps every character and shows none that acts", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = safeJson({ text });
      expect(json).not.toMatch(FORBIDDEN);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

/** What runners take for a command: GitHub trims every kind of white space before `::`, and ignores case in `##[`. */
export const COMMAND = /^\s*::|##(\[|vso\[)/im;

test("no line of an output is a command, whatever blanks stand before it", () => {
  const parts = [
    "::error::x",
    "##[error]x",
    "##VSO[task]",
    "\n",
    " ",
    "\t",
    "\u00a0",
    "\u2003",
    "\u3000",
    "a",
  ];
  const text = fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(text, (one) => {
      expect(withoutCommands(one)).not.toMatch(COMMAND);
      expect(safeJson({ one })).not.toMatch(/##(\[|vso\[)/i);
      expect(JSON.parse(safeJson({ one }))).toEqual({ one });
    }),
  );
});
