/** The capability sets of a workload, for the user that it runs as. */

import type { HeldCapabilities } from "../linux/capability-sets.ts";
import { heldCapabilities as heldBy } from "../linux/capability-sets.ts";
import type { Workload } from "../model/workload.ts";
import { linuxRuntime, startsAs } from "./posture.ts";

/** Undefined where no container is started. A user who is not known counts as root. */
export function heldCapabilities(workload: Workload): HeldCapabilities | undefined {
  const runtime = linuxRuntime(workload);
  return runtime === undefined ? undefined : heldBy(runtime, workload.engine, startsAs(workload));
}
