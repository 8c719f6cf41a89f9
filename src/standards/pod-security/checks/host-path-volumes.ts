/**
 * hostPathVolumes (baseline): no directory or file of the host is mounted.
 *
 * Restricted fields: `spec.volumes[*].hostPath`
 * Allowed values: undefined
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Pod } from "../pod.ts";
import { asFields, asList, asText, isSet } from "../pod.ts";
import { quoted } from "../wording.ts";

export const HOST_PATH_VOLUMES = "hostPathVolumes";

export const hostPathVolumes: Check = {
  id: HOST_PATH_VOLUMES,
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: hasNone }],
};

function hasNone(pod: Pod): CheckResult {
  const bad = [...asList(pod.spec["volumes"]).entries()].filter(([, volume]) =>
    isSet(asFields(volume)["hostPath"]),
  );
  return forbidIfAny(
    bad.map(([index]) => ["spec", "volumes", index, "hostPath"]),
    "hostPath volumes",
    () =>
      `${bad.length === 1 ? "volume" : "volumes"} ${quoted(
        bad.map(([, volume]) => asText(asFields(volume)["name"])),
      )} must not use hostPath`,
  );
}
