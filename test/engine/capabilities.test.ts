/**
 * Claims are measured: run lines are started by a real engine, and what the kernel then says of the
 * process, and the engine of the container, is what Plimsoll said of the words. What the engine tells of the
 * container, read by itself, agrees with the kernel too, and gets the verdicts that the words get.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "../../src/model/fact.ts";
import type { Namespace } from "../../src/model/namespaces.ts";
import type { Workload } from "../../src/model/workload.ts";
import { readContainer } from "../../src/readers/container/read.ts";
import { checkWorkloads } from "../../src/rules/check-workload.ts";
import { rules } from "../../src/rules/registry.ts";
import {
  claimedMounts,
  claimedOf,
  measuredMounts,
  measuredOf,
  valueOf,
} from "../support/claims.ts";
import type { Claim } from "../support/command-line-view.ts";
import { claimOf, claimOfWorkload } from "../support/command-line-view.ts";
import { differences } from "../support/differences.ts";
import type { Outcome, TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import { PROBE, parseKernelView } from "../support/kernel-view.ts";
import type { RunLine } from "./run-lines.ts";
import { PROFILE, runLines } from "./run-lines.ts";

const missing = engineMissing();
const folder = mkdtempSync(join(tmpdir(), "plimsoll-run-lines-"));
const data = join(folder, "data");
const files = { [`${folder}/profile.json`]: PROFILE };

describe.skipIf(missing !== undefined)(`run lines on a real engine (${missing ?? "here"})`, () => {
  let engine: TestEngine;
  let count = 0;
  beforeAll(async () => {
    mkdirSync(data);
    spawnSync("mount", ["--bind", data, data]);
    spawnSync("mount", ["--make-shared", data]);
    writeFileSync(join(folder, "profile.json"), PROFILE);
    engine = await startEngine();
  }, 60_000);
  afterAll(async () => {
    await engine.stop();
    spawnSync("umount", [data]);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test.concurrent.each(runLines(folder).map((line) => ({ ...line, title: titleOf(line) })))(
    "docker run $title",
    async (line) => {
      // Without a network of its own, since the engine has no bridge.
      const network = line.flags.some((flag) => flag.startsWith("--net")) ? [] : ["--network=none"];
      const words = [...network, ...line.flags, "busybox:test", "sh", "-c", PROBE];
      const claim = claimOf(["run", ...words], files);
      const name = `line-${count++}`;
      const started = await engine.start(
        "run",
        "--name",
        name,
        ...words.filter((word) => word !== "-itd" && word !== "--rm"),
      );
      const { out: inspected } = await engine.start("inspect", name);
      expect(compare(line, { claim, started, inspected }, engine)).toEqual(expectedOf(line));
      if (line.refused !== true) {
        expect(compareInspected(line, { claim, started, inspected }, engine)).toEqual([]);
      }
    },
  );
});

/** Where what Plimsoll makes of the inspection differs from the kernel, and from what it makes of the words. */
function compareInspected(line: RunLine, run: Run, engine: TestEngine): string[] {
  const { workloads, unknowns } = readContainer(run.inspected);
  const [container] = workloads;
  if (container === undefined) return unknowns.map(({ why }) => why);
  const read = claimOfWorkload(container, unknowns);
  const view = parseKernelView(run.started.out);
  const doubt = read.doubt === undefined ? [] : [`doubt: ${read.doubt}`];
  // A name says nothing of the uid, in an inspection neither.
  if (line.differs !== undefined) return doubt;
  return [
    ...doubt,
    ...differences(claimedOf(read, engine), measuredOf(view, read)),
    ...differences(
      { mounts: claimedMounts(read).map(withoutSlave) },
      { mounts: measuredMounts(view, read).map(withoutSlave) },
    ),
    ...differences(
      { verdicts: verdictsOf(run.claim.workload, line) },
      { verdicts: verdictsOf(container, line) },
    ),
  ];
}

/** Mounts of the whole tree are made slaves by the engine, which shows only where the host's are shared. */
function withoutSlave(mount: string): string {
  return mount.startsWith("/host ") ? mount.replace(/ slave$/, " private") : mount;
}

function verdictsOf(workload: Workload, { flags }: RunLine): string[] {
  const cgroups = flags.includes("--cgroupns");
  return checkWorkloads([workload], rules)
    .filter(({ rule, subject }) => {
      // The image is not at hand for the words, and no longer of interest for the container.
      if (rule === "image-not-pinned") return false;
      if (rule === "runs-as-root") return flags.some((flag) => /^(?:-u|--user)/.test(flag));
      // With version 1 of cgroups the engine shares the host's unless it is asked not to.
      return rule !== "host-namespace" || subject !== "cgroup" || cgroups;
    })
    .map(({ rule, severity, subject }) =>
      // A profile is known by its path to the client alone.
      rule === "seccomp-profile-weak" ? `${severity} ${rule}` : `${severity} ${rule} ${subject}`,
    )
    .sort();
}

interface Run {
  readonly claim: Claim;
  readonly started: Outcome;
  readonly inspected: string;
}

/** Where what Plimsoll says and what is differ. */
function compare(line: RunLine, run: Run, engine: TestEngine): string[] {
  const { claim, started, inspected } = run;
  const doubt = claim.doubt === undefined ? [] : [`doubt: ${claim.doubt}`];
  if (line.refused === true) {
    return [started.out === "" ? "refused" : "started", doubt.length > 0 ? "noticed" : "unnoticed"];
  }
  if (!started.out.includes("CapBnd")) return [`did not start: ${started.err}`, ...doubt];
  const view = parseKernelView(started.out);
  const lines = [
    ...doubt,
    ...differences(claimedOf(claim, engine), measuredOf(view, claim)),
    ...differences({ mounts: claimedMounts(claim) }, { mounts: measuredMounts(view, claim) }),
    ...differences(requestOf(claim), requestInspected(inspected, claim)),
  ];
  return line.differs !== undefined && lines.length > 0 ? ["differs"] : lines;
}

function expectedOf({ refused, unnoticed, differs }: RunLine): string[] {
  if (refused === true) return ["refused", unnoticed === undefined ? "noticed" : "unnoticed"];
  return differs === undefined ? [] : ["differs"];
}

function titleOf({ flags }: RunLine): string {
  return flags.map((flag) => (/^\S+$/.test(flag) ? flag : `'${flag}'`)).join(" ");
}

/** What was asked of the engine, as Plimsoll read it. */
function requestOf({ runtime, workload }: Claim): Readonly<Record<string, unknown>> {
  const name = ({ name: capability }: { readonly name: string }) => capability;
  return {
    user:
      workload.user.known && workload.user.origin.kind === "set" ? workload.user.value.text : "",
    privileged: valueOf(runtime.privileged),
    readOnly: valueOf(runtime.readOnlyRoot),
    capAdd: runtime.capAdd.map(name).sort(),
    capDrop: runtime.capDrop.map(name).sort(),
    groups: runtime.groups.map(({ text }) => text),
    memory: valueOf(runtime.limits.memory) ?? 0,
    pids: valueOf(runtime.limits.pids),
    devices: runtime.devices.map(({ path, target, permissions }) => [
      path,
      target ?? path,
      permissions ?? "rwm",
    ]),
    sysctls: runtime.sysctls.map((sysctl) => `${sysctl.name}=${sysctl.value}`),
    binds: runtime.mounts
      .filter(({ type }) => type === "bind")
      .map(({ hostPath, target, readOnly }) => `${hostPath} ${target} ${readOnly ? "ro" : "rw"}`),
    namespaces: [runtime.namespaces.pid, runtime.namespaces.uts].map((fact) =>
      fact.known && fact.value.mode === "host" ? "host" : "",
    ),
    ipc: runtime.namespaces.ipc.origin.kind === "set" ? modeOf(runtime.namespaces.ipc) : "default",
    network: modeOf(runtime.namespaces.network),
  };
}

function modeOf(fact: Fact<Namespace>): string {
  return fact.known ? fact.value.mode : "unknown";
}

interface Inspected {
  readonly Config: { readonly User: string };
  readonly HostConfig: {
    readonly Privileged: boolean;
    readonly ReadonlyRootfs: boolean;
    readonly CapAdd: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly GroupAdd: readonly string[] | null;
    readonly Memory: number;
    readonly PidsLimit: number | null;
    readonly PidMode: string;
    readonly UTSMode: string;
    readonly IpcMode: string;
    readonly NetworkMode: string;
    readonly Sysctls?: Readonly<Record<string, string>>;
    readonly Devices: readonly Readonly<Record<string, string>>[] | null;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
}

/** The same as the engine wrote it down. */
function requestInspected(text: string, { runtime }: Claim): Readonly<Record<string, unknown>> {
  const [container] = JSON.parse(text) as Inspected[];
  if (container === undefined) throw new Error("docker inspect knows no such container");
  const { Config: config, HostConfig: host } = container;
  const names = (list: readonly string[] | null) =>
    (list ?? []).map((name) => name.toUpperCase().replace(/^CAP_/, "")).sort();
  const limit = host.PidsLimit ?? 0;
  return {
    user: config.User,
    privileged: host.Privileged,
    readOnly: host.ReadonlyRootfs,
    capAdd: names(host.CapAdd),
    capDrop: names(host.CapDrop),
    groups: [...(host.GroupAdd ?? [])],
    memory: host.Memory,
    pids: limit > 0 ? limit : undefined,
    devices: (host.Devices ?? []).map((device) => [
      device["PathOnHost"] ?? "",
      device["PathInContainer"] ?? "",
      device["CgroupPermissions"] ?? "",
    ]),
    sysctls: Object.entries(host.Sysctls ?? {}).map(([name, value]) => `${name}=${value}`),
    binds: container.Mounts.filter((mount) => mount.Type === "bind").map(
      (mount) => `${mount.Source} ${mount.Destination} ${mount.RW ? "rw" : "ro"}`,
    ),
    namespaces: [host.PidMode, host.UTSMode],
    ipc:
      runtime.namespaces.ipc.origin.kind === "default"
        ? "default"
        : host.IpcMode === "private"
          ? "own"
          : host.IpcMode,
    network: ["host", "none"].includes(host.NetworkMode) ? host.NetworkMode : "own",
  };
}
