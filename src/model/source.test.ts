import fc from "fast-check";
import { expect, test } from "vitest";
import { byteOffset, lineText, locationOf, positionAt } from "./source.ts";

const file = (text: string): { path: string; text: string } => ({ path: "f", text });

test("lines end with LF, CRLF or CR, and count from 1", () => {
  const mixed = file("one\r\ntwo\rthree\nfour");
  expect([1, 2, 3, 4, 5].map((line) => lineText(mixed, line))).toEqual([
    "one",
    "two",
    "three",
    "four",
    "",
  ]);
  expect(positionAt(mixed, mixed.text.indexOf("three"))).toEqual({ line: 3, column: 1 });
});

test("columns are UTF-16 code units, bytes are UTF-8", () => {
  const emoji = file("é😀x");
  expect(positionAt(emoji, 3)).toEqual({ line: 1, column: 4 });
  expect(byteOffset(emoji, 3)).toBe(6);
});

test("any offset has a position inside the file, and bytes agree with the platform", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 80 }), fc.nat(100), (text, offset) => {
      const { line, column } = positionAt(file(text), offset);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
      const whole = byteOffset(file(text), text.length);
      expect(whole).toBe(new TextEncoder().encode(text).length);
    }),
  );
});

test("a span that is the wrong way round still has a place", () => {
  const location = locationOf({ file: file("ab\ncd"), start: 4, end: 1 });
  expect(location).toEqual({ path: "f", line: 2, column: 2, endLine: 2, endColumn: 2 });
});
