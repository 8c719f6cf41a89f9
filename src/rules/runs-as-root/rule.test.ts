import { expect, test } from "vitest";
import { known, unknownFact } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { User } from "../../model/user.ts";
import type { Exec } from "../../model/workload.ts";
import { variable } from "../build-testing.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const as = (text: string, rest: Partial<User> = {}) => ({
  user: known({ ...parseUser(text), ...rest }, written),
});
const unknownUser = unknownFact("the image is not at hand", "set the user", written);

test.each(["0", "0:0", "00", "root", "root:root", "0:app", ""])("%j is root", (text) => {
  expect(verdicts(rule, minimalWorkload("compose-service", {}, as(text)))).toEqual(["high user"]);
});

test.each(["1000", "1000:1000", "app", "app:app"])("%j is not root", (text) => {
  expect(verdicts(rule, minimalWorkload("compose-service", {}, as(text)))).toEqual([]);
});

test("where a file names only an image, its user counts when the file names that too", () => {
  const { runtime: _, ...imageOnly } = minimalWorkload("run-line", {}, as("root"));
  expect(verdicts(rule, imageOnly)).toEqual(["high user"]);
  const inherited = known(parseUser("root"), { kind: "inherited", from: "the image" });
  expect(verdicts(rule, { ...imageOnly, user: inherited })).toEqual([]);
  expect(verdicts(rule, { ...imageOnly, user: unknownUser })).toEqual([]);
});

test("root's group is told apart from root", () => {
  expect(verdicts(rule, minimalWorkload("run-line", {}, as("1000:0")))).toEqual(["low group"]);
});

test("an unknown user is never clean, and the finding says what settles it", () => {
  const workload = minimalWorkload("dockerfile-stage", {}, { user: unknownUser });
  const [finding] = rule.check(workload);
  expect(finding).toMatchObject({ severity: "medium", confidence: "low" });
  expect(finding?.help).toContain("set the user");
});

test("an entrypoint that is told to keep root keeps it", () => {
  const privilegeDrop = { tool: "setpriv", to: "redis", unless: "KEEP_ROOT", origin: written };
  const env = [variable("KEEP_ROOT", "1")];
  const workload = minimalWorkload("compose-service", {}, { ...as("root"), privilegeDrop, env });
  expect(verdicts(rule, workload)).toEqual(["high user"]);
  const other = { ...workload, env: [variable("KEPT", "1")] };
  expect(verdicts(rule, other)).toEqual(["medium user"]);
});

test("an entrypoint that drops root makes it less grave, and is named", () => {
  const privilegeDrop = { tool: "gosu", to: "postgres", origin: written };
  const workload = minimalWorkload("compose-service", {}, { ...as("root"), privilegeDrop });
  const [finding] = rule.check(workload);
  expect(finding?.severity).toBe("medium");
  expect(finding?.message).toBe("starts as root; the entrypoint drops to postgres (not proved)");
});

test("root of a user namespace is less grave", () => {
  const { runtime } = minimalWorkload("kubernetes-container");
  const namespaces = runtime?.namespaces;
  if (namespaces === undefined) throw new Error("a container has namespaces");
  const own = { namespaces: { ...namespaces, user: known({ mode: "own" } as const, written) } };
  expect(verdicts(rule, minimalWorkload("kubernetes-container", own, as("0")))).toEqual([
    "low user",
  ]);
});

test("runAsNonRoot settles an unknown user, and contradicts root", () => {
  const settled = { user: known({ text: "", verifiedNonRoot: true }, written) };
  expect(verdicts(rule, minimalWorkload("kubernetes-container", {}, settled))).toEqual([]);
  const refused = minimalWorkload("kubernetes-container", {}, as("0", { verifiedNonRoot: true }));
  expect(rule.check(refused)[0]?.message).toContain("will not start");
});

test("a hook that names root is a finding; one that follows the container is not a second one", () => {
  const hook = (user: Exec["user"]): Exec => ({
    what: "post_start hook",
    user,
    privileged: known(false, written),
    origin: written,
  });
  const elsewhere = { kind: "set", span: { ...somewhere, start: 4, end: 5 } } as const;
  const root = hook(known(parseUser("root"), elsewhere));
  expect(verdicts(rule, minimalWorkload("compose-service", {}, { execs: [root] }))).toEqual([
    "medium exec post_start hook",
  ]);
  const { user } = as("0");
  const both = minimalWorkload("kubernetes-container", {}, { user, execs: [hook(user)] });
  expect(verdicts(rule, both)).toEqual(["high user"]);
});

test("docker exec as root is a finding although it starts no container", () => {
  const { user } = as("root");
  const exec: Exec = {
    what: "docker exec",
    user,
    privileged: known(false, written),
    origin: written,
  };
  const { runtime: _, ...line } = minimalWorkload("run-line", {}, { user, execs: [exec] });
  expect(verdicts(rule, line)).toEqual(["medium exec docker exec"]);
});

test("Windows containers and lines that start no container have no uid", () => {
  const windows = minimalWorkload("kubernetes-container", {}, { platform: "windows", ...as("0") });
  expect(verdicts(rule, windows)).toEqual([]);
  const { runtime: _, ...exec } = minimalWorkload("run-line", {}, { user: unknownUser });
  expect(verdicts(rule, exec)).toEqual([]);
});

test("the help names the user that a well-known image brings", () => {
  const image = known(
    { text: "node:22", repository: "docker.io/library/node", tag: "22" },
    written,
  );
  const [finding] = rule.check(minimalWorkload("compose-service", {}, { ...as("root"), image }));
  expect(finding?.help).toContain('user: "1000:1000"');
  expect(finding?.help).toContain("node");
});
