import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const RULES = ["runs-as-root", "privileged", "engine-socket", "host-port"];

test.each([
  ["run-as-root", "runs-as-root"],
  ["priviledged", "privileged"],
  ["ENGINE-SOCKET", "engine-socket"],
  ["hsot-port", "host-port"],
  ["completely-different", undefined],
  ["", undefined],
])("%s means %s", (word, meant) => {
  expect(nearest(word, RULES)).toBe(meant);
});
