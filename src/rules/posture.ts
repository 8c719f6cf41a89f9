/** Questions that several rules ask of a workload. Each tells a known answer from an unknown one. */

import type { Fact, Origin } from "../model/fact.ts";
import type { Severity } from "../model/finding.ts";
import { severities } from "../model/finding.ts";
import { sameSpan } from "../model/source.ts";
import { isRoot } from "../model/user.ts";
import type { Mount } from "../model/mounts.ts";
import type { Runtime } from "../model/runtime.ts";
import type { Workload } from "../model/workload.ts";

/** The runtime facts of a Linux container; undefined for an image alone and for Windows. */
export function linuxRuntime(workload: Workload): Runtime | undefined {
  return workload.platform === "linux" ? workload.runtime : undefined;
}

/** Whether a fact is known and equals a value. */
export function isKnown<T>(fact: Fact<T>, value: T): boolean {
  return fact.known && fact.value === value;
}

/** Whether the container is known to be privileged. */
export function isPrivileged(runtime: Runtime): boolean {
  return isKnown(runtime.privileged, true);
}

/** Whether somebody wrote what an origin stands for, here or in something that this takes over from. */
export function isWritten(origin: Origin): boolean {
  return origin.kind !== "default";
}

/**
 * Whether a fact is nothing but a consequence of `privileged`, which has its own finding: the
 * container is privileged and nobody wrote this fact, or the same place gave both.
 */
export function impliedByPrivileged(runtime: Runtime, fact: Fact<unknown>): boolean {
  if (!isPrivileged(runtime)) return false;
  return !isWritten(fact.origin) || samePlace(fact.origin, runtime.privileged.origin);
}

/** Whether two origins are one place. */
export function samePlace(left: Origin, right: Origin): boolean {
  if (left === right) return true;
  return left.span !== undefined && right.span !== undefined && sameSpan(left.span, right.span);
}

/** Whether the container has a user namespace of its own, so that its root is not the host's. */
export function hasUserNamespace(runtime: Runtime | undefined): boolean {
  const namespace = runtime?.namespaces.user;
  if (namespace === undefined || !namespace.known) return false;
  return namespace.value.mode === "own" || namespace.value.mode === "pod";
}

/** A mount's host path in the words of whoever wrote it; the path itself when a volume's name stands there. */
export function writtenPath({ source, hostPath }: Mount): string {
  const path = source !== undefined && /^[/~]/.test(source) ? source : hostPath;
  return path ?? source ?? "";
}

/** As whom the first process runs: `unknown` counts as root wherever safety hangs on it. */
export function startsAs(workload: Workload): "root" | "non-root" | "unknown" {
  const { user } = workload;
  if (!user.known) return "unknown";
  if (user.value.verifiedNonRoot === true) return "non-root";
  return isRoot(user.value) ? "root" : "non-root";
}

/** A severity made less grave by some steps; `low` is the floor. */
export function lessGrave(severity: Severity, steps = 1): Severity {
  const floor = severities.indexOf("low");
  const index = severities.indexOf(severity);
  return severities[Math.max(index, Math.min(index + steps, floor))] ?? severity;
}
