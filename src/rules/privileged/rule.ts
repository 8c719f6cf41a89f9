/** `--privileged`: every layer of isolation but the namespaces is off. */

import type { Runtime } from "../../model/runtime.ts";
import type { Exec, Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { hasUserNamespace, isKnown, isPrivileged, samePlace } from "../posture.ts";
import { cisDocker, kubernetesHardening, nist, podSecurity } from "../references.ts";

export const rule: Rule = {
  id: "privileged",
  title: "Container is privileged",
  layer: "capabilities",
  severity: "critical",
  references: [
    ...cisDocker("5.5", "5.23"),
    podSecurity("baseline", "Privileged Containers"),
    podSecurity("baseline", "HostProcess"),
    kubernetesHardening("Pod security enforcement"),
    ...nist("3.4.3", "4.4.3"),
  ],
  check: (workload) => [
    ...container(workload, workload.runtime),
    ...workload.execs.flatMap((exec) => execProcess(exec, workload)),
  ],
};

function container(workload: Workload, runtime: Runtime | undefined): FindingDraft[] {
  if (runtime === undefined || !isPrivileged(runtime)) return [];
  const windows = workload.platform === "windows";
  const namespaced = hasUserNamespace(runtime);
  return [
    {
      severity: namespaced ? "high" : "critical",
      confidence: "high",
      message: windows ? "is a host process container" : "is privileged",
      detail: windows
        ? "A HostProcess container runs on the Windows host itself, in the host's network, with the rights of the account that it names. An attacker inside holds the node."
        : `It has every capability, every device of the host, no seccomp filter, no AppArmor profile and no masked /proc paths. ${
            namespaced
              ? "Its user namespace is the only barrier that is left between an attacker and the host."
              : "An attacker inside mounts the host's disk or loads a kernel module and is root on the host."
          }`,
      help: inForm(workload, {
        compose:
          "Remove `privileged: true`; give the one capability (`cap_add`) or device (`devices`) that the program needs",
        kubernetes: windows
          ? "Remove `windowsOptions.hostProcess: true`"
          : "Remove `privileged: true`; give the one capability that the program needs under `securityContext.capabilities.add`",
        devcontainer:
          'Remove the property `"privileged"` (or `--privileged` from `runArgs`); list the one capability that the program needs under `capAdd`',
        run: "Remove `--privileged`; give the one `--cap-add` or `--device` that the program needs",
        oci: "List only the capabilities and devices that the program needs, and set `linux.seccomp`, `maskedPaths` and `readonlyPaths`",
      }),
      at: runtime.privileged.origin,
      label: "all isolation but the namespaces is off",
      subject: "privileged",
    },
  ];
}

function execProcess(exec: Exec, workload: Workload): FindingDraft[] {
  if (!isKnown(exec.privileged, true)) return [];
  const { privileged } = workload.runtime ?? {};
  if (privileged !== undefined && samePlace(exec.privileged.origin, privileged.origin)) return [];
  return [
    {
      severity: "high",
      confidence: "high",
      message: `${exec.what} is privileged`,
      detail:
        "This further process gets every capability inside the container, without AppArmor. An attacker who can change what it runs gets them too.",
      help: inForm(workload, {
        compose: "Remove `privileged: true` from the hook",
        kubernetes: "Remove the privilege from the hook",
        run: "Remove `--privileged` from the exec",
        oci: "List only the capabilities that the process needs",
      }),
      at: exec.privileged.origin,
      label: "privileged",
      subject: `exec ${exec.what}`,
    },
  ];
}
