/**
 * windowsHostProcess (baseline): no Windows container runs as a process of the host.
 *
 * Restricted fields: `spec.securityContext.windowsOptions.hostProcess` and the same of every container
 * Allowed values: undefined, false
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { asFields } from "../pod.ts";
import { settersNamed } from "../wording.ts";

export const windowsHostProcess: Check = {
  id: "windowsHostProcess",
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: noneIs }],
};

function noneIs(pod: Pod): CheckResult {
  const bad = pod.scopes.filter(
    ({ security }) => asFields(security["windowsOptions"])["hostProcess"] === true,
  );
  return forbidIfAny(
    bad.map(({ path }) => [...path, "windowsOptions", "hostProcess"]),
    "hostProcess",
    () => `${settersNamed(bad)} must not set securityContext.windowsOptions.hostProcess: true`,
  );
}
