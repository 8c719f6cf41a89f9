/**
 * Debian's docker-compose through a gate, in front of a real engine: with ownership and the posture of a preset,
 * and without either. What it prints is what it prints without the gate.
 */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type TestEngine } from "../support/engine.ts";
import { runAt, startGateProcess, type GateProcess } from "./support/gate-process.ts";

const COMPOSE = "/usr/bin/docker-compose";
const missing =
  engineMissing() ?? (existsSync(COMPOSE) ? undefined : "docker-compose is not installed");

const CLIENTS = `
  owner:
    preset: manager
    listen: {unix: "@/owner.sock"}
    allow: {containers: [wait]}
    grant: {networks: [none], limits: {memory: 256m, pids: 64, cpus: 1}}
  all:
    listen: {unix: "@/all.sock"}
    allow: {containers: [all], images: [all], networks: [all], volumes: [all], system: [info, events]}
    ownership: false
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {networks: ["*"], volumes: ["*"]}
    posture: {refuse: none}
`;

const PROJECT = `
version: "3.7"
services:
  one:
    image: busybox:test
    command: ["sh", "-c", "echo started $$NAME; while :; do sleep 1; done"]
    environment: {NAME: first, OTHER: "x y"}
    networks: [inner]
    volumes: ["kept:/kept", "/anonymous"]
    healthcheck: {test: ["CMD", "sh", "-c", "test -d /kept"], interval: 1s, retries: 3}
    labels: {of: one}
  two:
    image: busybox:test
    command: ["sh", "-c", "echo in two; sleep 600"]
    network_mode: none
    volumes: ["kept:/kept"]
    depends_on: [one]
volumes: {kept: {labels: {a: b}}}
networks: {inner: {internal: true}}
`;

const LIFE: readonly (readonly string[])[] = [
  ["up", "-d"],
  ["ps"],
  ["logs", "--no-color"],
  ["exec", "-T", "one", "sh", "-c", "echo $NAME $OTHER; echo kept > /kept/file; exit 4"],
  ["exec", "-T", "two", "cat", "/kept/file"],
  ["run", "--rm", "two", "sh", "-c", "ls /kept; echo bad >&2; exit 3"],
  ["up", "-d"],
  ["top"],
  ["pause", "one"],
  ["unpause", "one"],
  ["restart", "-t", "0", "one"],
  ["images"],
  ["up", "-d", "--force-recreate", "-t", "0", "two"],
  ["down", "-v", "-t", "0"],
  ["ps", "-a"],
];

describe.skipIf(missing !== undefined)(
  `docker-compose through a gate (${missing ?? "here"})`,
  () => {
    let engine: TestEngine;
    let gate: GateProcess;
    let direct: readonly string[];
    beforeAll(async () => {
      engine = await startEngine();
      gate = await startGateProcess({ upstream: engine.socket, clients: CLIENTS, first: "all" });
      const folder = join(gate.folder, "project");
      mkdirSync(folder);
      writeFileSync(join(folder, "docker-compose.yml"), PROJECT);
      direct = await live(engine.socket);
    }, 180_000);
    afterAll(async () => {
      await gate.stop();
      await engine.stop();
    }, 60_000);

    /** What each command says, without what differs between two runs of the same. */
    async function live(socket: string): Promise<readonly string[]> {
      const said: string[] = [];
      for (const words of LIFE) {
        const file = join(gate.folder, "project", "docker-compose.yml");
        const all = ["-p", "life", "-f", file, ...words];
        const { status, out, err } = await runAt(socket, gate.folder, COMPOSE, all);
        said.push(`$ ${words.join(" ")}\n${steady(out)}\n${steady(err)}\n= ${String(status)}`);
      }
      // Compose leaves volumes without a name behind; so many as without the gate, and nothing else.
      const volumes = engine.docker("volume", "ls", "-q").out.split("\n");
      const others =
        engine.docker("ps", "-aq").out +
        engine.docker("network", "ls", "-q", "--filter=name=life").out;
      said.push(`${String(volumes.length)} volumes are left, and: ${others}`);
      engine.docker("volume", "prune", "-f");
      return said;
    }

    test("the life of a project is what it is without the gate", async () => {
      expect(direct[0]).toContain("Creating life_two_1 ... done");
      expect(direct.slice(0, LIFE.length).map((text) => text.slice(text.indexOf("= ")))).toEqual(
        LIFE.map(([command]) =>
          command === "exec" || command === "run" ? expect.any(String) : "= 0",
        ),
      );
      expect(direct[3]).toContain("first x y");
      expect(direct[3]).toContain("= 4");
      expect(direct[5]).toMatch(/bad[^]*= 3/);
      expect(await live(gate.socket("all"))).toEqual(direct);
    }, 120_000);

    test("with owners and a posture too", async () => {
      expect(await live(gate.socket("owner"))).toEqual(direct);
    }, 120_000);

    test("a project of somebody else's is as if it were not there", async () => {
      const file = join(gate.folder, "project", "docker-compose.yml");
      const compose = (socket: string, ...words: string[]): ReturnType<typeof runAt> =>
        runAt(socket, gate.folder, COMPOSE, ["-p", "other", "-f", file, ...words]);
      expect((await compose(engine.socket, "up", "-d", "two")).status).toBe(0);
      const seen = await compose(gate.socket("owner"), "ps", "-a");
      expect(seen.out).not.toContain("other_two_1");
      expect((await compose(gate.socket("owner"), "down", "-v", "-t", "0")).status).toBe(0);
      expect(engine.docker("ps", "-q").out).not.toBe("");
      expect((await compose(engine.socket, "down", "-v", "-t", "0")).status).toBe(0);
    }, 60_000);

    test("what the posture does not let pass is told by compose", async () => {
      const file = join(gate.folder, "project", "bad.yml");
      writeFileSync(
        file,
        'version: "3.7"\nservices: {bad: {image: "busybox:test", privileged: true, network_mode: none}}\n',
      );
      const words = ["-p", "bad", "-f", file, "up", "-d"];
      const { status, err } = await runAt(gate.socket("owner"), gate.folder, COMPOSE, words);
      expect(status).toBe(1);
      expect(err).toContain("plimsoll: privileged (HostConfig.Privileged)");
      expect(err).toContain("`grant: privileged`");
    });
  },
);

/** Progress comes in any order; ids and times are each run's own. */
function steady(text: string): string {
  return text
    .replaceAll(/^(\S+ +)\d+( +)\d+( +)\d+ +[\d:]+( .*)$/gm, "$1PID")
    .replaceAll(/two_run_[0-9a-f]+/g, "two_run")
    .replaceAll(/ +$/gm, "")
    .replaceAll(/\((?:health: starting|healthy)\) */g, "(health)")
    .split("\n")
    .toSorted()
    .join("\n");
}
