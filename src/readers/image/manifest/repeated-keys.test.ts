import fc from "fast-check";
import { expect, test } from "vitest";
import { hasRepeatedKeys } from "./repeated-keys.ts";

function repeated(text: string): boolean {
  return hasRepeatedKeys(Buffer.from(text), JSON.parse(text));
}

test("a key that stands twice in one object, at any depth", () => {
  expect(repeated('{"a":1,"a":2}')).toBe(true);
  expect(repeated('{"x":[{"a":1,"b":{},"a":1}]}')).toBe(true);
  expect(repeated('{"a":{"a":1},"b":{"a":"x:y"},"c":"{\\"a\\":1}"}')).toBe(false);
});

test("what JavaScript writes has none", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(repeated(JSON.stringify(value))).toBe(false);
    }),
  );
});
