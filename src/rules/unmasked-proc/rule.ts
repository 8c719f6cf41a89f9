/** `/proc` and `/sys` without the engine's masked and read-only paths. */

import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { hasUserNamespace, impliedByPrivileged, linuxRuntime } from "../posture.ts";
import { nist, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "unmasked-proc",
  title: "Kernel files in /proc are not masked",
  layer: "seccomp-mac-kernel",
  severity: "high",
  references: [podSecurity("baseline", "/proc Mount Type"), ...nist("4.4.3")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined || !runtime.procMask.known) return [];
    if (runtime.procMask.value !== "unmasked") return [];
    if (impliedByPrivileged(runtime, runtime.procMask)) return [];
    const namespaced = hasUserNamespace(runtime);
    return [
      {
        severity: namespaced ? "low" : "high",
        confidence: "high",
        message: "kernel files in /proc and /sys are not masked",
        detail: namespaced
          ? "The container sees /proc without the engine's masks. Its user namespace keeps it from writing the host's settings, but /proc/kcore, timers and keys tell more than a container needs."
          : "/proc/sys, /proc/sysrq-trigger and /sys become writable for root in the container. An attacker with uid 0 writes /proc/sys/kernel/core_pattern and the kernel runs their program as root on the host, unless AppArmor or SELinux stops it.",
        help: inForm(workload, {
          compose: "Remove `systempaths=unconfined` from `security_opt`",
          kubernetes: "Remove `procMount: Unmasked`, or set `hostUsers: false` on the pod",
          run: "Remove `--security-opt systempaths=unconfined` (Podman: `unmask=…`)",
          oci: "List the engine's default paths in `linux.maskedPaths` and `linux.readonlyPaths`",
        }),
        at: runtime.procMask.origin,
        label: "/proc is unmasked",
        subject: "proc",
      },
    ];
  },
};
