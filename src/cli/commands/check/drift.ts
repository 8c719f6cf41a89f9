/** Containers among the targets, held against the files among them. */

import type { Unknown } from "../../../model/fact.ts";
import type { Finding } from "../../../model/finding.ts";
import type { Workload } from "../../../model/workload.ts";

/** `directory` is what the paths of files are relative to. What compares is loaded only where there is something to. */
export async function tellDrift(
  findings: readonly Finding[],
  workloads: readonly Workload[],
  directory: string,
): Promise<{ readonly findings: readonly Finding[]; readonly unknowns: readonly Unknown[] }> {
  const containers = workloads.filter(({ kind }) => kind === "container");
  if (containers.length === 0 || containers.length === workloads.length) {
    return { findings, unknowns: [] };
  }
  const [{ driftedContainers }, { withDrift }] = await Promise.all([
    import("../../../readers/container/drift/drifted.ts"),
    import("../../../rules/with-drift.ts"),
  ]);
  return withDrift(findings, driftedContainers(workloads, { directory }));
}
