import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import type { Seccomp } from "../../model/security-profiles.ts";
import { minimalWorkload, written } from "../testing.ts";
import { rule } from "./rule.ts";

function check(profile: unknown, capabilities: readonly string[] = []) {
  const seccomp: Seccomp = { mode: "custom", name: "app.json", profile };
  const capAdd = capabilities.map((name) => ({ text: name, name, origin: written }));
  return rule.check(
    minimalWorkload("compose-service", { seccomp: known(seccomp, written), capAdd }),
  );
}

const allowing = (...names: readonly string[]) => ({
  defaultAction: "SCMP_ACT_ERRNO",
  syscalls: [{ names: ["read", "write", ...names], action: "SCMP_ACT_ALLOW" }],
});

test("a profile that allows less than the engine's own is fine", () => {
  expect(check(allowing("openat", "ptrace"))).toEqual([]);
});

test("calls that the engine's own profile denies are named", () => {
  const [finding] = check(allowing("bpf", "mount"));
  expect(finding?.severity).toBe("medium");
  expect(finding?.message).toContain("2 system calls");
  expect(finding?.detail).toContain("`bpf`");
  expect(finding?.detail).toContain("`mount`");
});

test("what the capabilities open anyway is not the profile's weakness", () => {
  expect(check(allowing("mount"), ["SYS_ADMIN"])).toEqual([]);
});

test("clone without a look at its flags makes namespaces", () => {
  expect(check(allowing("clone"))[0]?.detail).toContain("CLONE_NEWUSER");
  const flags = { index: 0, value: 0x7e020000, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ" };
  const masked = { names: ["clone"], action: "SCMP_ACT_ALLOW", args: [flags] };
  expect(check({ defaultAction: "SCMP_ACT_ERRNO", syscalls: [masked] })).toEqual([]);
});

test.each(["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"])("%s as the default is grave", (defaultAction) => {
  expect(check({ defaultAction, syscalls: [] })[0]?.severity).toBe("high");
});

test("a profile that the engine refuses is told", () => {
  const [finding] = check({ defaultAction: "ALLOW" });
  expect(finding?.message).toContain("not valid");
  expect(check("x")).toHaveLength(1);
});

test("a profile that could not be read is left to the unknowns", () => {
  expect(check(undefined)).toEqual([]);
});
