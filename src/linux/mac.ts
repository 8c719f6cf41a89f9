/**
 * Mandatory access control: AppArmor and SELinux, and the paths of /proc and /sys that engines cover.
 * Sources: moby/profiles cd3bed8 apparmor/template.go; moby/moby b985e23 (29.7.2) daemon/pkg/oci/defaults.go;
 * kubernetes/pod-security-admission 8f84a87 policy/check_seLinuxOptions.go; container_selinux(8).
 */

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
