/**
 * hostNamespaces (baseline): the host's network, PID and IPC namespaces are not shared.
 *
 * Restricted fields: `spec.hostNetwork`, `spec.hostPID`, `spec.hostIPC`
 * Allowed values: undefined, false
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { joined } from "../wording.ts";

const RESTRICTED_FIELDS = ["hostNetwork", "hostPID", "hostIPC"];

export const hostNamespaces: Check = {
  id: "hostNamespaces",
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: sharesNone }],
};

function sharesNone(pod: Pod): CheckResult {
  const shared = RESTRICTED_FIELDS.filter((name) => pod.spec[name] === true);
  return forbidIfAny(
    shared.map((name) => ["spec", name]),
    "host namespaces",
    () => `the pod must not set ${joined(shared.map((name) => `${name}: true`))}`,
  );
}
