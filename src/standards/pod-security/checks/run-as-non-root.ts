/**
 * runAsNonRoot (restricted): the kubelet must be told to refuse root, unless the pod has a user namespace (since 1.35).
 *
 * Restricted fields: `spec.securityContext.runAsNonRoot` and the same of every container
 * Allowed values: true; undefined for a container when the pod says true; since 1.35 any value with `hostUsers: false`
 */

import type { Check, CheckResult } from "../check.ts";
import { ALLOWED, forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { isSet } from "../pod.ts";
import { containersNamed, settersNamed } from "../wording.ts";

const REASON = "runAsNonRoot != true";

export const runAsNonRoot: Check = {
  id: "runAsNonRoot",
  level: "restricted",
  versions: [
    { minimumMinor: 0, checkPod: mustBeTrue },
    { minimumMinor: 35, checkPod: (pod) => (pod.inUserNamespace ? ALLOWED : mustBeTrue(pod)) },
  ],
};

function mustBeTrue(pod: Pod): CheckResult {
  const explicit = pod.scopes.filter(({ security }) => {
    const value = security["runAsNonRoot"];
    return isSet(value) && value !== true;
  });
  if (explicit.length > 0) {
    return forbidIfAny(
      explicit.map(({ path }) => [...path, "runAsNonRoot"]),
      REASON,
      () => `${settersNamed(explicit)} must not set securityContext.runAsNonRoot: false`,
    );
  }
  if (pod.security["runAsNonRoot"] === true) return ALLOWED;
  const silent = pod.containers.filter(({ security }) => !isSet(security["runAsNonRoot"]));
  return forbidIfAny(
    silent.map(({ path }) => [...path, "securityContext", "runAsNonRoot"]),
    REASON,
    () => `the pod or ${containersNamed(silent)} must set securityContext.runAsNonRoot: true`,
  );
}
