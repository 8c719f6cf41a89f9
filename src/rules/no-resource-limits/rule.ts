/** Nothing bounds the memory, CPU or processes that the container may use. */

import type { Limits } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { Rule } from "../contract.ts";
import { inForm, listWords } from "../in-form.ts";
import { cisDocker, kubernetesHardening, nist } from "../references.ts";

export const rule: Rule = {
  id: "no-resource-limits",
  title: "Resources are not limited",
  layer: "cgroups-and-file-system",
  severity: "low",
  references: [
    ...cisDocker("5.11", "5.12", "5.29"),
    kubernetesHardening("Resource policies"),
    ...nist("3.4.3"),
  ],
  check: (workload) => {
    if (workload.runtime === undefined || !canBeLimited(workload)) return [];
    const { limits } = workload.runtime;
    const missing = limitsThatApply(workload).filter((name) => {
      const fact = limits[name];
      return fact.known && fact.value === undefined;
    });
    const first = missing[0];
    if (first === undefined) return [];
    const names = listWords(missing.map((name) => words[name]));
    return [
      {
        severity: "low",
        confidence: "high",
        message: `${names} ${missing.length === 1 ? "is" : "are"} not limited`,
        detail:
          "One container may use up what all others on the host need. An attacker inside, or a leak, brings the whole host to a halt; a fork bomb needs nothing else.",
        help: inForm(workload, {
          compose: `Set \`${pick(missing, { memory: "mem_limit: 256m", cpus: "cpus: 1", pids: "pids_limit: 100" })}\` (or \`deploy.resources.limits\`) to what the program needs`,
          kubernetes: `Set \`${pick(missing, { memory: "memory: 256Mi", cpus: 'cpu: "1"', pids: "" })}\` under the container's \`resources.limits\``,
          run: `Add \`${pick(missing, { memory: "--memory 256m", cpus: "--cpus 1", pids: "--pids-limit 100" }, " ")}\``,
          oci: `Set \`${pick(missing, { memory: "memory.limit", cpus: "cpu.quota", pids: "pids.limit" })}\` under \`linux.resources\``,
        }),
        at: limits[first].origin,
        label: `no limit for ${names}`,
        subject: "limits",
      },
    ];
  },
};

type Limit = keyof Limits;

const words: Readonly<Record<Limit, string>> = {
  memory: "memory",
  cpus: "CPU",
  pids: "the number of processes",
};

/** A pod cannot limit processes (the kubelet does); Windows has no such limit. */
function limitsThatApply(workload: Workload): readonly Limit[] {
  const processes = workload.kind !== "kubernetes-container" && workload.platform === "linux";
  return processes ? ["memory", "cpus", "pids"] : ["memory", "cpus"];
}

/** Kubernetes refuses `resources` on an ephemeral container. */
function canBeLimited(workload: Workload): boolean {
  return !workload.id.includes("/ephemeralContainers/");
}

function pick(
  missing: readonly Limit[],
  forms: Readonly<Record<Limit, string>>,
  separator = "`, `",
): string {
  return missing.map((name) => forms[name]).join(separator);
}
