import { expect, test } from "vitest";
import type { Unknown } from "../../../model/fact.ts";
import type { Finding } from "../../../model/finding.ts";
import type { Workload } from "../../../model/workload.ts";
import { checkWorkloads } from "../../../rules/check-workload.ts";
import { rules } from "../../../rules/registry.ts";
import { withDrift } from "../../../rules/with-drift.ts";
import { memoryFiles } from "../../memory-files.ts";
import { readCompose } from "../../compose/read.ts";
import { readArguments } from "../../run-line/read-arguments.ts";
import { readContainer } from "../read.ts";
import type { Parts } from "../testing.ts";
import { dockerContainer } from "../testing.ts";
import { compareDrift } from "./compare.ts";
import { driftedContainers } from "./drifted.ts";
import { sourceFinder } from "./match.ts";

/** A service with these keys, YAML without indentation. */
function service(keys: string): Workload {
  const lines = keys.split("\n").map((line) => `    ${line}\n`);
  const text = `services:\n  web:\n    image: example/app:1.4.2\n${lines.join("")}`;
  const context = { files: memoryFiles({ "seccomp.json": PROFILE }), environment: {} };
  const [workload] = readCompose([{ path: "compose.yaml", text }], context).workloads;
  if (workload === undefined) throw new Error("no service was read");
  return workload;
}

const PROFILE = '{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": []}';

const COMPOSE_LABELS = {
  "com.docker.compose.project": "shop",
  "com.docker.compose.service": "web",
  "com.docker.compose.project.config_files": "/srv/shop/compose.yaml",
  "com.docker.compose.project.working_dir": "/srv/shop",
};

function container({ root = {}, config = {}, host = {} }: Parts = {}): Workload {
  const parts = { root, host, config: { Labels: COMPOSE_LABELS, ...config } };
  const [workload] = readContainer(dockerContainer(parts)).workloads;
  if (workload === undefined) throw new Error("no container was read");
  return workload;
}

const said = (keys: string, parts: Parts = {}): string[] =>
  compareDrift(service(keys), container(parts)).map(
    ({ direction, what, source }) =>
      `${direction}: ${what} | ${source.replace("service web in compose.yaml ", "")}`,
  );

const bind = (Source: string, Destination: string, RW = true, Propagation = "rprivate") => ({
  Type: "bind",
  Source,
  Destination,
  RW,
  Propagation,
});

test("a container that is what its file asks for has no drift", () => {
  expect(said("")).toEqual([]);
  expect(
    said(
      [
        'user: "1000:1000"',
        "cap_drop: [ALL]",
        "cap_add: [NET_BIND_SERVICE]",
        "security_opt: [no-new-privileges:true, seccomp:seccomp.json]",
        "read_only: true",
        "mem_limit: 256m",
        "cpus: 0.1",
        "pids_limit: 100",
        'ports: ["127.0.0.1:8000-8001:80-81", "9000"]',
        "volumes: [./data:/data:ro, cache:/cache, /srv/x:/x]",
        "tmpfs: [/tmp]",
        "devices: [/dev/fuse]",
        "group_add: [27]",
        "sysctls: {net.ipv4.ip_forward: 1}",
        "pid: host",
      ].join("\n"),
      {
        config: { User: "1000:1000", Labels: COMPOSE_LABELS, Volumes: { "/var/lib/x": {} } },
        host: {
          CapDrop: ["ALL"],
          CapAdd: ["CAP_NET_BIND_SERVICE"],
          SecurityOpt: ["no-new-privileges:true", `seccomp=${JSON.stringify(JSON.parse(PROFILE))}`],
          ReadonlyRootfs: true,
          Memory: 268435456,
          NanoCpus: 100000000,
          PidsLimit: 100,
          PortBindings: {
            "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "8000" }],
            "81/tcp": [{ HostIp: "127.0.0.1", HostPort: "8001" }],
            "9000/tcp": [{ HostIp: "", HostPort: "49153" }],
          },
          Tmpfs: { "/tmp": "" },
          Devices: [
            { PathOnHost: "/dev/fuse", PathInContainer: "/dev/fuse", CgroupPermissions: "rwm" },
          ],
          GroupAdd: ["27"],
          Sysctls: { "net.ipv4.ip_forward": "1" },
          PidMode: "host",
        },
        root: {
          Mounts: [
            bind("/srv/shop/data", "/data", false),
            {
              Type: "volume",
              Name: "shop_cache",
              Source: "/v/_data",
              Destination: "/cache",
              RW: true,
            },
            bind("/srv/x", "/x"),
            {
              Type: "volume",
              Name: "ab".repeat(32),
              Source: "/v/_data",
              Destination: "/var/lib/x",
              RW: true,
            },
          ],
        },
      },
    ),
  ).toEqual([]);
});

test.each<readonly [string, string, Parts, readonly string[]]>([
  [
    "a capability",
    "",
    { host: { CapAdd: ["CAP_NET_ADMIN"] } },
    ["wider: holds NET_ADMIN | does not ask for it"],
  ],
  [
    "capabilities that are kept",
    "cap_drop: [ALL]",
    {},
    ["wider: holds CHOWN, DAC_OVERRIDE, FOWNER and 11 more | does not ask for it"],
  ],
  [
    "all capabilities",
    "",
    { host: { CapAdd: ["ALL"] } },
    ["wider: holds every capability | does not ask for it"],
  ],
  [
    "fewer capabilities",
    "",
    { host: { CapDrop: ["NET_RAW"] } },
    ["narrower: lacks NET_RAW | asks for more"],
  ],
  [
    "privileged, which brings the rest",
    "",
    {
      root: { AppArmorProfile: "unconfined" },
      host: {
        Privileged: true,
        MaskedPaths: null,
        ReadonlyPaths: null,
        SecurityOpt: ["label=disable"],
      },
    },
    ["wider: is privileged | does not ask for it"],
  ],
  [
    "less than privileged",
    "privileged: true",
    {},
    ["narrower: is not privileged | sets `privileged`"],
  ],
  ["root", 'user: "1000"', {}, ["wider: runs as root | has uid 1000"]],
  [
    "another user",
    'user: "1000"',
    { config: { User: "1001" } },
    ["other: runs as uid 1001 | has uid 1000"],
  ],
  [
    "a user for root",
    "user: root",
    { config: { User: "1000" } },
    ["narrower: runs as uid 1000 | has root (uid 0)"],
  ],
  ["a name for a number, which may be the same", 'user: "1000"', { config: { User: "app" } }, []],
  ["the image's user, which is not known", "", {}, []],
  [
    "no_new_privs",
    "security_opt: [no-new-privileges]",
    {},
    ["wider: runs without no_new_privs | sets no-new-privileges"],
  ],
  [
    "no seccomp filter",
    "",
    { host: { SecurityOpt: ["seccomp=unconfined"] } },
    ["wider: runs without a seccomp filter | leaves the engine's filter on"],
  ],
  [
    "another seccomp filter",
    "security_opt: [seccomp:seccomp.json]",
    { host: { SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'] } },
    ["wider: runs under another seccomp filter | names a profile of its own"],
  ],
  [
    "no AppArmor",
    "",
    { root: { AppArmorProfile: "unconfined" }, host: { SecurityOpt: ["apparmor=unconfined"] } },
    ["wider: runs without AppArmor confinement | leaves it on"],
  ],
  ["a host without AppArmor", "", { root: { AppArmorProfile: "" } }, []],
  [
    "no SELinux",
    "",
    { host: { SecurityOpt: ["label=disable"] } },
    ["wider: runs without SELinux confinement | leaves it on"],
  ],
  [
    "no masks",
    "",
    { host: { MaskedPaths: [] } },
    ["wider: sees the kernel's files in /proc and /sys unmasked | keeps them masked"],
  ],
  [
    "a writable root",
    "read_only: true",
    {},
    ["wider: has a writable root file system | makes it read-only"],
  ],
  [
    "a namespace of the host",
    "",
    { host: { NetworkMode: "host", PidMode: "host" } },
    [
      "wider: shares the host's network namespace | does not ask for it",
      "wider: shares the host's pid namespace | does not ask for it",
    ],
  ],
  ["a namespace that the engine chose", "", { host: { CgroupnsMode: "host" } }, []],
  [
    "no network",
    "",
    { host: { NetworkMode: "none" } },
    ["narrower: has no network | does not ask for it"],
  ],
  [
    "a mount",
    "",
    { root: { Mounts: [bind("/var/run/docker.sock", "/s")] } },
    ["wider: mounts the host's /run/docker.sock at /s, writable | mounts nothing there"],
  ],
  [
    "a mount of another path",
    "volumes: [./data:/data]",
    { root: { Mounts: [bind("/etc", "/data")] } },
    ["wider: mounts the host's /etc at /data | mounts /srv/shop/data there"],
  ],
  [
    "a bind in the place of a volume",
    "volumes: [data:/data]",
    { root: { Mounts: [bind("/etc", "/data/")] } },
    ["wider: mounts the host's /etc at /data/ | mounts a volume there"],
  ],
  [
    "a mount that is writable",
    "volumes: [./data:/data:ro]",
    { root: { Mounts: [bind("/srv/shop/data", "/data")] } },
    ["wider: mounts the host's /srv/shop/data at /data writable | mounts it read-only"],
  ],
  [
    "a mount that is shared",
    "volumes: [./data:/data]",
    { root: { Mounts: [bind("/srv/shop/data", "/data", true, "rshared")] } },
    ["wider: hands mounts below /data on to the host | does not ask for it"],
  ],
  [
    "a device",
    "",
    { host: { Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda" }] } },
    ["wider: is given the device /dev/sda | does not ask for it"],
  ],
  [
    "a port",
    "",
    { host: { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "80" }] } } },
    ["wider: publishes port 80 on all addresses of the host | does not publish it"],
  ],
  [
    "a port on more addresses",
    'ports: ["127.0.0.1:80:80"]',
    { host: { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "80" }] } } },
    ["wider: publishes port 80 on all addresses of the host | publishes it on 127.0.0.1"],
  ],
  [
    "limits",
    "mem_limit: 256m\npids_limit: 100",
    { host: { Memory: 536870912, NanoCpus: 500000000 } },
    [
      "wider: may use 536870912 bytes of memory | allows 268435456 bytes of memory",
      "wider: may use any number of processes | allows 100 processes",
      "narrower: may use 0.5 CPUs | sets no limit",
    ],
  ],
  [
    "groups and sysctls",
    "sysctls: {net.core.somaxconn: 1}",
    { host: { GroupAdd: ["999"], Sysctls: { "net.core.somaxconn": "2" } } },
    [
      "wider: is in the group 999 | does not ask for it",
      "wider: sets net.core.somaxconn to 2 | sets it to 1",
    ],
  ],
  [
    "a runtime without its sandbox",
    "runtime: runsc",
    {},
    ["wider: runs under the runtime runc | asks for runsc"],
  ],
])("%s", (_, keys, parts, expected) => {
  expect(said(keys, parts)).toEqual(expected);
});

function told(
  keys: string,
  parts: Parts,
): { findings: readonly Finding[]; unknowns: readonly Unknown[] } {
  const source = service(keys);
  const running = container(parts);
  const drifted = driftedContainers([source, running], { directory: "/srv/shop" });
  return withDrift(checkWorkloads([running], rules), drifted);
}

test("a finding on what no file asks for says so, and points at the file", () => {
  const { findings, unknowns } = told("cap_drop: [ALL]", {
    host: { CapAdd: ["CAP_NET_ADMIN"], CapDrop: ["ALL"] },
  });
  const finding = findings.find(({ rule }) => rule === "dangerous-capability");
  expect(finding?.message).toMatch(/NET_ADMIN.*, which no file asks for$/);
  expect(finding?.detail).toMatch(
    /^No file asks for it: service web in compose\.yaml does not ask for it\. /,
  );
  expect(finding?.related.map(({ span }) => span.file.path)).toContain("compose.yaml");
  expect(unknowns).toEqual([]);
  const others = findings.filter(({ rule }) => rule !== "dangerous-capability");
  expect(others.filter(({ message }) => message.includes("no file"))).toEqual([]);
});

test("what is wider and no finding stands on is an unknown", () => {
  const { unknowns } = told("mem_limit: 256m\ncpus: 1\npids_limit: 100", {
    host: { Memory: 536870912, NanoCpus: 1000000000, PidsLimit: 100 },
  });
  expect(unknowns.map(({ what, why, workload }) => ({ what, why, workload }))).toEqual([
    {
      what: "drift of container app",
      why: "it may use 536870912 bytes of memory, which no file asks for: service web in compose.yaml allows 268435456 bytes of memory",
      workload: "container:app",
    },
  ]);
});

test("what is narrower is not reported", () => {
  const { findings, unknowns } = told("privileged: true", {});
  expect(unknowns).toEqual([]);
  expect(findings.filter(({ message }) => message.includes("no file"))).toEqual([]);
});

test("containers of Compose are found by the files that they name", () => {
  const web = service("");
  const find = sourceFinder([web], { directory: "/srv/shop" });
  expect(find(container())).toBe(web);
  const labels = (more: Readonly<Record<string, string>>) =>
    container({ config: { Labels: { ...COMPOSE_LABELS, ...more } } });
  expect(find(labels({ "com.docker.compose.service": "db" }))).toBeUndefined();
  // Started in another folder: the file's name and the image tell.
  const elsewhere = { "com.docker.compose.project.config_files": "/builds/7/compose.yaml" };
  expect(find(labels(elsewhere))).toBe(web);
  const other = { "com.docker.compose.project.config_files": "/builds/7/other.yaml" };
  expect(find(labels(other))).toBeUndefined();
  const several = "/srv/shop/compose.yaml,/srv/shop/compose.prod.yaml";
  expect(find(labels({ "com.docker.compose.project.config_files": several }))).toBe(web);
});

test("other containers are found by their image, where one line starts it and no more", () => {
  const line = (name: string) => {
    const words = ["docker", "run", "--name", name, "example/app:1.4.2"];
    const context = { files: memoryFiles({}), environment: {} };
    return readArguments(words, context).workloads;
  };
  const plain = container({ config: { Labels: {} } });
  const [first] = line("a");
  expect(sourceFinder([...line("a"), service("")], { directory: "/" })(plain)?.id).toBe(first?.id);
  expect(sourceFinder([...line("a"), ...line("b")], { directory: "/" })(plain)).toBeUndefined();
  expect(sourceFinder([service("")], { directory: "/" })(plain)).toBeUndefined();
});
