/**
 * Containers of real engines, read through every door: what the client prints, what the API answers, Docker's and
 * Podman's. What is read agrees with the kernel and with the line that started them, and what they show to whoever
 * looks on is found.
 */

import { createHmac } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { containerProcesses, inspectContainer } from "../../src/engine/calls/containers.ts";
import { containerLog } from "../../src/engine/calls/logs.ts";
import { engineInfo } from "../../src/engine/calls/system.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { isProblem } from "../../src/engine/problem.ts";
import { connected } from "../../src/engine/testing.ts";
import type { Workload } from "../../src/model/workload.ts";
import { memoryFiles } from "../../src/readers/memory-files.ts";
import { driftedContainers } from "../../src/readers/container/drift/drifted.ts";
import { observed } from "../../src/readers/container/observe.ts";
import type { ContainerContext } from "../../src/readers/container/read.ts";
import { readContainer } from "../../src/readers/container/read.ts";
import { volumeOptions } from "../../src/readers/container/volumes.ts";
import { readCompose } from "../../src/readers/compose/read.ts";
import { undecidedFacts } from "../../src/readers/undecided.ts";
import { postureOf } from "../../src/readers/run-line/testing.ts";
import { readArguments } from "../../src/readers/run-line/read-arguments.ts";
import { checkWorkloads } from "../../src/rules/check-workload.ts";
import { rules } from "../../src/rules/registry.ts";
import { runIn } from "../support/cli.ts";
import { claimedMounts, claimedOf, measuredMounts, measuredOf } from "../support/claims.ts";
import { claimOfWorkload } from "../support/command-line-view.ts";
import { differences } from "../support/differences.ts";
import type { TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import { PROBE, parseKernelView } from "../support/kernel-view.ts";
import type { TestPodman } from "../support/podman.ts";
import { podmanMissing, startPodman } from "../support/podman.ts";

/** Look like secrets, and are none: made for these tests. */
const PASSWORD = "vT9q-Lm3x-Zk7w-Rb2n";

const keyedHash = (value: Uint8Array): string =>
  createHmac("sha256", "a key").update(value).digest("hex");

function only(workloads: readonly Workload[]): Workload {
  const [workload] = workloads;
  if (workload === undefined) throw new Error("nothing was read");
  return workload;
}

const missing = engineMissing();

describe.skipIf(missing !== undefined)(`containers of Docker (${missing ?? "here"})`, () => {
  let docker: TestEngine;
  let engine: Engine;
  const run = (name: string, ...words: string[]): void => {
    const network = words.some((word) => word.startsWith("--net")) ? [] : ["--network=none"];
    const started = docker.docker("run", "-d", "--name", name, ...network, ...words);
    if (started.status !== 0) throw new Error(started.err);
  };
  const throughClient = (name: string, context: ContainerContext = {}): Workload =>
    only(readContainer(docker.docker("inspect", name).out, context).workloads);
  const throughApi = async (name: string): Promise<Workload> => {
    const container = await inspectContainer(engine, name);
    if (isProblem(container)) throw new Error(container.problem);
    return only(readContainer(container.document, { engine: engine.kind }).workloads);
  };
  beforeAll(async () => {
    docker = await startEngine();
    engine = await connected({ env: {}, host: `unix://${docker.socket}` });
  }, 60_000);
  afterAll(async () => {
    engine.close();
    await docker.stop();
  }, 60_000);

  test("the client's words and the API's answer say the same", async () => {
    run(
      "doors",
      "-u",
      "1000",
      "--cap-add",
      "NET_ADMIN",
      "-v",
      "/etc:/e:ro",
      "busybox:test",
      "sleep",
      "600",
    );
    const [one, other] = [throughClient("doors"), await throughApi("doors")];
    expect(one.id).toBe("container:doors");
    expect(postureOf(other)).toEqual(postureOf(one));
    expect(checkWorkloads([other], rules).map(({ rule, subject }) => [rule, subject])).toEqual(
      checkWorkloads([one], rules).map(({ rule, subject }) => [rule, subject]),
    );
  });

  test("namespaces and mounts of another container, whole", () => {
    run("first", "-v", "/etc:/host/etc:ro", "-v", "shared:/data", "busybox:test", "sleep", "600");
    const words = ["--pid=container:first", "--network=container:first", "--volumes-from=first"];
    run("second", ...words, "busybox:test", "sleep", "600");
    const id = docker.docker("inspect", "--format", "{{.Id}}", "first").out.slice(0, 12);
    expect(
      postureOf(throughClient("second")).filter((line) => !/^(image|runtime|cgroup)/.test(line)),
    ).toEqual([
      `network: joined ${id}`,
      `pid: joined ${id}`,
      "volume: shared at /data",
      "bind: host /etc at /host/etc ro rprivate",
    ]);
  });

  test("a volume that somebody made of a host's path is that path", async () => {
    const options = ["type=none", "o=bind", "device=/etc"].flatMap((text) => ["--opt", text]);
    expect(docker.docker("volume", "create", ...options, "sly").status).toBe(0);
    run("volume", "-v", "sly:/data", "busybox:test", "sleep", "600");
    const answer = await engine.json("/volumes");
    if (isProblem(answer)) throw new Error(answer.problem);
    const volumes = volumeOptions(answer.value);
    const read = throughClient("volume", { volumes });
    expect(postureOf(read)).toContain("volume: host /etc at /data volume-driver");
    const found = checkWorkloads([read], rules).map(({ rule }) => rule);
    expect(found).toContain("sensitive-host-path");
    expect(found).toContain("volume-driver-bind");
    const environment = { DOCKER_HOST: `unix://${docker.socket}` };
    const { out } = await runIn(tmpdir(), ["check", "container:volume", "-f", "json"], {
      environment,
    });
    const { findings } = JSON.parse(out) as { findings: { rule: string }[] };
    expect(findings.map(({ rule }) => rule)).toContain("volume-driver-bind");
  });

  test("rules of devices, labels, health checks and what the image decides", () => {
    const flags = ["--device-cgroup-rule", "b 8:* rmw", "-l", "a.b=c", "--health-cmd", "cat /x"];
    run("parts", ...flags, "-p", "127.0.0.1:80:80", "--entrypoint", "sleep", "busybox:test", "600");
    const read = throughClient("parts");
    expect(postureOf(read)).toContain("cgroup-rule: b 8:* rmw");
    expect(postureOf(read)).toContain("health check: cat /x");
    expect(read.labels?.map(({ name, value }) => `${name}=${value ?? ""}`)).toEqual(["a.b=c"]);
    expect(read.command).toMatchObject({
      value: { entrypoint: { words: ["sleep"] }, command: { words: ["600"] } },
    });
  });

  test("what the engine says of itself", async () => {
    const info = await engineInfo(engine);
    if (isProblem(info)) throw new Error(info.problem);
    run("plain", "busybox:test", "sleep", "600");
    const { securityOptions } = info;
    const { runtime } = throughClient("plain", { securityOptions });
    const status = docker.docker("exec", "plain", "cat", "/proc/1/status").out;
    expect(runtime?.seccomp).toMatchObject({ value: { mode: "default" } });
    expect(/^Seccomp:\s*2$/m.test(status)).toBe(true);
    const hasAppArmor = securityOptions.some((text) => text.startsWith("name=apparmor"));
    expect(runtime?.apparmor).toMatchObject({
      value: { mode: hasAppArmor ? "default" : "unconfined" },
    });
  });

  test("what a process is told and what it writes is seen, and the value is nowhere", async () => {
    const script = `echo ready; echo "DB_PASSWORD=${PASSWORD}"; echo "password=${PASSWORD}" >&2; sleep 600 & exec sh -c 'sleep 600; true' --db-password=${PASSWORD}`;
    run("talks", "-e", `API_PASSWORD=${PASSWORD}`, "busybox:test", "sh", "-c", script);
    await sleep(500);
    const [processes, log] = [
      await containerProcesses(engine, "talks"),
      await containerLog(engine, "talks", { lines: 100, tty: false }),
    ];
    if (isProblem(processes) || !("stdout" in log)) throw new Error("the engine did not tell");
    const top = { titles: ["COMMAND"], rows: processes.map(({ command }) => [command]) };
    const read = observed(throughClient("talks"), { top, logs: log }, keyedHash);
    const places = (read.observed ?? []).map(({ sighting: { place } }) =>
      "field" in place ? place.field : "",
    );
    expect(places.sort()).toEqual(["error log line 1", "log line 2", "process 1 arguments"]);
    const findings = checkWorkloads([read], rules).filter(({ rule }) =>
      rule.startsWith("secret-in"),
    );
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(
      new Set(["secret-in-env", "secret-in-command"]),
    );
    const said = JSON.stringify([findings, read.observed], (key, value: unknown) =>
      key === "file" ? undefined : value,
    );
    expect(said).not.toContain(PASSWORD);
  });

  test("a container of Compose that was made wider than its file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-drift-"));
    mkdirSync(join(folder, "data"));
    const text = [
      "services:",
      "  web:",
      "    image: busybox:test",
      "    network_mode: none",
      "    user: '1000'",
      "    cap_drop: [ALL]",
      "    mem_limit: 64m",
      "    volumes: [./data:/data:ro]",
      "",
    ].join("\n");
    writeFileSync(join(folder, "compose.yaml"), text);
    const labels = [
      "com.docker.compose.project=shop",
      "com.docker.compose.service=web",
      `com.docker.compose.project.config_files=${join(folder, "compose.yaml")}`,
      `com.docker.compose.project.working_dir=${folder}`,
    ].flatMap((label) => ["-l", label]);
    const asAsked = [
      "-u",
      "1000",
      "--cap-drop",
      "ALL",
      "-m",
      "64m",
      "-v",
      `${folder}/data:/data:ro`,
    ];
    run("as-asked", ...labels, ...asAsked, "busybox:test", "sleep", "600");
    const wider = [
      "-u",
      "0",
      "--cap-drop",
      "ALL",
      "--cap-add",
      "NET_ADMIN",
      "-m",
      "128m",
      "-v",
      `${folder}/data:/data`,
    ];
    run("wider", ...labels, ...wider, "busybox:test", "sleep", "600");
    const context = { files: memoryFiles({}), environment: {} };
    const sources = readCompose([{ path: "compose.yaml", text }], context).workloads;
    const driftOf = (name: string) =>
      driftedContainers([...sources, throughClient(name)], { directory: folder });
    expect(driftOf("as-asked").map(({ drifts }) => drifts)).toEqual([[]]);
    expect(
      driftOf("wider")[0]?.drifts.map(({ direction, what }) => `${direction}: ${what}`),
    ).toEqual([
      "wider: runs as root",
      "wider: holds NET_ADMIN",
      `wider: mounts the host's ${folder}/data at /data writable`,
      "wider: may use 134217728 bytes of memory",
    ]);
    const environment = { DOCKER_HOST: `unix://${docker.socket}`, XDG_CACHE_HOME: folder };
    const words = ["check", "container:wider", "compose.yaml", "-f", "json"];
    const { status, out } = await runIn(folder, words, { environment });
    expect(status).toBe(1);
    const report = JSON.parse(out) as {
      findings: { rule: string; message: string; related: { path: string }[] }[];
      unknowns: { what: string; why: string }[];
    };
    const asked = /, which no file asks for$/;
    const told = report.findings.filter(({ message }) => asked.test(message));
    expect(told.map(({ rule }) => rule).sort()).toEqual(["dangerous-capability", "runs-as-root"]);
    for (const { related } of told) {
      expect(related.map(({ path }) => path)).toContain("compose.yaml");
    }
    const wide = report.unknowns.filter(({ what }) => what === "drift of container wider");
    expect(wide.map(({ why }) => why.replace(/, which.*/, ""))).toEqual([
      `it mounts the host's ${folder}/data at /data writable`,
      "it may use 134217728 bytes of memory",
    ]);
    rmSync(folder, { recursive: true, force: true });
  });
});

const noPodman = podmanMissing() ?? engineMissing();

/** Those that Podman takes too. */
const LINES = [
  "",
  "-u 1000",
  "-u 0",
  "--cap-add NET_ADMIN",
  "--cap-drop ALL",
  "--cap-drop ALL --cap-add NET_ADMIN",
  "--cap-drop KILL",
  "-u 1000 --cap-add NET_ADMIN",
  "--privileged",
  "--security-opt no-new-privileges",
  "--security-opt seccomp=unconfined",
  "--security-opt unmask=ALL --sysctl kernel.shm_rmid_forced=1",
  "--read-only",
  "-m 64m --cpus 0.5 --pids-limit 50",
  "--pid host",
  "--ipc host --uts host",
  "--cgroupns private",
  "-v /etc:/host/etc:ro -v named:/data",
  "-v /etc/passwd:/s",
  "--device /dev/fuse",
  "--group-add 27",
  "-e PLAIN=1",
];

/** Those that are started, to see what the kernel makes of them. */
const RUNNING = [
  "",
  "-u 1000",
  "-u 1000 --cap-add NET_ADMIN",
  "--cap-drop ALL --cap-add NET_ADMIN",
  "--cap-drop KILL --security-opt no-new-privileges",
  "--security-opt seccomp=unconfined",
  "--security-opt unmask=ALL",
  "--read-only --tmpfs /run",
  "--pid host --uts host",
  "--ipc host",
  "--cgroupns private",
  "-m 64m --pids-limit 50",
  "-v /etc:/host/etc:ro",
  "--group-add 27",
];

describe.skipIf(noPodman !== undefined)(`containers of Podman (${noPodman ?? "here"})`, () => {
  let podman: TestPodman;
  let engine: Engine;
  beforeAll(async () => {
    podman = await startPodman();
    engine = await connected({ env: {}, host: `unix://${podman.socket}` });
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-rootfs-"));
    const root = join(folder, "root");
    for (const name of ["", "bin", "proc", "sys", "dev", "tmp"]) mkdirSync(join(root, name));
    copyFileSync("/bin/busybox", join(root, "bin/busybox"));
    for (const name of ["sh", "cat", "ls", "sleep"])
      symlinkSync("busybox", join(root, "bin", name));
    spawnSync("tar", ["-C", root, "-cf", join(folder, "image.tar"), "."]);
    const imported = podman.podman("import", join(folder, "image.tar"), "busybox:test");
    rmSync(folder, { recursive: true, force: true });
    if (imported.status !== 0) throw new Error(imported.err);
  }, 60_000);
  afterAll(async () => {
    engine.close();
    await podman.stop();
  }, 60_000);

  /** What the image decides, and what the machine's version of cgroups does, is not the line's. */
  const verdicts = (workload: Workload, line: string): string[] =>
    checkWorkloads([workload], rules)
      .filter(({ rule, subject }) => {
        if (rule === "image-not-pinned") return false;
        if (rule === "runs-as-root") return line.includes("-u ");
        return rule !== "host-namespace" || subject !== "cgroup" || line.includes("--cgroupns");
      })
      .map(({ rule, severity, subject }) => `${severity} ${rule} ${subject}`)
      .sort();

  // Created and not started: nothing here needs them to run, and a machine may forbid it.
  test.each(LINES)("podman create %s", async (line) => {
    const flags = line.split(" ").filter((word) => word !== "");
    const words = ["--network=none", ...flags, "busybox:test", "sleep", "600"];
    const created = podman.podman("create", ...words);
    expect(created.err).toBe("");
    const id = created.out.trim();
    const context = { files: memoryFiles({}), environment: {} };
    const expected = verdicts(
      only(readArguments(["podman", "run", ...words], context).workloads),
      line,
    );
    const own = only(readContainer(podman.podman("inspect", id).out).workloads);
    expect(own.engine).toBe("podman");
    expect(verdicts(own, line)).toEqual(expected);
    const inspected = await inspectContainer(engine, id);
    if (isProblem(inspected)) throw new Error(inspected.problem);
    const throughApi = only(readContainer(inspected.document).workloads);
    expect(postureOf(throughApi)).toEqual(postureOf(own));
    const forDocker = await engine.json(`/containers/${id}/json`);
    if (isProblem(forDocker)) throw new Error(forDocker.problem);
    const compat = only(readContainer(forDocker.value).workloads);
    expect(compat.engine).toBe("podman");
    // What Podman does not tell clients of Docker is unknown, never fine.
    const untold = undecidedFacts(compat).map(({ what }) => what.replace(/ of container.*/, ""));
    const hidden = expected.filter((verdict) => !verdicts(compat, line).includes(verdict));
    for (const verdict of hidden) {
      const what = /unmasked-proc/.test(verdict) ? "masked paths" : "ipc namespace";
      expect(untold).toContain(what);
    }
    expect(hidden).toEqual(
      expected.filter((verdict) => /unmasked-proc|host-namespace ipc/.test(verdict)),
    );
    expect(verdicts(compat, line).filter((verdict) => !expected.includes(verdict))).toEqual([]);
  });

  test.each(RUNNING)("podman run %s, as the kernel sees it", async (line) => {
    const flags = line.split(" ").filter((word) => word !== "");
    // A machine that may not raise limits cannot start with Podman's usual ones.
    const limits = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"];
    const name = `runs-${String(RUNNING.indexOf(line))}`;
    const words = ["--name", name, "--network=none", ...limits, ...flags, "busybox:test"];
    const started = podman.podman("run", ...words, "sh", "-c", PROBE);
    expect(started.out, started.err).toContain("CapBnd");
    const read = only(readContainer(podman.podman("inspect", name).out).workloads);
    const claim = claimOfWorkload(read, []);
    const view = parseKernelView(started.out);
    const newest = { version: "99" };
    expect(differences(claimedOf(claim, newest), measuredOf(view, claim))).toEqual([]);
    expect(
      differences({ mounts: claimedMounts(claim) }, { mounts: measuredMounts(view, claim) }),
    ).toEqual([]);
  });
});
