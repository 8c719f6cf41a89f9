import { expect, test } from "vitest";
import { known, setAt } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { Namespace } from "../../model/namespaces.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import { capabilityNames } from "../../linux/capabilities.ts";
import { rule as useless } from "../useless-capability/rule.ts";
import { rule as notDropped } from "../capabilities-not-dropped/rule.ts";
import { minimalWorkload, somewhere, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const request = (text: string) => ({
  text,
  name: text.toUpperCase().replace(/^CAP_/, ""),
  origin: written,
});
const root = { user: known(parseUser("0"), written) };
const yes = known(true, written);

function container(
  { add = [], drop = [] }: { add?: readonly string[]; drop?: readonly string[] },
  runtime: Partial<Runtime> = {},
  rest: Partial<Workload> = root,
): Workload {
  const capabilities = { capAdd: add.map(request), capDrop: drop.map(request) };
  return minimalWorkload("compose-service", { ...capabilities, ...runtime }, rest);
}

function inNamespaces(changed: Partial<Record<"pid" | "network" | "user", Namespace["mode"]>>) {
  const namespaces = minimalWorkload("compose-service").runtime?.namespaces;
  if (namespaces === undefined) throw new Error("a container has namespaces");
  const entries = Object.entries(changed).map(([name, mode]) => [name, known({ mode }, written)]);
  return { namespaces: { ...namespaces, ...Object.fromEntries(entries) } };
}

test.each([
  ["SYS_ADMIN", "critical"],
  ["SYS_MODULE", "critical"],
  ["DAC_READ_SEARCH", "high"],
  ["BPF", "high"],
  ["NET_ADMIN", "medium"],
  ["SYS_PTRACE", "medium"],
  ["IPC_LOCK", "low"],
])("%s added for root is %s", (name, severity) => {
  expect(verdicts(rule, container({ add: [name] }))).toEqual([`${severity} ${name}`]);
});

test("what is added back after dropping all is judged by what it is", () => {
  expect(verdicts(rule, container({ drop: ["ALL"], add: ["CHOWN", "SETUID"] }))).toEqual([]);
  expect(verdicts(rule, container({ drop: ["ALL"], add: ["NET_RAW"] }))).toEqual(["low NET_RAW"]);
});

test("adding what every container has changes nothing", () => {
  const workload = container({ add: ["NET_RAW"] });
  expect([...verdicts(rule, workload), ...verdicts(useless, workload)]).toEqual([]);
});

test("ALL is one finding that names what it includes, less what is dropped", () => {
  const [finding] = rule.check(container({ add: ["ALL"] }));
  expect(finding).toMatchObject({ severity: "critical", subject: "ALL" });
  expect(finding?.detail).toContain("SYS_ADMIN");
  const less = rule.check(container({ add: ["ALL"], drop: ["SYS_ADMIN"] }))[0];
  expect(less?.detail).not.toContain("SYS_ADMIN");
  expect(verdicts(notDropped, container({ add: ["ALL"] }))).toEqual([]);
});

test("SYS_PTRACE and NET_ADMIN weigh more in the host's namespaces", () => {
  const pid = container({ add: ["SYS_PTRACE"] }, inNamespaces({ pid: "host" }));
  expect(verdicts(rule, pid)).toEqual(["critical SYS_PTRACE"]);
  const network = container({ add: ["NET_ADMIN"] }, inNamespaces({ network: "host" }));
  expect(verdicts(rule, network)).toEqual(["high NET_ADMIN"]);
});

test("a user namespace makes a capability less grave", () => {
  const workload = container({ add: ["SYS_ADMIN"] }, inNamespaces({ user: "own" }));
  expect(verdicts(rule, workload)).toEqual(["medium SYS_ADMIN"]);
});

test("a user other than root gets it through a setuid program only", () => {
  const user = { user: known(parseUser("1000"), written) };
  const setuid = container({ add: ["SYS_ADMIN"] }, {}, user);
  expect(verdicts(rule, setuid)).toEqual(["high SYS_ADMIN"]);
  expect(verdicts(useless, setuid)).toEqual([]);
  const never = container({ add: ["SYS_ADMIN"] }, { noNewPrivileges: yes }, user);
  expect(verdicts(rule, never)).toEqual([]);
  expect(verdicts(useless, never)).toEqual(["medium add SYS_ADMIN"]);
});

test("a name that only some Kubernetes runtimes take counts when added", () => {
  const workload = minimalWorkload(
    "kubernetes-container",
    { capAdd: [request("CAP_SYS_ADMIN")] },
    root,
  );
  expect(verdicts(rule, workload)).toEqual(["critical SYS_ADMIN"]);
  expect(verdicts(useless, workload)).toEqual([]);
});

test("a privileged container has one finding, its own", () => {
  const workload = container({ add: ["SYS_ADMIN"], drop: ["NET_RAW"] }, { privileged: yes });
  expect(verdicts(rule, workload)).toEqual([]);
  expect(verdicts(useless, workload)).toEqual([]);
  expect(verdicts(notDropped, workload)).toEqual([]);
});

test("an OCI configuration with every capability is one finding", () => {
  const exactCapabilities = {
    bounding: capabilityNames,
    effective: capabilityNames,
    permitted: capabilityNames,
    inheritable: [],
    ambient: [],
    origin: written,
  };
  const workload = minimalWorkload("oci-config", { exactCapabilities }, root);
  expect(verdicts(rule, workload)).toEqual(["critical ALL"]);
});

test("of an OCI configuration's lists the entry is shown, not all of them", () => {
  const names = ["CHOWN", "SYS_ADMIN"];
  const entry = setAt({ ...somewhere, start: 5, end: 7 });
  const exactCapabilities = {
    bounding: names,
    effective: names,
    permitted: names,
    inheritable: [],
    ambient: [],
    origin: written,
  };
  const capAdd = [{ text: "CAP_SYS_ADMIN", name: "SYS_ADMIN", origin: entry }];
  const workload = minimalWorkload("oci-config", { exactCapabilities, capAdd }, root);
  expect(rule.check(workload).map(({ at }) => at)).toEqual([entry]);
});

test("a name that Linux does not have, or a drop of what is not there, has no effect", () => {
  expect(verdicts(useless, container({ add: ["SYS_ADMN"] }))).toEqual(["low add SYS_ADMN"]);
  expect(verdicts(useless, container({ drop: ["SYS_ADMIN"] }))).toEqual(["info drop SYS_ADMIN"]);
});

test("what drops are left over is told", () => {
  const [finding] = notDropped.check(container({ drop: ["NET_RAW"] }));
  expect(finding?.detail).toContain("MKNOD");
  expect(finding?.detail).not.toContain("NET_RAW");
});
