import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actions, closed, methods, others, sections } from "./environment-table.ts";
import { policyFromEnvironment, speaksDialect } from "./environment.ts";
import { compiled } from "./policy-testing.ts";
import { operationsOf, wordsFor } from "./words.ts";
import { writePolicy } from "./write.ts";

type Environment = Readonly<Record<string, string>>;

const wordsIn = (environment: Environment): string[] => {
  const [client] = policyFromEnvironment(environment).gate.clients;
  return wordsFor(client?.policy.operations ?? new Set()).map(
    ({ area, word }) => `${area}: ${word}`,
  );
};

const warned = (environment: Environment): string[] =>
  policyFromEnvironment(environment).warnings.map(
    ({ variable, message }) => `${variable}: ${message}`,
  );

describe("what is on", () => {
  test("EVENTS, PING and VERSION, and nothing else", () => {
    expect(wordsIn({})).toEqual(["system: ping", "system: version", "system: events"]);
    expect(wordsIn({ PING: "0", VERSION: "0", EVENTS: "0" })).toEqual([]);
  });

  test("a section without POST is read, with it written", () => {
    expect(wordsIn({ NETWORKS: "1" })).toContain("networks: list");
    expect(wordsIn({ NETWORKS: "1" })).not.toContain("networks: create");
    expect(wordsIn({ NETWORKS: "1", POST: "1" })).toContain("networks: create");
    expect(wordsIn({ POST: "1" })).toEqual(wordsIn({}));
  });

  test("CONTAINERS reads logs, but no files, and types nowhere", () => {
    const words = wordsIn({ CONTAINERS: "1" });
    for (const word of ["list", "inspect", "logs", "stats", "top"])
      expect(words).toContain(`containers: ${word}`);
    for (const word of ["copy-out", "export", "attach", "start", "exec", "create"])
      expect(words).not.toContain(`containers: ${word}`);
    expect(wordsIn({ CONTAINERS: "1", ALLOW_LOGS: "0" })).not.toContain("containers: logs");
  });

  test.each([
    ["ALLOW_START", ["start"]],
    ["ALLOW_STOP", ["stop"]],
    ["ALLOW_RESTARTS", ["stop", "restart", "kill"]],
    ["ALLOW_PAUSE", ["pause"]],
    ["ALLOW_UNPAUSE", ["unpause"]],
  ])("%s alone is enough, without POST", (name, words) => {
    const before = wordsIn({});
    const after = wordsIn({ [name]: "1" });
    expect(after.filter((word) => !before.includes(word))).toEqual(
      words.map((word) => `containers: ${word}`),
    );
  });

  test("exec wants EXEC, CONTAINERS and POST together, or ALLOW_EXEC", () => {
    expect(wordsIn({ EXEC: "1", CONTAINERS: "1" })).not.toContain("containers: exec");
    expect(warned({ EXEC: "1" }).join("\n")).toMatch(/EXEC: EXEC says nothing without/);
    expect(wordsIn({ EXEC: "1", CONTAINERS: "1", POST: "1" })).toContain("containers: exec");
    expect(wordsIn({ ALLOW_EXEC: "1" })).toContain("containers: exec");
    expect(wordsIn({ EXEC: "1", CONTAINERS: "1", POST: "1", ALLOW_EXEC: "0" })).not.toContain(
      "containers: exec",
    );
  });

  test("DELETE follows POST where it is not set", () => {
    expect(wordsIn({ VOLUMES: "1", POST: "1" })).toContain("volumes: remove");
    expect(wordsIn({ VOLUMES: "1", POST: "1", DELETE: "0" })).not.toContain("volumes: remove");
    expect(wordsIn({ VOLUMES: "1", DELETE: "1" })).toContain("volumes: remove");
  });
});

describe("what is made safe", () => {
  const everything = Object.fromEntries(
    [...sections, ...actions].map(({ name }) => [name, "1"] as const),
  );
  const all = { ...everything, POST: "1", EXEC: "1", SESSION: "1", GRPC: "1" };

  test("the ceiling stays on, and nothing that leads to the host is granted", () => {
    const policy = policyFromEnvironment(all).gate.clients[0]?.policy;
    expect(policy).toMatchObject({ ownership: false, redact: "secrets", build: "classic" });
    expect(policy?.ceiling.refuse).toBe("medium");
    expect(policy?.forced.noNewPrivileges).toBe(true);
    expect(policy?.grants).toMatchObject({ binds: [], devices: [], ports: [], privileged: false });
    expect(policy?.grants.capabilities.size).toBe(0);
  });

  test("tunnels and the installing of plugins stay closed, whatever is set", () => {
    const { operations } = policyFromEnvironment(all).gate.clients[0]?.policy ?? {};
    for (const id of ["Session", "Grpc", "PluginPull", "PluginEnable", "PluginDisable"])
      expect(operations?.has(id)).toBe(false);
    expect(warned({ SESSION: "1" }).join("\n")).toMatch(/SESSION: this is BuildKit's own tunnel/);
  });

  test("every dangerous variable that is on is told with what it means", () => {
    const told = policyFromEnvironment(all).warnings.map(({ variable }) => variable);
    for (const name of [
      "CONTAINERS",
      "POST",
      "EXEC",
      "AUTH",
      "BUILD",
      "COMMIT",
      "CONFIGS",
      "DISTRIBUTION",
      "IMAGES",
      "NETWORKS",
      "NODES",
      "SECRETS",
      "SERVICES",
      "SWARM",
      "VOLUMES",
      "SESSION",
      "GRPC",
      "ALLOW_EXEC",
      "ALLOW_ATTACH",
      "ALLOW_ARCHIVE",
      "ALLOW_EXPORT",
      "port 2375",
    ])
      expect(told).toContain(name);
    expect(warned({})).toHaveLength(1);
  });
});

describe("what is around it", () => {
  test("the socket, the address and values that are none", () => {
    const { gate } = policyFromEnvironment({ SOCKET_PATH: "/run/balena.sock", DISABLE_IPV6: "1" });
    expect(gate.upstream).toEqual({ kind: "unix", path: "/run/balena.sock" });
    expect(gate.listeners).toEqual([
      { kind: "plain", address: { host: "0.0.0.0", port: 2375 }, client: "socket-proxy" },
    ]);
    expect(warned({ SOCKET_PATH: "ipv4@h:1" }).join("\n")).toMatch(/no absolute path/);
    expect(wordsIn({ CONTAINERS: "true" })).not.toContain("containers: list");
    expect(warned({ CONTAINERS: "true" }).join("\n")).toMatch(/neither 0 nor 1: taken as 0/);
    expect(wordsIn({ VERSION: "1.2.3" })).toContain("system: version");
  });

  test("a misspelt variable is told, and what has nothing to do with it is not", () => {
    expect(warned({ CONTANERS: "1" }).join("\n")).toMatch(/did you mean CONTAINERS\?/);
    expect(warned({ HOME: "/root", DEBUG: "1", LOG_LEVEL: "info", PATH: "/bin" })).toHaveLength(1);
  });

  test("the dialect is spoken when one of its sections is set", () => {
    expect(speaksDialect({ PATH: "/bin", POST: "1", LOG_LEVEL: "info" })).toBe(false);
    expect(speaksDialect({ VERSION: "1.2.3", BUILD: "417", AUTH: "hunter2" })).toBe(false);
    expect(speaksDialect({ CONTAINERS: "0" })).toBe(true);
    expect(speaksDialect({ ALLOW_START: "1" })).toBe(true);
  });
});

test("no value of a variable is repeated", () => {
  const all = Object.fromEntries(
    [...sections, ...actions, ...others.map((name) => ({ name }))].map(({ name }) => [
      name,
      "hunter2",
    ]),
  );
  expect(warned(all).length).toBeGreaterThan(20);
  expect(warned(all).join("\n")).not.toContain("hunter2");
});

test("any setting of the variables gives a policy that can be written as a gate.yaml", () => {
  const names = [
    ...[...sections, ...actions].map(({ name }) => name),
    ...methods,
    ...others,
    ...Object.keys(closed),
  ];
  const value = fc.constantFrom("0", "1", "", "yes", "/run/x.sock");
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (environment) => {
      const { gate } = policyFromEnvironment(environment);
      expect(compiled(writePolicy(gate))).toEqual(gate);
      const operations = gate.clients[0]?.policy.operations ?? new Set<string>();
      expect(operationsOf(wordsFor(operations))).toEqual(operations);
    }),
    { numRuns: 200 },
  );
});
