import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { memoryFiles } from "../memory-files.ts";
import { readCompose } from "./read.ts";
import { readProject, readService, serviceOf, shown } from "./testing.ts";

test.each<[string, unknown]>([
  ["true", true],
  ['"true"', true],
  ["yes", true],
  ["On", true],
  ['"Y"', true],
  ["${P:-true}", true],
  ["no", false],
  ["'off'", false],
  ["${P}", "unknown"],
  ["maybe", "unknown"],
  ["${P:?needed}", "unknown"],
])("privileged: %s", (written, value) => {
  const { privileged } = readService(`privileged: ${written}`).runtime;
  expect(shown(privileged)).toEqual({ value, at: written });
});

test("a service with nothing said has Docker's defaults, at its key", () => {
  const { runtime, source, kind, id } = readService("image: node:22");
  expect([id, kind, spanText(source)]).toEqual(["compose.yaml#services.a", "compose-service", "a"]);
  expect(runtime.privileged.origin).toMatchObject({ kind: "default", of: "Docker" });
  expect(runtime.privileged.origin.span && spanText(runtime.privileged.origin.span)).toBe("a");
});

test.each<[string, object | string]>([
  ['"0"', { uid: 0 }],
  ["0", { uid: 0 }],
  ["root:root", { name: "root", group: "root" }],
  ["${UID:-0}", { uid: 0 }],
  ["${UID-}${X:-1000}:${G:-0}", { uid: 1000, gid: 0 }],
  ["$U", "unknown"],
  ['"1000"', { uid: 1000 }],
])("user: %s", (written, value) => {
  const { user } = readService(`user: ${written}`);
  expect(user).toMatchObject(value === "unknown" ? { known: false } : { known: true, value });
});

test("an empty user leaves the image's", () => {
  expect(readService('image: node\nuser: ""').user.origin.kind).toBe("inherited");
});

test.each<[string, string, object]>([
  ["no-new-privileges", "noNewPrivileges", { value: true }],
  ["no-new-privileges:true", "noNewPrivileges", { value: true }],
  ["no-new-privileges=1", "noNewPrivileges", { value: true }],
  ["no-new-privileges:false", "noNewPrivileges", { value: false }],
  ["no-new-privileges=0", "noNewPrivileges", { value: false }],
  ["no-new-privileges:maybe", "noNewPrivileges", { known: false }],
  ["no-new-privileges:$X", "noNewPrivileges", { known: false }],
  ["seccomp:unconfined", "seccomp", { value: { mode: "unconfined" } }],
  ["seccomp=unconfined", "seccomp", { value: { mode: "unconfined" } }],
  ["seccomp=builtin", "seccomp", { value: { mode: "default" } }],
  ["seccomp:./p.json", "seccomp", { value: { mode: "custom", profile: { a: 1 } } }],
  ["seccomp=p=1.json", "seccomp", { value: { mode: "custom", profile: { b: 2 } } }],
  ["seccomp=none.json", "seccomp", { known: false }],
  ["seccomp=list.json", "seccomp", { known: false }],
  ["seccomp=bom.json", "seccomp", { known: false }],
  ["seccomp=default", "seccomp", { known: false }],
  ["seccomp=", "seccomp", { known: false }],
  ["seccomp=bad.json", "seccomp", { known: false }],
  ["apparmor=unconfined", "apparmor", { value: { mode: "unconfined" } }],
  ["apparmor:mine", "apparmor", { value: { mode: "profile", name: "mine" } }],
  ["label:disable", "selinux", { value: { mode: "disabled" } }],
  ["label=type:spc_t", "selinux", { value: { mode: "custom", type: "spc_t" } }],
  ["label:type:spc_t", "selinux", { value: { mode: "custom", type: "spc_t" } }],
  ["label=nonsense", "selinux", { known: false }],
  ["systempaths=unconfined", "procMask", { value: "unmasked" }],
  ["systempaths=foo", "procMask", { known: false }],
])("security_opt %s", (option, field, expected) => {
  const files = {
    "p.json": '{"a":1}',
    "p=1.json": '{"b":2}',
    "bad.json": "{",
    "list.json": "[]",
    "bom.json": "\uFEFF{}",
  };
  const { runtime } = readService(`security_opt:\n  - "${option}"`, files);
  expect(runtime[field as "seccomp"]).toMatchObject(expected);
});

test("of two security options the later one holds; an odd one is unknown", () => {
  const a = readService("security_opt: [seccomp=unconfined, 'seccomp:builtin', what=ever]");
  expect(a.runtime.seccomp).toMatchObject({ value: { mode: "default" } });
  expect(a.unknowns.map(({ what }) => what)).toEqual(["security option of service a"]);
});

test("capabilities in every spelling", () => {
  const { capAdd, capDrop } = readService(
    "cap_add: [cap_sys_admin, NET_RAW]\ncap_drop: [all]",
  ).runtime;
  expect(capAdd.map(({ name, text }) => [name, text])).toEqual([
    ["SYS_ADMIN", "cap_sys_admin"],
    ["NET_RAW", "NET_RAW"],
  ]);
  expect(capDrop.map(({ name }) => name)).toEqual(["ALL"]);
});

test.each<[string, string, object]>([
  ["network_mode: host", "network", { mode: "host" }],
  ["network_mode: none", "network", { mode: "none" }],
  ["network_mode: bridge", "network", { mode: "own" }],
  ['network_mode: "service:db"', "network", { mode: "joined", target: "service db" }],
  ['network_mode: "container:x"', "network", { mode: "joined", target: "container x" }],
  ["pid: host", "pid", { mode: "host" }],
  ['pid: "service:db"', "pid", { mode: "joined" }],
  ["ipc: shareable", "ipc", { mode: "shareable" }],
  ["ipc: host", "ipc", { mode: "host" }],
  ["uts: host", "uts", { mode: "host" }],
  ["userns_mode: host", "user", { mode: "host" }],
  ["cgroup: host", "cgroup", { mode: "host" }],
  ["cgroup: private", "cgroup", { mode: "own" }],
])("%s", (line, name, value) => {
  expect(readService(line).runtime.namespaces[name as "pid"]).toMatchObject({ known: true, value });
});

test.each([
  ["pid: foo", "pid"],
  ["pid: private", "pid"],
  ["ipc: foo", "ipc"],
  ["uts: foo", "uts"],
  ['uts: "container:x"', "uts"],
  ["userns_mode: foo", "user"],
  ["userns_mode: keep-id", "user"],
  ["cgroup: foo", "cgroup"],
  ['network_mode: "foo:bar"', "network"],
  ['network_mode: "container:"', "network"],
  ['network_mode: "service:"', "network"],
  ["network_mode: [host]", "network"],
])("%s is no mode, so it is not known", (line, name) => {
  const fact = readService(line).runtime.namespaces[name as "pid"];
  expect(fact).toMatchObject({ known: false, origin: { kind: "set" } });
});

test("an empty mode leaves the default; a network's name is a mode", () => {
  const { namespaces } = readService('pid: ""\nipc:\nnetwork_mode: front_1').runtime;
  expect(namespaces.pid.origin.kind).toBe("default");
  expect(namespaces.ipc.origin.kind).toBe("default");
  expect(namespaces.network).toMatchObject({ value: { mode: "own" } });
});

test.each(["foo", "80/foo", "99999:80", "{target: foo}", "{target: 80, protocol: icmp}"])(
  "%s is no port",
  (port) => {
    const { runtime, unknowns } = readService(`ports: [${port}]`);
    expect(runtime.ports).toEqual([]);
    expect(unknowns.map(({ why }) => why)).toContain("what is written here is no port");
  },
);

test.each<[string, object]>([
  ["/var/run/docker.sock", { type: "volume", target: "/var/run/docker.sock" }],
  ["/var/run/docker.sock:/s:ro", { type: "bind", hostPath: "/run/docker.sock", readOnly: true }],
  ["/var/../run/docker.sock/:/s", { type: "bind", hostPath: "/run/docker.sock", readOnly: false }],
  ["./x:/home", { type: "bind", source: "./x", target: "/home" }],
  ["~/x:/y:rw", { type: "bind", hostPath: "~/x" }],
  ["${HOME}/.ssh:/y", { type: "bind", hostPath: "~/.ssh" }],
  ["data:/d:rshared", { type: "volume", source: "data", propagation: "rshared" }],
  ["/a:/b:z,ro,slave", { hostPath: "/a", readOnly: true, propagation: "slave" }],
  ["C:\\x:/y", { type: "bind", source: "C:\\x", target: "/y" }],
  ["\\\\.\\pipe\\docker_engine:\\\\.\\pipe\\docker_engine", { type: "npipe" }],
  ["${D:-/var}:/v", { type: "bind", hostPath: "/var" }],
  ["${NOPE}:/v", { type: "other", target: "/v" }],
])("volume %s", (written, expected) => {
  const [mount] = readService(`volumes:\n  - '${written}'`).runtime.mounts;
  expect(mount).toMatchObject(expected);
  expect(mount?.hostPath !== undefined).toBe("hostPath" in expected);
  expect(mount?.origin.span && spanText(mount.origin.span)).toBe(`'${written}'`);
});

test.each<[string, object]>([
  ["{type: bind, source: /, target: /h, read_only: 'yes'}", { hostPath: "/", readOnly: true }],
  ["{type: bind, source: /x, target: /h, bind: {propagation: shared}}", { propagation: "shared" }],
  ["{type: npipe, source: '\\\\.\\pipe\\docker_engine', target: x}", { type: "npipe" }],
  ["{type: tmpfs, target: /t}", { type: "tmpfs", target: "/t" }],
  [
    "{type: volume, source: d, target: /d}",
    { hostPath: "/etc", via: "volume-driver", readOnly: true },
  ],
  ["{type: image, source: alpine, target: /i}", { type: "image", source: "alpine" }],
])("long volume %s", (written, expected) => {
  const more =
    "volumes:\n  d: {driver: local, driver_opts: {type: none, o: 'bind,ro', device: /etc}}\n";
  expect(readService(`volumes:\n  - ${written}`, { more }).runtime.mounts[0]).toMatchObject(
    expected,
  );
});

test("a driver's bind points at the device and at the use", () => {
  const more = "volumes:\n  data: {driver_opts: {o: bind, device: /etc}}\n";
  const [mount] = readService("volumes: ['data:/x']", { more }).runtime.mounts;
  expect(mount?.origin.span && spanText(mount.origin.span)).toBe("/etc");
  const through = mount?.origin.kind === "set" ? mount.origin.through : [];
  expect(through?.map(({ span }) => spanText(span))).toEqual(["'data:/x'"]);
});

test("use_api_socket, tmpfs, secrets and configs are mounts", () => {
  const more =
    "secrets:\n  f: {file: /etc/shadow}\n  e: {environment: E}\nconfigs:\n  c: {content: hi}\n";
  const { mounts } = readService(
    "use_api_socket: true\ntmpfs: /t:size=1m\nsecrets: [f, {source: e, target: x, mode: 0400}, gone]\nconfigs: [c]",
    { more },
  ).runtime;
  expect(
    mounts.map(({ type, target, fileMode, hostPath, via }) => [
      type,
      target,
      fileMode,
      hostPath,
      via,
    ]),
  ).toEqual([
    ["tmpfs", "/t", undefined, undefined, undefined],
    ["secret", "/run/secrets/f", undefined, "/etc/shadow", undefined],
    ["secret", "/run/secrets/x", 0o400, undefined, undefined],
    ["secret", "/run/secrets/gone", undefined, undefined, undefined],
    ["config", "/c", 0o444, undefined, undefined],
    ["bind", "/var/run/docker.sock", undefined, "/run/docker.sock", "api-socket"],
  ]);
});

test("volumes_from takes mounts over, through several services", () => {
  const reading = readProject({
    "compose.yaml": `services:
  c: {image: x, volumes_from: [b, "container:y", nobody]}
  b: {image: x, volumes_from: ["a:ro"]}
  a: {image: x, volumes: ["/var/run/docker.sock:/s"]}
`,
  });
  for (const name of ["b", "c"]) {
    const [mount] = serviceOf(reading, name).runtime.mounts;
    expect(mount).toMatchObject({
      hostPath: "/run/docker.sock",
      via: "volumes-from",
      readOnly: true,
    });
  }
  expect(serviceOf(reading, "c").unknowns).toHaveLength(2);
  const circle = readProject({
    "compose.yaml":
      "services:\n  a: {image: x, volumes_from: [b]}\n  b: {image: x, volumes_from: [a]}\n",
  });
  expect(circle.unknowns.map(({ why }) => why).join()).toContain("circle");
});

test.each<[string, object]>([
  ["mem_limit: 512m", { memory: 512 * 1024 ** 2 }],
  ["mem_limit: 1.5gb", { memory: 1.5 * 1024 ** 3 }],
  ["mem_limit: 1073741824", { memory: 1024 ** 3 }],
  ["mem_limit: 0", { memory: undefined }],
  ["mem_limit: lots", { memory: "unknown" }],
  ["pids_limit: -1", { pids: undefined }],
  ["pids_limit: 100", { pids: 100 }],
  ["cpus: '1.5'", { cpus: 1.5 }],
  ["cpu_quota: 50000", { cpus: 0.5 }],
  [
    "mem_limit: 1g\ndeploy: {resources: {limits: {memory: 50M, cpus: '0.5', pids: 7}}}",
    { memory: 50 * 1024 ** 2, cpus: 0.5, pids: 7 },
  ],
  ["pids_limit: 9\ndeploy: {resources: {limits: {pids: 0}}}", { pids: 9 }],
  ["deploy: {resources: {limits: {memory: '${M}'}}}", { memory: "unknown" }],
])("limits: %s", (lines, expected) => {
  const { limits } = readService(lines).runtime;
  for (const [name, value] of Object.entries(expected)) {
    expect(shown(limits[name as "pids"]).value).toBe(value);
  }
});

test.each<[string, object]>([
  ["3000", { container: "3000" }],
  ["'8000:80'", { host: "8000", container: "80" }],
  ["'9090-9091:8080-8081'", { host: "9090-9091", container: "8080-8081" }],
  ["'127.0.0.1:8001:8001/udp'", { address: "127.0.0.1", host: "8001", protocol: "udp" }],
  ["'127.0.0.1::80'", { address: "127.0.0.1", container: "80" }],
  ["'[::1]:80:8080'", { address: "::1", host: "80", container: "8080" }],
  ["22:22", { host: "22", container: "22" }],
  [
    "{target: 80, published: '8080', host_ip: 127.0.0.1, protocol: tcp}",
    { address: "127.0.0.1", host: "8080", container: "80" },
  ],
])("port %s", (written, expected) => {
  const { ports } = readService(`ports:\n  - ${written}`).runtime;
  expect(ports).toHaveLength(1);
  expect(ports[0]).toMatchObject(expected);
});

test("devices, rules, gpus, sysctls, groups, runtime", () => {
  const { devices, sysctls, groups, ociRuntime } = readService(
    `devices: ["/dev/sda:/dev/x:rw", "vendor.com/gpu=all", {source: /dev/kvm}]
device_cgroup_rules: ["b 8:* rmw"]
gpus: all
sysctls: [net.core.somaxconn=1024, kernel.shmmax=1]
group_add: [docker, 999]
runtime: runsc
deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}`,
  ).runtime;
  expect(devices.map(({ form, path }) => `${form} ${path}`)).toEqual([
    "device /dev/sda",
    "cdi vendor.com/gpu=all",
    "device /dev/kvm",
    "cgroup-rule b 8:* rmw",
    "gpu gpus",
    "gpu gpus",
  ]);
  expect(sysctls.map(({ name, value }) => `${name}=${value}`)).toEqual([
    "net.core.somaxconn=1024",
    "kernel.shmmax=1",
  ]);
  expect(groups.map(({ text }) => text)).toEqual(["docker", "999"]);
  expect(ociRuntime).toMatchObject({ value: "runsc" });
});

test("environment: list and map, files below it, variables from outside are no literals", () => {
  const { env, unknowns } = readService(
    `env_file: [one.env, {path: raw.env, format: raw}, {path: gone.env, required: false}, lost.env]
environment:
  A: 1
  B:
  C: "\${SECRET}"
  D: "\${X:-fallback}"
  E: "\${NOPE}"
  Z: over`,
    {
      "one.env": "Z=below\nQ=\"a b\" # c\nexport R=$Q-$SECRET\nS='$Q'\nT\n",
      "raw.env": 'V="$Q"\n',
      ".env": "SECRET=hunter2\n",
    },
  );
  const table = Object.fromEntries(
    env.map((one) => [one.name, [one.from, one.value, one.surface]]),
  );
  expect(table).toEqual({
    Z: ["literal", "over", "environment"],
    Q: ["literal", "a b", "env-file"],
    R: ["inherited", "a b-hunter2", "env-file"],
    S: ["literal", "$Q", "env-file"],
    T: ["inherited", undefined, "env-file"],
    V: ["literal", '"$Q"', "env-file"],
    A: ["literal", "1", "environment"],
    B: ["inherited", undefined, "environment"],
    C: ["inherited", "hunter2", "environment"],
    D: ["literal", "fallback", "environment"],
    E: ["unresolved", undefined, "environment"],
  });
  expect(unknowns.map(({ what }) => what)).toEqual(["environment file lost.env of service a"]);
});

test("places of environment values are exact", () => {
  const { env } = readService(`environment: ["A=b c", 'D=e', F=g]`);
  expect(env.map(({ valueSpan }) => valueSpan && spanText(valueSpan))).toEqual(["b c", "e", "g"]);
});

test("no message holds a value", () => {
  const reading = readProject({
    "compose.yaml":
      "services:\n  a:\n    image: x\n    environment: [P=hunter2]\n    user: ${P:-hunter2}\n    privileged: hunter2\n    ports: [hunter2]\n    command: hunter2\n    cpus: hunter2\n    secrets: 1\n    restart: [hunter2]\n    env_file: e\n",
    e: "hunter2 hunter2\n'hunter2\nA='hunter2\n",
  });
  const said = reading.unknowns.map(({ what, why, settle }) => [what, why, settle]);
  expect(said.length).toBeGreaterThan(3);
  expect(JSON.stringify(said)).not.toContain("hunter2");
});

test("hooks and health check are further processes", () => {
  const { execs, env } = readService(
    `user: "1000"
post_start:
  - {command: chown -R 'a b' /x, user: root, privileged: "yes", environment: [K=v]}
pre_stop: [{command: [./bye]}]
healthcheck: {test: ["CMD", "curl", "x"]}`,
  );
  expect(execs.map(({ what, command }) => [what, command?.words])).toEqual([
    ["post_start hook", ["chown", "-R", "a b", "/x"]],
    ["pre_stop hook", ["./bye"]],
    ["health check", ["curl", "x"]],
  ]);
  expect(execs[0]).toMatchObject({
    user: { value: { name: "root" } },
    privileged: { value: true },
  });
  expect(execs[1]).toMatchObject({ user: { value: { uid: 1000 } }, privileged: { value: false } });
  expect(env).toMatchObject([{ name: "K", surface: "exec" }]);
});

test("command and entrypoint over the image's", () => {
  const files = { Dockerfile: 'FROM x\nENTRYPOINT ["e"]\nCMD ["c"]\n' };
  const words = (lines: string) => {
    const { command } = readService(`build: .\n${lines}`, files);
    if (!command.known) return "unknown";
    return [command.value.entrypoint?.words, command.value.command?.words];
  };
  expect(words("")).toEqual([["e"], ["c"]]);
  expect(words("command: a 'b c'")).toEqual([["e"], ["a", "b c"]]);
  expect(words("entrypoint: [z]")).toEqual([["z"], undefined]);
  expect(words("entrypoint: ''\ncommand: [y]")).toEqual([[], ["y"]]);
  expect(words("command: $NOPE")).toBe("unknown");
  expect(words(`command: "a 'b"`)).toBe("unknown");
  expect(words(`command: 'a b\\'`)).toBe("unknown");
});

test("a service that builds takes its user from the target's chain, else from its base", () => {
  const table = {
    "compose.yaml": `services:
  dev: {build: {context: app, target: dev}}
  last: {build: ./app, image: shop/app:1}
  over: {build: app, user: "0"}
  args: {build: {context: app, dockerfile: ../Args, args: {U: 7, T:}, privileged: "on", network: host, entitlements: [security.insecure]}}
  gone: {build: nowhere}
  far: {build: "https://example.com/x.git"}
`,
    "app/Dockerfile": "FROM node AS dev\nUSER node\nFROM dev AS last\nUSER 5\n",
    Args: "FROM x\nARG U\nARG T\nUSER $U\n",
  };
  const reading = readProject(table);
  const user = (name: string) => shown(serviceOf(reading, name).user);
  expect(user("dev")).toMatchObject({ value: { name: "node" }, at: "node" });
  expect(user("last")).toMatchObject({ value: { uid: 5 } });
  expect(user("over")).toMatchObject({ value: { uid: 0 }, at: '"0"' });
  expect(user("args")).toMatchObject({ value: { uid: 7 } });
  expect(user("gone").value).toBe("unknown");
  expect(user("far").value).toBe("unknown");
  const { build } = serviceOf(reading, "args");
  expect(build).toMatchObject({ privileged: { value: true }, hostNetwork: { value: true } });
  expect(build?.entitlements.map(({ name }) => name)).toEqual(["security.insecure"]);
  expect(build?.args.filter(({ from }) => from === "passed")).toMatchObject([
    { name: "U", value: "7" },
    { name: "T", reference: true },
  ]);
  expect(reading.consumed).toEqual([
    { path: "app/Dockerfile", target: "dev" },
    { path: "app/Dockerfile" },
    { path: "app/Dockerfile" },
    { path: "Args" },
  ]);
  expect(reading.builds).toMatchObject([
    { image: { text: "shop/app:1" }, dockerfile: "app/Dockerfile" },
  ]);
  expect(reading.unknowns).toHaveLength(2);
  expect(serviceOf(reading, "dev").places[0]?.span.file.path).toBe("app/Dockerfile");
});

test("an inline Dockerfile has its places in the Compose file", () => {
  const { user } = readService("build:\n  dockerfile_inline: |\n    FROM x\n    USER 12\n");
  expect(user).toMatchObject({ known: true, value: { uid: 12 } });
  expect(user.origin.span && spanText(user.origin.span)).toBe("12");
  expect(user.origin.span?.file.path).toBe("compose.yaml");
  const folded = readService('build: {dockerfile_inline: "FROM x\\nUSER 12"}').user;
  expect(folded).toMatchObject({ value: { uid: 12 } });
});

test("profiles are read and named, providers are no containers", () => {
  const reading = readProject({
    "compose.yaml":
      "services:\n  a: {image: x, profiles: [debug]}\n  p: {provider: {type: awesomecloud}}\n  n: {}\n",
  });
  expect(reading.workloads.map(({ name }) => name)).toEqual(["service a", "service n"]);
  expect(serviceOf(reading, "a").places[0]?.label).toBe("only started with the profile debug");
  expect(serviceOf(reading, "n").image.known).toBe(false);
});

test("one bad service does not stop the others, and every error has a place", () => {
  const reading = readProject({
    "compose.yaml":
      "services:\n  a: 1\n  b: {image: [x], volumes: 3, privilegd: true, build: [], ports: {}}\n  c: {image: y, user: '3'}\n",
  });
  expect(serviceOf(reading, "c").user).toMatchObject({ value: { uid: 3 } });
  expect(reading.unknowns.length).toBeGreaterThan(4);
  expect(reading.unknowns.every(({ span }) => span !== undefined)).toBe(true);
  expect(reading.unknowns.map(({ settle }) => settle)).toContain("did you mean `privileged`?");
});

test("version 1 files are read, with a word on them", () => {
  const reading = readProject({
    "compose.yaml": "web:\n  build: .\n  dockerfile: D\n  net: host\n  privileged: true\n",
    D: "FROM x\nUSER 9\n",
  });
  const web = serviceOf(reading, "web");
  expect(web.user).toMatchObject({ value: { uid: 9 } });
  expect(web.runtime.namespaces.network).toMatchObject({ value: { mode: "host" } });
  expect(reading.unknowns.map(({ what }) => what)).toEqual(["Compose file"]);
});

test("a substituted text may stand wherever it can be cast to", () => {
  const { unknowns } = readProject({
    "compose.yaml":
      "services:\n  a: {image: x, ports: ['${P:-80}', '${P:-80}:8000'], use_api_socket: '${S:-false}', scale: '${N:-1}', pre_start: [{command: x}]}\n",
  });
  expect(unknowns).toEqual([]);
});

test("a file without services says so", () => {
  expect(readProject({ "compose.yaml": "# nothing\n" }).unknowns).toMatchObject([
    { why: "it is empty" },
  ]);
  expect(readProject({ "compose.yaml": "- a\n" }).unknowns).toHaveLength(1);
});

test("a build whose target is not known is not taken for its last stage", () => {
  const { user, unknowns } = readService("build: {context: ., target: $T}", {
    Dockerfile: "FROM x AS a\nUSER 0\nFROM x\nUSER 5\n",
  });
  expect(user.known).toBe(false);
  expect(unknowns.map(({ what }) => what)).toEqual(["build target of service a"]);
});

test.each([
  ["../../../../etc:/y", true],
  ["{type: bind, source: ../../../../etc, target: /y}", true],
  ["~/../..:/y", true],
  ["../data:/y", false],
  ["{type: bind, source: ../data, target: /y}", false],
])("a bind source that leaves the checked files is an unknown: %s", (volume, leaves) => {
  const text = `services:\n  a:\n    image: x\n    volumes:\n      - ${volume}\n`;
  const path = "deploy/compose.yaml";
  const reading = readCompose([{ path, text }], { files: memoryFiles({}), environment: {} });
  const found = serviceOf(reading, "a").unknowns.map(({ what }) => what);
  expect(found).toEqual(leaves ? ["source of a mount of service a"] : []);
});

test.each([
  ["labels: [com.example.token=a1b2, other]", { "com.example.token": "a1b2", other: "unknown" }],
  ["labels: {com.example.token: a1b2}", { "com.example.token": "a1b2" }],
])("labels of a service: %s", (written, wanted) => {
  const { labels = [] } = readService(written);
  const read = Object.fromEntries(
    labels.map(({ name, value }) => [
      name,
      value === undefined || value === "" ? "unknown" : value,
    ]),
  );
  expect(read).toEqual(wanted);
});

test("a service without labels has none", () => {
  expect(readService("image: node:22").labels).toBeUndefined();
});
