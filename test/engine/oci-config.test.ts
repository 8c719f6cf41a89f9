/**
 * The configuration that a real engine hands to its runtime says the same, read by itself, as the run
 * line that it was made from.
 */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heldCapabilities } from "../../src/linux/capability-sets.ts";
import { evaluateProfile, mayPass } from "../../src/linux/seccomp/evaluate.ts";
import { parseSeccompProfile } from "../../src/linux/seccomp/parse.ts";
import { dockerDefaultProfile } from "../../src/linux/seccomp/docker-default.ts";
import type { Fact } from "../../src/model/fact.ts";
import type { Namespaces } from "../../src/model/namespaces.ts";
import type { Runtime } from "../../src/model/runtime.ts";
import type { Seccomp } from "../../src/model/security-profiles.ts";
import { memoryFiles } from "../../src/readers/memory-files.ts";
import { readOciConfig } from "../../src/readers/oci-config/read.ts";
import { claimOf } from "../support/command-line-view.ts";
import { differences } from "../support/differences.ts";
import type { TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import { capabilitiesOfHost } from "../support/kernel-view.ts";

const missing = engineMissing();

const LINES = [
  "",
  "--cap-drop ALL",
  "--cap-drop ALL --cap-add NET_BIND_SERVICE --security-opt no-new-privileges",
  "--cap-add SYS_ADMIN --cap-add NET_ADMIN",
  "-u 1000:1000 --cap-add NET_ADMIN",
  "-u 1000 --group-add 27",
  "--privileged",
  "--privileged -u 1000:1000",
  "--security-opt seccomp=unconfined",
  "--security-opt systempaths=unconfined",
  "--read-only --tmpfs /run",
  "--pid host --ipc host --uts host",
  "--network host",
  "--cgroupns private",
  "-m 64m --pids-limit 50 --cpus 0.5",
  "-v /etc:/host/etc:ro -v /var:/host/var",
  "--mount type=bind,source=/etc,target=/host/etc,readonly",
  "--device /dev/fuse --device /dev/null:/dev/other:r",
  "--sysctl net.ipv4.ip_forward=1",
  "-e TOKEN_FILE=/run/x -e PLAIN=1",
];

describe.skipIf(missing !== undefined)(
  `configurations of a real engine (${missing ?? "here"})`,
  () => {
    let engine: TestEngine;
    beforeAll(async () => {
      engine = await startEngine();
    }, 60_000);
    afterAll(() => engine.stop(), 60_000);

    test.concurrent.each(LINES)("docker run %s", async (line) => {
      const flags = line.split(" ").filter((word) => word !== "");
      const network = line.includes("--network") ? [] : ["--network=none"];
      const words = ["run", "-d", ...network, ...flags, "busybox:test", "sleep", "600"];
      const claim = claimOf(words);
      const run = await engine.start(...words);
      expect(run).toMatchObject({ status: 0 });
      const id = run.out.trim();
      const text = readFileSync(configPath(engine, id), "utf8");
      await engine.start("rm", "-f", id);
      const file = { path: "config.json", text };
      const reading = readOciConfig(file, { files: memoryFiles({}), environment: {} });
      const [workload] = reading.workloads;
      const runtime = workload?.runtime;
      if (workload === undefined || runtime === undefined) throw new Error("no process was read");
      expect(reading.unknowns).toEqual([]);
      const { user } = workload;
      const root = user.known && user.value.uid === 0;
      expect(root).toBe(claim.root);
      expect(
        differences(
          {
            ...factsOf(claim.runtime, claim.privileged, claim.capabilities.bounding),
            gid: gidOf(claim.workload.user),
          },
          {
            ...factsOf(
              runtime,
              false,
              heldCapabilities(runtime, "oci", root ? "root" : "non-root").bounding,
            ),
            gid:
              claim.workload.user.known && claim.workload.user.value.gid === undefined
                ? undefined
                : gidOf(user),
          },
        ),
      ).toEqual([]);
      // What is asked for by name is found in what came of it.
      for (const mount of claim.runtime.mounts) {
        const found = runtime.mounts.find(({ target }) => target === mount.target);
        expect([found?.type, found?.hostPath, found?.readOnly]).toEqual([
          mount.type,
          mount.hostPath,
          mount.readOnly,
        ]);
      }
      // The configuration knows a device by its numbers and by its name inside.
      for (const { path, target = path } of claim.runtime.devices) {
        expect(runtime.devices.map((device) => device.path)).toContain(target);
      }
      for (const { name, value } of claim.runtime.sysctls) {
        expect(runtime.sysctls.map((sysctl) => [sysctl.name, sysctl.value])).toContainEqual([
          name,
          value,
        ]);
      }
      for (const { name, value } of claim.workload.env) {
        expect(workload.env.map((variable) => [variable.name, variable.value])).toContainEqual([
          name,
          value,
        ]);
      }
      for (const { text: group } of claim.runtime.groups) {
        expect(runtime.groups.map((one) => one.text)).toContain(group);
      }
      const command = workload.command.known ? workload.command.value.entrypoint?.words : undefined;
      expect(command).toEqual(["sleep", "600"]);
    });
  },
);

/** Below the engine's folder; the name of the runtime's task folder differs between versions. */
function configPath({ folder }: TestEngine, id: string): string {
  const tasks = join(folder, "docker/containerd/daemon");
  const found = readdirSync(tasks).flatMap((name) => {
    const path = join(tasks, name, "moby", id, "config.json");
    try {
      readFileSync(path);
      return [path];
    } catch {
      return [];
    }
  });
  const [path] = found;
  if (path === undefined) throw new Error(`the engine wrote no configuration for ${id}`);
  return path;
}

function valueOf<T>(fact: Fact<T>): T | "unknown" {
  return fact.known ? fact.value : "unknown";
}

function gidOf(user: Fact<{ readonly gid?: number }>): number | undefined {
  return user.known ? user.value.gid : undefined;
}

/** Capabilities that an engine before 23 does not know. */
const NEWER = ["PERFMON", "BPF", "CHECKPOINT_RESTORE"];

function factsOf(runtime: Runtime, privileged: boolean, bounding: readonly string[]) {
  const host = capabilitiesOfHost();
  const capabilities = bounding
    .filter((name) => host.includes(name) && !NEWER.includes(name))
    .sort();
  return {
    capabilities,
    privileged: valueOf(runtime.privileged),
    noNewPrivileges: valueOf(runtime.noNewPrivileges),
    seccomp: filterOf(runtime.seccomp, privileged, capabilities),
    procMask: privileged ? "unmasked" : valueOf(runtime.procMask),
    readOnlyRoot: valueOf(runtime.readOnlyRoot),
    ...limitsOf(runtime),
    namespaces: namespacesOf(runtime.namespaces),
  };
}

function limitsOf({ limits }: Runtime) {
  return { memory: valueOf(limits.memory), pids: valueOf(limits.pids), cpus: valueOf(limits.cpus) };
}

/** The cgroup namespace depends on the machine's cgroup version; it is compared where a word sets it. */
function namespacesOf(namespaces: Namespaces): string[] {
  return (["network", "pid", "ipc", "uts", "user"] as const).map((name) => {
    const fact = namespaces[name];
    return `${name} ${fact.known && fact.value.mode === "host" ? "host" : "own"}`;
  });
}

/** Calls that every engine's default profile denies or lets through, by capability. */
const TELLING = [
  "ptrace",
  "mount",
  "unshare",
  "reboot",
  "keyctl",
  "kexec_load",
  "read",
  "chroot",
  "init_module",
];

function filterOf(fact: Fact<Seccomp>, privileged: boolean, capabilities: readonly string[]) {
  if (!fact.known) return "unknown";
  const { mode, profile } = fact.value;
  if (privileged || mode === "unconfined" || mode === "not-set") return "none";
  const parsed = mode === "custom" ? parseSeccompProfile(profile) : undefined;
  if (parsed !== undefined && !parsed.ok) return "not valid";
  const evaluated = evaluateProfile(parsed?.profile ?? dockerDefaultProfile(), {
    architecture: process.arch === "arm64" ? "aarch64" : "x86_64",
    capabilities,
  });
  return TELLING.map((name) => {
    const verdict = evaluated.verdicts.get(name);
    return `${name} ${verdict !== undefined && mayPass(verdict) ? "passes" : "is denied"}`;
  });
}
