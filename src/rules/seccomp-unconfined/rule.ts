/** The system call filter is turned off. */

import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { impliedByPrivileged, linuxRuntime } from "../posture.ts";
import { cisDocker, nist, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "seccomp-unconfined",
  title: "System call filter is off",
  layer: "seccomp-mac-kernel",
  severity: "high",
  references: [
    ...cisDocker("5.22"),
    podSecurity("baseline", "Seccomp"),
    podSecurity("restricted", "Seccomp (v1.19+)"),
    ...nist("4.4.3"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined || !runtime.seccomp.known) return [];
    if (runtime.seccomp.value.mode !== "unconfined") return [];
    if (impliedByPrivileged(runtime, runtime.seccomp)) return [];
    return [
      {
        severity: "high",
        confidence: "high",
        message: "runs without a seccomp filter",
        detail:
          "Every system call of the kernel may be tried from inside, among them unshare, mount, bpf, keyctl and io_uring, which the engine's own filter denies. An attacker inside reaches the kernel bugs behind them.",
        help: inForm(workload, {
          compose: "Remove `seccomp:unconfined`; the engine's default profile then holds",
          kubernetes: "Set `seccompProfile: {type: RuntimeDefault}` in `securityContext`",
          run: "Remove `--security-opt seccomp=unconfined`; the engine's default profile then holds",
          oci: "Set `linux.seccomp` to a profile whose default action denies",
        }),
        at: runtime.seccomp.origin,
        label: "no seccomp filter",
        subject: "seccomp",
      },
    ];
  },
};
