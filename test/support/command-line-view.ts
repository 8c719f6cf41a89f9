/** What Plimsoll says of a `docker run` line given as words. */

import type { CapabilitySets } from "../../src/linux/capability-sets.ts";
import { heldCapabilities } from "../../src/linux/capability-sets.ts";
import type { Unknown } from "../../src/model/fact.ts";
import { isRoot } from "../../src/model/user.ts";
import type { Runtime } from "../../src/model/runtime.ts";
import type { Workload } from "../../src/model/workload.ts";
import { memoryFiles } from "../../src/readers/memory-files.ts";
import { readArguments } from "../../src/readers/run-line/read-arguments.ts";

export interface Claim {
  readonly workload: Workload;
  readonly runtime: Runtime;
  /** Privileged, as far as it is known. */
  readonly privileged: boolean;
  readonly root: boolean;
  readonly capabilities: CapabilitySets;
  /** Why it will not start, or what could not be read; undefined when neither is said. */
  readonly doubt: string | undefined;
}

/** `files`: path to text of files that the words name. */
export function claimOf(
  words: readonly string[],
  files: Readonly<Record<string, string>> = {},
): Claim {
  const reading = readArguments(["docker", ...words], {
    files: memoryFiles(files),
    environment: {},
  });
  const [workload] = reading.workloads;
  if (workload === undefined) {
    throw new Error(`no container was read: ${JSON.stringify(reading.unknowns)}`);
  }
  return claimOfWorkload(workload, reading.unknowns);
}

/** What Plimsoll says of a container, wherever it was read. */
export function claimOfWorkload(workload: Workload, unknowns: readonly Unknown[]): Claim {
  const { runtime } = workload;
  if (runtime === undefined) throw new Error("no container is started");
  const { user } = workload;
  // The image of these tests sets no user.
  const root = user.origin.kind === "inherited" || (user.known && isRoot(user.value));
  const held = heldCapabilities(runtime, workload.engine, root ? "root" : "non-root");
  return {
    workload,
    runtime,
    privileged: runtime.privileged.known && runtime.privileged.value,
    root,
    capabilities: held,
    doubt:
      held.refused ??
      (runtime.noNewPrivileges.known ? undefined : runtime.noNewPrivileges.why) ??
      (runtime.seccomp.known ? runtime.seccomp.value.unread : runtime.seccomp.why) ??
      [...workload.unknowns, ...unknowns].find(({ what }) => !what.startsWith("user of"))?.why,
  };
}
