/** Compares a running container with what its file asks for. Facts that either leaves open are no drift. */

import type { Workload } from "../../../model/workload.ts";
import type { Drift, Pair } from "./drift.ts";
import { exposureDrift } from "./exposure.ts";
import { limitDrift } from "./limits.ts";
import { mountDrift } from "./mounts.ts";
import { privilegeDrift } from "./privileges.ts";

/** Wider first. */
export function compareDrift(source: Workload, running: Workload): Drift[] {
  if (source.runtime === undefined || running.runtime === undefined) return [];
  if (source.platform !== running.platform) return [];
  const pair: Pair = { source, running };
  const found = [
    ...privilegeDrift(pair, source.runtime, running.runtime),
    ...mountDrift(pair, source.runtime, running.runtime),
    ...exposureDrift(pair, source.runtime, running.runtime),
    ...limitDrift(pair, source.runtime, running.runtime),
  ];
  const rank = { wider: 0, other: 1, narrower: 2 } as const;
  return found.toSorted((left, right) => rank[left.direction] - rank[right.direction]);
}
