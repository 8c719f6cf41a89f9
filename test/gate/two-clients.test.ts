/**
 * Two clients with ownership on one real engine, by the docker command line: neither sees, names, stops, reads, joins
 * or starves the other. What is told byte for byte, and how volumes and images come to be somebody's, is in
 * ownership-engine.test.ts.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type Outcome, type TestEngine } from "../support/engine.ts";
import { runAt, startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing = engineMissing();

const client = (name: string, bounds = ""): string => `
  ${name}:
    listen: {unix: "@/${name}.sock"}
    allow:
      containers: [all]
      images: [all]
      networks: [all]
      volumes: [all]
      build: [classic]
      system: [info, events, df]
    ownership: true
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {networks: [none]}
    posture: {refuse: none}
${bounds}`;

describe.skipIf(missing !== undefined)(`neighbours on a real engine (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let gate: GateProcess;
  /** The victim's: full id, and what of it could be told. */
  let id: string;
  let image: string;
  let before: string;
  beforeAll(async () => {
    engine = await startEngine();
    const clients = client("a") + client("b", "    rate: {per-second: 40}\n    concurrency: 8\n");
    gate = await startGateProcess({ upstream: engine.socket, clients, first: "b" });
    await good(as("a", "network", "create", "--internal", "a-net"));
    await good(as("a", "volume", "create", "a-data"));
    const script = "echo SECRET_LINE; echo SECRET_FILE > /data/secret; sleep 600";
    const words = ["--name=a-web", "--network=a-net", "-v", "a-data:/data", "-e", "KEY=SECRET_ENV"];
    id = (await good(as("a", "run", "-d", ...words, "busybox:test", "sh", "-c", script))).trim();
    image = (await good(as("a", "commit", "a-web", "a-image:1"))).trim();
    await good(
      as("b", "run", "-d", "--name=b-web", "--network=none", "busybox:test", "sleep", "600"),
    );
    before = state();
  }, 120_000);
  afterAll(async () => {
    engine.docker("rm", "-f", "a-web");
    // The bridge would outlive the engine.
    engine.docker("network", "rm", "a-net");
    await gate.stop();
    await engine.stop();
  }, 60_000);

  const as = (name: string, ...words: string[]): Promise<Outcome> =>
    gate.as(name, "docker", ...words);
  const good = async (outcome: Promise<Outcome>): Promise<string> => {
    const { status, out, err } = await outcome;
    expect(status === 0 ? "" : `${String(status)}: ${err}`).toBe("");
    return out;
  };
  /** The victim's things as the engine has them. */
  const state = (): string =>
    [
      engine.docker("inspect", "-f", "{{.Id}} {{.Name}} {{.State}} {{.HostConfig.Memory}}", id).out,
      engine.docker("network", "inspect", "-f", "{{.Name}} {{.Containers}}", "a-net").out,
      engine.docker("volume", "inspect", "a-data").out,
      engine.docker("image", "inspect", "-f", "{{.Id}} {{.RepoTags}}", image).out,
    ].join("\n");
  const slow = (): Promise<void> => sleep(60);

  test("by any name, nothing is done to it and nothing is read of it", async () => {
    const file = join(gate.folder, "file");
    writeFileSync(file, "x");
    for (const name of ["a-web", id, id.slice(0, 12), id.slice(0, 5)]) {
      for (const words of [
        ["container", "inspect", "X"],
        ["logs", "X"],
        ["top", "X"],
        ["stats", "--no-stream", "X"],
        ["diff", "X"],
        ["port", "X"],
        ["attach", "--no-stdin", "X"],
        ["exec", "X", "cat", "/data/secret"],
        ["cp", "X:/data/secret", "-"],
        ["cp", file, "X:/data/secret"],
        ["export", "X"],
        ["commit", "X", "stolen"],
        ["stop", "-t", "0", "X"],
        ["kill", "X"],
        ["restart", "-t", "0", "X"],
        ["pause", "X"],
        ["update", "--memory", "64m", "X"],
        ["rename", "X", "mine"],
        ["wait", "X"],
        ["rm", "-f", "X"],
      ]) {
        await slow();
        const line = words.map((word) => word.replace("X", name));
        const { status, out, err } = await as("b", ...line);
        // `rm -f` of what is not there is a success, and says so.
        if (words[0] !== "rm") expect([line, status !== 0]).toEqual([line, true]);
        expect(out, line.join(" ")).not.toContain("SECRET");
        expect(err, line.join(" ")).not.toContain("SECRET");
        if (words[0] !== "diff")
          expect(err, line.join(" ")).toMatch(/No such (?:container|object)|could not find/i);
      }
    }
    expect(state()).toBe(before);
  }, 120_000);

  test("no container joins it, no name is taken from it", async () => {
    for (const words of [
      ["run", "--rm", "--network=container:a-web", "busybox:test", "id"],
      ["run", "--rm", "--network=none", "--pid=container:a-web", "busybox:test", "id"],
      ["run", "--rm", "--network=none", `--ipc=container:${id}`, "busybox:test", "id"],
      ["run", "--rm", "--network=none", "--volumes-from=a-web", "busybox:test", "id"],
      [
        "run",
        "--rm",
        "--network=none",
        "-v",
        "a-data:/data",
        "busybox:test",
        "cat",
        "/data/secret",
      ],
      ["run", "--rm", "--network=a-net", "busybox:test", "id"],
      ["run", "--rm", "--network=none", "a-image:1", "id"],
      ["run", "--rm", "--network=none", "--name=a-web", "busybox:test", "id"],
      ["run", "--rm", "--network=none", image, "id"],
      ["network", "connect", "a-net", "b-web"],
      ["network", "disconnect", "-f", "a-net", "a-web"],
      ["network", "inspect", "a-net"],
      ["network", "rm", "a-net"],
      ["volume", "inspect", "a-data"],
      ["volume", "rm", "-f", "a-data"],
      ["rename", "b-web", "a-web"],
      ["image", "inspect", image],
      ["history", "a-image:1"],
      ["save", "a-image:1"],
      ["tag", image, "mine:1"],
      ["tag", "a-image:1", "mine:1"],
      ["rmi", "a-image:1"],
    ]) {
      await slow();
      const { status, out } = await as("b", ...words);
      // `volume rm -f` of what is not there is a success, and does nothing.
      if (words[1] !== "rm") expect([words, status !== 0]).toEqual([words, true]);
      expect(out, words.join(" ")).not.toContain("SECRET");
    }
    expect(state()).toBe(before);
  }, 60_000);

  test("lists, usage, events and prunes are of its own alone", async () => {
    const since = String(Math.floor(Date.now() / 1000) - 60);
    const events = as("b", "events", "--since", since, "--until", String(Number(since) + 64));
    await good(as("a", "exec", "a-web", "id"));
    for (const words of [
      ["ps", "-a", "--no-trunc"],
      ["images", "-a", "--no-trunc"],
      ["network", "ls"],
      ["volume", "ls"],
      ["system", "df", "-v"],
      ["ps", "-aq", "--filter", "name=a-web"],
      ["ps", "-aq", "--filter", "volume=a-data"],
      ["ps", "-aq", "--filter", "network=a-net"],
      ["ps", "-aq", "--filter", "label=dev.plimsoll.owner=a"],
    ]) {
      await slow();
      const out = await good(as("b", ...words));
      for (const theirs of ["a-web", "a-data", "a-net", "a-image", id.slice(0, 12)]) {
        expect(out, `${words.join(" ")}: ${theirs}`).not.toContain(theirs);
      }
    }
    const told = await good(events);
    expect(told).toContain("b-web");
    expect(told).not.toMatch(/a-web|a-net|a-data|a-image/);
    for (const kind of ["container", "volume", "network"]) await good(as("b", kind, "prune", "-f"));
    await good(as("b", "image", "prune", "-af"));
    expect(state()).toBe(before);
  }, 60_000);

  test("one that asks without end is told to wait, and the other does not notice", async () => {
    const folder = join(gate.folder, "flood");
    mkdirSync(folder);
    const flood = `for i in $(seq 40); do docker ps -q 2>> ${folder}/err & done; wait`;
    const flooding = runAt(gate.socket("b"), gate.folder, "sh", ["-c", flood]);
    const began = performance.now();
    for (let index = 0; index < 5; index++) {
      expect(await good(as("a", "ps", "-q", "--no-trunc"))).toBe(`${id}\n`);
    }
    expect(performance.now() - began).toBeLessThan(20_000);
    await flooding;
    const { out } = await runAt(gate.socket("b"), gate.folder, "cat", [join(folder, "err")]);
    expect(out).toMatch(/plimsoll: too many|rate|at a time/i);
    await sleep(1500);
    await good(as("b", "ps"));
  }, 60_000);
});
