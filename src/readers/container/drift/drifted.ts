/** Containers that run with the drift of each from the file that it was made from. */

import type { Workload } from "../../../model/workload.ts";
import { compareDrift } from "./compare.ts";
import type { Drift } from "./drift.ts";
import type { MatchContext } from "./match.ts";
import { sourceFinder } from "./match.ts";

export interface DriftedContainer {
  readonly running: Workload;
  readonly source: Workload;
  readonly drifts: readonly Drift[];
}

/** Of all workloads of a run. A container whose file is not among what was read has no drift that is known. */
export function driftedContainers(
  workloads: readonly Workload[],
  context: MatchContext,
): DriftedContainer[] {
  const find = sourceFinder(workloads, context);
  return workloads.flatMap((running) => {
    const source = running.kind === "container" ? find(running) : undefined;
    return source === undefined ? [] : [{ running, source, drifts: compareDrift(source, running) }];
  });
}
