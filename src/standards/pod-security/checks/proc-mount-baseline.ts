/**
 * procMount (baseline): the masks over /proc stay, unless the pod has a user namespace (since 1.35).
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.procMount`
 * Allowed values: undefined, Default; since 1.35 any value with `hostUsers: false`
 */

import type { Check, CheckResult } from "../check.ts";
import { ALLOWED, forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { isSet } from "../pod.ts";
import { containersNamed, quoted, shown } from "../wording.ts";

export const PROC_MOUNT = "procMount";

export const procMountBaseline: Check = {
  id: PROC_MOUNT,
  level: "baseline",
  versions: [
    { minimumMinor: 0, checkPod: keepsMasks },
    { minimumMinor: 35, checkPod: (pod) => (pod.inUserNamespace ? ALLOWED : keepsMasks(pod)) },
  ],
};

/** Also what the restricted level asks since 1.35, without the exemption. */
export function keepsMasks(pod: Pod): CheckResult {
  const bad = pod.containers.filter(({ security }) => {
    const value = security["procMount"];
    return isSet(value) && value !== "Default";
  });
  return forbidIfAny(
    bad.map(({ path }) => [...path, "securityContext", "procMount"]),
    "procMount",
    () =>
      `${containersNamed(bad)} must not set securityContext.procMount to ${quoted(
        bad.map(({ security }) => shown(security["procMount"])),
      )}`,
  );
}
