import { expect, test } from "vitest";
import { parseQuantity } from "./quantity.ts";

test.each([
  ["0", 0],
  ["1", 1],
  ["+1", 1],
  ["0.5", 0.5],
  [".5", 0.5],
  ["5.", 5],
  ["500m", 0.5],
  ["1k", 1000],
  ["1Ki", 1024],
  ["1Mi", 1048576],
  ["1.5Gi", 1610612736],
  ["1G", 1e9],
  ["1e3", 1000],
  ["1E3", 1000],
  ["1E", 1e18],
  ["2e-1", 0.2],
  ["", undefined],
  ["-1", undefined],
  ["1 Gi", undefined],
  ["1gi", undefined],
  ["1GB", undefined],
  ["1e999", undefined],
  ["lots", undefined],
  [".", undefined],
])("%j is %j", (text, expected) => {
  expect(parseQuantity(text)).toBe(expected);
});
