/**
 * appArmorProfile (baseline): the default AppArmor profile may be replaced, not switched off.
 *
 * Restricted fields: `spec.securityContext.appArmorProfile.type` and the same of every container
 * Allowed values: RuntimeDefault, Localhost, undefined
 *
 * Restricted fields: `metadata.annotations['container.apparmor.security.beta.kubernetes.io/*']`
 * Allowed values: `runtime/default`, `localhost/*`, empty, undefined
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { FieldPath, Pod } from "../pod.ts";
import { asFields, isSet } from "../pod.ts";
import { quoted, settersNamed, shown } from "../wording.ts";

const ALLOWED_TYPES: readonly unknown[] = ["RuntimeDefault", "Localhost"];
const ANNOTATION_PREFIX = "container.apparmor.security.beta.kubernetes.io/";

export const appArmorProfile: Check = {
  id: "appArmorProfile",
  level: "baseline",
  versions: [{ minimumMinor: 0, checkPod: keepsProfile }],
};

function keepsProfile(pod: Pod): CheckResult {
  const scopes = pod.scopes.filter(({ security }) => {
    const profile = security["appArmorProfile"];
    return isSet(profile) && !ALLOWED_TYPES.includes(asFields(profile)["type"]);
  });
  const annotations = Object.entries(pod.annotations).filter(
    ([key, value]) => key.startsWith(ANNOTATION_PREFIX) && !isAllowedAnnotation(value),
  );
  const fields: FieldPath[] = [
    ...scopes.map(({ path }) => [...path, "appArmorProfile", "type"]),
    ...annotations.map(([key]) => ["metadata", "annotations", key]),
  ];
  return forbidIfAny(fields, "forbidden AppArmor profile", () => {
    const values = [
      ...scopes.map(({ security }) => shown(asFields(security["appArmorProfile"])["type"])),
      ...annotations.map(([, value]) => shown(value)),
    ];
    const setters = scopes.length === 0 ? [] : [settersNamed(scopes)];
    if (annotations.length > 0) {
      setters.push(annotations.length === 1 ? "an annotation" : "annotations");
    }
    return `${setters.join(" and ")} must not set the AppArmor profile to ${quoted(values)}`;
  });
}

function isAllowedAnnotation(value: unknown): boolean {
  return (
    !isSet(value) ||
    value === "" ||
    value === "runtime/default" ||
    (typeof value === "string" && value.startsWith("localhost/"))
  );
}
