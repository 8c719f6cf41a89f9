/** Seccomp and AppArmor as annotations, the form before there were fields. */

import type { AppArmor, Seccomp } from "../../model/security-profiles.ts";
import { asString } from "../yaml/access.ts";
import type { Field } from "../yaml/fields.ts";
import { field } from "../yaml/fields.ts";
import type { YamlNode } from "../yaml/node.ts";
import { localSeccomp } from "./security-scope.ts";

const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
const IGNORED = "an annotation that Kubernetes ignores since 1.27";
const APPARMOR_CONTAINER = "container.apparmor.security.beta.kubernetes.io/";

/**
 * The seccomp annotation of a container, else of its pod. Kubernetes ignores them since 1.27, so one
 * that asks for a profile gives none; one that asks for none is taken at its word.
 * Source: kubernetes CHANGELOG-1.27.md, which ends the support for the alpha seccomp annotations.
 */
export function annotatedSeccomp(
  annotations: YamlNode | undefined,
  container: string,
): Field<Seccomp> | undefined {
  const convert = (node: YamlNode): Seccomp | undefined => {
    const text = asString(node);
    if (text === "unconfined") return { mode: "unconfined" };
    if (text === "runtime/default" || text === "docker/default") return { mode: "default" };
    return text?.startsWith("localhost/") === true
      ? localSeccomp(text.slice("localhost/".length))
      : undefined;
  };
  const wanted = "runtime/default, localhost/NAME or unconfined";
  const own = field(annotations, SECCOMP_CONTAINER + container, wanted, convert);
  const shared = field(annotations, SECCOMP_POD, wanted, convert);
  const written = own ?? (shared === undefined ? undefined : { ...shared, from: "the pod" });
  if (written === undefined) return undefined;
  if (written.value === undefined || written.value.mode === "unconfined") return written;
  return { ...written, value: { mode: "not-set" }, from: IGNORED };
}

/**
 * The AppArmor annotation of a container, which the API server still turns into the field.
 * Source: kubernetes v1.37, pkg/registry/core/pod/strategy.go, applyAppArmorVersionSkew.
 */
export function annotatedAppArmor(
  annotations: YamlNode | undefined,
  container: string,
): Field<AppArmor> | undefined {
  return field(
    annotations,
    APPARMOR_CONTAINER + container,
    "runtime/default, localhost/NAME or unconfined",
    (node): AppArmor | undefined => {
      const text = asString(node);
      if (text === "unconfined") return { mode: "unconfined" };
      if (text === "runtime/default" || text === "") return { mode: "default" };
      return text?.startsWith("localhost/") === true
        ? { mode: "profile", name: text.slice("localhost/".length) }
        : undefined;
    },
  );
}
