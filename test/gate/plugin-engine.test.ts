/** The authorization plugin in a real engine: what passes, what does not, and what happens when it is gone. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeCertificates } from "../support/certificates.ts";
import { engineMissing, startEngine, type TestEngine } from "../support/engine.ts";

const missing = engineMissing();
const NAME = `plimsoll-test-${String(process.pid)}`;
const SOCKET = `/run/docker/plugins/${NAME}.sock`;

/** Nothing is forced: a plugin could not write it. */
const POLICY = `version: 1
clients:
  everyone:
    listen: {unix: /run/unused.sock}
    ownership: false
    redact: none
    allow:
      containers: [all]
      images: [list, inspect, pull, tag]
      networks: [read]
      volumes: [read]
      build: [classic]
      plugins: [list, disable]
      system: [info, events]
    posture: {refuse: high, rules: {runs-as-root: "off", capabilities-not-dropped: "off"}}
    grant: {networks: [none], images: ["busybox*"]}
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
  reader:
    listen:
      tls: 127.0.0.1:2376
      cert: unused.pem
      key: unused.pem
      client-ca: unused.pem
      client: {common-name: client}
    redact: none
    allow: {containers: [list]}
`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

interface Decision {
  readonly operation?: string;
  readonly decision?: string;
  readonly rules?: readonly string[];
}

describe.skipIf(missing !== undefined)("an engine with the plugin", () => {
  let engine: TestEngine;
  let plugin: ChildProcess;
  let folder = "";
  const decisions: Decision[] = [];
  let told = "";
  let port = 0;

  async function startPlugin(): Promise<ChildProcess> {
    const program = join(import.meta.dirname, "support/plugin-process.ts");
    const policy = join(folder, "gate.yaml");
    const child = spawn(process.execPath, [program, SOCKET, policy, join(folder, "engine.sock")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    told = "";
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      told += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) decisions.push(JSON.parse(line) as Decision);
    });
    await said('"ready"');
    return child;
  }

  async function said(word: string): Promise<void> {
    for (let tries = 0; !told.includes(word); tries += 1) {
      if (tries > 200) throw new Error(`the plugin did not say ${word}: ${told}`);
      await sleep(50);
    }
  }

  async function enforce(): Promise<void> {
    plugin.kill("SIGUSR2");
    await said('"enforce"');
  }

  /** The status line and the body of a request that no client of ours would send. */
  async function raw(text: string): Promise<string> {
    const socket = connect(engine.socket);
    let got = "";
    socket.setEncoding("utf8").on("data", (piece: string) => (got += piece));
    socket.write(text);
    for (let tries = 0; !/^HTTP[^]*\r\n\r\n[^]/.test(got) && tries < 100; tries += 1)
      await sleep(50);
    socket.destroy();
    return got;
  }

  const run = (...words: readonly string[]) =>
    engine.start("run", "--rm", "--network", "none", ...words);

  beforeAll(async () => {
    mkdirSync("/run/docker/plugins", { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "plimsoll-plugin-"));
    writeFileSync(join(folder, "gate.yaml"), POLICY);
    writeCertificates(folder);
    port = await freePort();
    plugin = await startPlugin();
    engine = await startEngine(
      `--authorization-plugin=${NAME}`,
      `--host=unix://${join(folder, "engine.sock")}`,
      `--host=tcp://127.0.0.1:${String(port)}`,
      "--tlsverify",
      ...["cacert=server/ca.pem", "cert=server/cert.pem", "key=server/key.pem"].map(
        (file) => `--tls${file.replace("=", `=${folder}/`)}`,
      ),
    );
    await enforce();
  }, 120_000);

  afterAll(async () => {
    // Past a dead plugin nothing could be cleaned up.
    if (plugin.exitCode !== null || plugin.signalCode !== null) plugin = await startPlugin();
    const permissive = plugin;
    permissive.kill();
    plugin = await startPlugin();
    await engine.stop();
    plugin.kill();
    rmSync(folder, { recursive: true, force: true });
    rmSync(SOCKET, { force: true });
  }, 120_000);

  test("runs a plain container", async () => {
    const { status, out, err } = await run("busybox:test", "id");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain("uid=0");
  }, 60_000);

  test("refuses a privileged one, and the command line prints why and what to do", async () => {
    const { status, err } = await run("--privileged", "busybox:test", "id");
    expect(status).not.toBe(0);
    expect(err).toContain(`authorization denied by plugin ${NAME}: privileged`);
    expect(err).toContain("HostConfig.Privileged");
  }, 60_000);

  test.each([
    ["the host's root", ["-v", "/:/host"]],
    ["the engine's socket", ["-v", "/var/run/docker.sock:/s"]],
    ["the host's processes", ["--pid", "host"]],
    ["a capability", ["--cap-add", "SYS_ADMIN"]],
    ["another network", ["--network", "host"]],
    ["an unconfined seccomp", ["--security-opt", "seccomp=unconfined"]],
    ["a device", ["--device", "/dev/kmsg"]],
  ])(
    "refuses %s",
    async (_, words) => {
      const { status, err } = await engine.start("run", "--rm", ...words, "busybox:test", "id");
      expect(status).not.toBe(0);
      expect(err).toContain(`authorization denied by plugin ${NAME}: `);
    },
    60_000,
  );

  test("serves what is read, streams and execs", async () => {
    const started = await engine.start(
      "run",
      "-d",
      "--name",
      "lives",
      "--network",
      "none",
      "busybox:test",
      "sleep",
      "60",
    );
    expect(started.err).toBe("");
    expect((await engine.start("ps", "-q")).out).toMatch(/^[0-9a-f]{12}\n$/);
    expect((await engine.start("exec", "lives", "id", "-u")).out).toBe("0\n");
    expect((await engine.start("exec", "--privileged", "lives", "id")).err).toContain(
      "authorization denied",
    );
    expect((await engine.start("rm", "-f", "lives")).status).toBe(0);
  }, 60_000);

  test.each([
    [
      "parameters in a form behind a second Content-Type",
      "POST /v1.41/images/busybox:test/tag?repo=busybox&tag=a HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nf\r\nrepo=evil&tag=b\r\n0\r\n\r\n",
      "plugin-cannot-see",
    ],
    [
      "a form",
      "POST /v1.41/images/busybox:test/tag?repo=busybox&tag=a HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 15\r\n\r\nrepo=evil&tag=b",
      "content-type",
    ],
    [
      "an absolute target",
      "GET http://x/v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n",
      "bad-target",
    ],
    [
      "an escape in the path that hides a word",
      "POST /v1.41/plugins/x/%64isable HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
      "plugin-guard",
    ],
    [
      "a key that Go folds",
      'POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 58\r\n\r\n{"Image":"busybox:test","ho\u017ftconfig":{"Privileged":true}}',
      "wrong-case",
    ],
    [
      "BuildKit's connection",
      "POST /v1.41/session HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n",
      "",
    ],
    [
      "a classic build",
      "POST /v1.41/build?remote=http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
      "plugin-cannot-see",
    ],
  ])(
    "refuses %s",
    async (_, request, rule) => {
      const answer = await raw(request);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).toContain(`authorization denied by plugin ${NAME}: ${rule}`);
    },
    20_000,
  );

  test("refuses a body that is too large for the engine to show", async () => {
    const body = JSON.stringify({
      Image: "busybox:test",
      HostConfig: { Privileged: true },
      Labels: { x: "y".repeat(1_100_000) },
    });
    const answer = await raw(
      `POST /v1.41/containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toMatch(/empty-body|plugin-cannot-see|privileged/);
  }, 20_000);

  test("tells clients with certificates apart by their common names", async () => {
    const tls = ["--tlsverify", "-H", `tcp://localhost:${String(port)}`].concat(
      ["cacert=client/ca.pem", "cert=client/cert.pem", "key=client/key.pem"].map(
        (file) => `--tls${file.replace("=", `=${folder}/`)}`,
      ),
    );
    expect(await engine.start(...tls, "ps", "-q")).toEqual({ status: 0, out: "", err: "" });
    const { err } = await engine.start(...tls, "run", "--rm", "busybox:test", "id");
    expect(err).toContain("the policy does not let the client reader do this");
    expect((await run("busybox:test", "id")).err).toBe("");
  }, 60_000);

  test("asks the engine itself without being in its own way", () => {
    // The image's user was asked for, and that question is no decision of a client's.
    const seen = decisions.filter(({ operation }) => operation === "ImageInspect");
    expect(seen).toEqual([]);
    expect(
      decisions.some(
        ({ operation, decision }) => operation === "ContainerCreate" && decision === "allow",
      ),
    ).toBe(true);
    expect(decisions.filter((decision) => "bug" in decision)).toEqual([]);
  });

  test("refuses everything while the plugin is gone, and serves again when it is back", async () => {
    plugin.kill("SIGKILL");
    await sleep(200);
    rmSync(SOCKET, { force: true });
    const { status, err } = await engine.start("ps");
    expect(status).not.toBe(0);
    expect(err).not.toContain("CONTAINER ID");
    plugin = await startPlugin();
    await enforce();
    expect((await engine.start("ps")).status).toBe(0);
    expect((await run("--privileged", "busybox:test", "id")).err).toContain("privileged");
  }, 120_000);
});
