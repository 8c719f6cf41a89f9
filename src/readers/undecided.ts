/** Facts of a workload that could not be decided, as unknowns: they are output, as loud as a finding. */

import type { Fact, Unknown } from "../model/fact.ts";
import type { Workload } from "../model/workload.ts";

/** One unknown per undecided fact, at the place that decides it, with what would settle it. */
export function undecidedFacts(workload: Workload): Unknown[] {
  const unknowns: Unknown[] = [];
  for (const [what, fact] of factsOf(workload)) {
    if (fact.known || (what === "user" && isTold(workload))) continue;
    const span = fact.origin.span ?? workload.source;
    unknowns.push({
      span,
      path: span.file.path,
      workload: workload.id,
      what: `${what} of ${workload.name}`,
      why: fact.why,
      settle: fact.settle,
    });
  }
  return unknowns;
}

/** The reader has told that the image is not known; that it leaves the user open says nothing more. */
function isTold({ image, user, unknowns, name }: Workload): boolean {
  return (
    !image.known &&
    user.origin.kind === "inherited" &&
    unknowns.some(({ what }) => what === `image of ${name}`)
  );
}

/** An undecided image is told by the user that it leaves undecided; a build or exec line needs none. */
function factsOf({ image, user, runtime, kind }: Workload): [string, Fact<unknown>][] {
  if (runtime === undefined) return kind === "run-line" ? [] : [["user", user]];
  const facts: [string, Fact<unknown>][] = [["user", user]];
  if (user.known) facts.push(["image", image]);
  const { namespaces, limits } = runtime;
  facts.push(
    ["privileged", runtime.privileged],
    ["no-new-privileges", runtime.noNewPrivileges],
    ["seccomp profile", runtime.seccomp],
    ["AppArmor profile", runtime.apparmor],
    ["SELinux label", runtime.selinux],
    ["masked paths", runtime.procMask],
    ["read-only root file system", runtime.readOnlyRoot],
    ["memory limit", limits.memory],
    ["CPU limit", limits.cpus],
    ["process limit", limits.pids],
  );
  for (const name of ["network", "pid", "ipc", "uts", "user", "cgroup"] as const) {
    facts.push([`${name} namespace`, namespaces[name]]);
  }
  if (runtime.serviceAccountToken !== undefined) {
    facts.push(["service account token", runtime.serviceAccountToken]);
  }
  return facts;
}
