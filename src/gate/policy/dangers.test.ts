import { describe, expect, test } from "vitest";
import { dangersOf } from "./dangers.ts";
import { describePolicy } from "./describe.ts";
import { client, clientText, compiled } from "./policy-testing.ts";

const CREATES = "allow: {containers: [list, create, start]}";

const told = (...keys: readonly string[]): string[] =>
  dangersOf(client(...keys)).map(
    ({ severity, grant, meaning }) => `${severity} ${grant}: ${meaning}`,
  );

test.each([
  ["binds: [/]", /^critical binds \/: every file of the host can be read/],
  ["binds: ['/:rw']", /^critical binds \/, writable: this is root of the host$/],
  ["binds: [/var/run/docker.sock]", /^critical .*engine's own socket/],
  ["binds: [/var/run]", /^critical .*engine's own socket/],
  ["binds: [/opt/a/docker.sock]", /^critical .*engine's own socket/],
  ["binds: ['/etc:rw']", /^critical binds \/etc, writable: /],
  ["binds: ['/root/.ssh']", /^(critical|high) /],
  ["binds: [{source: /srv/a, below: true, read-only: false}]", /^high .*symbolic link/],
  ["binds: [/srv/a/b, {source: /srv/a, below: true, read-only: false}]", /read-only says nothing/],
  ["privileged: true", /^critical privileged: /],
  ["capabilities: [ALL]", /^critical capability ALL/],
  ["capabilities: [SYS_ADMIN]", /^critical capability SYS_ADMIN/],
  ["capabilities: [SYS_MODULE]", /^(critical|high) capability SYS_MODULE/],
  ["capabilities: [NET_RAW]", /^medium capability NET_RAW/],
  ["devices: [/dev/sda]", /^critical device \/dev\/sda/],
  ["devices: [/dev/kmsg]", /device \/dev\/kmsg/],
  ["networks: [host]", /^high network host/],
  ["networks: ['*']", /^medium networks \*/],
  ["volumes: ['*']", /^high volumes \*/],
  ["volume-drivers: [rexray]", /^high volume driver rexray/],
  ["network-drivers: [macvlan]", /^medium .*past its firewall/],
  ["log-drivers: [syslog]", /^medium log driver syslog/],
  ["sysctls: [kernel.core_pattern]", /^critical sysctl/],
  ["host-namespaces: [pid]", /^high host namespace pid/],
  ["seccomp-unconfined: true", /^high seccomp-unconfined/],
  ["apparmor-unconfined: true", /^medium apparmor-unconfined/],
  ["labels: ['traefik.*']", /^medium labels/],
  ["ports: [1-65535]", /^medium ports 1-65535/],
  ["runtimes: [crun]", /^medium runtime crun/],
])("grant %s", (grant, danger) => {
  const all = told(CREATES, `grant: {${grant}}`);
  expect(all.some((line) => danger.test(line))).toBe(true);
  // Nobody can use a grant who creates nothing.
  expect(told("allow: {containers: [list]}", `grant: {${grant}}`)).toEqual([]);
});

test.each([
  "binds: [/srv/data, '/srv/cache:rw']",
  "networks: [web]",
  "volumes: [cache, 'team-*']",
  "ports: [8080, 0]",
  "log-drivers: [json-file, local]",
  "capabilities: [NET_BIND_SERVICE]",
  "sysctls: [net.core.somaxconn]",
  "images: ['ghcr.io/team/*']",
  "limits: {memory: 1g}",
])("grant %s is no danger", (grant) => {
  expect(told(CREATES, `grant: {${grant}}`)).toEqual([]);
});

describe("words", () => {
  test("of others are dangers where nothing is owned", () => {
    const keys = ["allow: {containers: [list, inspect, exec, copy-in, remove, logs]}"];
    expect(told(...keys, "ownership: true")).toEqual([]);
    const all = told(...keys);
    expect(all[0]).toMatch(/^critical containers: exec/);
    expect(all.join("\n")).toMatch(/copy-in.*\n.*medium containers: stop.*\nlow containers: logs/s);
  });

  test("that reach outside are told, and what bounds them", () => {
    expect(told("allow: {images: [push]}")[0]).toMatch(/^medium images: push/);
    expect(told("allow: {images: [push]}", "grant: {registries: [ghcr.io]}")).toEqual([]);
    expect(told("allow: {swarm: [manage]}")[0]).toMatch(/^critical swarm: manage/);
    expect(told("allow: {plugins: [disable]}")[0]).toMatch(/^high plugins/);
  });

  test("reading without redaction is one where it reads what others created", () => {
    expect(told("allow: {containers: [inspect]}", "redact: none")[0]).toMatch(/^high redact none/);
    expect(told("allow: {containers: [inspect]}")).toEqual([]);
  });
});

test("a bind of a socket is judged by who listens there", () => {
  const gate = compiled(`upstream: unix:///run/engine/e.sock
${clientText(CREATES, "grant: {binds: [/run/a.sock, /run/b.sock, /run/b, /run/engine, /srv]}")}  b:
    listen: [{unix: /run/b.sock}, {unix: /run/b/b.sock}]
`);
  const [a] = gate.clients;
  if (a === undefined) throw new Error("no client");
  const all = dangersOf(a.policy, gate).map(({ severity, grant }) => `${severity} ${grant}`);
  expect(all).toEqual([
    "critical binds /run/engine",
    "high binds /run/b.sock",
    "high binds /run/b",
  ]);
});

test("a lowered ceiling is told, gravest first", () => {
  const all = told(
    CREATES,
    "posture: {refuse: none, rules: {engine-socket: off, host-port: off}}",
    "force: {no-new-privileges: false}",
    "grant: {privileged: true}",
  );
  expect(all.map((line) => line.split(" ")[0])).toEqual(["critical", "high", "low", "low"]);
  expect(all.join("\n")).toMatch(/rule engine-socket off/);
  expect(all.join("\n")).not.toMatch(/host-port/);
});

test.each([
  ["tcp://engine:2375", true],
  ["https://engine:2376", false],
  ["tcp://127.0.0.1:2375", false],
  ["unix:///run/e.sock", false],
])("an engine at %s is one that anyone may stand before: %s", (upstream, is) => {
  const lines = describePolicy(compiled(`upstream: ${upstream}\n${clientText()}`));
  expect(lines.some((line) => line.startsWith("! high: no TLS"))).toBe(is);
});

test("clients that share an owner are told so", () => {
  const shared = "allow: {containers: [create]}, owner: shop";
  const text = `version: 1
clients:
  a: {listen: {unix: /a}, ${shared}}
  b: {listen: {unix: /b}, ${shared}}
  c: {listen: {unix: /c}, allow: {containers: [list]}, owner: shop}
`;
  const lines = describePolicy(compiled(text)).filter((line) => /shares/.test(line));
  expect(lines).toEqual(["  shares what it creates with b", "  shares what it creates with a"]);
});

test("a network that is forced on all is told", () => {
  expect(told(CREATES, "force: {network: host}")[0]).toMatch(/^high network host forced/);
});

test("a policy is described line by line", () => {
  const text = `admin: 127.0.0.1:9323
audit: {file: "-"}
host-root: /
${clientText("preset: agent-sandbox", "grant: {networks: [web], binds: ['/srv/a:rw']}")}  b:
    listen: {tcp: "127.0.0.1:1", i-know-that-anyone-may-connect: true}
    allow: {containers: [read]}
  c:
    listen: {unix: /run/c.sock, mode: 0666}
`;
  expect(describePolicy(compiled(text)).join("\n")).toMatchInlineSnapshot(`
    "engine: unix:///var/run/docker.sock
    audit log: standard output; while it cannot be written, requests are denied
    health and metrics: http://127.0.0.1:9323
    sources of binds: links are resolved below /
    at a stop: open streams have 10s

    client a (preset agent-sandbox)
      connects at unix:///run/a.sock, mode 0600
      sees and manages only what belongs to the owner a
      reads answers without secrets, paths of the host, command lines and labels of others
      may: containers: list, inspect, logs, stats, top, attach, create, start, stop, kill, wait, resize, remove, exec, copy-out, copy-in
      may: images: list, inspect, pull
      may: system: ping, version
      what it creates is refused for findings from medium up; not for image-not-pinned
      creations may ask for: binds /srv/a (writable); networks none, web
      images: from docker.io
      at most: memory 2g, 512 processes, 2 CPUs, shm 64m, 8 containers at a time
      written into each: capabilities dropped, no-new-privileges, read-only root, user 65532:65532 instead of root, network none where none is named
      asks: 20 requests a second, 60 at once; 32 open at a time; API 1.40 to 1.56

    client b
      connects at 127.0.0.1:1 without TLS
      ! high: plain TCP: whoever reaches this address is this client
      sees what everyone created
      reads answers without secrets: values of environment variables, tokens, passwords of volumes
      may: containers: list, inspect, logs, stats, top, changes
      may: system: ping, version
      asks: API 1.40 to 1.56
      ! low: containers: logs: it reads logs of others, with whatever secrets they print

    client c
      connects at unix:///run/c.sock, mode 0666
      ! medium: everyone may write to this socket: whoever reaches its folder is this client
      sees what everyone created
      reads answers without secrets: values of environment variables, tokens, passwords of volumes
      may: system: ping, version
      asks: API 1.40 to 1.56"
  `);
});
