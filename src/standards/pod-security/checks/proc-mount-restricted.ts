/**
 * procMount_restricted (restricted): the masks over /proc stay, user namespace or not.
 *
 * Restricted fields: `spec.{initContainers,containers,ephemeralContainers}[*].securityContext.procMount`
 * Allowed values: undefined, Default
 */

import type { Check } from "../check.ts";
import { keepsMasks, PROC_MOUNT } from "./proc-mount-baseline.ts";

export const procMountRestricted: Check = {
  id: "procMount_restricted",
  level: "restricted",
  // Before 1.35 the baseline check was as strict.
  versions: [{ minimumMinor: 35, checkPod: keepsMasks, overrides: [PROC_MOUNT] }],
};
