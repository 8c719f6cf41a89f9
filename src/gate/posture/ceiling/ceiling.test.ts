import { expect, test } from "vitest";
import { rules } from "../../../rules/registry.ts";
import { clientPolicy } from "../../testing.ts";
import { liftedBy, rulesAtTheSocket } from "./rules-at-the-socket.ts";
import { isRefusedByCeiling } from "./threshold.ts";

test("every rule is judged at the socket, or has a reason", () => {
  const ids = rules.map(({ id }) => id);
  expect(Object.keys(rulesAtTheSocket).toSorted()).toEqual(ids.toSorted());
  for (const reason of Object.values(rulesAtTheSocket)) {
    if (reason !== "judged") expect(reason.length).toBeGreaterThan(20);
  }
});

test("grants lift findings of rules that are judged", () => {
  for (const id of Object.values(liftedBy).flat()) expect(rulesAtTheSocket[id]).toBe("judged");
});

test("a rule's own setting goes before its findings' severity", () => {
  const client = clientPolicy(
    "c",
    "allow: {containers: [create]}, posture: {refuse: high, rules: {host-port: critical, runs-as-root: off}}",
  );
  expect(isRefusedByCeiling("host-port", "low", client)).toBe(true);
  expect(isRefusedByCeiling("runs-as-root", "high", client)).toBe(false);
  expect(isRefusedByCeiling("privileged", "critical", client)).toBe(true);
  expect(isRefusedByCeiling("user-not-numeric", "low", client)).toBe(false);
  const none = clientPolicy("c", "allow: {containers: [create]}, posture: {refuse: none}");
  expect(isRefusedByCeiling("privileged", "critical", none)).toBe(false);
});
