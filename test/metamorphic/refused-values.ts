import type { Files } from "./forms.ts";
import { compose, runLine } from "./forms.ts";

/** A value that the engine refuses: what it was meant to set is not known, in whichever form it is written. */
export interface RefusedValue {
  /** Of what the unknown speaks. */
  readonly what: string;
  readonly value: string;
  readonly forms: { readonly compose: Files; readonly "run-line": Files };
}

const profiles = { "list.json": "[]\n", "broken.json": "{\n", "mark.json": "\uFEFF{}\n" };

const options = [
  ["seccomp profile", "seccomp=missing.json"],
  ["seccomp profile", "seccomp=list.json"],
  ["seccomp profile", "seccomp=broken.json"],
  ["seccomp profile", "seccomp=mark.json"],
  ["seccomp profile", "seccomp=default"],
  ["seccomp profile", "seccomp="],
  ["SELinux label", "label=nonsense"],
  ["masked paths", "systempaths=foo"],
  ["no-new-privileges", "no-new-privileges=maybe"],
  ["security option", "unmask=ALL"],
] as const;

const namespaces = [
  ["network", "network_mode", "network", "foo:bar"],
  ["pid", "pid", "pid", "foo"],
  ["ipc", "ipc", "ipc", "foo"],
  ["uts", "uts", "uts", "foo"],
  ["user", "userns_mode", "userns", "foo"],
  ["user", "userns_mode", "userns", "keep-id"],
  ["cgroup", "cgroup", "cgroupns", "foo"],
] as const;

export const refusedValues: readonly RefusedValue[] = [
  ...options.map(([what, value]) => ({
    what,
    value,
    forms: {
      compose: compose(`security_opt: ["${value}"]`, "", profiles),
      "run-line": runLine(`--security-opt ${value}`, undefined, profiles),
    },
  })),
  ...namespaces.map(([name, field, flag, value]) => ({
    what: `${name} namespace`,
    value,
    forms: {
      compose: compose(`${field}: "${value}"`),
      "run-line": runLine(`--${flag}=${value}`),
    },
  })),
  ...["foo", "80:foo", "80/foo", "99999:80"].map((value) => ({
    what: "port",
    value,
    forms: { compose: compose(`ports: ["${value}"]`), "run-line": runLine(`-p ${value}`) },
  })),
];
