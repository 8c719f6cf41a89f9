/** Nobody asks for a system call filter, and the engine applies none by itself. */

import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { isPrivileged, linuxRuntime } from "../posture.ts";
import { cisDocker, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "seccomp-not-set",
  title: "No system call filter is asked for",
  layer: "seccomp-mac-kernel",
  severity: "medium",
  references: [...cisDocker("5.22"), podSecurity("restricted", "Seccomp (v1.19+)")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined || !runtime.seccomp.known) return [];
    if (runtime.seccomp.value.mode !== "not-set" || isPrivileged(runtime)) return [];
    const kubernetes = workload.kind === "kubernetes-container";
    return [
      {
        severity: "medium",
        confidence: "high",
        message: "no seccomp profile is set, so no system call is filtered",
        detail: kubernetes
          ? "Kubernetes runs a container without `seccompProfile` unconfined, unless the kubelet has `seccompDefault` turned on. An attacker inside may then try every system call of the kernel."
          : "Without a profile the runtime loads no filter. An attacker inside may try every system call of the kernel.",
        help: inForm(workload, {
          compose: "Leave `seccomp` at the engine's default, or name a profile in `security_opt`",
          kubernetes:
            "Set `seccompProfile: {type: RuntimeDefault}` in the pod's or the container's `securityContext`",
          run: "Name a profile with `--security-opt seccomp=FILE`",
          oci: "Set `linux.seccomp` to a profile whose default action denies",
        }),
        at: runtime.seccomp.origin,
        label: "no seccomp profile is set",
        subject: "seccomp",
      },
    ];
  },
};
