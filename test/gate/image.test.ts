/**
 * The repository's own image, built with its own Dockerfile and run by examples/gate/compose.yaml as it stands: only
 * what this machine cannot have is put in the place of what it names. A client next to it uses its socket.
 */

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineMissing, startEngine, type Outcome, type TestEngine } from "../support/engine.ts";
import { runAt } from "./support/gate-process.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const COMPOSE = "/usr/bin/docker-compose";
const missing =
  engineMissing() ?? (existsSync(COMPOSE) ? undefined : "docker-compose is not installed");

describe.skipIf(missing !== undefined)(`the gate's image (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let folder: string;
  beforeAll(async () => {
    if (!existsSync(join(ROOT, "dist")))
      spawnSync(process.execPath, ["scripts/build.ts"], { cwd: ROOT });
    folder = mkdtempSync(join(tmpdir(), "plimsoll-image-"));
    // The engine's socket belongs to a group, as Debian's package has it.
    engine = await startEngine("--group=root");
    importTree("node:here", nodeTree());
    importTree("built:here", builtTree());
    const words = ["--build-arg=NODE=node:here", "--build-arg=BUILT=built:here"];
    const built = await engine.build(...words, "--network=host", "-t", "plimsoll-gate:here", ROOT);
    if (built.status !== 0) throw new Error(built.err);
    writeOverride();
  }, 300_000);
  afterAll(async () => {
    await compose("down", "-v", "-t", "1");
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const compose = (...words: string[]): Promise<Outcome> => {
    const files = [
      "-f",
      join(folder, "gate/compose.yaml"),
      "-f",
      join(folder, "gate/override.yaml"),
    ];
    return runAt(engine.socket, folder, COMPOSE, ["-p", "gate", ...files, ...words]);
  };
  const good = async (outcome: Promise<Outcome>): Promise<string> => {
    const { status, out, err } = await outcome;
    expect(status === 0 ? "" : `${String(status)}: ${err}${out}`).toBe("");
    return out;
  };

  /** Node as it runs here, with its libraries and a shell. */
  function nodeTree(): string {
    const tree = join(folder, "node");
    const node = realpathSync(process.execPath);
    const libraries = spawnSync("ldd", [node], { encoding: "utf8" }).stdout.match(/\/\S+/g) ?? [];
    for (const file of libraries) {
      mkdirSync(join(tree, dirname(file)), { recursive: true });
      cpSync(realpathSync(file), join(tree, file));
    }
    for (const path of ["usr/local/bin", "bin", "tmp", "etc", "proc", "sys", "dev", "run"]) {
      mkdirSync(join(tree, path), { recursive: true });
    }
    cpSync(node, join(tree, "usr/local/bin/node"));
    cpSync("/bin/busybox", join(tree, "bin/sh"));
    return tree;
  }

  function builtTree(): string {
    const tree = join(folder, "built");
    mkdirSync(join(tree, "app"), { recursive: true });
    for (const name of ["bin", "dist", "package.json"]) {
      cpSync(join(ROOT, name), join(tree, "app", name), { recursive: true });
    }
    return tree;
  }

  function importTree(name: string, tree: string): void {
    const path = "ENV PATH=/usr/local/bin:/usr/bin:/bin";
    const script = `tar -C ${tree} --owner=0 --group=0 -cf ${tree}.tar .`;
    expect(spawnSync("sh", ["-c", script]).status).toBe(0);
    const imported = engine.docker("import", "--change", path, `${tree}.tar`, name);
    expect(imported.status === 0 ? "" : imported.err).toBe("");
  }

  /** Images that are here, the socket where it is, and a client that asks through the gate's socket. */
  function writeOverride(): void {
    cpSync(join(ROOT, "examples/gate"), join(folder, "gate"), { recursive: true });
    const gate = join(folder, "gate/compose.yaml");
    const text = readFileSync(gate, "utf8");
    // Merging cannot take a mount away, nor a build.
    const here = text
      .replace("/var/run/docker.sock:/var/run/docker.sock", `${engine.socket}:/var/run/docker.sock`)
      .replace("build: ../..", "image: plimsoll-gate:here")
      .replace(/image: traefik:\S+/, "image: node:here");
    expect(here).not.toContain("traefik:v");
    writeFileSync(gate, `version: "2.4"\n${here}`);
    const group = String(statSync(engine.socket).gid);
    writeFileSync(
      join(folder, "gate/override.yaml"),
      `version: "2.4"
services:
  gate: {group_add: ["${group}"]}
  proxy: {network_mode: none, command: [node, -e, "setInterval(() => {}, 1e6)"]}
`,
    );
  }

  /** What a client in the container next to it is answered. */
  const ask = async (method: string, path: string, body = ""): Promise<string> => {
    const script = `const r = require("node:http").request({ socketPath: "/run/plimsoll/docker.sock", method: ${JSON.stringify(method)}, path: ${JSON.stringify(path)}, headers: { "Content-Type": "application/json" } }, (a) => { let t = ""; a.on("data", (p) => (t += p)).on("end", () => console.log(a.statusCode + " " + t)); }); r.on("error", (e) => console.log(String(e))); r.end(${JSON.stringify(body)});`;
    return good(compose("exec", "-T", "proxy", "node", "-e", script));
  };

  test("runs without root, without capabilities, on a read-only file system", async () => {
    await good(compose("up", "-d"));
    for (let tries = 0; tries < 40; tries++) {
      const { err, out } = engine.docker("logs", "gate_gate_1");
      if (`${out}${err}`.includes("/run/plimsoll/ci/docker.sock")) break;
      await new Promise((next) => void setTimeout(next, 250));
    }
    const { err: said } = engine.docker("logs", "gate_gate_1");
    expect(said).toContain("listening on unix:///run/plimsoll/proxy/docker.sock");
    const [container] = JSON.parse(engine.docker("inspect", "gate_gate_1").out) as {
      Config: { User: string };
      HostConfig: { ReadonlyRootfs: boolean; CapDrop: string[]; NetworkMode: string };
      State: { Pid: number; Running: boolean };
    }[];
    expect(container).toMatchObject({
      Config: { User: "65532:65532" },
      HostConfig: { ReadonlyRootfs: true, CapDrop: ["ALL"], NetworkMode: "none" },
      State: { Running: true },
    });
    const status = readFileSync(`/proc/${String(container?.State.Pid)}/status`, "utf8");
    expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m);
    for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) {
      expect(status).toMatch(new RegExp(`^${set}:\t0{16}$`, "m"));
    }
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    expect(resident).toBeLessThan(120);
  }, 120_000);

  test("its neighbour finds its routes, and creates nothing", async () => {
    const listed = await ask("GET", "/v1.41/containers/json");
    expect(listed).toMatch(/^200 \[/);
    expect(listed).toContain("/gate_proxy_1");
    const body = JSON.stringify({ Image: "node:here", HostConfig: { Binds: ["/:/host"] } });
    expect(await ask("POST", "/v1.41/containers/create", body)).toMatch(
      /^403 .*plimsoll: not-in-policy/,
    );
  }, 60_000);

  test("it is asked how it would judge, without a socket", () => {
    const policy = `${join(folder, "gate/gate.yaml")}:/gate.yaml:ro`;
    const words = [
      "run",
      "--rm",
      "--network=none",
      "-v",
      policy,
      "plimsoll-gate:here",
      "check",
      "/gate.yaml",
    ];
    const { status, out, err } = engine.docker(...words);
    expect(status === 0 ? "" : err).toBe("");
    expect(out).toContain("client proxy (preset discovery)");
  });
});
