/** A kernel setting that is not safe to set for one container. */

import type { SysctlFacts } from "../../linux/sysctls.ts";
import { isSafeSysctl, sysctlFacts } from "../../linux/sysctls.ts";
import type { Severity } from "../../model/finding.ts";
import type { Runtime, Sysctl } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { lessGrave, linuxRuntime } from "../posture.ts";
import { nist, podSecurity } from "../references.ts";

/** Kubernetes v1.37, whose list of safe settings is the longest. */
const NEWEST_MINOR = 37;

export const rule: Rule = {
  id: "unsafe-sysctl",
  title: "Unsafe kernel setting",
  layer: "seccomp-mac-kernel",
  severity: "low",
  references: [podSecurity("baseline", "Sysctls"), ...nist("3.4.3")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined) return [];
    return runtime.sysctls
      .filter(({ name }) => !isSafeSysctl(name, NEWEST_MINOR))
      .map((sysctl) => draft(sysctl, sysctlFacts(sysctl.name), runtime, workload));
  },
};

function draft(
  { name, origin }: Sysctl,
  facts: SysctlFacts,
  runtime: Runtime,
  workload: Workload,
): FindingDraft {
  const own = isConfined(facts, runtime);
  const { danger } = facts;
  return {
    severity: severityOf(facts, own),
    confidence: "high",
    message: own
      ? `the kernel setting ${name} is not on the list of safe ones`
      : `the kernel setting ${name} is the host's`,
    detail: `${
      own
        ? "It acts on the container's own namespace, but it is not shown that it cannot be used to starve or reach others."
        : "It is not kept to the container: it changes the whole host, where the engine lets it."
    }${danger === undefined ? "" : ` An attacker who sets it ${danger.gain}.`}`,
    help: inForm(workload, {
      compose: `Remove \`${name}\` from \`sysctls\`, or set it on the host for all`,
      kubernetes: `Remove \`${name}\` from the pod's \`securityContext.sysctls\`, or set it on the nodes`,
      run: `Remove \`--sysctl ${name}\`, or set it on the host for all`,
      oci: `Remove \`${name}\` from \`linux.sysctl\`, or set it on the host for all`,
    }),
    at: origin,
    label: own ? "not a safe setting" : "a setting of the whole host",
    subject: facts.name,
  };
}

function severityOf({ danger }: SysctlFacts, own: boolean): Severity {
  if (danger !== undefined) return own ? lessGrave(danger.severity) : danger.severity;
  return own ? "low" : "medium";
}

/** Whether the setting belongs to a namespace that the container does not share with the host. */
function isConfined({ namespace }: SysctlFacts, { namespaces }: Runtime): boolean {
  if (namespace === "none") return false;
  const fact = namespaces[namespace];
  return fact.known && fact.value.mode !== "host";
}
