/** Judges pods by published standards, which are loaded only when one is asked for. */

import type { PodSource } from "../../../readers/contract.ts";
import type { StandardResult } from "../../../standards/contract.ts";
import type { PodSecurityStandard } from "../../../standards/pod-security/parse-standard.ts";

export async function judgePods(
  pods: readonly PodSource[],
  standards: readonly PodSecurityStandard[],
): Promise<readonly StandardResult[]> {
  if (standards.length === 0) return [];
  const { judgePod } = await import("../../../standards/pod-security/judge-pod.ts");
  return standards.flatMap((standard) => pods.map((pod) => judgePod(pod, standard)));
}
