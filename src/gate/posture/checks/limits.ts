/** Limits of memory, processes, CPU time and shared memory against the policy's maxima. */

import { integerOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { Judge } from "./check.ts";

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

export const memory: Judge = (value, at, judging) => {
  const { memoryBytes } = judging.grants.limits;
  const asked = integerOf(value);
  if (memoryBytes !== undefined && (asked < 0n || asked > memoryBytes)) {
    overLimit("memory", memoryBytes, at, judging, asked);
  }
};

/** Memory and swap together; by itself the engine gives twice the memory. */
export const memorySwap: Judge = (value, at, judging) => {
  const { memoryBytes } = judging.grants.limits;
  const asked = integerOf(value);
  if (memoryBytes !== undefined && (asked < 0n || asked > 2n * memoryBytes)) {
    overLimit("memory", 2n * memoryBytes, at, judging, asked);
  }
};

/** Asked for nought, an update takes the limit away; a creation gets the policy's before this is asked. */
export const pids: Judge = (value, at, judging) => {
  const most = judging.grants.limits.pids;
  const asked = integerOf(value);
  if (most !== undefined && (asked <= 0n || asked > most)) {
    overLimit("pids", most, at, judging, asked);
  }
};

export const nanoCpus: Judge = (value, at, judging) => {
  const most = judging.grants.limits.nanoCpus;
  const asked = integerOf(value);
  if (most !== undefined && (asked < 0n || asked > most)) {
    overLimit("cpus", most, at, judging, asked);
  }
};

export const cpuQuota: Judge = (value, at, judging) => {
  const most = judging.grants.limits.nanoCpus;
  if (most === undefined) return;
  const asked = quotaInNanoCpus(integerOf(value), integerOf(valueAt(judging.body, "CpuPeriod")));
  if (asked < 0n || asked > most) overLimit("cpus", most, at, judging, asked);
};

export function quotaInNanoCpus(quota: bigint, period: bigint): bigint {
  return (quota * NANO) / (period > 0n ? period : DEFAULT_PERIOD);
}

/** By itself a shorter period gives more; an update of it changes what the quota means. */
export const cpuPeriod: Judge = (_value, at, judging) => {
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

export const shmSize: Judge = (value, at, judging) => {
  const { shmBytes } = judging.grants.limits;
  const asked = integerOf(value);
  if (shmBytes !== undefined && (asked < 0n || asked > shmBytes)) {
    overLimit("shm", shmBytes, at, judging, asked);
  }
};

/** A weight above the usual takes from others, which matters where the policy sets limits at all. */
export function weight(usual: bigint): Judge {
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
