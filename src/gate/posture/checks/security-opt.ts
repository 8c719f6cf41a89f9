/**
 * `SecurityOpt` as dockerd reads it: moby/moby b985e2313a, daemon/daemon_unix.go parseSecurityOpt. Each entry is
 * cut at its first `=`, or at its first `:` where it has no `=`; later ones win.
 */

import { shown, textsOf } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { Judge } from "./check.ts";

export interface SecurityEntry {
  readonly name: string;
  readonly value: string;
}

const BARE = new Set(["no-new-privileges", "writable-cgroups", "disable"]);
const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** Undefined for what the engine refuses. */
export function readSecurityEntry(text: string): SecurityEntry | undefined {
  if (BARE.has(text)) {
    return text === "disable" ? { name: "label", value: text } : { name: text, value: "true" };
  }
  const cut = text.includes("=") ? text.indexOf("=") : text.indexOf(":");
  return cut < 0 ? undefined : { name: text.slice(0, cut), value: text.slice(cut + 1) };
}

/** Whether the entry turns no-new-privileges on. */
export function isNoNewPrivileges(text: string): boolean {
  const entry = readSecurityEntry(text);
  return entry?.name === "no-new-privileges" && TRUE.has(entry.value);
}

export const securityOptions: Judge = (value, at, judging) => {
  for (const [index, text] of textsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const entry = readSecurityEntry(text);
    if (entry === undefined) judging.deny(unknownOption(text, place));
    else judgeEntry(entry, place, judging);
  }
};

function judgeEntry({ name, value }: SecurityEntry, at: string, judging: Judging): void {
  switch (name) {
    case "no-new-privileges":
      noNewPrivileges(value, at, judging);
      return;
    case "seccomp":
      judgeSeccomp(value, at, judging);
      return;
    case "apparmor":
      if (!["", "docker-default"].includes(value)) macUnconfined("AppArmor", value, at, judging);
      return;
    case "label":
      macUnconfined("SELinux", value, at, judging);
      return;
    case "writable-cgroups":
      if (!FALSE.has(value)) writableCgroups(at, judging);
      return;
    default:
      judging.deny(unknownOption(name, at));
  }
}

function unknownOption(
  text: string,
  at: string,
): { rule: string; at: string; message: string; help: string } {
  return {
    rule: "bad-security-option",
    at,
    message: `the engine knows no security option ${shown(text)}`,
    help: "Write no-new-privileges, seccomp=…, apparmor=… or label=…",
  };
}

function noNewPrivileges(value: string, at: string, judging: Judging): void {
  if (TRUE.has(value)) return;
  const off = judging.client.ceiling.rules.get("privilege-escalation-allowed") === "off";
  if (!judging.client.forced.noNewPrivileges && off && FALSE.has(value)) return;
  judging.deny({
    rule: "privilege-escalation-allowed",
    at,
    message: "this turns no-new-privileges off",
    help: "Leave it out",
    needs: { key: ["force", "no-new-privileges"], value: false },
  });
}

/** A profile that is not the policy's own may be anything, and counts as none. */
export function judgeSeccomp(value: string, at: string, judging: Judging): void {
  const forced = judging.client.forced.seccompProfile;
  if (forced !== undefined) {
    if (value === forced) {
      judging.grant(at);
      return;
    }
    judging.deny({
      rule: "seccomp-unconfined",
      at,
      message: "the policy sets the seccomp profile, and this asks for another",
      help: "Leave it out",
    });
    return;
  }
  if (value === "builtin") return;
  if (judging.grants.seccompUnconfined || judging.grants.privileged) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "seccomp-unconfined",
    at,
    message:
      value === "unconfined"
        ? "this turns the filter of system calls off"
        : "this replaces the engine's filter of system calls",
    key: "seccomp-unconfined",
    value: true,
    instead: "leave it out: the engine's own profile then holds",
  });
}

export function macUnconfined(what: string, value: string, at: string, judging: Judging): void {
  if (judging.grants.apparmorUnconfined || judging.grants.privileged) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "mac-unconfined",
    at,
    message: `this takes the engine's own ${what} confinement away${value === "" ? "" : ` (${shown(value)})`}`,
    key: "apparmor-unconfined",
    value: true,
    instead: "leave it out: the engine's own then holds",
  });
}

function writableCgroups(at: string, judging: Judging): void {
  if (judging.grants.privileged) {
    judging.grant(at);
    return;
  }
  judging.deny({
    rule: "writable-cgroups",
    at,
    message: "writable cgroups let the container change its own limits",
    help: "Leave it out",
  });
}
