/**
 * restrictedVolumes (restricted): only volume types that reach neither the host nor a storage backend directly.
 *
 * Restricted fields: `spec.volumes[*]`
 * Allowed values: the types below
 */

import type { Check, CheckResult } from "../check.ts";
import { forbidIfAny } from "../check.ts";
import type { Fields, FieldPath, Pod } from "../pod.ts";
import { asFields, asList, asText, isSet } from "../pod.ts";
import { quoted } from "../wording.ts";
import { HOST_PATH_VOLUMES } from "./host-path-volumes.ts";

const ALLOWED_TYPES = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

export const restrictedVolumes: Check = {
  id: "restrictedVolumes",
  level: "restricted",
  versions: [{ minimumMinor: 0, checkPod: usesAllowedTypes, overrides: [HOST_PATH_VOLUMES] }],
};

function usesAllowedTypes(pod: Pod): CheckResult {
  const fields: FieldPath[] = [];
  const names: string[] = [];
  const types: string[] = [];
  for (const [index, item] of asList(pod.spec["volumes"]).entries()) {
    const volume = asFields(item);
    const type = forbiddenType(volume);
    if (type === undefined) continue;
    fields.push(["spec", "volumes", index, type]);
    names.push(asText(volume["name"]));
    types.push(type);
  }
  return forbidIfAny(
    fields,
    "restricted volume types",
    () =>
      `${names.length === 1 ? "volume" : "volumes"} ${quoted(names)} must not use volume type ${quoted(types)}`,
  );
}

/** A volume without any type is not forbidden: the API server makes it an emptyDir before admission. */
function forbiddenType(volume: Fields): string | undefined {
  const types = Object.keys(volume).filter((key) => key !== "name" && isSet(volume[key]));
  return types.some((type) => ALLOWED_TYPES.includes(type)) ? undefined : types[0];
}
