/** What a container takes from others on the host: its limits, weights, and what keeps it alive. */

import type { JsonObject } from "../../wire/json/value.ts";
import { integerOf, itemsOf, objectOf, shown, textOf, textsOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import { type CheckRow, type Judge, harmless, refuseAlways } from "./check.ts";
import { judgeDevicePath } from "./devices.ts";

/** The kernel's period where none is written, in microseconds. */
export const DEFAULT_PERIOD = 100_000n;
const NANO = 1_000_000_000n;
/** The engine's own where nothing is written. */
export const USUAL_SHM = 64n * 1024n * 1024n;

type Limit = "memory" | "pids" | "cpus" | "shm";

export function overLimit(
  limit: Limit,
  most: bigint,
  at: string,
  judging: Judging,
  asked?: bigint,
): void {
  const unit = limit === "cpus" ? " billionths of a CPU" : limit === "pids" ? "" : " bytes";
  judging.miss({
    rule: "limit-exceeded",
    at,
    message: `the policy grants at most ${String(most)}${unit} of ${LIMITED[limit]}, and this asks for ${asked === undefined || asked <= 0n ? "no limit" : "more"}`,
    key: ["limits", limit],
    value: asked === undefined || asked <= 0n ? "none" : String(asked),
    instead: `ask for ${String(most)} or less`,
  });
}

const LIMITED: Readonly<Record<Limit, string>> = {
  memory: "memory",
  pids: "processes",
  cpus: "CPU time",
  shm: "shared memory",
};

const memory: Judge = (value, at, judging) => {
  const { memoryBytes } = judging.grants.limits;
  const asked = integerOf(value);
  if (memoryBytes !== undefined && (asked < 0n || asked > memoryBytes)) {
    overLimit("memory", memoryBytes, at, judging, asked);
  }
};

/** Memory and swap together; by itself the engine gives twice the memory. */
const memorySwap: Judge = (value, at, judging) => {
  const { memoryBytes } = judging.grants.limits;
  const asked = integerOf(value);
  if (memoryBytes !== undefined && (asked < 0n || asked > 2n * memoryBytes)) {
    overLimit("memory", 2n * memoryBytes, at, judging, asked);
  }
};

/** Asked for nought, an update takes the limit away; a creation gets the policy's before this is asked. */
const pids: Judge = (value, at, judging) => {
  const most = judging.grants.limits.pids;
  const asked = integerOf(value);
  if (most !== undefined && (asked <= 0n || asked > most)) {
    overLimit("pids", most, at, judging, asked);
  }
};

const nanoCpus: Judge = (value, at, judging) => {
  const most = judging.grants.limits.nanoCpus;
  const asked = integerOf(value);
  if (most !== undefined && (asked < 0n || asked > most)) {
    overLimit("cpus", most, at, judging, asked);
  }
};

const cpuQuota: Judge = (value, at, judging) => {
  const most = judging.grants.limits.nanoCpus;
  if (most === undefined) return;
  const asked = quotaInNanoCpus(integerOf(value), integerOf(valueAt(judging.body, "CpuPeriod")));
  if (asked < 0n || asked > most) overLimit("cpus", most, at, judging, asked);
};

export function quotaInNanoCpus(quota: bigint, period: bigint): bigint {
  return (quota * NANO) / (period > 0n ? period : DEFAULT_PERIOD);
}

/** By itself a shorter period gives more; an update of it changes what the quota means. */
const cpuPeriod: Judge = (_value, at, judging) => {
  const most = judging.grants.limits.nanoCpus;
  if (most !== undefined && integerOf(valueAt(judging.body, "CpuQuota")) === 0n) {
    judging.deny({
      rule: "limit-exceeded",
      at,
      message: "a period without a quota changes how much CPU time the container gets",
      help: "Write CpuQuota with it, or NanoCpus",
    });
  }
};

const shmSize: Judge = (value, at, judging) => {
  const { shmBytes } = judging.grants.limits;
  const asked = integerOf(value);
  if (shmBytes !== undefined && (asked < 0n || asked > shmBytes)) {
    overLimit("shm", shmBytes, at, judging, asked);
  }
};

/** A weight above the usual takes from others, which matters where the policy sets limits at all. */
function weight(usual: bigint): Judge {
  return (value, at, judging) => {
    const { memoryBytes, nanoCpus: cpus, pids: processes } = judging.grants.limits;
    const isLimited = [memoryBytes, cpus, processes].some((limit) => limit !== undefined);
    if (!isLimited || integerOf(value) <= usual) return;
    judging.deny({
      rule: "limit-exceeded",
      at,
      message: `a weight above ${String(usual)} takes from others what the policy's limits leave them`,
      help: `Write ${String(usual)} or less`,
    });
  };
}

const oomScore: Judge = (value, at, judging) => {
  if (integerOf(value) >= 0n) return;
  judging.deny({
    rule: "limit-exceeded",
    at,
    message: "below 0 the kernel ends other programs of the host in its place when memory is short",
    help: "Write 0 or more",
  });
};

const oomKill: Judge = (_value, at, judging) => {
  if (integerOf(valueAt(judging.body, "Memory")) > 0n) return;
  judging.deny({
    rule: "limit-exceeded",
    at,
    message: "without a limit of memory this lets the container take all of the host's",
    help: "Set Memory with it, or leave it out",
  });
};

const realtime = refuseAlways(
  "limit-exceeded",
  "real-time scheduling goes before all other programs of the host",
  "Leave it out",
);

/** Weights of single devices tell whether a path is one. */
const throttles: Judge = (value, at, judging) => {
  for (const [index, item] of itemsOf(value).entries()) {
    judgeDevicePath(textOf(valueAt(item, "Path")), `${at}[${String(index)}].Path`, judging);
  }
};

/** Raising them takes from others: the scheduler's priorities, and nothing else. */
const PRIORITIES = new Set(["nice", "rtprio"]);
const LIMITS = new Set([
  "as",
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nofile",
  "nproc",
  "rss",
  "rttime",
  "sigpending",
  "stack",
]);

export const ulimits: Judge = (value, at, judging) => {
  for (const [index, item] of itemsOf(value).entries()) {
    const name = textOf(valueAt(item, "Name"));
    if (LIMITS.has(name)) continue;
    const place = `${at}[${String(index)}].Name`;
    judging.deny({
      rule: "limit-exceeded",
      at: place,
      message: PRIORITIES.has(name)
        ? `${name} lets the container go before other programs of the host`
        : `the engine has no limit ${shown(name)}`,
      help: "Leave it out",
    });
  }
};

const storage: Judge = (value, at, judging) => {
  for (const [name, size] of objectOf(value)) {
    if (name === "size" && /^[0-9]{1,15}(?:\.[0-9]+)? ?(?:[kmgtp]?i?b?)$/i.test(textOf(size)))
      continue;
    judging.deny({
      rule: "storage-option-not-granted",
      at: `${at}["${shown(name)}"]`,
      message: `the storage option ${shown(name)} is not granted`,
      help: "Write a size, or leave it out",
    });
  }
};

const cgroupParent = refuseAlways(
  "cgroup-parent",
  "another cgroup has other limits, and may be the host's own",
  "Leave it out: the engine's own cgroup then holds",
);

const CPUSET = /^[0-9]{1,5}(?:-[0-9]{1,5})?(?:,[0-9]{1,5}(?:-[0-9]{1,5})?){0,200}$/;

const cpuset: Judge = (value, at, judging) => {
  if (CPUSET.test(textOf(value))) return;
  judging.deny({ rule: "bad-value", at, message: "numbers and ranges of CPUs are wanted: 0-2,5" });
};

export const restart: Judge = (value, at, judging) => {
  const name = textOf(valueAt(value, "Name"));
  if (name === "" || name === "no" || judging.grants.restart) return;
  judging.miss({
    rule: "restart-not-granted",
    at: `${at}.Name`,
    message: `with the restart policy ${shown(name)} the container outlives its client and a restart of the host`,
    key: "restart",
    value: true,
    instead: "write no",
  });
};

/** Root's group and groups by name, together with something of the host. */
const groups: Judge = (value, at, judging) => {
  const host = objectOf(judging.body);
  if (!holdsHostFiles(host) || judging.grants.privileged) return;
  for (const [index, group] of textsOf(value).entries()) {
    if (!/^(?:root|[+-]?0+)$/.test(group)) continue;
    judging.deny({
      rule: "runs-as-root",
      at: `${at}[${String(index)}]`,
      message: "root's group owns files of the host that are mounted here",
      help: "Name the group that owns what is needed",
    });
  }
};

function holdsHostFiles(host: JsonObject): boolean {
  const binds = textsOf(host.get("Binds")).some(
    (text) => text.startsWith("/") && text.includes(":"),
  );
  const mounts = itemsOf(host.get("Mounts")).some((mount) => valueAt(mount, "Type") === "bind");
  return binds || mounts || itemsOf(host.get("Devices")).length > 0;
}

const WITH_THROTTLES = "with Resources.BlkioDeviceReadBps";
const WITH_ULIMITS = "with Resources.Ulimits";
const WITH_RESTART = "with HostConfig.RestartPolicy";

export const resourceChecks: readonly CheckRow[] = [
  ["Resources", "Memory", "at most the policy's memory", memory],
  ["Resources", "MemorySwap", "at most twice the policy's memory", memorySwap],
  ["Resources", "MemoryReservation MemorySwappiness", "acts within the limit of memory", harmless],
  ["Resources", "KernelMemory KernelMemoryTCP", "limits of older engines", harmless],
  ["Resources", "PidsLimit", "at most the policy's processes", pids],
  ["Resources", "NanoCpus", "at most the policy's CPU time", nanoCpus],
  ["Resources", "CpuQuota", "at most the policy's CPU time", cpuQuota],
  ["Resources", "CpuPeriod", "goes with a quota", cpuPeriod],
  ["Resources", "CpuRealtimePeriod CpuRealtimeRuntime", "real-time scheduling", realtime],
  ["Resources", "CpusetCpus CpusetMems", "which CPUs", cpuset],
  ["Resources", "CpuShares", "at most the usual weight", weight(1024n)],
  ["Resources", "BlkioWeight", "at most the usual weight", weight(500n)],
  [
    "Resources",
    "BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps",
    "granted devices",
    throttles,
  ],
  ["Resources.BlkioWeightDevice", "Path Weight", "granted devices", WITH_THROTTLES],
  ["ThrottleDevice", "Path Rate", "granted devices", WITH_THROTTLES],
  ["Resources", "OomKillDisable", "goes with a limit of memory", oomKill],
  ["Resources", "Ulimits", "limits of a process", ulimits],
  ["Resources.Ulimits", "Name Soft Hard", "limits of a process", WITH_ULIMITS],
  ["Resources", "CgroupParent", "other cgroups", cgroupParent],
  ["HostConfig", "ShmSize", "at most the policy's shared memory", shmSize],
  ["HostConfig", "OomScoreAdj", "not below 0", oomScore],
  ["HostConfig", "StorageOpt", "a size", storage],
  ["HostConfig", "RestartPolicy", "restarts", restart],
  ["ContainerUpdateRequest", "RestartPolicy", "restarts", restart],
  ["RestartPolicy", "Name MaximumRetryCount", "restarts", WITH_RESTART],
  ["HostConfig", "GroupAdd", "root's group beside files of the host", groups],
  ["TaskSpec.ContainerSpec", "Ulimits", "limits of a process", ulimits],
  ["TaskSpec.ContainerSpec", "OomScoreAdj", "not below 0", oomScore],
];
