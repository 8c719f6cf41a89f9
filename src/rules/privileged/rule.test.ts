import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import { checkWorkloads } from "../check-workload.ts";
import { rules } from "../registry.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const elsewhere = { kind: "set", span: { ...somewhere, start: 4, end: 6 } } as const;
const privileged = { privileged: known(true, written) };

function idsOf(runtime: Partial<Runtime>, rest: Partial<Workload> = {}): string[] {
  const workload = minimalWorkload("compose-service", runtime, rest);
  return checkWorkloads([workload], rules)
    .map(({ rule }) => rule)
    .sort();
}

test("privileged swallows what it implies", () => {
  expect(idsOf(privileged)).toEqual([
    "no-resource-limits",
    "privileged",
    "writable-root-filesystem",
  ]);
});

test("what stands beside it in words of its own is told too", () => {
  const beside: Partial<Runtime> = {
    ...privileged,
    seccomp: known({ mode: "unconfined" }, elsewhere),
    apparmor: known({ mode: "unconfined" }, elsewhere),
    procMask: known("unmasked", elsewhere),
    noNewPrivileges: known(false, elsewhere),
  };
  const added = ["mac-unconfined", "privilege-escalation-allowed", "seccomp-unconfined"];
  expect(idsOf(beside)).toEqual(expect.arrayContaining([...added, "unmasked-proc", "privileged"]));
});

test("what privileged itself brought, at its own place, is not", () => {
  const brought: Partial<Runtime> = {
    ...privileged,
    seccomp: known({ mode: "unconfined" }, written),
    procMask: known("unmasked", written),
  };
  expect(idsOf(brought)).toEqual(idsOf(privileged));
});

test("a hook or exec that is privileged by itself is a finding", () => {
  const exec = {
    what: "docker exec",
    user: known(parseUser("1000"), written),
    privileged: known(true, elsewhere),
    origin: written,
  };
  const workload = minimalWorkload("run-line", {}, { execs: [exec] });
  expect(verdicts(rule, workload)).toEqual(["high exec docker exec"]);
  expect(
    verdicts(rule, { ...workload, execs: [{ ...exec, privileged: known(false, written) }] }),
  ).toEqual([]);
});

test("a user namespace is one barrier that is left", () => {
  const base = minimalWorkload("kubernetes-container", privileged);
  if (base.runtime === undefined) throw new Error("a container has a runtime");
  const user = known({ mode: "own" } as const, written);
  const namespaces = { ...base.runtime.namespaces, user };
  const workload = { ...base, runtime: { ...base.runtime, namespaces } };
  expect(verdicts(rule, workload)).toEqual(["high privileged"]);
});
