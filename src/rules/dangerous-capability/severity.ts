/** How grave it is to hold a capability in the host's user namespace. */

import type { Capability, CapabilityDanger } from "../../linux/capabilities.ts";
import { engines } from "../../linux/engines.ts";
import type { Severity } from "../../model/finding.ts";
import type { Fact } from "../../model/fact.ts";
import type { Namespace } from "../../model/namespaces.ts";
import type { Runtime } from "../../model/runtime.ts";

const byDanger: Readonly<Record<CapabilityDanger, Severity | undefined>> = {
  "host-root": "high",
  kernel: "high",
  "host-affecting": "medium",
  lateral: "low",
  benign: undefined,
};

/** One step to the host's root, with nothing else needed. */
const oneStep = new Set(["SYS_ADMIN", "SYS_MODULE"]);

/** They disturb rather than break, and databases ask for some of them. */
const mild = new Set([
  "BLOCK_SUSPEND",
  "IPC_LOCK",
  "SYS_NICE",
  "SYS_PACCT",
  "SYS_TTY_CONFIG",
  "WAKE_ALARM",
]);

/** Undefined for a capability that may be held without a word. */
export function severityOf(
  { name, danger }: Capability,
  { namespaces }: Runtime,
): Severity | undefined {
  if (oneStep.has(name)) return "critical";
  if (name === "SYS_PTRACE") {
    const pid = modeOf(namespaces.pid);
    return pid === "host" ? "critical" : pid === "own" ? "medium" : "high";
  }
  if (name === "NET_ADMIN") return modeOf(namespaces.network) === "host" ? "high" : "medium";
  if (mild.has(name)) return "low";
  // What every Docker container holds has a rule of its own; NET_RAW alone is worth a word when added.
  const usual = engines.docker.defaults.capabilities.includes(name) && name !== "NET_RAW";
  return usual ? undefined : byDanger[danger];
}

function modeOf(fact: Fact<Namespace>): Namespace["mode"] | undefined {
  return fact.known ? fact.value.mode : undefined;
}
