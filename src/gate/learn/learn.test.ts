import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BuildRegistry } from "../buildkit/registry.ts";
import { notAdmitted } from "../judge/admit.ts";
import type { Denial, EngineAsk, GateRequest, JudgeContext } from "../judge/contract.ts";
import { judge } from "../judge/judge.ts";
import type { ClientPolicy } from "../policy/client-policy.ts";
import type { CompiledGate } from "../policy/compiled.ts";
import { compiled } from "../policy/policy-testing.ts";
import { gateSteps } from "../server/core.ts";
import type { Decided } from "../server/observer.ts";
import { gateRequest } from "../testing.ts";
import type { JsonValue } from "../wire/json/value.ts";
import { learningGate } from "./learned-policy.ts";
import { Recorder } from "./recorder.ts";
import { roundedLimit } from "./round.ts";
import { ShadowTally } from "./shadow-tally.ts";

let folder = "";
let path = "";
let told: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-learn-"));
  path = join(folder, "gate.yaml");
  told = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const BASE = compiled("version: 1\nclients: {ci: {listen: {unix: /run/ci.sock}}}\n");
const LEARNING = learningGate(BASE);

function policyOf(gate: CompiledGate): ClientPolicy {
  const [client] = gate.clients;
  if (client === undefined) throw new Error("no client");
  return client.policy;
}

function opened(): Recorder {
  const recorder = Recorder.open({ path, gate: BASE, warn: (line) => told.push(line) });
  if (typeof recorder === "string") throw new Error(recorder);
  return recorder;
}

const json = (value: unknown): JsonValue =>
  value !== null && typeof value === "object"
    ? Array.isArray(value)
      ? value.map(json)
      : new Map(Object.entries(value).map(([key, inner]) => [key, json(inner)]))
    : typeof value === "number"
      ? BigInt(value)
      : (value as JsonValue);

const IMAGE = {
  Id: `sha256:${"a".repeat(64)}`,
  RepoTags: ["busybox:1"],
  RepoDigests: [],
  Config: { User: "1000:1000", Env: [], Cmd: ["sh"] },
};

/** An engine that has one image, and nothing else. */
const engine: EngineAsk = ({ path: asked }) => {
  const value = asked.startsWith("/images/json")
    ? []
    : asked.startsWith("/images/")
      ? IMAGE
      : asked.startsWith("/info")
        ? {
            DefaultRuntime: "runc",
            Runtimes: {},
            SecurityOptions: ["name=seccomp,profile=default"],
            CgroupVersion: "2",
          }
        : undefined;
  return Promise.resolve(
    value === undefined
      ? { ok: true, status: 404, value: json({ message: "no such thing" }) }
      : { ok: true, status: 200, value: json(value) },
  );
};

const STEPS = gateSteps(new BuildRegistry());

async function judged(
  request: GateRequest,
  client: ClientPolicy,
  how: "all" | "first",
): Promise<readonly Denial[]> {
  const context: JudgeContext = {
    client,
    engine,
    host: { realPath: (asked) => Promise.resolve(asked as `/${string}`) },
  };
  const unadmitted = notAdmitted(request, context);
  const { denials } = await judge(request, context, STEPS, how);
  return unadmitted === undefined ? denials : [unadmitted, ...denials];
}

async function decided(request: GateRequest): Promise<Decided> {
  const client = policyOf(LEARNING);
  const denials = await judged(request, client, "all");
  const decision = denials.length > 0 ? "shadow" : "allow";
  return { id: 1, client, method: "GET", asked: request, request, decision, denials, judgedMs: 0 };
}

const create = (host: object, more: object = {}): GateRequest =>
  gateRequest("POST", "/containers/create", { Image: "busybox:1", ...more, HostConfig: host });

const LIFE: readonly (readonly [string, readonly GateRequest[]])[] = [
  [
    "a reader",
    [
      gateRequest("GET", "/containers/json"),
      gateRequest("GET", "/events"),
      gateRequest("GET", "/info"),
    ],
  ],
  ["a plain container", [create({})]],
  ["a puller", [gateRequest("POST", "/images/create?fromImage=busybox&tag=1"), create({})]],
  [
    "a container with everything",
    [
      create({
        Binds: ["/srv/data:/data", "/srv/read:/read:ro"],
        CapAdd: ["NET_ADMIN", "CAP_SYS_PTRACE"],
        PortBindings: {
          "80/tcp": [{ HostPort: "8080" }],
          "81/tcp": [{ HostIp: "127.0.0.1", HostPort: "9000" }],
        },
        RestartPolicy: { Name: "always" },
        NetworkMode: "host",
        Sysctls: { "net.core.somaxconn": "1024" },
        Memory: 100_000_000,
      }),
    ],
  ],
  ["a privileged one", [create({ Privileged: true })]],
  [
    "one with the engine's socket",
    [create({ Binds: ["/var/run/docker.sock:/var/run/docker.sock"] })],
  ],
];

describe("the policy that is learned", () => {
  test.each(LIFE)("admits what it was learned from: %s", async (_, requests) => {
    const recorder = opened();
    for (const request of requests) recorder.add(await decided(request));
    expect(recorder.keep()).toBe(true);
    const client = policyOf(compiled(readFileSync(path, "utf8")));
    for (const request of requests) {
      expect(await judged(request, client, "all"), request.operation.id).toEqual([]);
    }
  });

  test("admits no more than that", async () => {
    const recorder = opened();
    recorder.add(await decided(create({ Binds: ["/srv/data:/data:ro"], CapAdd: ["NET_ADMIN"] })));
    recorder.keep();
    const client = policyOf(compiled(readFileSync(path, "utf8")));
    const refused = async (request: GateRequest): Promise<readonly string[]> =>
      (await judged(request, client, "all")).map(({ rule }) => rule);
    expect(await refused(gateRequest("GET", "/info"))).toContain("not-in-policy");
    expect(await refused(create({ Privileged: true }))).not.toEqual([]);
    expect(await refused(create({ Binds: ["/srv/data:/data"] }))).not.toEqual([]);
    expect(await refused(create({ Binds: ["/srv:/data:ro"] }))).not.toEqual([]);
    expect(await refused(create({ CapAdd: ["SYS_ADMIN"] }))).not.toEqual([]);
    expect(
      await refused(gateRequest("POST", "/containers/create", { Image: "other", HostConfig: {} })),
    ).not.toEqual([]);
  });

  test("says of each thing what asked for it and how often", async () => {
    const recorder = opened();
    for (let times = 0; times < 3; times += 1) {
      recorder.add(await decided(create({ CapAdd: ["NET_ADMIN"] })));
    }
    recorder.keep();
    const text = readFileSync(path, "utf8");
    expect(text).toContain("# learned from 3 requests\n");
    expect(text).toMatch(/# allow\.containers create: asked for 3 times by ContainerCreate\n/);
    expect(text).toMatch(
      /# grant\.capabilities NET_ADMIN: asked for 3 times by ContainerCreate \(HostConfig\.CapAdd\[0\]\)\n/,
    );
    expect(text).toMatch(
      /# forced by default, and not asked for by 3 of 3 creations: read-only-root/,
    );
    expect(text).toContain("unix: /run/ci.sock");
  });

  test("marks what is grave, and says it at once", async () => {
    const recorder = opened();
    recorder.add(await decided(create({ Privileged: true, Binds: ["/var/run/docker.sock:/s"] })));
    recorder.keep();
    recorder.keep();
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/# critical: privileged: /);
    expect(text).toMatch(/# critical: binds .*docker\.sock/);
    const grave = told.filter((line) => line.includes("privileged"));
    expect(grave).toHaveLength(1);
    expect(grave[0]).toMatch(/^learning: ci asked for privileged \(critical\): /);
    expect(recorder.grave.map(({ severity }) => severity)).toContain("critical");
  });

  test("has a maximum where every creation asked for a limit, with room above it", async () => {
    const recorder = opened();
    recorder.add(await decided(create({ Memory: 100 * 1024 * 1024, NanoCpus: 600_000_000 })));
    recorder.add(
      await decided(create({ Memory: 50 * 1024 * 1024, CpuQuota: 30_000, PidsLimit: 10 })),
    );
    recorder.keep();
    const { limits } = policyOf(compiled(readFileSync(path, "utf8"))).grants;
    expect(limits).toEqual({ memoryBytes: 128n * 1024n * 1024n, nanoCpus: 750_000_000n });
    expect(readFileSync(path, "utf8")).toContain("no limit of pids: 1 creation asked for none");
  });

  test("joins ports that follow one another", async () => {
    const recorder = opened();
    const bind = (...ports: readonly string[]) => ({
      PortBindings: Object.fromEntries(ports.map((port) => [`${port}/tcp`, [{ HostPort: port }]])),
    });
    recorder.add(await decided(create(bind("8001", "9000"))));
    recorder.add(await decided(create(bind("8000", "8002"))));
    recorder.keep();
    expect(policyOf(compiled(readFileSync(path, "utf8"))).grants.ports).toEqual([
      { address: "", first: 8000, last: 8002 },
      { address: "", first: 9000, last: 9000 },
    ]);
  });

  test("does not depend on the order of requests", async () => {
    const requests = [
      create({ CapAdd: ["NET_ADMIN"] }),
      gateRequest("GET", "/info"),
      create({ CapAdd: ["CHOWN", "KILL"] }),
    ];
    const texts: string[] = [];
    for (const order of [requests, requests.toReversed()]) {
      rmSync(folder, { recursive: true, force: true });
      folder = mkdtempSync(join(tmpdir(), "plimsoll-learn-"));
      path = join(folder, "gate.yaml");
      const recorder = opened();
      for (const request of order) recorder.add(await decided(request));
      recorder.keep();
      texts.push(readFileSync(path, "utf8").replaceAll(/^ *#.*\n/gm, ""));
    }
    expect(texts[0]).toBe(texts[1]);
  });

  test("tells what no policy admits", async () => {
    const recorder = opened();
    recorder.add(await decided(gateRequest("GET", "/debug/vars")));
    recorder.add(await decided(create({ NetworkMode: "not-there" })));
    recorder.keep();
    expect(readFileSync(path, "utf8")).not.toContain("not-found");
    expect(readFileSync(path, "utf8")).toContain(
      "no policy admits what was asked for 1 time: never-admitted, DebugVars",
    );
  });

  test("holds no value of a variable", async () => {
    const recorder = opened();
    recorder.add(await decided(create({}, { Env: ["DB_PASSWORD=correct-horse-battery"] })));
    recorder.keep();
    const all = readFileSync(path, "utf8") + readFileSync(`${path}.observed.json`, "utf8");
    expect(all).not.toContain("correct-horse");
  });
});

describe("what was observed", () => {
  test("goes on after a restart", async () => {
    let recorder = opened();
    recorder.add(await decided(create({ CapAdd: ["NET_ADMIN"] })));
    recorder.keep();
    recorder = opened();
    recorder.add(await decided(gateRequest("GET", "/info")));
    recorder.keep();
    const text = readFileSync(path, "utf8");
    expect(text).toContain("learned from 2 requests");
    expect(text).toContain("NET_ADMIN");
  });

  test("is kept soon after a new need, without being asked", async () => {
    const recorder = opened();
    recorder.add(await decided(create({ CapAdd: ["NET_ADMIN"] })));
    await vi.waitFor(() => expect(readFileSync(path, "utf8")).toContain("NET_ADMIN"));
  });

  test("is never half written, whenever the process is killed", async () => {
    const module = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
    const program = `
      const { Recorder } = await import(${module("recorder.ts")});
      const { compiled } = await import(${module("../policy/policy-testing.ts")});
      const gate = compiled("version: 1\\nclients: {ci: {listen: {unix: /run/ci.sock}}}\\n");
      const recorder = Recorder.open({ path: ${JSON.stringify(path)}, gate, warn: () => undefined });
      for (let number = 0; ; number += 1) {
        const needs = { key: ["grant", "networks"], value: "net" + number };
        const denials = [{ status: 403, rule: "r", at: "", message: "m", needs }];
        recorder.add({ client: { name: "ci" }, denials });
        recorder.keep();
        process.stdout.write("k");
        await new Promise((resolve) => setImmediate(resolve));
      }`;
    for (const wait of [5, 17]) {
      rmSync(path, { force: true });
      rmSync(`${path}.observed.json`, { force: true });
      const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
      let kept = 0;
      child.stdout.on("data", (piece: Buffer) => {
        kept += piece.length;
        if (kept >= wait) child.kill("SIGKILL");
      });
      await once(child, "close");
      expect(kept).toBeGreaterThanOrEqual(wait);
      const policy = policyOf(compiled(readFileSync(path, "utf8")));
      expect(policy.grants.networks.length).toBeGreaterThanOrEqual(kept);
      expect(typeof Recorder.open({ path, gate: BASE, warn: () => undefined })).toBe("object");
    }
  });

  test("does not overwrite a policy that a person wrote, nor go on from what is broken", () => {
    writeFileSync(path, "version: 1\n");
    expect(Recorder.open({ path, gate: BASE, warn: () => undefined })).toContain("was not learned");
    writeFileSync(`${path}.observed.json`, '{"version":1,"clients":{"ci":');
    expect(Recorder.open({ path, gate: BASE, warn: () => undefined })).toContain("move it away");
    writeFileSync(`${path}.observed.json`, '{"version":2,"clients":{}}');
    expect(Recorder.open({ path, gate: BASE, warn: () => undefined })).toContain("move it away");
    expect(readFileSync(path, "utf8")).toBe("version: 1\n");
  });

  test("a folder that is gone is told once, and learning goes on", async () => {
    const recorder = opened();
    recorder.add(await decided(gateRequest("GET", "/info")));
    rmSync(folder, { recursive: true });
    expect([recorder.keep(), recorder.keep()]).toEqual([false, false]);
    expect(told.filter((line) => line.includes("cannot be written"))).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
  });

  test("is bounded", () => {
    const recorder = opened();
    const client = policyOf(LEARNING);
    for (let number = 0; number < 5000; number += 1) {
      const needs = { key: ["grant", "networks"], value: `net${String(number)}` };
      const denials = [
        { status: 403, rule: `r${String(number)}`, at: "", message: "m", needs },
      ] as const;
      recorder.add({ id: 1, client, method: "GET", decision: "shadow", denials, judgedMs: 0 });
    }
    const [learned] = recorder.learned.values();
    expect(learned?.client.policy.grants.networks).toHaveLength(1000);
    expect(learned?.notes.at(-1)).toBe("not all was kept: 4000 needs beyond the most that are");
    recorder.keep();
  });
});

test.each([
  ["memory", 5_000_000n, 8n * 1024n * 1024n],
  ["memory", 64n * 1024n * 1024n, 64n * 1024n * 1024n],
  ["memory", 300n * 1024n * 1024n, 320n * 1024n * 1024n],
  ["pids", 100n, 128n],
  ["cpus", 1n, 250_000_000n],
  ["cpus", 2_000_000_000n, 2_000_000_000n],
])("a maximum of %s of %i is rounded to %i", (name, asked, rounded) => {
  expect(roundedLimit(name, asked)).toBe(String(rounded));
});

describe("a shadow's tally", () => {
  const client = policyOf(LEARNING);
  const denial = (rule: string): Denial => ({ status: 403, rule, at: "HostConfig", message: "no" });

  test("counts requests by reason, most frequent first", () => {
    const tally = new ShadowTally();
    const asked = gateRequest("GET", "/info");
    tally.add({ client, asked, denials: [] });
    tally.add({ client, asked, denials: [denial("a")] });
    for (let times = 0; times < 2; times += 1) {
      tally.add({ client, asked, denials: [denial("b"), denial("b")] });
    }
    expect(tally.summary()).toMatchObject({
      requests: 4,
      refused: 3,
      rows: [
        { rule: "b", count: 2, client: "ci", operation: "SystemInfo", field: "HostConfig" },
        { rule: "a", count: 1 },
      ],
    });
  });

  test("is bounded", () => {
    const tally = new ShadowTally();
    for (let number = 0; number < 1000; number += 1) {
      tally.add({ client, denials: [denial(`rule${String(number)}`)] });
    }
    expect(tally.summary().rows).toHaveLength(500);
    expect(tally.summary().others).toBe(500);
  });
});
