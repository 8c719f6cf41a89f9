import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fact } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { Reading } from "../contract.ts";
import { memoryFiles } from "../memory-files.ts";
import { spansOutside } from "../testing.ts";
import { undecidedFacts } from "../undecided.ts";
import { readOciConfig } from "./read.ts";

function read(text: string): Reading {
  return readOciConfig({ path: "config.json", text }, { files: memoryFiles({}), environment: {} });
}

interface Parts {
  readonly process?: object;
  readonly root?: object;
  readonly linux?: object;
  readonly mounts?: unknown;
  readonly [section: string]: unknown;
}

const MASKED = ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"];
const READ_ONLY = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
const NAMESPACES = ["pid", "network", "ipc", "uts", "mount", "cgroup"].map((type) => ({ type }));

/** A bundle's configuration as `runc spec` writes it, with parts replaced. */
function config({ process, root, linux, ...rest }: Parts = {}): string {
  return JSON.stringify(
    {
      ociVersion: "1.2.0",
      process: {
        user: { uid: 0, gid: 0 },
        args: ["sh"],
        env: ["PATH=/bin"],
        cwd: "/",
        capabilities: { bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"] },
        noNewPrivileges: true,
        ...process,
      },
      root: { path: "rootfs", readonly: true, ...root },
      mounts: [],
      linux: {
        namespaces: NAMESPACES,
        maskedPaths: MASKED,
        readonlyPaths: READ_ONLY,
        resources: { devices: [{ allow: false, access: "rwm" }] },
        ...linux,
      },
      ...rest,
    },
    undefined,
    1,
  );
}

function workloadOf(parts: Parts = {}): Workload {
  const reading = read(config(parts));
  const [workload] = reading.workloads;
  if (workload === undefined) throw new Error("expected a workload");
  return workload;
}

function runtimeOf(parts: Parts = {}): Runtime {
  const { runtime } = workloadOf(parts);
  if (runtime === undefined) throw new Error("expected a runtime");
  return runtime;
}

function withoutOrigin(mount: Mount): Partial<Mount> {
  const { origin: _, propagationAt: __, ...rest } = mount;
  return rest;
}

const valueOf = (fact: Fact<unknown>): unknown =>
  fact.known ? fact.value : `unknown: ${fact.why}`;

test("is one workload, the process", () => {
  const workload = workloadOf({ process: { args: ["/bin/app", "-x"] } });
  expect(workload).toMatchObject({
    id: "config.json#process",
    kind: "oci-config",
    engine: "oci",
    platform: "linux",
    unknowns: [],
    command: { value: { entrypoint: { words: ["/bin/app", "-x"] } } },
  });
});

test.each<[string, Parts, (runtime: Runtime) => Fact<unknown>, unknown]>([
  ["no new privileges", {}, (r) => r.noNewPrivileges, true],
  [
    "new privileges by default",
    { process: { noNewPrivileges: null } },
    (r) => r.noNewPrivileges,
    false,
  ],
  ["read-only root", {}, (r) => r.readOnlyRoot, true],
  ["writable root by default", { root: { readonly: undefined } }, (r) => r.readOnlyRoot, false],
  ["masked", {}, (r) => r.procMask, "masked"],
  ["no masks", { linux: { maskedPaths: undefined } }, (r) => r.procMask, "unmasked"],
  ["empty masks", { linux: { maskedPaths: [] } }, (r) => r.procMask, "unmasked"],
  [
    "a mask is missing",
    { linux: { maskedPaths: MASKED.filter((path) => path !== "/proc/kcore") } },
    (r) => r.procMask,
    "unmasked",
  ],
  ["no read-only paths", { linux: { readonlyPaths: [] } }, (r) => r.procMask, "unmasked"],
  ["read-only as a whole", { linux: { readonlyPaths: ["/proc/"] } }, (r) => r.procMask, "masked"],
  [
    "sysfs is writable",
    { mounts: [{ type: "sysfs", destination: "/sys", options: ["nosuid"] }] },
    (r) => r.procMask,
    "unmasked",
  ],
  [
    "sysfs is read-only",
    { mounts: [{ type: "sysfs", destination: "/sys", options: ["ro"] }] },
    (r) => r.procMask,
    "masked",
  ],
  ["no filter", {}, (r) => r.seccomp, { mode: "not-set" }],
  [
    "a filter",
    { linux: { seccomp: { defaultAction: "SCMP_ACT_ERRNO" } } },
    (r) => r.seccomp,
    { mode: "custom", profile: { defaultAction: "SCMP_ACT_ERRNO" } },
  ],
  ["neither label nor profile", {}, (r) => r.apparmor, { mode: "unconfined" }],
  [
    "a default profile",
    { process: { apparmorProfile: "docker-default" } },
    (r) => r.apparmor,
    { mode: "default", name: "docker-default" },
  ],
  [
    "a profile",
    { process: { apparmorProfile: "tight" } },
    (r) => r.apparmor,
    { mode: "profile", name: "tight" },
  ],
  [
    "unconfined",
    { process: { apparmorProfile: "unconfined" } },
    (r) => r.apparmor,
    { mode: "unconfined" },
  ],
  [
    "a label alone",
    { process: { selinuxLabel: "system_u:system_r:container_t:s0:c1,c2" } },
    (r) => r.apparmor,
    { mode: "default" },
  ],
  [
    "an ordinary label",
    { process: { selinuxLabel: "system_u:system_r:container_t:s0:c1,c2" } },
    (r) => r.selinux,
    { mode: "default", user: "system_u", role: "system_r", type: "container_t", level: "s0:c1,c2" },
  ],
  [
    "a mighty label",
    { process: { selinuxLabel: "u:r:spc_t:s0" } },
    (r) => r.selinux,
    { mode: "custom", user: "u", role: "r", type: "spc_t", level: "s0" },
  ],
  ["memory", { linux: { resources: { memory: { limit: 1024 } } } }, (r) => r.limits.memory, 1024],
  [
    "no memory limit",
    { linux: { resources: { memory: { limit: -1 } } } },
    (r) => r.limits.memory,
    undefined,
  ],
  [
    "CPUs",
    { linux: { resources: { cpu: { quota: 150000, period: 100000 } } } },
    (r) => r.limits.cpus,
    1.5,
  ],
  [
    "CPUs without a period",
    { linux: { resources: { cpu: { quota: 50000 } } } },
    (r) => r.limits.cpus,
    0.5,
  ],
  [
    "no CPU limit",
    { linux: { resources: { cpu: { shares: 2 } } } },
    (r) => r.limits.cpus,
    undefined,
  ],
  ["pids", { linux: { resources: { pids: { limit: 100 } } } }, (r) => r.limits.pids, 100],
  [
    "a wrong type",
    { linux: { resources: { memory: { limit: "1G" } } } },
    (r) => r.limits.memory,
    "unknown: limit must be a number",
  ],
  ["own network", {}, (r) => r.namespaces.network, { mode: "own" }],
  [
    "the host's network",
    { linux: { namespaces: [{ type: "mount" }] } },
    (r) => r.namespaces.network,
    { mode: "host" },
  ],
  [
    "a joined network",
    { linux: { namespaces: [{ type: "network", path: "/proc/42/ns/net" }] } },
    (r) => r.namespaces.network,
    { mode: "joined", target: "/proc/42/ns/net" },
  ],
  [
    "the host's by path",
    { linux: { namespaces: [{ type: "pid", path: "/proc/1/ns/pid" }] } },
    (r) => r.namespaces.pid,
    { mode: "host" },
  ],
  [
    "the host's network as Docker names it",
    { linux: { namespaces: [{ type: "network", path: "/var/run/docker/netns/default" }] } },
    (r) => r.namespaces.network,
    { mode: "host" },
  ],
  ["no user namespace", {}, (r) => r.namespaces.user, { mode: "host" }],
  [
    "a user namespace",
    {
      linux: {
        namespaces: [{ type: "user" }],
        uidMappings: [{ containerID: 0, hostID: 1000, size: 1 }],
      },
    },
    (r) => r.namespaces.user,
    { mode: "own" },
  ],
  [
    "a user namespace that keeps root",
    {
      linux: {
        namespaces: [{ type: "user" }],
        uidMappings: [{ containerID: 0, hostID: 0, size: 65536 }],
      },
    },
    (r) => r.namespaces.user,
    { mode: "host" },
  ],
])("%s", (_, parts, select, expected) => {
  const value = valueOf(select(runtimeOf(parts)));
  expect(JSON.parse(JSON.stringify(value ?? null))).toEqual(expected ?? null);
});

test.each<[string, Parts, object]>([
  ["root", { process: { user: { uid: 0, gid: 0 } } }, { uid: 0, gid: 0 }],
  ["a user", { process: { user: { uid: 1000, gid: 1000 } } }, { uid: 1000, gid: 1000 }],
  ["no group", { process: { user: { uid: 1000 } } }, { uid: 1000, gid: 0 }],
  ["nobody is named", { process: { user: undefined } }, { uid: 0, gid: 0 }],
])("user: %s", (_, parts, expected) => {
  expect(workloadOf(parts).user).toMatchObject({ known: true, value: expected });
});

test("a user that is not a number is unknown", () => {
  expect(workloadOf({ process: { user: { uid: "0" } } }).user.known).toBe(false);
});

test("capabilities are exact, and each has its place", () => {
  const text = config({
    process: { capabilities: { bounding: ["CAP_SYS_ADMIN", "CAP_KILL"], effective: ["CAP_KILL"] } },
  });
  const runtime = read(text).workloads[0]?.runtime;
  expect(runtime?.exactCapabilities).toMatchObject({
    bounding: ["SYS_ADMIN", "KILL"],
    effective: ["KILL"],
    ambient: [],
  });
  expect(runtime?.capAdd.map(({ origin }) => origin.span && spanText(origin.span))).toEqual([
    '"CAP_SYS_ADMIN"',
    '"CAP_KILL"',
  ]);
});

test("without capabilities there are none", () => {
  expect(runtimeOf({ process: { capabilities: undefined } }).exactCapabilities).toMatchObject({
    bounding: [],
    permitted: [],
  });
});

test("mounts: binds, propagation, read-only, what is left of the host", () => {
  const { mounts } = runtimeOf({
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      {
        destination: "/sock",
        type: "bind",
        source: "/var/run/docker.sock",
        options: ["rbind", "ro", "rshared"],
      },
      { destination: "/e", source: "/etc", options: ["bind", "ro", "rw"] },
      { destination: "/rel", type: "bind", source: "data" },
      { destination: "/t", type: "tmpfs", source: "tmpfs" },
    ],
    linux: { rootfsPropagation: "rshared" },
  });
  expect(mounts.map(withoutOrigin)).toEqual([
    { type: "other", source: "rootfs", target: "/", readOnly: true, propagation: "rshared" },
    { type: "other", source: "proc", target: "/proc", readOnly: false },
    {
      type: "bind",
      source: "/var/run/docker.sock",
      hostPath: "/run/docker.sock",
      target: "/sock",
      readOnly: true,
      propagation: "rshared",
    },
    { type: "bind", source: "/etc", hostPath: "/etc", target: "/e", readOnly: false },
    { type: "bind", source: "data", target: "/rel", readOnly: false },
    { type: "tmpfs", source: "tmpfs", target: "/t", readOnly: false },
  ]);
  const places = mounts.flatMap(({ propagationAt }) => propagationAt ?? []);
  expect(places.map(spanText)).toEqual(['"rshared"']);
});

test("without a mount namespace, or with the host's root as root, the whole host is visible", () => {
  const host = { type: "bind", hostPath: "/", target: "/" };
  expect(runtimeOf({ linux: { namespaces: [] } }).mounts).toMatchObject([host]);
  expect(runtimeOf({ root: { path: "/" } }).mounts).toMatchObject([host]);
});

test("devices: what every container has is not told", () => {
  const { devices } = runtimeOf({
    linux: {
      devices: [
        { path: "/dev/null", type: "c", major: 1, minor: 3 },
        { path: "/dev/sda", type: "b", major: 8, minor: 0 },
      ],
      resources: {
        devices: [
          { allow: false, access: "rwm" },
          { allow: true, type: "c", major: 1, minor: 3, access: "rwm" },
          { allow: true, type: "c", access: "m" },
          { allow: true, type: "b", major: 8, minor: -1, access: "rw" },
          { allow: true },
        ],
      },
    },
  });
  expect(devices.map(({ form, path }) => `${form} ${path}`)).toEqual([
    "device /dev/sda",
    "cgroup-rule b 8:* rw",
    "cgroup-rule a *:* rwm",
  ]);
});

test("every layer off at once is privileged", () => {
  const every = Array.from({ length: 36 }, (_, index) => `CAP_X${index}`).concat(
    ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "MAC_ADMIN"].map(
      (name) => `CAP_${name}`,
    ),
  );
  const capabilities = { bounding: every, effective: every, permitted: every };
  const linux = {
    maskedPaths: [],
    readonlyPaths: [],
    resources: { devices: [{ allow: true, access: "rwm" }] },
  };
  expect(valueOf(runtimeOf({ process: { capabilities }, linux }).privileged)).toBe(true);
  const forUser = { capabilities: { bounding: every }, user: { uid: 1000 } };
  expect(valueOf(runtimeOf({ process: forUser, linux }).privileged)).toBe(true);
  expect(valueOf(runtimeOf({ process: { capabilities } }).privileged)).toBe(false);
  expect(valueOf(runtimeOf({ linux }).privileged)).toBe(false);
});

test("environment: a text that is neither a name nor an assignment is told, and not shown", () => {
  const reading = read(JSON.stringify({ ociVersion: "1.0.2", process: { env: ["BAD hunter2"] } }));
  expect(reading.workloads.flatMap(({ env }) => env)).toEqual([]);
  const unknowns = [...reading.unknowns, ...reading.workloads.flatMap(({ unknowns: own }) => own)];
  expect(unknowns.some(({ why }) => why.includes("NAME=value"))).toBe(true);
  expect(unknowns.map(({ what, why, settle }) => what + why + settle).join()).not.toContain(
    "hunter2",
  );
});

test("environment: name and value have places of their own", () => {
  const { env } = workloadOf({ process: { env: ["TOKEN=a=b", "EMPTY=", "BARE", 'ODD=a"b'] } });
  expect(env.map(({ name, value, from }) => [name, value, from])).toEqual([
    ["TOKEN", "a=b", "literal"],
    ["EMPTY", "", "literal"],
    ["BARE", undefined, "unresolved"],
    ["ODD", 'a"b', "literal"],
  ]);
  expect(env.map(({ valueSpan }) => valueSpan && spanText(valueSpan))).toEqual([
    "a=b",
    "",
    '"BARE"',
    '"ODD=a\\"b"',
  ]);
  expect(env[0]?.origin.span && spanText(env[0].origin.span)).toBe("TOKEN");
});

test("hooks inside the container are further processes; those on the host are not", () => {
  const { execs, env } = workloadOf({
    hooks: {
      prestart: [{ path: "/bin/a", env: ["HOOK_TOKEN=x"] }],
      startContainer: [{ path: "/bin/b", args: ["b", "-v"] }],
    },
  });
  expect(execs).toMatchObject([
    { what: "startContainer hook", command: { words: ["/bin/b", "-v"] } },
  ]);
  expect(env.map(({ name, surface }) => [name, surface])).toContainEqual(["HOOK_TOKEN", "exec"]);
});

test("sysctls and groups", () => {
  const runtime = runtimeOf({
    process: { user: { uid: 1, gid: 1, additionalGids: [5] } },
    linux: { sysctl: { "net.core.somaxconn": "1" } },
  });
  expect(runtime.sysctls).toMatchObject([{ name: "net.core.somaxconn", value: "1" }]);
  expect(runtime.groups).toMatchObject([{ text: "5" }]);
});

test("Windows", () => {
  const { workloads } = read(
    '{"ociVersion":"1.0","process":{"user":{"username":"ContainerUser"}},"windows":{}}',
  );
  expect(workloads[0]).toMatchObject({
    platform: "windows",
    user: { value: { name: "ContainerUser" } },
  });
  expect(workloads[0]?.runtime?.mounts).toEqual([]);
});

test("the image's name, where an engine left it", () => {
  expect(
    workloadOf({ annotations: { "io.kubernetes.cri.image-name": "node:22" } }).image,
  ).toMatchObject({ value: { tag: "22" } });
  expect(workloadOf().image.known).toBe(false);
});

test.each(["", "[]", "{}", '{"a": 1}', "text", "{", "\0"])("%j is an unknown", (text) => {
  const { workloads, unknowns } = read(text);
  expect(workloads).toEqual([]);
  expect(unknowns.length).toBeGreaterThan(0);
});

test.each<[string, object]>([
  ["process", { process: [] }],
  ["mounts", { process: {}, mounts: {} }],
  ["namespaces", { process: {}, linux: { namespaces: "all" } }],
  ["args", { process: { args: "sh" } }],
  ["env", { process: { env: [1] } }],
])("a wrong type of %s is an unknown, and the rest goes on", (_, value) => {
  const { workloads, unknowns } = read(JSON.stringify({ ociVersion: "1.2.0", ...value }));
  expect(workloads).toHaveLength(1);
  expect(unknowns.some(({ span }) => span !== undefined)).toBe(true);
});

const NAMES =
  "process user uid args env capabilities bounding effective root path readonly mounts type source destination options linux namespaces uidMappings hostID size devices resources memory limit cpu quota period seccomp sysctl maskedPaths hooks startContainer __proto__ constructor annotations windows".split(
    " ",
  );
const json = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -1, 1e300, "", "x", "A=b", "/"),
    fc.array(tie("node"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie("node"), { maxKeys: 8 }),
  ),
})).node;

test("any JSON and any text are read without a crash, with spans inside", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        json.map((value) => JSON.stringify(value)),
        fc.string({ unit: "binary", maxLength: 200 }),
      ),
      (text) => {
        const whole = text.startsWith("{")
          ? `{"ociVersion":"1","process":${text},"linux":${text}}`
          : text;
        expect(spansOutside(read(whole), whole.length)).toEqual([]);
        expect(spansOutside(read(text), text.length)).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("many entries stay linear and their unknowns bounded", () => {
  const env = Array.from({ length: 5000 }, () => 1);
  const mounts = Array.from({ length: 5000 }, (_, index) => ({
    type: "bind",
    source: `/${index}`,
    destination: `/${index}`,
  }));
  const started = performance.now();
  const { workloads, unknowns } = read(config({ process: { env }, mounts }));
  expect(workloads[0]?.runtime?.mounts).toHaveLength(5000);
  expect(unknowns.length).toBeLessThanOrEqual(200);
  expect(performance.now() - started).toBeLessThan(5000);
});

test("a whole configuration leaves nothing undecided, though it names no image", () => {
  const { workloads, unknowns } = read(config());
  expect(workloads).toHaveLength(1);
  expect([...unknowns, ...workloads.flatMap((workload) => undecidedFacts(workload))]).toEqual([]);
});
