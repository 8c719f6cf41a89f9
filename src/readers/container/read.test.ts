import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import type { Workload } from "../../model/workload.ts";
import { undecidedFacts } from "../undecided.ts";
import { postureOf, spansOf } from "../run-line/testing.ts";
import type { ContainerContext } from "./read.ts";
import { readContainer } from "./read.ts";
import type { Json, Parts } from "./testing.ts";
import { dockerContainer, podmanContainer } from "./testing.ts";
import { volumeOptions } from "./volumes.ts";

function read(value: unknown, context: ContainerContext = {}): Workload {
  const { workloads, unknowns } = readContainer(value, context);
  const [workload] = workloads;
  if (workload === undefined) throw new Error(JSON.stringify(unknowns));
  return workload;
}

const docker = (parts: Parts, context?: ContainerContext): string[] =>
  postureOf(read(dockerContainer(parts), context)).filter((line) => !USUAL.has(line));
const podman = (parts: Parts, context?: ContainerContext): string[] =>
  postureOf(read(podmanContainer(parts), context)).filter((line) => !USUAL.has(line));

/** What every container of these tests has. */
const USUAL = new Set([
  "image: example/app:1.4.2",
  "image: docker.io/example/app:1.4.2",
  "runtime: runc",
  "runtime: crun",
  "env: PATH literal",
]);

test("a container of which nothing was asked sets nothing", () => {
  expect(docker({})).toEqual([]);
  expect(podman({})).toEqual([]);
  const workload = read(dockerContainer());
  expect([workload.id, workload.name, workload.kind, workload.engine]).toEqual([
    "container:app",
    "container app",
    "container",
    "docker",
  ]);
  expect(undecidedFacts(workload)).toEqual([]);
  expect(workload.user).toMatchObject({ known: true, value: { uid: 0 } });
  expect(workload.user.origin.kind).toBe("default");
});

test("what inspect prints is a list of one, and text serves as well as a value", () => {
  expect(read([dockerContainer()]).id).toBe("container:app");
  expect(read(JSON.stringify([dockerContainer()])).id).toBe("container:app");
  expect(read(dockerContainer(), { target: "container:web" }).source.file.path).toBe(
    "container:web",
  );
});

test("a name that no engine gives is not taken over", () => {
  expect(read(dockerContainer({ root: { Name: "/a\n\u001b[31mb" } })).id).toBe(
    "container:abababababab",
  );
  expect(read(dockerContainer({ root: { Name: 7, Id: "x y" } })).id).toBe("container:unnamed");
});

test("the document leaves out where the engine keeps its layers", () => {
  const { text } = read(dockerContainer()).source.file;
  expect(text).toContain('"HostConfig": {\n');
  expect(text).not.toContain("GraphDriver");
});

test.each([
  [{ host: { CapAdd: ["CAP_NET_ADMIN"], CapDrop: ["ALL"] } }, ["+NET_ADMIN", "-ALL"]],
  [{ host: { CapAdd: ["net_admin"] } }, ["+NET_ADMIN"]],
  [{ config: { User: "1000:1000" } }, ["user: 1000:1000"]],
  [{ host: { SecurityOpt: ["no-new-privileges"] } }, ["no-new-privileges: true"]],
  [{ host: { SecurityOpt: ["no-new-privileges:true"] } }, ["no-new-privileges: true"]],
  [{ host: { SecurityOpt: ["seccomp=unconfined"] } }, ["seccomp: unconfined"]],
  [{ host: { SecurityOpt: ["seccomp=builtin"] } }, ["seccomp: default"]],
  [
    { host: { SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}'] } },
    ["seccomp: custom inline profile"],
  ],
  [
    { root: { AppArmorProfile: "unconfined" }, host: { SecurityOpt: ["apparmor=unconfined"] } },
    ["apparmor: unconfined"],
  ],
  [
    { root: { AppArmorProfile: "mine" }, host: { SecurityOpt: ["apparmor=mine"] } },
    ["apparmor: profile mine"],
  ],
  [{ host: { SecurityOpt: ["label=disable"] } }, ["selinux: disabled"]],
  [{ root: { ProcessLabel: "system_u:system_r:spc_t:s0" } }, ["selinux: custom spc_t"]],
  [{ root: { ProcessLabel: "system_u:system_r:container_t:s0:c1,c2" } }, []],
  [{ host: { MaskedPaths: [], ReadonlyPaths: [] } }, ["proc: unmasked"]],
  [{ host: { ReadonlyPaths: [] } }, ["proc: unmasked"]],
  [{ host: { MaskedPaths: null, ReadonlyPaths: null } }, []],
  [{ host: { ReadonlyRootfs: true } }, ["read-only: true"]],
  [
    { host: { Memory: 67108864, NanoCpus: 1500000000, PidsLimit: 50 } },
    ["memory: 67108864", "cpus: 1.5", "pids: 50"],
  ],
  [{ host: { CpuQuota: 50000, CpuPeriod: 200000 } }, ["cpus: 0.25"]],
  [{ host: { CpuQuota: -1, PidsLimit: -1 } }, []],
  [{ host: { NetworkMode: "host" } }, ["network: host"]],
  [{ host: { NetworkMode: "none" } }, ["network: none"]],
  [{ host: { NetworkMode: "project_default" } }, []],
  [{ host: { NetworkMode: "default" } }, []],
  [
    {
      host: {
        NetworkMode: `container:${"12".repeat(32)}`,
        PidMode: `container:${"12".repeat(32)}`,
      },
    },
    ["network: joined 121212121212", "pid: joined 121212121212"],
  ],
  [{ host: { PidMode: "host", UTSMode: "host" } }, ["pid: host", "uts: host"]],
  [{ host: { IpcMode: "shareable", CgroupnsMode: "host" } }, ["ipc: shareable", "cgroup: host"]],
  [{ host: { UsernsMode: "host" } }, ["user: host"]],
  [{ host: { GroupAdd: ["27"] } }, ["group: 27"]],
  [{ host: { Sysctls: { "net.ipv4.ip_forward": "1" } } }, ["sysctl: net.ipv4.ip_forward=1"]],
  [
    {
      host: {
        Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/x", CgroupPermissions: "r" }],
        DeviceCgroupRules: ["b 8:* rmw"],
        DeviceRequests: [
          { Driver: "", Count: -1, DeviceIDs: null, Capabilities: [["gpu"]], Options: {} },
          { Driver: "cdi", Count: 0, DeviceIDs: ["vendor.com/net=nic0"] },
          { Driver: "nvidia", Count: 0, DeviceIDs: [] },
        ],
      },
    },
    ["device: /dev/sda", "cgroup-rule: b 8:* rmw", "gpu: gpus", "cdi: vendor.com/net=nic0"],
  ],
  [{ host: { Runtime: "runsc" } }, ["runtime: runsc"]],
  [
    { host: { Privileged: true, MaskedPaths: null, ReadonlyPaths: null } },
    ["privileged: true", "seccomp: unconfined", "selinux: disabled", "proc: unmasked"],
  ],
] as const)("%j", (parts, expected) => {
  expect(docker(parts)).toEqual(expected);
});

test("what Docker adds to a privileged container, or one in the host's PID namespace, was asked by nobody", () => {
  const shared = { PidMode: "host", SecurityOpt: ["label=disable"] };
  expect(docker({ host: shared })).toEqual(["pid: host"]);
  expect(docker({ host: shared }, { securityOptions: ["name=selinux"] })).toEqual([
    "selinux: disabled",
    "pid: host",
  ]);
  const twice = { PidMode: "host", SecurityOpt: ["label=disable", "label=disable"] };
  expect(docker({ host: twice })).toEqual(["selinux: disabled", "pid: host"]);
  const privileged = read(
    dockerContainer({
      root: { AppArmorProfile: "unconfined" },
      host: {
        Privileged: true,
        SecurityOpt: ["label=disable"],
        MaskedPaths: null,
        ReadonlyPaths: null,
      },
    }),
  );
  const { runtime } = privileged;
  for (const fact of [runtime?.seccomp, runtime?.apparmor, runtime?.selinux, runtime?.procMask]) {
    expect(fact?.origin).toEqual(runtime?.privileged.origin);
  }
});

test("a seccomp profile that was asked for holds for a privileged container too", () => {
  const host = { Privileged: true, SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ERRNO"}'] };
  expect(docker({ host })).toContain("seccomp: custom inline profile");
});

test("a running container without any label runs on a host with neither AppArmor nor SELinux", () => {
  const none = read(dockerContainer({ root: { AppArmorProfile: "" } })).runtime?.apparmor;
  expect(none).toMatchObject({ known: true, value: { mode: "unconfined" } });
  expect(none?.origin.kind).toBe("default");
  // Before the first start the engine has not written it yet.
  const created = { AppArmorProfile: "", State: { Running: false } };
  expect(read(dockerContainer({ root: created })).runtime?.apparmor).toMatchObject({
    value: { mode: "default" },
  });
});

test("what the engine says of itself decides where the container asks for nothing", () => {
  const facts = (...securityOptions: string[]) =>
    read(dockerContainer(), { securityOptions }).runtime;
  const usual = "name=seccomp,profile=builtin";
  expect(facts(usual)?.seccomp).toMatchObject({ value: { mode: "default" } });
  expect(facts()?.seccomp).toMatchObject({ value: { mode: "unconfined" } });
  expect(facts("name=seccomp,profile=unconfined")?.seccomp).toMatchObject({
    value: { mode: "unconfined" },
  });
  expect(facts("name=seccomp,profile=/etc/docker/filter.json")?.seccomp).toMatchObject({
    value: { mode: "custom", name: "/etc/docker/filter.json" },
  });
  expect(facts(usual, "name=no-new-privileges")?.noNewPrivileges).toMatchObject({ value: true });
  expect(facts(usual, "name=userns")?.namespaces.user).toMatchObject({ value: { mode: "own" } });
  expect(facts(usual, "name=rootless")?.namespaces.user).toMatchObject({ value: { mode: "own" } });
  const host = { UsernsMode: "host" };
  const opted = (option: string) =>
    read(dockerContainer({ host }), { securityOptions: [usual, option] }).runtime?.namespaces.user;
  expect(opted("name=userns")).toMatchObject({ value: { mode: "host" } });
  expect(opted("name=rootless")).toMatchObject({ value: { mode: "own" } });
});

const mount = (fields: Json): Json => ({ Mode: "", RW: true, Propagation: "", ...fields });

test("mounts are what the engine made of all that was asked for", () => {
  const root = {
    Mounts: [
      mount({
        Type: "bind",
        Source: "/var/run/docker.sock",
        Destination: "/s",
        Propagation: "rprivate",
      }),
      mount({
        Type: "bind",
        Source: "/etc",
        Destination: "/host/etc",
        RW: false,
        Propagation: "rshared",
      }),
      mount({
        Type: "volume",
        Name: "data",
        Source: "/var/lib/docker/volumes/data/_data",
        Destination: "/data",
      }),
      mount({ Type: "tmpfs", Source: "", Destination: "/scratch" }),
    ],
  };
  const host = {
    Binds: ["/etc:/host/etc/:ro,rshared", "data:/data"],
    Mounts: [{ Type: "tmpfs", Target: "/scratch" }],
    Tmpfs: { "/run": "ro,size=1m" },
  };
  expect(docker({ root, host })).toEqual([
    "volume: data at /data",
    "bind: host /etc at /host/etc ro rshared",
    "bind: host /run/docker.sock at /s rprivate",
    "tmpfs:  at /scratch",
    "tmpfs:  at /run ro",
  ]);
});

test("in whichever order the engine gives them, mounts stand in one", () => {
  const mounts = ["/a", "/b", "/c"].map((Destination) =>
    mount({ Type: "bind", Source: "/srv", Destination }),
  );
  const textOf = (Mounts: readonly Json[]) =>
    read(dockerContainer({ root: { Mounts } })).source.file.text;
  expect(textOf(mounts.toReversed())).toBe(textOf(mounts));
});

test("what is asked for and not mounted yet is not lost", () => {
  const host = {
    Binds: ["/:/host:ro", "named:/data"],
    Mounts: [
      {
        Type: "bind",
        Source: "/proc",
        Target: "/p",
        ReadOnly: true,
        BindOptions: { Propagation: "rslave" },
      },
    ],
  };
  expect(docker({ host })).toEqual([
    "bind: host /proc at /p ro rslave",
    "bind: host / at /host ro",
    "volume: named at /data",
  ]);
});

test("a volume whose driver options bind a path of the host is that path, whoever made it", () => {
  const options = { type: "none", o: "bind,ro", device: "/etc" };
  const root = {
    Mounts: [
      mount({
        Type: "volume",
        Name: "v",
        Source: "/var/lib/docker/volumes/v/_data",
        Destination: "/v",
      }),
    ],
  };
  const host = {
    Mounts: [
      {
        Type: "volume",
        Source: "v",
        Target: "/v",
        VolumeOptions: { DriverConfig: { Options: options } },
      },
    ],
  };
  expect(docker({ root, host })).toEqual(["volume: host /etc at /v volume-driver"]);
  const volumes = new Map([["v", options]]);
  expect(docker({ root }, { volumes })).toEqual(["volume: host /etc at /v volume-driver"]);
  const plain = new Map([["v", { type: "nfs", o: "addr=1.2.3.4", device: ":/x" }]]);
  expect(docker({ root }, { volumes: plain })).toEqual(["volume: v at /v"]);
});

test("what the engine answers of its volumes is taken as far as it is of the right shape", () => {
  const answer = {
    Volumes: [
      { Name: "v", Driver: "local", Options: { type: "none", o: "bind", device: "/etc", n: 7 } },
      { Name: "plain", Options: null },
      { Options: { device: "/" } },
      7,
    ],
    Warnings: null,
  };
  expect([...volumeOptions(answer)]).toEqual([["v", { type: "none", o: "bind", device: "/etc" }]]);
  for (const other of [null, [], { Volumes: null }, { Volumes: 7 }, "x"]) {
    expect(volumeOptions(other).size).toBe(0);
  }
});

test("ports are those that were asked for, with what the engine chose where nothing was", () => {
  const live = (ip: string, port: string) => [
    { HostIp: ip, HostPort: port },
    ...(ip === "0.0.0.0" ? [{ HostIp: "::", HostPort: port }] : []),
  ];
  expect(
    docker({
      host: {
        PortBindings: {
          "80/tcp": [{ HostIp: "", HostPort: "8080" }],
          "443/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }],
        },
      },
      root: {
        NetworkSettings: {
          Ports: {
            "80/tcp": live("0.0.0.0", "8080"),
            "443/tcp": live("127.0.0.1", "49153"),
            "53/udp": live("0.0.0.0", "49154"),
            "9000/tcp": null,
          },
        },
      },
    }),
  ).toEqual(["port: * 8080 80 tcp", "port: 127.0.0.1 49153 443 tcp", "port: * 49154 53 udp"]);
  // An engine may be set up to publish on loopback by itself.
  expect(
    docker({
      host: { PortBindings: { "80/tcp": [{ HostIp: "", HostPort: "8080" }] } },
      root: { NetworkSettings: { Ports: { "80/tcp": live("127.0.0.1", "8080") } } },
    }),
  ).toEqual(["port: 127.0.0.1 8080 80 tcp"]);
});

test("health checks run in the container", () => {
  const check = (Test: unknown) => docker({ config: { Healthcheck: { Test } } });
  expect(check(["CMD", "curl", "-f", "x"])).toEqual(["health check: curl -f x"]);
  expect(check(["CMD-SHELL", "curl x || exit 1"])).toEqual(["health check: curl x || exit 1"]);
  expect(check(["NONE"])).toEqual([]);
  expect(check([])).toEqual([]);
  expect(check(null)).toEqual([]);
});

test("labels and variables stand with their places", () => {
  const { labels = [], env } = read(
    dockerContainer({ config: { Env: ["A=b=c", "B"], Labels: { "x.y": "z" } } }),
  );
  const texts = [...env, ...labels].map(({ name, value, origin, valueSpan }) => [
    name,
    value,
    origin.span === undefined ? "" : spanText(origin.span),
    valueSpan === undefined ? "" : spanText(valueSpan),
  ]);
  expect(texts).toEqual([
    ["A", "b=c", "A", "b=c"],
    ["B", undefined, '"B"', '"B"'],
    ["x.y", "z", '"x.y"', '"z"'],
  ]);
});

test("an image that is named by its id is known by it", () => {
  const id = `sha256:${"ef".repeat(32)}`;
  const { image } = read(dockerContainer({ config: { Image: id } }));
  expect(image).toMatchObject({ known: true, value: { text: id, digest: id } });
});

test("a well-known entrypoint that gives root up is known to, unless another is set", () => {
  const config = { Image: "postgres:17", Cmd: ["postgres"] };
  const withEntrypoint = (...Entrypoint: string[]) =>
    read(dockerContainer({ config: { ...config, Entrypoint } })).privilegeDrop?.tool;
  expect(withEntrypoint("docker-entrypoint.sh")).toBe("gosu");
  expect(withEntrypoint("sleep", "1")).toBeUndefined();
});

test("Podman tells the capabilities themselves", () => {
  const names = ["CAP_NET_ADMIN", "CAP_CHOWN"];
  const { runtime } = read(
    podmanContainer({ root: { BoundingCaps: names, EffectiveCaps: names } }),
  );
  expect(runtime?.exactCapabilities).toMatchObject({
    bounding: ["NET_ADMIN", "CHOWN"],
    effective: ["NET_ADMIN", "CHOWN"],
    ambient: [],
  });
  const user = read(
    podmanContainer({
      root: { BoundingCaps: ["CAP_NET_ADMIN"], EffectiveCaps: ["CAP_NET_ADMIN"] },
      config: { User: "1000" },
    }),
  );
  expect(user.runtime?.exactCapabilities?.ambient).toEqual(["NET_ADMIN"]);
  const none = read(podmanContainer({ root: { BoundingCaps: null, EffectiveCaps: null } }));
  expect(none.runtime?.exactCapabilities?.bounding).toEqual([]);
});

test.each([
  [
    { host: { SecurityOpt: ["no-new-privileges", "unmask=all"] } },
    ["no-new-privileges: true", "proc: unmasked"],
  ],
  [{ host: { UsernsMode: "private", IDMappings: { UidMap: ["0:100000:65536"] } } }, ["user: own"]],
  [{ host: { UsernsMode: "private", IDMappings: { UidMap: ["0:0:65536"] } } }, ["user: host"]],
  [
    { host: { PidMode: "host", UTSMode: "host", CgroupMode: "host", IpcMode: "host" } },
    ["pid: host", "ipc: host", "uts: host", "cgroup: host"],
  ],
  [
    { root: { Pod: "12".repeat(32) }, host: { NetworkMode: `container:${"34".repeat(32)}` } },
    ["network: pod"],
  ],
  [{ host: { NetworkMode: `container:${"34".repeat(32)}` } }, ["network: joined 343434343434"]],
  [{ host: { NetworkMode: "pasta" } }, []],
  [{ host: { NetworkMode: "slirp4netns:port_handler=slirp4netns" } }, []],
  [{ host: { NetworkMode: "ns:/proc/1/ns/net" } }, ["network: host"]],
  [{ host: { Cgroups: "disabled" } }, []],
  [{ host: { PidsLimit: 100 } }, ["pids: 100"]],
  [{ root: { ProcessLabel: "", AppArmorProfile: "containers-default-0.61.1" } }, []],
  [{ config: { Env: ["TOKEN=*******"] } }, ["env: TOKEN reference"]],
  [{ root: { ImageName: "quay.io/x/y:1" } }, ["image: quay.io/x/y:1"]],
] as const)("podman: %j", (parts, expected) => {
  expect(podman(parts)).toEqual(expected);
});

test("what Podman gives to clients of Docker is told from Docker's own", () => {
  expect(read(dockerContainer({ host: { Runtime: "oci" } })).engine).toBe("podman");
  expect(read(dockerContainer({ host: { Runtime: "oci" } }), { engine: "docker" }).engine).toBe(
    "docker",
  );
});

test("lists that Podman works out for clients of Docker are what was asked for", () => {
  const of = (host: Json) => {
    const parts = { host: { Runtime: "oci", ...host } };
    return postureOf(read(dockerContainer(parts))).filter((line) => /^[+-]/.test(line));
  };
  expect(of({ CapDrop: ["AUDIT_WRITE", "MKNOD", "NET_RAW"] })).toEqual([]);
  expect(of({ CapAdd: ["NET_ADMIN"], CapDrop: ["KILL", "MKNOD", "SYS_RESOURCE"] })).toEqual([
    "+NET_ADMIN",
    "-KILL",
  ]);
  const others = ["DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "SETFCAP"];
  expect(of({ CapDrop: [...others, "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"] })).toEqual([
    "+CHOWN",
    "-ALL",
  ]);
});

test("what Podman does not tell clients of Docker is unknown", () => {
  const parts = { host: { Runtime: "oci", CgroupnsMode: "" } };
  expect(read(dockerContainer(parts)).runtime?.namespaces.cgroup.known).toBe(false);
  expect(
    read(dockerContainer({ host: { CgroupnsMode: "" } })).runtime?.namespaces.cgroup,
  ).toMatchObject({
    known: true,
    value: { mode: "own" },
  });
});

test("the line that Podman keeps tells what its inspection does not", () => {
  const made = (...flags: string[]) =>
    podman({
      config: { CreateCommand: ["/usr/bin/podman", "--root", "/r", "run", ...flags, "app"] },
    });
  expect(made()).toEqual([]);
  expect(
    made("--sysctl", "kernel.shm_rmid_forced=1", "--security-opt", "unmask=/proc/kcore"),
  ).toEqual(["proc: unmasked", "sysctl: kernel.shm_rmid_forced=1"]);
  expect(made("--ipc=host")).toEqual(["ipc: host"]);
  const { unknowns, runtime } = read(podmanContainer({ config: { CreateCommand: null } }));
  expect(unknowns.map(({ what }) => what)).toEqual(["sysctls"]);
  expect([runtime?.procMask.known, runtime?.namespaces.ipc.known]).toEqual([false, false]);
});

test("without limits of processes Podman has none", () => {
  expect(read(podmanContainer({ host: { PidsLimit: 0 } })).runtime?.limits.pids).toMatchObject({
    known: true,
    value: undefined,
  });
  expect(
    read(podmanContainer({ host: { Cgroups: "disabled" } })).runtime?.limits.pids,
  ).toMatchObject({ known: true, value: undefined });
});

test.each([
  ["no JSON", "not json", "no JSON object"],
  ["a number", 7, "no JSON object"],
  ["several containers", [dockerContainer(), dockerContainer()], "no JSON object"],
  ["no HostConfig", { Name: "/x", Config: {} }, "no HostConfig"],
  ["a HostConfig of another type", { Name: "/x", Config: {}, HostConfig: [] }, "no HostConfig"],
  ["no Config", { Name: "/x", HostConfig: {} }, "no Config"],
])("%s is an unknown and no container", (_, value, why) => {
  const { workloads, unknowns } = readContainer(value);
  expect(workloads).toEqual([]);
  expect(unknowns.map((unknown) => unknown.why).join()).toContain(why);
});

test("what is of a wrong type is unknown, never a default", () => {
  const host = {
    Privileged: "yes",
    ReadonlyRootfs: 1,
    Memory: "512m",
    NetworkMode: 7,
    PidMode: "everything",
    SecurityOpt: [7],
    CapAdd: "ALL",
    Devices: "x",
    MaskedPaths: "x",
  };
  const { workloads, unknowns } = readContainer(dockerContainer({ host, config: { User: 0 } }));
  const undecided = workloads.flatMap(undecidedFacts).map(({ what }) => what.replace(/ of .*/, ""));
  expect(undecided.sort()).toEqual([
    "memory limit",
    "network namespace",
    "pid namespace",
    "privileged",
    "read-only root file system",
    "user",
  ]);
  expect(unknowns.map(({ what }) => what).sort()).toEqual([
    "field CapAdd",
    "field Devices",
    "field MaskedPaths",
    "field an entry of SecurityOpt",
  ]);
});

test("what nests too deep is cut and told", () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 20_000; depth++) deep = [deep];
  const { workloads, unknowns } = readContainer(dockerContainer({ config: { Extra: deep } }));
  expect(workloads).toHaveLength(1);
  expect(unknowns.map(({ why }) => why)).toEqual([
    "it nests deeper than 60 levels, and what lies below was not read",
  ]);
});

/** Replaces some field, at any depth, by some value. */
function mutate(value: unknown, path: readonly number[], by: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return by;
  const entries = Object.entries(value);
  const chosen = entries.length === 0 ? -1 : step % entries.length;
  const changed = entries.map(([key, inner], index): [string, unknown] => [
    key,
    index === chosen ? mutate(inner, rest, by) : inner,
  ]);
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

test("any value in any place: no crash, places inside the file", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(dockerContainer, podmanContainer),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }),
      fc.jsonValue({ maxDepth: 3 }),
      (make, path, by) => {
        const reading = readContainer(mutate(make(), path, by));
        for (const { file, start, end } of spansOf(reading)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(file.text.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("any text: no crash", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readContainer(text).workloads).toEqual([]);
    }),
  );
});
