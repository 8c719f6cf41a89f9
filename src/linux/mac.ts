/**
 * SELinux types of containers: which the Pod Security Standards allow, and which confine nothing.
 * Sources: kubernetes/pod-security-admission 8f84a87 policy/check_seLinuxOptions.go; container_selinux(8).
 */

import type { Selinux } from "../model/security-profiles.ts";

/** SELinux types that the Pod Security Standards (baseline) allow, with the first minor of Kubernetes 1 that does. */
const allowedSelinuxTypes: ReadonlyMap<string, number> = new Map([
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

/** Types that engines give to ordinary containers. Source: containers/container-selinux. */
const ordinarySelinuxTypes: ReadonlySet<string> = new Set([
  "container_t",
  "svirt_lxc_net_t",
  "container_init_t",
]);

/** `user:role:type:level`, where the level may hold colons itself. */
export function parseSelinuxLabel(text: string): Selinux {
  if (text === "") return { mode: "default" };
  const [user = "", role = "", type = "", ...level] = text.split(":");
  return {
    mode: ordinarySelinuxTypes.has(type) ? "default" : "custom",
    ...(user === "" ? {} : { user }),
    ...(role === "" ? {} : { role }),
    ...(type === "" ? {} : { type }),
    ...(level.length === 0 ? {} : { level: level.join(":") }),
  };
}
