/**
 * seccompProfile_baseline (baseline): a seccomp profile that is set is not Unconfined.
 *
 * Up to 1.18, restricted fields: `metadata.annotations['seccomp.security.alpha.kubernetes.io/pod']`,
 * `metadata.annotations['container.seccomp.security.alpha.kubernetes.io/*']`
 * Allowed values: `runtime/default`, `docker/default`, `localhost/*`, undefined
 *
 * Since 1.19, restricted fields: `spec.securityContext.seccompProfile.type` and the same of every container
 * Allowed values: RuntimeDefault, Localhost, undefined
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Pod, SecurityScope } from "../pod.ts";
import { asFields, isSet } from "../pod.ts";
import { joined, quoted, settersNamed, shown } from "../wording.ts";

const ALLOWED_TYPES: readonly unknown[] = ["RuntimeDefault", "Localhost"];
const ALLOWED_ANNOTATIONS: readonly unknown[] = ["runtime/default", "docker/default"];
const POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION_PREFIX = "container.seccomp.security.alpha.kubernetes.io/";

export const SECCOMP_PROFILE_BASELINE = "seccompProfile_baseline";

export const seccompProfileBaseline: Check = {
  id: SECCOMP_PROFILE_BASELINE,
  level: "baseline",
  versions: [
    { minimumMinor: 0, checkPod: annotationsKeepProfile },
    { minimumMinor: 19, checkPod: (pod) => forbidTypes(scopesWithBadType(pod)) },
  ],
};

function annotationsKeepProfile(pod: Pod): CheckResult {
  const keys = new Set([
    POD_ANNOTATION,
    ...pod.containers.map(({ name }) => `${CONTAINER_ANNOTATION_PREFIX}${name}`),
  ]);
  const bad = [...keys].filter((key) => {
    const value = pod.annotations[key];
    return value !== undefined && !isAllowedAnnotation(value);
  });
  return forbidIfAny(
    bad.map((key) => ["metadata", "annotations", key]),
    "seccompProfile",
    () =>
      `${bad.length === 1 ? "the annotation" : "the annotations"} ${joined(
        bad.map((key) => `${key}: ${shown(pod.annotations[key])}`),
      )} must be runtime/default or localhost/…`,
  );
}

function isAllowedAnnotation(value: unknown): boolean {
  return (
    ALLOWED_ANNOTATIONS.includes(value) ||
    (typeof value === "string" && value.startsWith("localhost/"))
  );
}

/** Pod and containers that set a profile of a type that is not allowed. */
export function scopesWithBadType(pod: Pod): readonly SecurityScope[] {
  return pod.scopes.filter(({ security }) => {
    const profile = security["seccompProfile"];
    return isSet(profile) && !ALLOWED_TYPES.includes(asFields(profile)["type"]);
  });
}

export function forbidTypes(bad: readonly SecurityScope[]): CheckResult {
  return forbidIfAny(
    bad.map(({ path }) => [...path, "seccompProfile", "type"]),
    "seccompProfile",
    () =>
      `${settersNamed(bad)} must not set securityContext.seccompProfile.type to ${quoted(
        bad.map(({ security }) => shown(asFields(security["seccompProfile"])["type"])),
      )}`,
  );
}
