/**
 * seLinuxOptions (baseline): only SELinux types made for containers, and no user or role of one's own.
 *
 * Restricted fields: `spec.securityContext.seLinuxOptions.type` and the same of every container
 * Allowed values: undefined, empty, the types below
 *
 * Restricted fields: `spec.securityContext.seLinuxOptions.{user,role}` and the same of every container
 * Allowed values: undefined, empty
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { FieldPath, Pod, SecurityScope } from "../pod.ts";
import { asFields, isSet } from "../pod.ts";
import { quoted, settersNamed, shown } from "../wording.ts";

const ALLOWED_TYPES: readonly unknown[] = ["container_t", "container_init_t", "container_kvm_t"];
const ALLOWED_TYPES_1_31 = [...ALLOWED_TYPES, "container_engine_t"];

export const seLinuxOptions: Check = {
  id: "seLinuxOptions",
  level: "baseline",
  versions: [
    { minimumMinor: 0, checkPod: (pod) => keepsLabel(pod, ALLOWED_TYPES) },
    { minimumMinor: 31, checkPod: (pod) => keepsLabel(pod, ALLOWED_TYPES_1_31) },
  ],
};

function keepsLabel(pod: Pod, allowedTypes: readonly unknown[]): CheckResult {
  const fields: FieldPath[] = [];
  const scopes: SecurityScope[] = [];
  const types: string[] = [];
  const parts = new Set<string>();
  for (const scope of pod.scopes) {
    const options = asFields(scope.security["seLinuxOptions"]);
    for (const part of ["type", "user", "role"]) {
      const value = options[part];
      if (!isSet(value) || value === "") continue;
      if (part === "type" && allowedTypes.includes(value)) continue;
      fields.push([...scope.path, "seLinuxOptions", part]);
      if (scopes.at(-1) !== scope) scopes.push(scope);
      if (part === "type") types.push(shown(value));
      else parts.add(part);
    }
  }
  return forbidIfAny(fields, "seLinuxOptions", () => {
    const values = types.length === 0 ? [] : [`type ${quoted(types)}`];
    values.push(...[...parts].map((part) => `a ${part}`));
    return `${settersNamed(scopes)} must not set ${values.join(" and ")} in securityContext.seLinuxOptions`;
  });
}
