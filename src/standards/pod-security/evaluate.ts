/**
 * Runs the checks of a level and version over a pod.
 * Source: kubernetes/pod-security-admission 8f84a87, policy/registry.go.
 */

import type { Check, ForbiddenResult, VersionedCheck } from "./check.ts";
import { podSecurityChecks } from "./checks.ts";
import { malformedFields } from "./malformed.ts";
import type { PodData } from "./pod.ts";
import { readPod } from "./pod.ts";

export type PolicyLevel = "privileged" | "baseline" | "restricted";

export interface CheckFailure extends ForbiddenResult {
  readonly check: string;
  /** Overridden checks that the pod fails as well. */
  readonly overrides?: readonly string[];
}

/** The failing checks. None: the level at this minor version of Kubernetes 1.x admits the pod. */
export function evaluatePod(data: PodData, level: PolicyLevel, minor: number): CheckFailure[] {
  if (level === "privileged") return [];
  const pod = readPod(data);
  const failures: CheckFailure[] = [];
  const malformed = malformedFields(data);
  if (!malformed.allowed) failures.push({ ...malformed, check: "malformed" });
  const { active, overridden } = selectChecks(level, minor);
  for (const { id, revision } of active) {
    const result = revision.checkPod(pod);
    if (result.allowed) continue;
    const overrides = (revision.overrides ?? []).filter((other) => {
      const weaker = overridden.get(other);
      return weaker !== undefined && !weaker.checkPod(pod).allowed;
    });
    failures.push({ ...result, check: id, ...(overrides.length === 0 ? {} : { overrides }) });
  }
  return failures;
}

interface Selection {
  readonly active: readonly { readonly id: string; readonly revision: VersionedCheck }[];
  readonly overridden: ReadonlyMap<string, VersionedCheck>;
}

const selections = new Map<string, Selection>();

function selectChecks(level: "baseline" | "restricted", minor: number): Selection {
  const key = `${level} ${minor}`;
  const known = selections.get(key);
  if (known !== undefined) return known;
  const held = podSecurityChecks.flatMap((check) => {
    const revision = revisionAt(check, minor);
    return revision === undefined || (check.level === "restricted" && level === "baseline")
      ? []
      : [{ id: check.id, revision }];
  });
  const overriddenIds = new Set(held.flatMap(({ revision }) => revision.overrides ?? []));
  const selection = {
    active: held.filter(({ id }) => !overriddenIds.has(id)),
    overridden: new Map(
      held.filter(({ id }) => overriddenIds.has(id)).map(({ id, revision }) => [id, revision]),
    ),
  };
  selections.set(key, selection);
  return selection;
}

function revisionAt(check: Check, minor: number): VersionedCheck | undefined {
  return check.versions.findLast(({ minimumMinor }) => minimumMinor <= minor);
}
