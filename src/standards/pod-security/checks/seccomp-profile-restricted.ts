/**
 * seccompProfile_restricted (restricted): a seccomp profile must be set.
 *
 * Restricted fields: `spec.securityContext.seccompProfile.type` and the same of every container
 * Allowed values: RuntimeDefault, Localhost; undefined for a container when the pod sets one
 */

import type { Check, CheckResult } from "../check.ts";
import { ALLOWED, forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { isSet } from "../pod.ts";
import { containersNamed } from "../wording.ts";
import {
  forbidTypes,
  scopesWithBadType,
  SECCOMP_PROFILE_BASELINE,
} from "./seccomp-profile-baseline.ts";

const overrides = [SECCOMP_PROFILE_BASELINE];

export const seccompProfileRestricted: Check = {
  id: "seccompProfile_restricted",
  level: "restricted",
  versions: [
    { minimumMinor: 19, checkPod: setsProfile, overrides },
    // Since 1.25 `spec.os.name: windows` exempts: the API refuses the field there.
    { minimumMinor: 25, checkPod: (pod) => (pod.windows ? ALLOWED : setsProfile(pod)), overrides },
  ],
};

function setsProfile(pod: Pod): CheckResult {
  const bad = scopesWithBadType(pod);
  if (bad.length > 0) return forbidTypes(bad);
  if (isSet(pod.security["seccompProfile"])) return ALLOWED;
  const silent = pod.containers.filter(({ security }) => !isSet(security["seccompProfile"]));
  return forbidIfAny(
    silent.map(({ path }) => [...path, "securityContext", "seccompProfile", "type"]),
    "seccompProfile",
    () =>
      `the pod or ${containersNamed(silent)} must set securityContext.seccompProfile.type to RuntimeDefault or Localhost`,
  );
}
