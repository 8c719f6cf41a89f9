/**
 * SELinux types of containers: which the Pod Security Standards allow, and which confine nothing.
 * Sources: kubernetes/pod-security-admission 8f84a87 policy/check_seLinuxOptions.go; container_selinux(8).
 */

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
