/**
 * Mandatory access control: AppArmor and SELinux, and the paths of /proc and /sys that engines cover.
 * Sources: moby/profiles cd3bed8 apparmor/template.go; moby/moby b985e23 (29.7.2) daemon/pkg/oci/defaults.go;
 * kubernetes/pod-security-admission 8f84a87 policy/check_seLinuxOptions.go; container_selinux(8).
 */

import type { AppArmor, Selinux } from "../model/workload.ts";

/** One line each on what the default profile stops. */
export const appArmorDefault: readonly string[] = [
  "mounting and unmounting",
  "writing to /proc/sys, except kernel.shm*, and to /proc/sysrq-trigger, and reading /proc/kcore",
  "writing to most of /sys",
  "tracing processes that run under another profile",
  "sockets of the address family AF_ALG, in current versions",
];

/** Covered with an empty file or directory, so that they can be neither read nor written. */
export const maskedPaths: readonly string[] = [
  "/proc/acpi",
  "/proc/asound",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/sys/devices/virtual/powercap",
  "/sys/firmware",
];

export const readOnlyPaths: readonly string[] = [
  "/proc/bus",
  "/proc/fs",
  "/proc/irq",
  "/proc/sys",
  "/proc/sysrq-trigger",
];

/** SELinux types that the Pod Security Standards (baseline) allow, with the first minor of Kubernetes 1 that does. */
export const allowedSelinuxTypes: ReadonlyMap<string, number> = new Map([
  ["", 0],
  ["container_t", 0],
  ["container_init_t", 0],
  ["container_kvm_t", 0],
  ["container_engine_t", 31],
]);

/** Types that confine nothing, or next to nothing. */
export const unconfinedSelinuxTypes: readonly string[] = [
  "spc_t",
  "unconfined_t",
  "unconfined_service_t",
  "init_t",
  "kernel_t",
];

export function isAllowedSelinuxType(type: string, minor: number): boolean {
  const since = allowedSelinuxTypes.get(type);
  return since !== undefined && minor >= since;
}

export type SecurityOption =
  | { readonly kind: "apparmor"; readonly value: AppArmor }
  | { readonly kind: "selinux"; readonly value: Partial<Selinux> }
  | { readonly kind: "seccomp"; readonly value: string }
  | { readonly kind: "no-new-privileges"; readonly value: boolean }
  | { readonly kind: "unmasked-proc" }
  | { readonly kind: "other"; readonly name: string };

const selinuxParts = ["user", "role", "type", "level"] as const;

/**
 * One entry of `--security-opt` or `security_opt`, with `=` or `:` between name and value.
 * Source: moby/moby b985e23 daemon/container_operations_unix.go parseSecurityOpt; opencontainers/selinux
 * go-selinux/label on `label=`. Undefined for a value that the engine refuses.
 */
export function parseSecurityOption(text: string): SecurityOption | undefined {
  const entry = text.trim();
  if (entry === "no-new-privileges") return { kind: "no-new-privileges", value: true };
  const at = entry.includes("=") ? entry.indexOf("=") : entry.indexOf(":");
  const name = at < 0 ? entry : entry.slice(0, at);
  const value = at < 0 ? "" : entry.slice(at + 1);
  switch (name) {
    case "apparmor":
      return { kind: "apparmor", value: appArmorProfile(value) };
    case "seccomp":
      return { kind: "seccomp", value };
    case "label":
      return selinuxOption(value);
    case "no-new-privileges":
      return booleanOption(value);
    case "systempaths":
      return value === "unconfined" ? { kind: "unmasked-proc" } : undefined;
    default:
      // Podman: `unmask=ALL` or a list of paths.
      return name === "unmask" ? { kind: "unmasked-proc" } : { kind: "other", name };
  }
}

/** An AppArmor profile's name as engines take it: empty and `docker-default` are the default. */
export function appArmorProfile(name: string): AppArmor {
  if (name === "unconfined") return { mode: "unconfined" };
  if (["", "docker-default", "containers-default", "runtime/default"].includes(name)) {
    return { mode: "default" };
  }
  return { mode: "profile", name };
}

function selinuxOption(value: string): SecurityOption | undefined {
  if (value === "disable") return { kind: "selinux", value: { mode: "disabled" } };
  const colon = value.indexOf(":");
  const part = selinuxParts.find((candidate) => candidate === value.slice(0, colon));
  if (part === undefined) return undefined;
  return { kind: "selinux", value: { mode: "custom", [part]: value.slice(colon + 1) } };
}

/** Source: Go strconv.ParseBool. */
function booleanOption(value: string): SecurityOption | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(value)) {
    return { kind: "no-new-privileges", value: true };
  }
  return ["0", "f", "F", "FALSE", "false", "False"].includes(value)
    ? { kind: "no-new-privileges", value: false }
    : undefined;
}
