/**
 * The fields that a pod's and a container's security context share. The container's wins, field by field.
 * Source: kubernetes v1.37, pkg/securitycontext/util.go, DetermineEffectiveSecurityContext.
 */

import type { AppArmor, Seccomp, Selinux } from "../../model/security-profiles.ts";
import { asMap, asString, get } from "../yaml/access.ts";
import type { Field, Report } from "../yaml/fields.ts";
import {
  booleanField,
  field,
  inheritedField,
  integerField,
  mapAt,
  textField,
} from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

export interface SecurityScope {
  readonly runAsUser: Field<number> | undefined;
  readonly runAsGroup: Field<number> | undefined;
  readonly runAsNonRoot: Field<boolean> | undefined;
  readonly seLinux: Field<Selinux> | undefined;
  readonly seccomp: Field<Seccomp> | undefined;
  readonly appArmor: Field<AppArmor> | undefined;
  readonly hostProcess: Field<boolean> | undefined;
  readonly runAsUserName: Field<string> | undefined;
}

export function readSecurityScope(context: YamlMap | undefined, report: Report): SecurityScope {
  const windows = mapAt(context, "windowsOptions", report);
  return {
    runAsUser: integerField(context, "runAsUser"),
    runAsGroup: integerField(context, "runAsGroup"),
    runAsNonRoot: booleanField(context, "runAsNonRoot"),
    seLinux: field(context, "seLinuxOptions", "a map with text in it", selinuxOf),
    seccomp: field(
      context,
      "seccompProfile",
      "a map with the type RuntimeDefault, Unconfined, or Localhost with its localhostProfile",
      seccompOf,
    ),
    appArmor: field(
      context,
      "appArmorProfile",
      "a map with the type RuntimeDefault, Unconfined, or Localhost with its localhostProfile",
      appArmorOf,
    ),
    hostProcess: booleanField(windows, "hostProcess"),
    runAsUserName: textField(windows, "runAsUserName"),
  };
}

/** What containers take over from the pod. */
export function inheritedScope(pod: SecurityScope): SecurityScope {
  const from = "the pod";
  return {
    runAsUser: inheritedField(pod.runAsUser, from),
    runAsGroup: inheritedField(pod.runAsGroup, from),
    runAsNonRoot: inheritedField(pod.runAsNonRoot, from),
    seLinux: inheritedField(pod.seLinux, from),
    seccomp: inheritedField(pod.seccomp, from),
    appArmor: inheritedField(pod.appArmor, from),
    hostProcess: inheritedField(pod.hostProcess, from),
    runAsUserName: inheritedField(pod.runAsUserName, from),
  };
}

/** The container's fields, the pod's where the container is silent. */
export function effectiveScope(container: SecurityScope, inherited: SecurityScope): SecurityScope {
  return {
    runAsUser: container.runAsUser ?? inherited.runAsUser,
    runAsGroup: container.runAsGroup ?? inherited.runAsGroup,
    runAsNonRoot: container.runAsNonRoot ?? inherited.runAsNonRoot,
    seLinux: container.seLinux ?? inherited.seLinux,
    seccomp: container.seccomp ?? inherited.seccomp,
    appArmor: container.appArmor ?? inherited.appArmor,
    hostProcess: container.hostProcess ?? inherited.hostProcess,
    runAsUserName: container.runAsUserName ?? inherited.runAsUserName,
  };
}

function seccompOf(node: YamlNode): Seccomp | undefined {
  const type = asString(get(node, "type"));
  if (type === "RuntimeDefault") return { mode: "default" };
  if (type === "Unconfined") return { mode: "unconfined" };
  const name = type === "Localhost" ? profileName(node) : undefined;
  return name === undefined ? undefined : localSeccomp(name);
}

/** The API server refuses `Localhost` without a profile. */
function profileName(node: YamlNode): string | undefined {
  const name = asString(get(node, "localhostProfile"));
  return name === "" ? undefined : name;
}

/** A profile in the kubelet's seccomp folder on each node. */
export function localSeccomp(name: string): Seccomp {
  return { mode: "custom", name, unread: "the profile is a file on the node" };
}

function appArmorOf(node: YamlNode): AppArmor | undefined {
  const type = asString(get(node, "type"));
  if (type === "RuntimeDefault") return { mode: "default" };
  if (type === "Unconfined") return { mode: "unconfined" };
  const name = type === "Localhost" ? profileName(node) : undefined;
  return name === undefined ? undefined : { mode: "profile", name };
}

function selinuxOf(node: YamlNode): Selinux | undefined {
  const options = asMap(node);
  if (options === undefined) return undefined;
  const found: Record<string, string> = {};
  for (const part of ["user", "role", "type", "level"]) {
    const value = get(options, part);
    if (value === undefined || (value.kind === "scalar" && value.value === null)) continue;
    const text = asString(value);
    if (text === undefined) return undefined;
    if (text !== "") found[part] = text;
  }
  return { mode: Object.keys(found).length === 0 ? "default" : "custom", ...found };
}
