/** Facts of a workload that could not be decided, as unknowns: they are output, as loud as a finding. */

import type { Fact, Unknown } from "../model/fact.ts";
import type { Workload } from "../model/workload.ts";

/** One unknown per undecided fact, at the place that decides it, with what would settle it. */
export function undecidedFacts(workload: Workload): Unknown[] {
  const unknowns: Unknown[] = [];
  for (const [what, fact] of factsOf(workload)) {
    if (fact === undefined || fact.known || (what === "user" && isTold(workload))) continue;
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

type NamedFact = readonly [what: string, fact: Fact<unknown> | undefined];

function factsOf(workload: Workload): readonly NamedFact[] {
  const { command } = workload;
  return [
    // What the image starts is not asked for here; a command that is written and cannot be read is.
    ["command", command.origin.kind === "set" ? command : undefined],
    ...imageFactsOf(workload),
    ...runtimeFactsOf(workload),
    ...buildFactsOf(workload),
    ...execFactsOf(workload),
  ];
}

/**
 * An undecided image is told by the user that it leaves undecided; build and exec lines, a bundle and a
 * volume need none.
 */
function imageFactsOf({ image, user, runtime, kind }: Workload): readonly NamedFact[] {
  const starts = kind !== "run-line" && kind !== "kubernetes-container";
  if (runtime === undefined && !starts) return [];
  const named = user.known && runtime !== undefined && kind !== "oci-config";
  return named ? [["image", image]] : [["user", user]];
}

function runtimeFactsOf({ runtime }: Workload): readonly NamedFact[] {
  if (runtime === undefined) return [];
  const { namespaces, limits } = runtime;
  return [
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
    ["service account token", runtime.serviceAccountToken],
    ["runtime", runtime.ociRuntime],
    ...(["network", "pid", "ipc", "uts", "user", "cgroup"] as const).map((name): NamedFact => [
      `${name} namespace`,
      namespaces[name],
    ]),
  ];
}

function buildFactsOf({ build }: Workload): readonly NamedFact[] {
  if (build === undefined) return [];
  return [
    ["privileges of the build", build.privileged],
    ["network of the build", build.hostNetwork],
  ];
}

function execFactsOf({ execs }: Workload): readonly NamedFact[] {
  return execs.flatMap((exec): readonly NamedFact[] => [
    // A hook that takes the container's user over says nothing new.
    ...(exec.user.origin.kind === "set" ? [[`user of the ${exec.what}`, exec.user] as const] : []),
    [`privileged of the ${exec.what}`, exec.privileged],
  ]);
}
