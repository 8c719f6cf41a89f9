/** The capability sets of a workload, for the user that it runs as. */

import type { HeldCapabilities } from "../linux/capability-sets.ts";
import { heldCapabilities as heldBy } from "../linux/capability-sets.ts";
import type { Workload } from "../model/workload.ts";
import { linuxRuntime, startsAs } from "./posture.ts";

/** Of the workload that was judged last: several rules ask for the sets of one before the next comes. */
let last: { readonly workload: Workload; readonly held: HeldCapabilities | undefined } | undefined;

/** Undefined where no container is started. A user who is not known counts as root. */
export function heldCapabilities(workload: Workload): HeldCapabilities | undefined {
  if (last?.workload !== workload) last = { workload, held: heldSets(workload) };
  return last.held;
}

function heldSets(workload: Workload): HeldCapabilities | undefined {
  const runtime = linuxRuntime(workload);
  return runtime === undefined ? undefined : heldBy(runtime, workload.engine, startsAs(workload));
}
