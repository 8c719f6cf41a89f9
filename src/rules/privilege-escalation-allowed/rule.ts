/** no_new_privs is off: setuid programs and file capabilities work. */

import type { Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { impliedByPrivileged, isKnown, isWritten, linuxRuntime, startsAs } from "../posture.ts";
import { cisDocker, kubernetesHardening, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "privilege-escalation-allowed",
  title: "Processes may gain privileges",
  layer: "capabilities",
  severity: "medium",
  references: [
    ...cisDocker("5.26"),
    podSecurity("restricted", "Privilege Escalation (v1.8+)"),
    kubernetesHardening("Pod security enforcement"),
  ],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined || !isKnown(runtime.noNewPrivileges, false)) return [];
    if (impliedByPrivileged(runtime, runtime.noNewPrivileges)) return [];
    const written = isWritten(runtime.noNewPrivileges.origin);
    return [
      {
        severity: "medium",
        confidence: "high",
        message: "processes may gain privileges (no_new_privs is off)",
        detail:
          startsAs(workload) === "non-root"
            ? "A setuid program in the image (su, mount, ping) gives the unprivileged user root and the whole capability bounding set. An attacker inside takes that way from the application's user to root."
            : "A program with the setuid bit or file capabilities gets more rights than the process that starts it. An attacker inside uses such programs to win back what a process gave up.",
        help: inForm(workload, {
          compose: "Add `security_opt: [no-new-privileges:true]` to the service",
          kubernetes: "Set `allowPrivilegeEscalation: false` in the container's `securityContext`",
          run: "Add `--security-opt no-new-privileges`",
          oci: "Set `process.noNewPrivileges` to true",
        }),
        at: runtime.noNewPrivileges.origin,
        label: written ? "privilege escalation is allowed here" : "no-new-privileges is not set",
        subject: "no-new-privileges",
      },
    ];
  },
};
