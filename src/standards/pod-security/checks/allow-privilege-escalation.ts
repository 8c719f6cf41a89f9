/**
 * allowPrivilegeEscalation (restricted): no setuid, setgid or file capabilities may raise privileges.
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.allowPrivilegeEscalation`
 * Allowed values: false
 */

import type { Check, CheckResult } from "../check.ts";
import { ALLOWED, forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { containersNamed } from "../wording.ts";

export const allowPrivilegeEscalation: Check = {
  id: "allowPrivilegeEscalation",
  level: "restricted",
  versions: [
    // 1.8 brought the field.
    { minimumMinor: 8, checkPod: mustBeFalse },
    // Since 1.25 `spec.os.name: windows` exempts: the API refuses the field there.
    { minimumMinor: 25, checkPod: (pod) => (pod.windows ? ALLOWED : mustBeFalse(pod)) },
  ],
};

function mustBeFalse(pod: Pod): CheckResult {
  const bad = pod.containers.filter(
    ({ security }) => security["allowPrivilegeEscalation"] !== false,
  );
  return forbidIfAny(
    bad.map(({ path }) => [...path, "securityContext", "allowPrivilegeEscalation"]),
    "allowPrivilegeEscalation != false",
    () => `${containersNamed(bad)} must set securityContext.allowPrivilegeEscalation: false`,
  );
}
