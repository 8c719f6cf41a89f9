import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../../model/source.ts";
import { spanInString } from "./span-in-string.ts";

/** A span of `value` as it stands in a document. */
function placed(value: string): {
  file: { path: string; text: string };
  start: number;
  end: number;
} {
  const text = `{"a": ${JSON.stringify(value)}}`;
  return { file: { path: "image:a", text }, start: 6, end: text.length - 1 };
}

test("any part of any string is found again", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.nat(), fc.nat(), (value, a, b) => {
      const start = a % value.length;
      const end = start + 1 + (b % (value.length - start));
      const found = spanText(spanInString(placed(value), start, end));
      expect(JSON.parse(`"${found}"`)).toBe(value.slice(start, end));
    }),
  );
});

test("an empty part, and one beyond the end, is the whole string", () => {
  const whole = placed("A=");
  expect(spanInString(whole, 2, 2)).toEqual(whole);
  expect(spanInString(whole, 5, 9)).toEqual(whole);
});
