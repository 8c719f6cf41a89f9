/** What a container takes from others on the host: its limits, weights, and what keeps it alive. */

import type { JsonObject } from "../../wire/json/value.ts";
import { integerOf, itemsOf, objectOf, shown, textOf, textsOf, valueAt } from "../json.ts";
import { type CheckRow, type Judge, harmless, refuseAlways } from "./check.ts";
import { judgeDevicePath } from "./devices.ts";
import {
  cpuPeriod,
  cpuQuota,
  memory,
  memorySwap,
  nanoCpus,
  pids,
  shmSize,
  weight,
} from "./limits.ts";

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
