/**
 * capabilities_baseline (baseline): no capability may be added beyond the default set, nor NET_RAW.
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.capabilities.add`
 * Allowed values: undefined, empty, and the names below, compared exactly (`CAP_CHOWN` and `chown` are none of them)
 */

import type { Check, CheckResult } from "../check.ts";
import type { Pod } from "../pod.ts";
import { forbidIfAny } from "../check.ts";
import { addedCapabilities } from "../added-capabilities.ts";

const ALLOWED_CAPABILITIES = new Set<unknown>([
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
]);

export const CAPABILITIES_BASELINE = "capabilities_baseline";

export const capabilitiesBaseline: Check = {
  id: CAPABILITIES_BASELINE,
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: addsDefaultsOnly }],
};

function addsDefaultsOnly(pod: Pod): CheckResult {
  const added = addedCapabilities(pod, (name) => ALLOWED_CAPABILITIES.has(name));
  return forbidIfAny(added.fields, "non-default capabilities", added.detail);
}
