/**
 * privileged (baseline): no container switches most of its isolation off.
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.privileged`
 * Allowed values: undefined, false
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { containersNamed } from "../wording.ts";

export const privileged: Check = {
  id: "privileged",
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: noneIs }],
};

function noneIs(pod: Pod): CheckResult {
  const bad = pod.containers.filter(({ security }) => security["privileged"] === true);
  return forbidIfAny(
    bad.map(({ path }) => [...path, "securityContext", "privileged"]),
    "privileged",
    () => `${containersNamed(bad)} must not set securityContext.privileged: true`,
  );
}
