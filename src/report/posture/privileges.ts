/** The layers that say what a container's processes may do: seccomp, AppArmor and SELinux, no-new-privileges. */

import { engines } from "../../linux/engines.ts";
import { evaluateProfile } from "../../linux/seccomp/evaluate.ts";
import { dockerDefaultProfile } from "../../linux/seccomp/docker-default.ts";
import { parseSeccompProfile } from "../../linux/seccomp/parse.ts";
import type { SeccompProfile } from "../../linux/seccomp/profile.ts";
import type { Fact } from "../../model/fact.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { AppArmor, Seccomp, Selinux } from "../../model/security-profiles.ts";
import type { EngineName } from "../../model/workload.ts";
import type { LayerRow, Mark } from "./layer.ts";
import { factRow, joinParts, row } from "./layer.ts";
import { privilegedRow } from "./privileged.ts";

export function noNewPrivilegesRow({ noNewPrivileges }: Runtime): LayerRow {
  return factRow(noNewPrivileges, (on, origin) => ({
    value: on ? "on: set-user-id programs gain nothing" : "off: set-user-id programs work",
    mark: on ? "tighter" : origin.kind === "default" ? "default" : "looser",
  }));
}

/** Which system calls pass. `bounding`: the capabilities with which the filter is built, without `CAP_`. */
export function seccompRow(
  runtime: Runtime,
  engine: EngineName,
  bounding: readonly string[],
): LayerRow {
  const { seccomp } = runtime;
  const implied = privilegedRow(runtime, seccomp, "off: every system call", "filter");
  if (implied !== undefined) return implied;
  const usual = engines[engine].defaults.seccomp;
  return factRow(seccomp, (value) => {
    if (value.mode === "custom") return customSeccomp(value, bounding);
    if (value.mode === "unconfined") return { value: "off: every system call", mark: "looser" };
    if (value.mode === "not-set") {
      const text = "not set: off, unless the node turns its default on";
      return { value: text, mark: usual === "not-set" ? "default" : "looser" };
    }
    const text = `default profile${countText(dockerDefaultProfile(), bounding)}`;
    return { value: text, mark: usual === "default" ? "default" : "tighter" };
  });
}

function customSeccomp(
  seccomp: Seccomp,
  bounding: readonly string[],
): { value: string; mark: Mark } {
  const name = `profile ${seccomp.name ?? "of its own"}`;
  if (seccomp.profile === undefined) {
    return {
      value: `${name}, unknown: ${seccomp.unread ?? "it could not be read"}`,
      mark: "unknown",
    };
  }
  const parsed = parseSeccompProfile(seccomp.profile);
  if (!parsed.ok) {
    return {
      value: `${name}, unknown: ${parsed.errors[0]?.message ?? "it is not valid"}`,
      mark: "unknown",
    };
  }
  return { value: `${name}${countText(parsed.profile, bounding)}`, mark: "default" };
}

/** Counts are of x86_64, since a source does not say on which machine it runs. */
function countText(profile: SeccompProfile, bounding: readonly string[]): string {
  const { counts } = evaluateProfile(profile, { architecture: "x86_64", capabilities: bounding });
  const open = counts.allowed + counts.watched;
  const partly = counts.filtered === 0 ? "" : `, ${counts.filtered} partly`;
  return `: ${open} of ${counts.total} system calls${partly} (x86_64)`;
}

export function macRows(runtime: Runtime): LayerRow[] {
  const { apparmor, selinux, privileged } = runtime;
  if (privileged.known && !privileged.value && isDefault(apparmor) && isDefault(selinux)) {
    return [row("default of AppArmor or SELinux, as the host has it", apparmor.origin, "default")];
  }
  const parts = [
    privilegedRow(runtime, apparmor, "AppArmor off", "AppArmor") ??
      factRow(apparmor, (value, origin) => appArmorText(value, origin.kind === "default")),
    privilegedRow(runtime, selinux, "SELinux label off", "SELinux label") ??
      factRow(selinux, (value, origin) => selinuxText(value, origin.kind === "default")),
  ];
  return joinParts(parts.map(({ value, origin, mark }) => ({ text: value, origin, mark })));
}

function isDefault(fact: Fact<AppArmor | Selinux>): boolean {
  return fact.known && fact.value.mode === "default" && fact.origin.kind === "default";
}

function appArmorText({ mode, name }: AppArmor, isDefault: boolean): { value: string; mark: Mark } {
  if (mode === "unconfined") return { value: "AppArmor off", mark: "looser" };
  if (mode === "profile")
    return { value: `AppArmor profile ${name ?? "of its own"}`, mark: "default" };
  return {
    value: "AppArmor default, where the host has it",
    mark: isDefault ? "default" : "tighter",
  };
}

function selinuxText(selinux: Selinux, isDefault: boolean): { value: string; mark: Mark } {
  if (selinux.mode === "disabled") return { value: "SELinux label off", mark: "looser" };
  if (selinux.mode === "custom") {
    const { user, role, type, level } = selinux;
    const label = [user, role, type, level].filter((part) => part !== undefined).join(":");
    return { value: `SELinux ${label}`, mark: type === "spc_t" ? "looser" : "default" };
  }
  return {
    value: "SELinux default, where the host has it",
    mark: isDefault ? "default" : "tighter",
  };
}
