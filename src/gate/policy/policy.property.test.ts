/** Whatever a policy file holds, it compiles or its mistakes are told; what is written compiles to the same. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { rules } from "../../rules/registry.ts";
import type { ClientPolicy, Forced, Grants, LimitGrants } from "./client-policy.ts";
import { compileClient } from "./compile-client.ts";
import { compilePolicy } from "./compile.ts";
import type { CompiledGate, Listener } from "./compiled.ts";
import { describePolicy } from "./describe.ts";
import { compiled } from "./policy-testing.ts";
import { presetNames } from "./preset-names.ts";
import { areaNames, areas } from "./words.ts";
import { writePolicy } from "./write.ts";

const full = `# Everything that a policy can say.
version: 1
upstream: {address: "tcp://engine:2376/base", tls: {ca: ca.pem, cert: gate.pem, key: gate.key}}
audit: {file: audit.jsonl, max-size: 10m, keep: 3, on-failure: continue}
admin: "[::1]:9323"
drain: 1500ms
limits:
  body-size: 1m
  upload-size: 2g
  head-size: 64k
  head-time: 5s
  body-time: 6s
  idle-time: 1h
  connections: 100
  upstream-connections: 50
host-root: /host
clients:
  traefik: &shared
    preset: discovery
    listen: {unix: /run/t.sock, mode: 0660, owner: 1000, group: 998}
  ci:
    listen:
      - {tls: "0.0.0.0:2376", cert: c, key: k, client-ca: a, client: {common-name: ci}}
      - {tcp: "127.0.0.1:2375", i-know-that-anyone-may-connect: true}
    allow: {containers: [all], images: [read, pull], build: [classic], swarm: [inspect]}
    deny: {containers: [export], system: [version]}
    posture: {refuse: high, rules: {host-port: off, privileged: critical}}
    grant:
      capabilities: [NET_ADMIN]
      binds: [/srv/a, /srv/b:rw, {source: "/srv/c:rw", below: true, read-only: false}]
      networks: [web, "team-*"]
      volumes: [cache]
      ports: [8080, "127.0.0.1:8000-8010"]
      devices: [/dev/fuse]
      device-requests: ["vendor.example/class=one"]
      runtimes: [runsc]
      images: ["ghcr.io/team/*"]
      images-by-digest: true
      registries: [ghcr.io]
      build-sources: ["https://github.com/team/*"]
      sysctls: [net.core.somaxconn]
      log-drivers: [json-file]
      volume-drivers: [local]
      network-drivers: [macvlan]
      subnets: [10.20.0.0/16]
      labels: ["traefik.*"]
      host-namespaces: [uts]
      privileged: true
      apparmor-unconfined: true
      restart: true
      limits: {memory: 1g, pids: 10, cpus: 0.5, shm: 1m, containers: 2}
    force:
      cap-drop-all: false
      no-new-privileges: false
      read-only-root: false
      seccomp-profile: '{"defaultAction": "SCMP_ACT_ERRNO"}'
      user: 65532:65532
      labels: {team: "a b", "x/y": "true"}
      network: web
    ownership: true
    owner: build
    redact: strict
    rate: {per-second: 5, burst: 9}
    concurrency: 3
    api-versions: {least: 1.41, most: 1.50, assumed: 1.44}
`;

const withoutPresets = (gate: CompiledGate): CompiledGate => ({
  ...gate,
  clients: gate.clients.map(({ policy }) => ({ policy })),
});

test("a policy that says everything is written so that it compiles to the same", () => {
  const gate = compiled(full);
  const text = writePolicy(gate);
  expect(compiled(text)).toEqual(withoutPresets(gate));
  expect(writePolicy(compiled(text)).replaceAll(/^ *#.*\n/gm, "")).toBe(
    text.replaceAll(/^ *#.*\n/gm, ""),
  );
});

test.each(presetNames)("the preset %s is written so that it compiles to the same", (preset) => {
  const gate = compiled(`version: 1\nclients: {a: {preset: ${preset}, listen: {unix: /a}}}\n`);
  expect(compiled(writePolicy(gate))).toEqual(withoutPresets(gate));
});

const outcomeIsWhole = (text: string): void => {
  const outcome = compilePolicy({ path: "gate.yaml", text });
  if (outcome.ok) {
    describePolicy(outcome.gate);
    return;
  }
  expect(outcome.problems.length).toBeGreaterThan(0);
  const lines = text.split(/\r\n|\n|\r/);
  for (const { at, problem, help } of outcome.problems) {
    expect(at.line).toBeGreaterThanOrEqual(1);
    expect(at.line).toBeLessThanOrEqual(lines.length);
    expect(at.column).toBeLessThanOrEqual((lines[at.line - 1] ?? "").length + 1);
    expect(problem).not.toBe("");
    expect(help).not.toBe("");
    expect(problem + help).not.toMatch(/[\n\r]|undefined|\[object/);
  }
};

const words = [...new Set(full.match(/[\w./-]+/g))];
const piece = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(
    "",
    "~",
    "null",
    "true",
    "0",
    "-1",
    "1e9",
    "[]",
    "{}",
    "- ",
    "*shared",
    "<<",
    "!!x y",
    "'",
    '"',
    "\t",
    "#",
    "__proto__",
    "constructor",
    "&a",
    "|",
    "\u0000",
    "\ud800",
  ),
  fc.string({ maxLength: 12 }),
);

test("any change of a file compiles or is told with its place", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(full.length), fc.nat(24), piece), { minLength: 1, maxLength: 4 }),
      (changes) => {
        let text = full;
        for (const [at, length, inserted] of changes)
          text = text.slice(0, at) + inserted + text.slice(at + length);
        outcomeIsWhole(text);
      },
    ),
    { numRuns: 600 },
  );
});

test("so does any word in the place of another, and any line left out or twice", () => {
  const lines = full.split("\n");
  const at = fc.nat(lines.length - 1);
  fc.assert(
    fc.property(at, at, fc.nat(40), piece, (left, right, word, inserted) => {
      const changed = [...lines];
      const parts = (lines[left] ?? "").split(/([\w./-]+)/);
      parts[(word % Math.max(1, parts.length)) | 1] = inserted;
      changed[left] = parts.join("");
      outcomeIsWhole(changed.join("\n"));
      outcomeIsWhole(lines.filter((_, index) => index !== left).join("\n"));
      outcomeIsWhole(lines.toSpliced(right, 0, lines[left] ?? "").join("\n"));
    }),
    { numRuns: 400 },
  );
});

test("any text at all compiles or is told", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), outcomeIsWhole), {
    numRuns: 300,
  });
});

const name = fc.stringMatching(/^[A-Za-z0-9][\w.-]{0,12}$/);
const item = fc.stringMatching(/^[!-~]{1,12}$/).filter((text) => text !== "__proto__");
const items = fc.uniqueArray(item, { maxLength: 3 });
const set = items.map((list): ReadonlySet<string> => new Set(list));
const path = fc
  .array(fc.stringMatching(/^[\w:+ -]{0,5}\w$/), { maxLength: 3 })
  .map((parts) => `/${parts.join("/")}`);
const port = fc
  .tuple(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }))
  .map(([one, other]) => ({ first: Math.min(one, other), last: Math.max(one, other) }));
const bigint = fc.bigInt({ min: 1n, max: 2n ** 42n });

/** A new key of a policy must be put here, so that it is written and read. */
const grants: fc.Arbitrary<Grants> = fc.record(
  {
    capabilities: fc.subarray(["NET_ADMIN", "SYS_TIME", "ALL"]).map((list) => new Set(list)),
    binds: fc.array(fc.record({ source: path, below: fc.boolean(), readOnly: fc.boolean() }), {
      maxLength: 3,
    }),
    networks: items,
    volumes: items,
    ports: fc.array(
      fc
        .tuple(fc.constantFrom("", "127.0.0.1", "::1"), port)
        .map(([address, range]) => ({ address, ...range })),
      { maxLength: 2 },
    ),
    devices: fc.uniqueArray(
      name.map((text) => `/dev/${text}`),
      { maxLength: 2 },
    ),
    deviceRequests: items,
    runtimes: set,
    images: items,
    imagesByDigest: fc.boolean(),
    registries: fc.subarray(["ghcr.io", "localhost:5000"]).map((list) => new Set(list)),
    buildSources: items,
    sysctls: fc.subarray(["net.core.somaxconn", "kernel.shmmax"]).map((list) => new Set(list)),
    logDrivers: set,
    volumeDrivers: set,
    networkDrivers: set,
    subnets: fc.subarray(["10.0.0.0/8", "fd00::/64"]),
    labels: items,
    hostNamespaces: fc.subarray(["pid", "ipc", "uts"]).map((list) => new Set(list)),
    privileged: fc.boolean(),
    seccompUnconfined: fc.boolean(),
    apparmorUnconfined: fc.boolean(),
    restart: fc.boolean(),
    limits: fc.record(
      {
        memoryBytes: bigint,
        pids: fc.bigInt({ min: 1n, max: 99_999n }),
        nanoCpus: fc.bigInt({ min: 1n, max: 99_999_999_999n }),
        shmBytes: bigint,
        containers: fc.integer({ min: 1, max: 1000 }),
      } satisfies { [Key in keyof Required<LimitGrants>]: fc.Arbitrary<unknown> },
      { requiredKeys: [] },
    ),
  } satisfies { [Key in keyof Required<Grants>]: fc.Arbitrary<unknown> },
  {
    requiredKeys: [
      "capabilities",
      "binds",
      "networks",
      "volumes",
      "ports",
      "devices",
      "deviceRequests",
      "runtimes",
      "imagesByDigest",
      "sysctls",
      "logDrivers",
      "volumeDrivers",
      "networkDrivers",
      "labels",
      "hostNamespaces",
      "privileged",
      "seccompUnconfined",
      "apparmorUnconfined",
      "restart",
      "limits",
    ],
  },
);

const forced = fc.record(
  {
    capDropAll: fc.boolean(),
    noNewPrivileges: fc.boolean(),
    seccompProfile: fc.constant('{"defaultAction":"SCMP_ACT_ERRNO"}'),
    user: fc.constantFrom("65532", "app:app", "65532:65532"),
    readOnlyRoot: fc.boolean(),
    labels: fc.array(fc.tuple(item, fc.string({ maxLength: 8 }))).map((list) => new Map(list)),
    network: item,
  } satisfies { [Key in keyof Required<Forced>]: fc.Arbitrary<unknown> },
  { requiredKeys: ["capDropAll", "noNewPrivileges", "readOnlyRoot", "labels"] },
) as fc.Arbitrary<Forced>;

const allow = fc
  .tuple(...areaNames.map((area) => fc.subarray(Object.keys(areas[area]))))
  .map((lists) => Object.fromEntries(areaNames.map((area, index) => [area, lists[index] ?? []])));

const policy: fc.Arbitrary<ClientPolicy> = fc
  .record({
    name,
    allow,
    ownership: fc.boolean(),
    redact: fc.constantFrom("none", "secrets", "strict"),
    refuse: fc.constantFrom("critical", "high", "medium", "low", "info", "none"),
    off: fc.subarray(rules.map(({ id }) => id)),
    grants,
    forced,
    rate: fc.option(
      fc.record({
        perSecond: fc.integer({ min: 1, max: 999 }),
        burst: fc.integer({ min: 1, max: 999 }),
      }),
    ),
    concurrency: fc.option(fc.integer({ min: 1, max: 999 })),
  })
  .map(({ name: called, allow: lists, refuse, off, rate, concurrency, ...rest }) => ({
    // Operations that words can say.
    ...compileClient(called, { listen: {}, allow: lists }),
    ...rest,
    grants: {
      ...rest.grants,
      seccompUnconfined: rest.forced.seccompProfile === undefined && rest.grants.seccompUnconfined,
    },
    ceiling: { refuse, rules: new Map(off.map((id) => [id, "off" as const])) },
    ...(rate === null ? {} : { rate }),
    ...(concurrency === null ? {} : { concurrency }),
  }));

test("compiling what was written gives the same policy, whatever it says", () => {
  fc.assert(
    fc.property(policy, (one) => {
      const listener: Listener = {
        kind: "unix",
        path: "/run/a.sock",
        mode: 0o640,
        client: one.name,
      };
      const gate: CompiledGate = {
        ...compiled(full),
        clients: [{ policy: one }],
        listeners: [listener],
      };
      const text = writePolicy(gate);
      const again = compilePolicy({ path: "gate.yaml", text });
      expect(again.ok ? [] : again.problems).toEqual([]);
      expect(again.ok && again.gate).toEqual(gate);
    }),
    { numRuns: 300 },
  );
});
