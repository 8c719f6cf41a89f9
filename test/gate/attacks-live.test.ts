/**
 * The whole catalogue of attacks, sent to a running gate: before an engine that records what it is sent, which must
 * be nothing of the client's, and before a real one, which must be as it was.
 */

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type TestEngine } from "../support/engine.ts";
import { policyOf, type PostureCase } from "./support/judge-posture.ts";
import type { Attack } from "./support/judge-wire.ts";
import { ATTACKER, startLiveGate, type LiveGate, type LiveRequest } from "./support/live-gate.ts";
import { startRecordingEngine, type RecordingEngine } from "./support/recording-engine.ts";

const folder = join(import.meta.dirname, "attacks");
const WIRE = new Set(["json", "target", "query", "headers"]);

interface LiveAttack {
  readonly id: string;
  readonly settings: readonly string[];
  readonly engine: Readonly<Record<string, unknown>>;
  /** Where paths of the host lead: links that are made below a root of its own. */
  readonly host: Readonly<Record<string, string | null>>;
  readonly request: LiveRequest;
  /** Whether it depends on a scripted engine or host. */
  readonly isScripted: boolean;
}

const all: readonly LiveAttack[] = readdirSync(folder)
  .filter((name) => name !== "ownership.json")
  .flatMap((name) => {
    const cases = JSON.parse(readFileSync(join(folder, name), "utf8")) as readonly unknown[];
    return WIRE.has(name.replace(".json", ""))
      ? (cases as readonly Attack[]).flatMap(wireAttack)
      : (cases as readonly PostureCase[]).flatMap(postureAttack);
  });

function wireAttack({ id, request, expected }: Attack): LiveAttack[] {
  if (!("refused" in expected)) return [];
  const { method, target, headers = {}, body, bodyBase64 } = request;
  const bytes =
    bodyBase64 === undefined ? Buffer.from(body ?? "") : Buffer.from(bodyBase64, "base64");
  return [
    {
      id,
      settings: [],
      engine: {},
      host: {},
      isScripted: false,
      request: { method, target, headers, ...(bytes.byteLength === 0 ? {} : { body: bytes }) },
    },
  ];
}

function postureAttack({ id, policy = [], request, engine, host }: PostureCase): LiveAttack[] {
  const { method, target, body } = request;
  return [
    {
      id,
      settings: policy,
      engine: engine ?? {},
      host: host ?? {},
      isScripted: engine !== undefined || host !== undefined || policy.length > 0,
      request: {
        method,
        target,
        ...(body === undefined
          ? {}
          : {
              headers: { "Content-Type": "application/json" },
              body: Buffer.from(JSON.stringify(body)),
            }),
      },
    },
  ];
}

test("the catalogue is here", () => {
  expect(all.length).toBeGreaterThan(650);
});

const roots = mkdtempSync(join(tmpdir(), "plimsoll-roots-"));
afterAll(() => rmSync(roots, { recursive: true, force: true }));

/** A root in which the paths lead where they should; undefined for none, which the gate then cannot look at. */
function hostWith(paths: LiveAttack["host"]): string | undefined {
  const entries = Object.entries(paths).filter(([path]) => path !== "/");
  if (entries.length === 0) return undefined;
  const root = mkdtempSync(join(roots, "root-"));
  for (const [path, target] of entries) {
    if (target === null) continue;
    mkdirSync(join(root, target), { recursive: true });
    if (path === target) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
  return root;
}

describe("before an engine that records", () => {
  let answers: Readonly<Record<string, unknown>> = {};
  let engine: RecordingEngine;
  const gates = new Map<string, LiveGate>();
  beforeAll(async () => {
    engine = await startRecordingEngine((asked, reply) => {
      const path = decodeURIComponent(asked.target.replace(/^\/v1\.\d+/, ""));
      if (path === "/_ping") return reply.json(200, {}, { "Api-Version": "1.56" });
      const image = /^\/images\/.*\/json$/.test(path)
        ? { Id: `sha256:${"cd".repeat(32)}`, RepoTags: ["app:1"], Config: { User: "1000:1000" } }
        : null;
      const value = answers[`${asked.method} ${path}`] ?? image;
      if (value === "silent") return reply.hangUp();
      if (value === null || value === "absent")
        return reply.json(404, { message: "no such thing" });
      return reply.json(200, value);
    });
  });
  afterAll(async () => {
    for (const gate of gates.values()) await gate.stop();
    await engine.close();
  });

  test.each(all.map((attack) => [attack.id, attack] as const))("%s", async (_id, attack) => {
    answers = attack.engine;
    const hostRoot = hostWith(attack.host);
    // The gate believes for a second what it was told of an image.
    const key = [...attack.settings, hostRoot, JSON.stringify(attack.engine)].join("\n");
    const gate =
      gates.get(key) ?? (await startLiveGate(engine.path, policyOf(attack.settings), hostRoot));
    gates.set(key, gate);
    const before = engine.requests.length;
    const { status, message } = await gate.send(attack.request);
    if (attack.request.method !== "HEAD") expect(message).toContain('{"message":"');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(505);
    const asked = engine.requests.slice(before);
    const forwarded = asked.filter((request) => request.header("user-agent") === ATTACKER);
    expect(forwarded.map(({ method, target }) => `${method} ${target}`)).toEqual([]);
    // What the gate asks itself changes nothing.
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(gate.bugs).toEqual([]);
  });
});

const missing = engineMissing();

describe.skipIf(missing !== undefined)(`before a real engine (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: LiveGate;
  const state = (): string =>
    [
      "container ls -aq",
      "volume ls -q",
      "network ls -q",
      "image ls -q --no-trunc",
      "plugin ls -q",
      "info --format {{.Swarm.LocalNodeState}}",
    ]
      .map((words) => engine.docker(...words.split(" ")).out)
      .join("\n");
  beforeAll(async () => {
    engine = await startEngine();
    engine.docker("tag", "busybox:test", "app:1");
    // What else would be refused is let pass, so that the attack alone is left.
    const rules = 'posture: {rules: {runs-as-root: "off", image-not-pinned: "off"}}';
    gate = await startLiveGate(engine.socket, policyOf([rules]), "/");
  }, 90_000);
  afterAll(async () => {
    await gate.stop();
    await engine.stop();
  }, 60_000);

  test("it is refused, and the engine is as it was", async () => {
    const before = state();
    const passed: string[] = [];
    for (const attack of all.filter(({ isScripted }) => !isScripted)) {
      const { status } = await gate.send(attack.request);
      if (status < 400 || status >= 505) passed.push(`${attack.id}: ${String(status)}`);
    }
    expect(passed).toEqual([]);
    expect(state()).toBe(before);
    expect(gate.bugs).toEqual([]);
  }, 240_000);
});
