/** What the kernel says of a container's process, read from inside it. */

import { readFileSync, readlinkSync } from "node:fs";
import { capabilityNames } from "../../src/linux/capabilities.ts";

/** Prints everything that `parseKernelView` reads, with what the busybox image has. */
export const PROBE = [
  "cat /proc/self/status",
  "echo ==",
  "cat /proc/self/mountinfo",
  "echo ==",
  "ls -l /proc/self/ns",
  "echo ==",
  "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null",
  "echo ==",
  "cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null",
  "echo ==",
  "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us /sys/fs/cgroup/cpu.max 2>/dev/null",
].join("\n");

export type CapabilitySetName = "inheritable" | "permitted" | "effective" | "bounding" | "ambient";

export interface KernelMount {
  readonly target: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** `shared`, `slave`, `private`. */
  readonly propagation: string;
}

export interface KernelView {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly capabilities: Readonly<Record<CapabilitySetName, readonly string[]>>;
  readonly noNewPrivileges: boolean;
  readonly seccompFilter: boolean;
  readonly mounts: readonly KernelMount[];
  /** `net` to `net:[4026531840]`. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** Bytes; undefined when there is no limit. */
  readonly memory: number | undefined;
  readonly pids: number | undefined;
  readonly cpus: number | undefined;
}

export function parseKernelView(text: string): KernelView {
  const [status = "", mounts = "", namespaces = "", memory = "", pids = "", cpu = ""] =
    text.split("==\n");
  return {
    uid: numbers(status, "Uid")[1] ?? -1,
    gid: numbers(status, "Gid")[1] ?? -1,
    groups: numbers(status, "Groups"),
    capabilities: capabilitySets(status),
    noNewPrivileges: field(status, "NoNewPrivs") === "1",
    seccompFilter: field(status, "Seccomp") === "2",
    mounts: mounts.split("\n").flatMap(parseMount),
    namespaces: Object.fromEntries(
      [...namespaces.matchAll(/ (\w+) -> (\S+)$/gm)].map((match) => [match[1], match[2]]),
    ),
    memory: amount(memory),
    pids: amount(pids),
    cpus: cpuAmount(cpu),
  };
}

/** The capabilities that this machine can give at all. */
export function capabilitiesOfHost(): readonly string[] {
  return capabilitySets(readFileSync("/proc/self/status", "utf8")).bounding;
}

/** This process's namespace: `net:[4026531840]`. */
export function namespaceOfHost(name: string): string {
  return readlinkSync(`/proc/self/ns/${name}`);
}

function capabilitySets(status: string): KernelView["capabilities"] {
  const set = (name: string): readonly string[] => {
    const bits = BigInt(`0x${field(status, name)}`);
    return capabilityNames.filter((_, number) => ((bits >> BigInt(number)) & 1n) === 1n);
  };
  return {
    inheritable: set("CapInh"),
    permitted: set("CapPrm"),
    effective: set("CapEff"),
    bounding: set("CapBnd"),
    ambient: set("CapAmb"),
  };
}

function field(status: string, name: string): string {
  const value = new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1];
  if (value === undefined) throw new Error(`/proc/self/status has no ${name}`);
  return value.trim();
}

function numbers(status: string, name: string): number[] {
  return field(status, name)
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(Number);
}

/** proc_pid_mountinfo(5). */
function parseMount(line: string): KernelMount[] {
  const [left = "", right = ""] = line.split(" - ");
  const fields = left.split(" ");
  const [, , , , target, options = ""] = fields;
  const [type = "", , superOptions = ""] = right.split(" ");
  if (target === undefined) return [];
  const tags = fields.slice(6).join(" ");
  const readOnly = [options, superOptions].some((list) => list.split(",").includes("ro"));
  const propagation = tags.includes("shared:")
    ? "shared"
    : tags.includes("master:")
      ? "slave"
      : "private";
  return [{ target, type, readOnly, propagation }];
}

function amount(text: string): number | undefined {
  const [first = ""] = text.trim().split(/\s+/);
  const value = Number(first);
  // cgroup v1 writes "no limit" as the largest number of whole pages.
  return first === "" || first === "max" || value > 2 ** 60 ? undefined : value;
}

function cpuAmount(text: string): number | undefined {
  const [quota = "", period = ""] = text.trim().split(/\s+/);
  return /^\d+$/.test(quota) ? Number(quota) / Number(period) : undefined;
}
