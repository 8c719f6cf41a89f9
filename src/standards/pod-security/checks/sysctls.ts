/**
 * sysctls (baseline): only kernel parameters that stay within the pod.
 *
 * Restricted fields: `spec.securityContext.sysctls[*].name`
 * Allowed values: the names below, by version
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { asFields, asList } from "../pod.ts";
import { joined, shown } from "../wording.ts";

const SAFE_1_0: readonly unknown[] = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.ip_unprivileged_port_start",
];
const SAFE_1_27 = [...SAFE_1_0, "net.ipv4.ip_local_reserved_ports"];
const SAFE_1_29 = [
  ...SAFE_1_27,
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
];
const SAFE_1_32 = [...SAFE_1_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];
const SAFE_1_37 = [
  ...SAFE_1_32,
  "net.ipv4.tcp_slow_start_after_idle",
  "net.ipv4.tcp_notsent_lowat",
];

export const sysctls: Check = {
  id: "sysctls",
  level: "baseline",
  versions: [
    { minimumMinor: 0, checkPod: (pod) => setsOnly(pod, SAFE_1_0) },
    { minimumMinor: 27, checkPod: (pod) => setsOnly(pod, SAFE_1_27) },
    { minimumMinor: 29, checkPod: (pod) => setsOnly(pod, SAFE_1_29) },
    { minimumMinor: 32, checkPod: (pod) => setsOnly(pod, SAFE_1_32) },
    { minimumMinor: 37, checkPod: (pod) => setsOnly(pod, SAFE_1_37) },
  ],
};

function setsOnly(pod: Pod, safe: readonly unknown[]): CheckResult {
  const bad = [...asList(pod.security["sysctls"]).entries()].filter(
    ([, sysctl]) => !safe.includes(asFields(sysctl)["name"]),
  );
  return forbidIfAny(
    bad.map(([index]) => ["spec", "securityContext", "sysctls", index, "name"]),
    "forbidden sysctls",
    () =>
      `the pod must not set ${joined(bad.map(([, sysctl]) => shown(asFields(sysctl)["name"])))} in securityContext.sysctls`,
  );
}
