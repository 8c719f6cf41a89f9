/** What Plimsoll says of a container's process, beside what the kernel says, in the same words. */

import type { Fact } from "../../src/model/fact.ts";
import type { Namespace } from "../../src/model/namespaces.ts";
import type { Claim } from "./command-line-view.ts";
import type { TestEngine } from "./engine.ts";
import type { KernelView } from "./kernel-view.ts";
import { capabilitiesOfHost, namespaceOfHost } from "./kernel-view.ts";

export function valueOf<T>(fact: Fact<T>): T | "unknown" {
  return fact.known ? fact.value : "unknown";
}

const LINKS = { network: "net", pid: "pid", ipc: "ipc", uts: "uts", user: "user" } as const;

/** What Plimsoll says of the process. */
export function claimedOf(
  claim: Claim,
  engine: Pick<TestEngine, "version">,
): Readonly<Record<string, unknown>> {
  const { runtime, privileged, capabilities, root, workload } = claim;
  const newer = isOld(engine) ? ["PERFMON", "BPF", "CHECKPOINT_RESTORE"] : [];
  const possible = capabilitiesOfHost().filter((name) => !newer.includes(name));
  const set = (names: readonly string[]) => possible.filter((name) => names.includes(name));
  const seccomp = valueOf(runtime.seccomp);
  const unfiltered = privileged && runtime.seccomp.origin.kind !== "set";
  const user = workload.user.known ? workload.user.value : undefined;
  return {
    root,
    uid: user?.uid ?? (root ? 0 : "a name"),
    gid: user?.gid ?? "the user's",
    noNewPrivileges: valueOf(runtime.noNewPrivileges),
    seccompFilter: seccomp !== "unknown" && seccomp.mode !== "unconfined" && !unfiltered,
    procMask:
      privileged && runtime.procMask.origin.kind !== "set" ? "unmasked" : valueOf(runtime.procMask),
    readOnlyRoot: valueOf(runtime.readOnlyRoot),
    memory: valueOf(runtime.limits.memory),
    pids: valueOf(runtime.limits.pids),
    cpus: valueOf(runtime.limits.cpus),
    namespaces: Object.keys(LINKS).map((name) => {
      const fact = runtime.namespaces[name as keyof typeof LINKS];
      return `${name} ${fact.known && fact.value.mode === "host" ? "host" : "own"}`;
    }),
    cgroupNamespace: cgroupOf(claim.runtime.namespaces.cgroup),
    inheritable: set(capabilities.inheritable),
    permitted: set(capabilities.permitted),
    effective: set(capabilities.effective),
    bounding: set(capabilities.bounding),
    ambient: set(capabilities.ambient),
    groups: runtime.groups.map(({ text }) => Number(text)),
  };
}

/** Engines before 23 know the capabilities of Linux 5.7 and later by no name. */
function isOld({ version }: Pick<TestEngine, "version">): boolean {
  return Number(version.split(".")[0]) < 23;
}

/** Docker's default is a namespace of its own with cgroup v2, and the host's with v1. */
function cgroupOf(fact: Fact<Namespace>): string {
  if (!fact.known) return "unknown";
  return fact.origin.kind === "default" ? "the default" : fact.value.mode;
}

/** The same of the kernel's view. */
export function measuredOf(view: KernelView, claim: Claim): Readonly<Record<string, unknown>> {
  const { runtime, workload } = claim;
  const user = workload.user.known ? workload.user.value : undefined;
  const cgroup = view.namespaces["cgroup"] === namespaceOfHost("cgroup") ? "host" : "own";
  return {
    root: view.uid === 0,
    uid: user?.uid === undefined && view.uid !== 0 ? "a name" : view.uid,
    gid: user?.gid === undefined ? "the user's" : view.gid,
    noNewPrivileges: view.noNewPrivileges,
    seccompFilter: view.seccompFilter,
    procMask: masksOf(view),
    readOnlyRoot: view.mounts.find(({ target }) => target === "/")?.readOnly ?? false,
    memory: view.memory,
    pids: view.pids,
    cpus: view.cpus,
    namespaces: Object.entries(LINKS).map(
      ([name, link]) =>
        `${name} ${view.namespaces[link] === namespaceOfHost(link) ? "host" : "own"}`,
    ),
    cgroupNamespace: runtime.namespaces.cgroup.origin.kind === "default" ? "the default" : cgroup,
    ...view.capabilities,
    // The user's own group and, for root, those of /etc/group come on top.
    groups: view.groups.filter((gid) => runtime.groups.some(({ text }) => Number(text) === gid)),
  };
}

/** Paths that the engine hides or makes read-only; one that the kernel lacks is not among them. */
function masksOf({ mounts }: KernelView): "masked" | "unmasked" | "partly" {
  const over = ["/proc/keys", "/proc/timer_list", "/sys/firmware", "/proc/sys", "/proc/irq"];
  const there = over.filter((path) => mounts.some(({ target }) => target === path));
  return there.length === over.length ? "masked" : there.length === 0 ? "unmasked" : "partly";
}

export function claimedMounts({ runtime }: Claim): string[] {
  return runtime.mounts
    .map(({ target, type, readOnly, propagation }) =>
      [target, type === "tmpfs" ? "tmpfs" : "files", readOnly ? "ro" : "rw"]
        .concat(type === "bind" ? (propagation ?? "private").replace(/^r/, "") : [])
        .join(" "),
    )
    .sort();
}

/** The mounts that the kernel shows at the targets that the words name. */
export function measuredMounts({ mounts }: KernelView, { runtime }: Claim): string[] {
  return mounts
    .flatMap(({ target, type, readOnly, propagation }) => {
      const asked = runtime.mounts.find((mount) => mount.target === target);
      if (asked === undefined) return [];
      return [target, type === "tmpfs" ? "tmpfs" : "files", readOnly ? "ro" : "rw"]
        .concat(asked.type === "bind" ? propagation : [])
        .join(" ");
    })
    .sort();
}
