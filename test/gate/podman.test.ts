/** Podman's service behind the gate: the docker command line to its compatible API, and Podman's own client. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Outcome } from "../support/engine.ts";
import { podmanMissing, startPodman, type TestPodman } from "../support/podman.ts";
import { converse } from "./support/bare-gate.ts";
import { runAt, startGateProcess, type GateProcess } from "./support/gate-process.ts";

const missing =
  podmanMissing() ?? (existsSync("/bin/busybox") ? undefined : "busybox-static is not installed");

const CLIENTS = `
  all:
    listen: {unix: "@/all.sock"}
    allow: {containers: [all], images: [all], networks: [read], volumes: [all], system: [info, events, df]}
    ownership: false
    redact: none
    force: {cap-drop-all: false, no-new-privileges: false, read-only-root: false}
    grant: {networks: [none]}
    posture: {refuse: none}
  reader:
    preset: monitoring
    listen: {unix: "@/reader.sock"}
`;

describe.skipIf(missing !== undefined)(`Podman behind a gate (${missing ?? "here"})`, () => {
  let podman: TestPodman;
  let gate: GateProcess;
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-podman-conf-"));
  beforeAll(async () => {
    // Podman asks for more open files than a machine without CAP_SYS_RESOURCE may give.
    const conf = join(folder, "containers.conf");
    writeFileSync(
      conf,
      '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n',
    );
    vi.stubEnv("CONTAINERS_CONF", conf);
    podman = await startPodman();
    gate = await startGateProcess({ upstream: podman.socket, clients: CLIENTS, first: "reader" });
    const root = join(gate.folder, "root");
    mkdirSync(join(root, "bin"), { recursive: true });
    const tar = join(gate.folder, "root.tar");
    const script = `cp /bin/busybox ${root}/bin/ && for n in sh cat echo sleep id; do ln -s busybox ${root}/bin/$n; done && tar -C ${root} -cf ${tar} .`;
    spawnSync("sh", ["-c", script]);
    const imported = podman.podman("import", tar, "docker.io/library/busybox:test");
    if (imported.status !== 0) throw new Error(imported.err);
  }, 90_000);
  afterAll(async () => {
    await gate.stop();
    await podman.stop();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }, 60_000);

  const through = (...words: string[]): Promise<Outcome> => gate.as("all", "docker", ...words);
  const direct = (...words: string[]): Promise<Outcome> =>
    runAt(podman.socket, gate.folder, "docker", words);
  const good = async (outcome: Promise<Outcome>): Promise<string> => {
    const { status, out, err } = await outcome;
    expect(status === 0 ? "" : `${String(status)}: ${err}`).toBe("");
    return out;
  };

  test("the docker command line: run, ps, logs, exec, inspect, rm", async () => {
    const script = "echo out; echo err >&2; sleep 300";
    const words = ["--name=life", "--network=none", "busybox:test", "sh", "-c", script];
    expect(await good(through("run", "-d", ...words))).toMatch(/^[0-9a-f]{64}\n$/);
    for (const each of [
      ["ps", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.Command}} {{.State}}"],
      ["logs", "life"],
      ["inspect", "life"],
      ["images", "--no-trunc", "--format", "{{.ID}} {{.Repository}}"],
      ["version", "--format", "{{json .Server.Components}}"],
      ["exec", "life", "sh", "-c", "echo in; exit 7"],
      ["network", "ls", "--no-trunc"],
      ["volume", "ls"],
      ["container", "inspect", "nothing"],
    ]) {
      expect([each, await through(...each)]).toEqual([each, await direct(...each)]);
    }
    expect(
      await good(
        runAt(gate.socket("all"), gate.folder, "sh", ["-c", "echo x | docker exec -i life cat"]),
      ),
    ).toBe("x\n");
    await good(through("rm", "-f", "life"));
    expect(await good(direct("ps", "-aq"))).toBe("");
  }, 90_000);

  test("run with its output and its exit status", async () => {
    const run = (...words: string[]): string[] => ["run", "--network=none", ...words];
    const script = ["busybox:test", "sh", "-c", "echo out; exit 3"];
    // With --rm, this Podman forgets the status now and then.
    expect(await direct(...run("--name=one", ...script))).toMatchObject({
      status: 3,
      out: "out\n",
    });
    expect(await through(...run("--name=two", ...script))).toMatchObject({
      status: 3,
      out: "out\n",
    });
    await good(through("rm", "one", "two"));
  }, 60_000);

  test("a takeover is refused as before any engine", async () => {
    const { status, err } = await through("run", "--rm", "-v", "/:/host", "busybox:test", "sh");
    expect(status).not.toBe(0);
    expect(err).toContain("plimsoll: bind-not-granted");
    const read = await gate.as("reader", "docker", "run", "--rm", "busybox:test", "true");
    expect(read.err).toContain("plimsoll: not-in-policy");
  });

  test("Podman's own client speaks another API, and is told so", async () => {
    const socket = gate.socket("all");
    const words = ["--remote", "--url", `unix://${socket}`, "ps"];
    const outcome = await runAt(socket, gate.folder, "/usr/bin/podman", words);
    expect(outcome.status).not.toBe(0);
    // It shows no more than the status of its first request.
    expect(outcome.err).toContain("ping response was 404");
    for (const path of ["/v4.3.1/libpod/_ping", "/libpod/info", "/v4.3.1/libpod/containers/json"]) {
      const answer = await converse(
        socket,
        `GET ${path} HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).toContain("this is Podman's own API (libpod)");
      expect(answer).toContain("docker with DOCKER_HOST at this socket");
    }
  }, 60_000);
});
