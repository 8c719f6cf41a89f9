import { expect, test } from "vitest";
import { known, unknownFact } from "../../model/fact.ts";
import type { Limits } from "../../model/runtime.ts";
import { minimalWorkload, written } from "../testing.ts";
import { rule } from "./rule.ts";

const all: Limits = {
  memory: known(1024, written),
  cpus: known(1, written),
  pids: known(100, written),
};
const none = known(undefined, written);

function messages(limits: Partial<Limits>, kind: "compose-service" | "kubernetes-container") {
  const workload = minimalWorkload(kind, { limits: { ...all, ...limits } });
  return rule.check(workload).map(({ message }) => message);
}

test("what is missing is named in one finding", () => {
  expect(messages({}, "compose-service")).toEqual([]);
  expect(messages({ memory: none }, "compose-service")).toEqual(["memory is not limited"]);
  expect(messages({ memory: none, cpus: none, pids: none }, "compose-service")).toEqual([
    "memory, CPU and the number of processes are not limited",
  ]);
});

test("a pod cannot limit processes", () => {
  expect(messages({ pids: none }, "kubernetes-container")).toEqual([]);
});

test("a limit that is not known is no missing one", () => {
  const unknown = unknownFact("a variable has no value", "set it", written);
  expect(messages({ memory: unknown }, "compose-service")).toEqual([]);
});

test("an ephemeral container takes no limits", () => {
  const id = "pod.yaml#Pod/web/ephemeralContainers/debug";
  const limits = { ...all, memory: none };
  expect(rule.check(minimalWorkload("kubernetes-container", { limits }, { id }))).toEqual([]);
});
