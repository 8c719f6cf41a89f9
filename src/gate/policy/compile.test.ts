import { describe, expect, test } from "vitest";
import { compilePolicy } from "./compile.ts";
import { client, clientText, compiled, mistakesOf } from "./policy-testing.ts";

describe("what is not written", () => {
  test("the whole file has safe defaults", () => {
    const gate = compiled(clientText("allow: {containers: [list]}"));
    expect(gate.upstream).toEqual({ kind: "unix", path: "/var/run/docker.sock" });
    expect(gate.audit).toBeUndefined();
    expect(gate.admin).toBeUndefined();
    expect(gate.hostRoot).toBeUndefined();
    expect(gate.drainMilliseconds).toBe(10_000);
    expect(gate.limits.bodyBytes).toBe(4 * 1024 * 1024);
    expect(gate.listeners).toEqual([
      { kind: "unix", path: "/run/a.sock", mode: 0o600, client: "a" },
    ]);
  });

  test("a client may nothing but ask who answers", () => {
    const policy = client();
    expect([...policy.operations].toSorted()).toEqual([
      "SystemPing",
      "SystemPingHead",
      "SystemVersion",
    ]);
    expect(policy).toMatchObject({ redact: "secrets", build: "refused", owner: "a" });
    expect(policy.ceiling).toEqual({ refuse: "medium", rules: new Map() });
    expect(policy.forced).toEqual({
      capDropAll: true,
      noNewPrivileges: true,
      readOnlyRoot: true,
      labels: new Map(),
    });
    const { grants } = policy;
    for (const value of Object.values(grants)) {
      if (value instanceof Set) expect(value.size).toBe(0);
      else if (Array.isArray(value)) expect(value).toEqual([]);
      else if (typeof value === "boolean") expect(value).toBe(false);
    }
    expect(grants.images).toBeUndefined();
    expect(grants.limits).toEqual({});
  });

  test.each([
    ["allow: {containers: [list]}", false],
    ["allow: {containers: [create]}", true],
    ["allow: {volumes: [create]}", true],
    ["allow: {build: [classic]}", true],
    ["allow: {containers: [restart]}", false],
    ["allow: {swarm: [services-write]}", true],
  ])("ownership with %s is %s", (allow, ownership) => {
    expect(client(allow).ownership).toBe(ownership);
    expect(client(allow, `ownership: ${String(!ownership)}`).ownership).toBe(!ownership);
  });
});

describe("words", () => {
  test("build is refused, classic or mediated by its words", () => {
    expect(client("allow: {build: [classic]}").build).toBe("classic");
    expect(client("allow: {build: [mediated]}").build).toBe("mediated");
    expect(client("allow: {build: [prune]}").build).toBe("refused");
  });

  test("deny takes words away, and those that every client has", () => {
    const { operations } = client(
      "allow: {containers: [all]}",
      "deny: {containers: [exec, copy-in], system: [version]}",
    );
    expect(operations.has("ContainerExec")).toBe(false);
    expect(operations.has("PutContainerArchive")).toBe(false);
    expect(operations.has("ContainerArchiveInfo")).toBe(true);
    expect(operations.has("SystemVersion")).toBe(false);
    expect(operations.has("SystemPing")).toBe(true);
  });

  test("what another word needs stays", () => {
    const { operations } = client(
      "allow: {containers: [attach, resize]}",
      "deny: {containers: [resize]}",
    );
    expect(operations.has("ContainerResize")).toBe(true);
  });
});

describe("presets", () => {
  test("lists add to the preset's, mappings merge, single values replace", () => {
    const policy = client(
      "preset: agent-sandbox",
      "allow: {networks: [list]}",
      "redact: none",
      "grant: {networks: [web], registries: [ghcr.io], limits: {memory: 1g}}",
      "force: {user: 1000}",
      "posture: {rules: {host-port: high}}",
    );
    expect(policy.operations.has("NetworkList")).toBe(true);
    expect(policy.operations.has("ContainerExec")).toBe(true);
    expect(policy.redact).toBe("none");
    expect(policy.grants.networks).toEqual(["none", "web"]);
    expect(policy.grants.registries).toEqual(new Set(["docker.io", "ghcr.io"]));
    expect(policy.grants.limits).toMatchObject({ memoryBytes: 1024n ** 3n, pids: 512n });
    expect(policy.forced).toMatchObject({ user: "1000", network: "none", readOnlyRoot: true });
    expect(Object.fromEntries(policy.ceiling.rules)).toEqual({
      "host-port": "high",
      "image-not-pinned": "off",
    });
  });
});

describe("values as they are written", () => {
  test("versions, modes and amounts keep their zeros", () => {
    const gate = compiled(
      [
        "version: 1",
        "clients:",
        "  a:",
        "    listen: {unix: /run/a.sock, mode: 0660, owner: 1000, group: 0}",
        "    api-versions: {least: 1.40, most: 1.50, assumed: 1.44}",
        "    grant: {limits: {memory: 1.5g, cpus: 0.25, pids: 100, shm: 64m, containers: 3}}",
        "    rate: {per-second: 2.5}",
        "    concurrency: 7",
      ].join("\n"),
    );
    expect(gate.listeners).toEqual([
      { kind: "unix", path: "/run/a.sock", mode: 0o660, owner: 1000, group: 0, client: "a" },
    ]);
    const policy = gate.clients[0]?.policy;
    expect(policy?.versions).toEqual({ least: 40, most: 50, assumed: 44 });
    expect(policy?.rate).toEqual({ perSecond: 2.5, burst: 3 });
    expect(policy?.concurrency).toBe(7);
    expect(policy?.grants.limits).toEqual({
      memoryBytes: 1536n * 1024n ** 2n,
      nanoCpus: 250_000_000n,
      pids: 100n,
      shmBytes: 64n * 1024n ** 2n,
      containers: 3,
    });
  });

  test("ports and binds in every form", () => {
    const { grants } = client(
      "grant:",
      '  ports: [8080, 8000-8010, "127.0.0.1:53", "[::1]:1-2", 0]',
      "  binds: [/srv/a, /srv/b:rw, /srv/c:ro, {source: /srv/d, below: true, read-only: false}]",
    );
    expect(grants.ports).toEqual([
      { address: "", first: 8080, last: 8080 },
      { address: "", first: 8000, last: 8010 },
      { address: "127.0.0.1", first: 53, last: 53 },
      { address: "::1", first: 1, last: 2 },
      { address: "", first: 32_768, last: 60_999 },
    ]);
    expect(grants.binds).toEqual([
      { source: "/srv/a", below: false, readOnly: true },
      { source: "/srv/b", below: false, readOnly: false },
      { source: "/srv/c", below: false, readOnly: true },
      { source: "/srv/d", below: true, readOnly: false },
    ]);
  });

  test("capabilities lose their prefix and their case", () => {
    expect(client("grant: {capabilities: [cap_net_admin, SYS_TIME]}").grants.capabilities).toEqual(
      new Set(["NET_ADMIN", "SYS_TIME"]),
    );
  });

  test("an empty list of images allows none", () => {
    expect(client("grant: {images: []}").grants.images).toEqual([]);
  });
});

test.each([
  ["unix:///run/d.sock", { kind: "unix", path: "/run/d.sock" }],
  ["tcp://engine:2375", { kind: "tcp", host: "engine", port: 2375, basePath: "" }],
  ["https://engine:2376", { kind: "tcp", host: "engine", port: 2376, basePath: "", tls: {} }],
  [
    "{address: tcp://engine, tls: {ca: ca.pem, cert: c.pem, key: k.pem}}",
    {
      kind: "tcp",
      host: "engine",
      port: 2376,
      basePath: "",
      tls: { ca: "ca.pem", cert: "c.pem", key: "k.pem" },
    },
  ],
  [
    "ssh://me@engine:22/run/d.sock",
    { kind: "ssh", host: "engine", user: "me", port: 22, path: "/run/d.sock" },
  ],
])("upstream %s", (written, upstream) => {
  expect(compiled(`upstream: ${written}\n${clientText()}`).upstream).toEqual(upstream);
});

test("clients share a TLS address by their certificates", () => {
  const way = (name: string): string =>
    `{tls: "0.0.0.0:2376", cert: c, key: k, client-ca: a, client: {common-name: ${name}}}`;
  const gate = compiled(
    `version: 1\nclients:\n  ci: {listen: ${way("ci")}}\n  web: {listen: ${way("web")}}\n`,
  );
  expect(gate.listeners).toEqual([
    {
      kind: "tls",
      address: { host: "0.0.0.0", port: 2376 },
      cert: "c",
      key: "k",
      clientCa: "a",
      identities: [
        { client: "ci", certificate: { kind: "common-name", value: "ci" } },
        { client: "web", certificate: { kind: "common-name", value: "web" } },
      ],
    },
  ]);
});

describe("seccomp profiles", () => {
  const text = '{"defaultAction": "SCMP_ACT_ERRNO"}';

  test("are read from the file that is named, or stand there themselves", () => {
    const file = { path: "g", text: clientText("force: {seccomp-profile: p.json}") };
    const outcome = compilePolicy(file, {
      readText: (path) =>
        path === "p.json" ? { ok: true, text: `${text}\n` } : { ok: false, why: "ENOENT" },
    });
    expect(outcome.ok && outcome.gate.clients[0]?.policy.forced.seccompProfile).toBe(text);
    expect(client(`force: {seccomp-profile: '${text}'}`).forced.seccompProfile).toBe(text);
  });

  test("that cannot be read or used stop the policy", () => {
    expect(mistakesOf(clientText("force: {seccomp-profile: p.json}"))[0]).toMatch(
      /^5:30: clients\.a: the profile "p\.json" cannot be read/,
    );
    expect(mistakesOf(clientText("force: {seccomp-profile: '{'}"))[0]).toMatch(/no JSON/);
    expect(mistakesOf(clientText("force: {seccomp-profile: '{}'}"))[0]).toMatch(/defaultAction/);
  });
});
