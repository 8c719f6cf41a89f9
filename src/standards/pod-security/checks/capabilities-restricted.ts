/**
 * capabilities_restricted (restricted): containers drop ALL and may add only NET_BIND_SERVICE.
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.capabilities.drop`
 * Allowed values: must include exactly `ALL` (`all` does not count)
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.capabilities.add`
 * Allowed values: undefined, empty, NET_BIND_SERVICE
 */

import type { Check, CheckResult } from "../check.ts";
import { ALLOWED, forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { asFields, asList } from "../pod.ts";
import { containersNamed } from "../wording.ts";
import { addedCapabilities } from "../added-capabilities.ts";
import { CAPABILITIES_BASELINE } from "./capabilities-baseline.ts";

const overrides = [CAPABILITIES_BASELINE];

export const capabilitiesRestricted: Check = {
  id: "capabilities_restricted",
  level: "restricted",
  versions: [
    { minimumMinor: 22, checkPod: dropsAll, overrides },
    // Since 1.25 `spec.os.name: windows` exempts: the API refuses the field there.
    { minimumMinor: 25, checkPod: (pod) => (pod.windows ? ALLOWED : dropsAll(pod)), overrides },
  ],
};

function dropsAll(pod: Pod): CheckResult {
  const keeping = pod.containers.filter(
    ({ security }) => !asList(asFields(security["capabilities"])["drop"]).includes("ALL"),
  );
  const added = addedCapabilities(pod, (name) => name === "NET_BIND_SERVICE");
  const fields = [
    ...keeping.map(({ path }) => [...path, "securityContext", "capabilities", "drop"]),
    ...added.fields,
  ];
  return forbidIfAny(fields, "unrestricted capabilities", () => {
    const parts: string[] = [];
    if (keeping.length > 0) {
      parts.push(`${containersNamed(keeping)} must set securityContext.capabilities.drop: ["ALL"]`);
    }
    if (added.fields.length > 0) parts.push(added.detail());
    return parts.join("; ");
  });
}
