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

test("spelling variants of one name are the same name", () => {
  expect(nearest("capAdd", ["cap_add", "cap_drop"])).toBe("cap_add");
  expect(nearest("privilegd", ["profiles", "privileged"])).toBe("privileged");
  expect(nearest("environmnet", ["environment", "env_file"])).toBe("environment");
  expect(nearest("x".repeat(100_000), ["image"])).toBeUndefined();
});
