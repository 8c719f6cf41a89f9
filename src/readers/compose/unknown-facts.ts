/** Facts that are written but cannot be decided, as unknowns of their service. */

import type { Fact, Unknown } from "../../model/fact.ts";
import type { Workload } from "../../model/workload.ts";

/**
 * The unknowns of facts that stand in the file and make no sense or hold a variable without value.
 * What an image that is not at hand would tell is not among them: the rules say so where it matters.
 */
export function unknownFacts(workload: Workload): Unknown[] {
  const { runtime, build } = workload;
  const facts: [what: string, fact: Fact<unknown> | undefined][] = [
    ["image", workload.image],
    ["user", workload.user],
    ["command", workload.command],
    ["privileged", runtime?.privileged],
    ["no-new-privileges", runtime?.noNewPrivileges],
    ["seccomp profile", runtime?.seccomp],
    ["AppArmor profile", runtime?.apparmor],
    ["SELinux label", runtime?.selinux],
    ["masked paths", runtime?.procMask],
    ["read_only", runtime?.readOnlyRoot],
    ["memory limit", runtime?.limits.memory],
    ["CPU limit", runtime?.limits.cpus],
    ["process limit", runtime?.limits.pids],
    ["runtime", runtime?.ociRuntime],
    ["build.privileged", build?.privileged],
    ["build.network", build?.hostNetwork],
    ...Object.entries(runtime?.namespaces ?? {}).map(([name, fact]): [string, Fact<unknown>] => [
      `${name} namespace`,
      fact as Fact<unknown>,
    ]),
    ...workload.execs.flatMap((exec): [string, Fact<unknown>][] => [
      [`user of the ${exec.what}`, exec.user],
      [`privileged of the ${exec.what}`, exec.privileged],
    ]),
  ];
  return facts.flatMap(([name, fact]) => {
    if (fact === undefined || fact.known || fact.origin.kind !== "set") return [];
    const { span } = fact.origin;
    const what = `${name} of ${workload.name}`;
    return [{ span, path: span.file.path, what, why: fact.why, settle: fact.settle }];
  });
}
