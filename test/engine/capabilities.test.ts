/**
 * Claims are measured: run lines are started by a real engine, and what the kernel then says of the
 * process, and the engine of the container, is what Plimsoll said of the words.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fact } from "../../src/model/fact.ts";
import type { Namespace } from "../../src/model/workload.ts";
import type { Claim } from "../support/command-line-view.ts";
import { claimOf } from "../support/command-line-view.ts";
import { differences } from "../support/differences.ts";
import type { Outcome, TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import type { KernelView } from "../support/kernel-view.ts";
import {
  PROBE,
  capabilitiesOfHost,
  namespaceOfHost,
  parseKernelView,
} from "../support/kernel-view.ts";
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
    },
  );
});

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

function valueOf<T>(fact: Fact<T>): T | "unknown" {
  return fact.known ? fact.value : "unknown";
}

const LINKS = { network: "net", pid: "pid", ipc: "ipc", uts: "uts", user: "user" } as const;

/** What Plimsoll says of the process. */
function claimedOf(claim: Claim, engine: TestEngine): Readonly<Record<string, unknown>> {
  const { runtime, privileged, capabilities, root, workload } = claim;
  const newer = isOld(engine) ? ["PERFMON", "BPF", "CHECKPOINT_RESTORE"] : [];
  const possible = capabilitiesOfHost().filter((name) => !newer.includes(name));
  const set = (names: readonly string[]) => names.filter((name) => possible.includes(name));
  const seccomp = valueOf(runtime.seccomp);
  const unfiltered = privileged && runtime.seccomp.origin.kind !== "set";
  const user = workload.user.known ? workload.user.value : undefined;
  return {
    root,
    uid: user?.uid ?? (root ? 0 : "a name"),
    gid: user?.gid ?? "the user's",
    noNewPrivileges: valueOf(runtime.noNewPrivileges),
    seccompFilter: seccomp !== "unknown" && seccomp.mode !== "unconfined" && !unfiltered,
    procMask:
      privileged && runtime.procMask.origin.kind !== "set" ? "unmasked" : valueOf(runtime.procMask),
    readOnlyRoot: valueOf(runtime.readOnlyRoot),
    memory: valueOf(runtime.limits.memory),
    pids: valueOf(runtime.limits.pids),
    cpus: valueOf(runtime.limits.cpus),
    namespaces: Object.keys(LINKS).map((name) => {
      const fact = runtime.namespaces[name as keyof typeof LINKS];
      return `${name} ${fact.known && fact.value.mode === "host" ? "host" : "own"}`;
    }),
    cgroupNamespace: cgroupOf(claim.runtime.namespaces.cgroup),
    inheritable: set(capabilities.inheritable),
    permitted: set(capabilities.permitted),
    effective: set(capabilities.effective),
    bounding: set(capabilities.bounding),
    ambient: set(capabilities.ambient),
    groups: runtime.groups.map(({ text }) => Number(text)),
  };
}

/** Engines before 23 know the capabilities of Linux 5.7 and later by no name. */
function isOld({ version }: TestEngine): boolean {
  return Number(version.split(".")[0]) < 23;
}

/** Docker's default is a namespace of its own with cgroup v2, and the host's with v1. */
function cgroupOf(fact: Fact<Namespace>): string {
  if (!fact.known) return "unknown";
  return fact.origin.kind === "default" ? "the default" : fact.value.mode;
}

/** The same of the kernel's view. */
function measuredOf(view: KernelView, claim: Claim): Readonly<Record<string, unknown>> {
  const { runtime, workload } = claim;
  const user = workload.user.known ? workload.user.value : undefined;
  const cgroup = view.namespaces["cgroup"] === namespaceOfHost("cgroup") ? "host" : "own";
  return {
    root: view.uid === 0,
    uid: user?.uid === undefined && view.uid !== 0 ? "a name" : view.uid,
    gid: user?.gid === undefined ? "the user's" : view.gid,
    noNewPrivileges: view.noNewPrivileges,
    seccompFilter: view.seccompFilter,
    procMask: masksOf(view),
    readOnlyRoot: view.mounts.find(({ target }) => target === "/")?.readOnly ?? false,
    memory: view.memory,
    pids: view.pids,
    cpus: view.cpus,
    namespaces: Object.entries(LINKS).map(
      ([name, link]) =>
        `${name} ${view.namespaces[link] === namespaceOfHost(link) ? "host" : "own"}`,
    ),
    cgroupNamespace: runtime.namespaces.cgroup.origin.kind === "default" ? "the default" : cgroup,
    ...view.capabilities,
    // The user's own group and, for root, those of /etc/group come on top.
    groups: view.groups.filter((gid) => runtime.groups.some(({ text }) => Number(text) === gid)),
  };
}

/** Paths that the engine hides or makes read-only; one that the kernel lacks is not among them. */
function masksOf({ mounts }: KernelView): "masked" | "unmasked" | "partly" {
  const over = ["/proc/keys", "/proc/timer_list", "/sys/firmware", "/proc/sys", "/proc/irq"];
  const there = over.filter((path) => mounts.some(({ target }) => target === path));
  return there.length === over.length ? "masked" : there.length === 0 ? "unmasked" : "partly";
}

function claimedMounts({ runtime }: Claim): string[] {
  return runtime.mounts
    .map(({ target, type, readOnly, propagation }) =>
      [target, type === "tmpfs" ? "tmpfs" : "files", readOnly ? "ro" : "rw"]
        .concat(type === "bind" ? (propagation ?? "private").replace(/^r/, "") : [])
        .join(" "),
    )
    .sort();
}

/** The mounts that the kernel shows at the targets that the words name. */
function measuredMounts({ mounts }: KernelView, { runtime }: Claim): string[] {
  return mounts
    .flatMap(({ target, type, readOnly, propagation }) => {
      const asked = runtime.mounts.find((mount) => mount.target === target);
      if (asked === undefined) return [];
      return [target, type === "tmpfs" ? "tmpfs" : "files", readOnly ? "ro" : "rw"]
        .concat(asked.type === "bind" ? propagation : [])
        .join(" ");
    })
    .sort();
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
