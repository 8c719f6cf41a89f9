/**
 * runAsUser (restricted): uid 0 is not asked for, unless the pod has a user namespace (since 1.35).
 *
 * Restricted fields: `spec.securityContext.runAsUser` and the same of every container
 * Allowed values: undefined, any but 0; since 1.35 any value with `hostUsers: false`
 */

import type { Check, CheckResult } from "../check.ts";
import { ALLOWED, forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { settersNamed } from "../wording.ts";

export const runAsUser: Check = {
  id: "runAsUser",
  level: "restricted",
  versions: [
    { minimumMinor: 23, checkPod: mustNotBeZero },
    { minimumMinor: 35, checkPod: (pod) => (pod.inUserNamespace ? ALLOWED : mustNotBeZero(pod)) },
  ],
};

function mustNotBeZero(pod: Pod): CheckResult {
  const bad = pod.scopes.filter(({ security }) => security["runAsUser"] === 0);
  return forbidIfAny(
    bad.map(({ path }) => [...path, "runAsUser"]),
    "runAsUser=0",
    () => `${settersNamed(bad)} must not set securityContext.runAsUser: 0`,
  );
}
