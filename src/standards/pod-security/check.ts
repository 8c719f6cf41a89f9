/**
 * What a check of the Pod Security Standards is.
 * Source of all checks: kubernetes/pod-security-admission 8f84a87, policy/.
 */

import type { FieldPath, Pod } from "./pod.ts";

export interface Check {
  /** The published id: `capabilities_baseline`. */
  readonly id: string;
  /** Baseline checks hold at the restricted level too, unless a restricted check overrides them. */
  readonly level: "baseline" | "restricted";
  /** Revisions of the check, oldest first; the last one that is not newer than the policy holds. */
  readonly versions: readonly VersionedCheck[];
}

export interface VersionedCheck {
  /** The minor version of Kubernetes 1.x from which this revision holds. */
  readonly minimumMinor: number;
  readonly checkPod: (pod: Pod) => CheckResult;
  /** Baseline checks that are not run when this one is: this one is at least as strict. */
  readonly overrides?: readonly string[];
}

export type CheckResult = { readonly allowed: true } | ForbiddenResult;

export interface ForbiddenResult {
  readonly allowed: false;
  /** As short as can be: "host namespaces". */
  readonly reason: string;
  /** One sentence with containers and values. */
  readonly detail: string;
  /** Fields with a value that is not allowed, and missing fields that must be set. */
  readonly fields: readonly FieldPath[];
}

export const ALLOWED: CheckResult = { allowed: true };

/** Allowed when no field fails. */
export function forbidIfAny(
  fields: readonly FieldPath[],
  reason: string,
  detail: () => string,
): CheckResult {
  return fields.length === 0 ? ALLOWED : { allowed: false, reason, detail: detail(), fields };
}
