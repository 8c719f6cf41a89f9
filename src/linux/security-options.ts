/**
 * Entries of `--security-opt` and `security_opt`.
 * Sources: docker/cli v28 cli/command/container/opts.go parseSecurityOpts and parseSystemPaths;
 * docker/compose f729794 pkg/compose/create.go parseSecurityOpts; moby/moby b985e23
 * daemon/container_operations_unix.go parseSecurityOpt; opencontainers/selinux go-selinux/label InitLabels;
 * podman v5 and c6580b4a52 (6.0) pkg/specgenutil/specgen.go; containerd/nerdctl 8da50408 (2.3.5)
 * pkg/cmd/container/run_security_linux.go.
 */

import type { AppArmor, Selinux } from "../model/security-profiles.ts";

/** The facts that security options set. */
export type SecurityField = "noNewPrivileges" | "seccomp" | "apparmor" | "selinux" | "procMask";

export type SecurityOption =
  | { readonly kind: "no-new-privileges"; readonly value: boolean }
  | { readonly kind: "seccomp"; readonly value: SeccompChoice }
  | { readonly kind: "apparmor"; readonly value: AppArmor }
  /** One part of the label; several options add up. */
  | { readonly kind: "selinux"; readonly value: Partial<Selinux> }
  | { readonly kind: "unmasked-proc" }
  /** Known, and of no concern to any fact. */
  | { readonly kind: "other" }
  /** What the engine refuses; with the fact that it was meant for, where that can be told. */
  | {
      readonly kind: "refused";
      readonly field?: SecurityField;
      readonly why: string;
      readonly settle: string;
    };

export type SeccompChoice =
  | { readonly mode: "default" | "unconfined" }
  | { readonly mode: "file"; readonly path: string }
  | { readonly mode: "inline"; readonly json: string };

type Refused = Extract<SecurityOption, { readonly kind: "refused" }>;

const FIELDS: ReadonlyMap<string, SecurityField> = new Map([
  ["no-new-privileges", "noNewPrivileges"],
  ["seccomp", "seccomp"],
  ["apparmor", "apparmor"],
  ["label", "selinux"],
  ["systempaths", "procMask"],
  ["unmask", "procMask"],
]);

/** The fact that an entry is meant for; also for entries of which the value is not known. */
export function securityField(text: string): SecurityField | undefined {
  return FIELDS.get(nameAndValue(text)[0]);
}

/** One entry, as the engine reads it. */
export function parseSecurityOption(text: string, engine: "docker" | "podman"): SecurityOption {
  const [name, value] = nameAndValue(text);
  if (name === "no-new-privileges") return noNewPrivileges(value);
  const field = FIELDS.get(name);
  if (field !== undefined && (value === undefined || value === "")) {
    return refused(
      field,
      `${name} needs a value`,
      `write \`${name}=\` with its value, or remove it`,
    );
  }
  switch (name) {
    case "seccomp":
      return { kind: "seccomp", value: seccompChoice(value ?? "", engine) };
    case "apparmor":
      return { kind: "apparmor", value: appArmorProfile(value ?? "") };
    case "label":
      return labelOption(value ?? "", engine);
    case "systempaths":
      if (value === "unconfined") return { kind: "unmasked-proc" };
      return refused(
        "procMask",
        "systempaths takes nothing but unconfined",
        "remove it; /proc and /sys are then masked",
      );
    case "writable-cgroups":
    case "credentialspec":
    // Of nerdctl: less than `--privileged` alone, which is judged by itself.
    case "privileged-without-host-devices":
      return { kind: "other" };
    default:
      return engine === "podman" ? podmanOption(name) : unknownOption();
  }
}

/** Cut at the first `=`, and at the first `:` when there is none. */
function nameAndValue(text: string): readonly [name: string, value: string | undefined] {
  const entry = text.trim();
  const equals = entry.indexOf("=");
  // With `label:type=x` the engine looks for an option `label:type`; what is meant is clear, and graver.
  const colon = entry.indexOf(":");
  const first = colon >= 0 && colon < equals && FIELDS.has(entry.slice(0, colon)) ? colon : equals;
  const at = first < 0 ? colon : first;
  return at < 0 ? [entry, undefined] : [entry.slice(0, at).trim(), entry.slice(at + 1).trim()];
}

function podmanOption(name: string): SecurityOption {
  if (name === "unmask") return { kind: "unmasked-proc" };
  return name === "mask" || name === "proc-opts" ? { kind: "other" } : unknownOption();
}

function unknownOption(): Refused {
  return {
    kind: "refused",
    why: "the engine knows no such option",
    settle: "write no-new-privileges, seccomp, apparmor, label or systempaths",
  };
}

function refused(field: SecurityField, why: string, settle: string): Refused {
  return { kind: "refused", field, why, settle };
}

/** Source: Go strconv.ParseBool. */
function noNewPrivileges(value: string | undefined): SecurityOption {
  if (value === undefined || ["1", "t", "T", "TRUE", "true", "True"].includes(value)) {
    return { kind: "no-new-privileges", value: true };
  }
  if (["0", "f", "F", "FALSE", "false", "False"].includes(value)) {
    return { kind: "no-new-privileges", value: false };
  }
  return refused(
    "noNewPrivileges",
    "the value of no-new-privileges is neither true nor false",
    "write `no-new-privileges:true`",
  );
}

/** Only Docker knows `builtin`; any other word, `default` too, names a file. */
function seccompChoice(value: string, engine: "docker" | "podman"): SeccompChoice {
  if (value === "unconfined") return { mode: "unconfined" };
  if (value === "builtin" && engine === "docker") return { mode: "default" };
  return value.startsWith("{") ? { mode: "inline", json: value } : { mode: "file", path: value };
}

/** An AppArmor profile's name as engines take it: empty, Docker's own and Podman's own are the default. */
export function appArmorProfile(name: string): AppArmor {
  if (name === "unconfined") return { mode: "unconfined" };
  const isDefault =
    name === "" || name === "docker-default" || /^containers-default(-[\d.]+)?$/.test(name);
  return isDefault ? { mode: "default" } : { mode: "profile", name };
}

const LABEL_PARTS = ["user", "role", "type", "level"] as const;

function labelOption(value: string, engine: "docker" | "podman"): SecurityOption {
  if (value === "disable") return { kind: "selinux", value: { mode: "disabled" } };
  if (value === "nested" && engine === "podman") return { kind: "other" };
  const match = /^(\w+)[:=](.*)$/s.exec(value);
  // It labels the files of the container, and not its processes.
  if (match?.[1] === "filetype") return { kind: "other" };
  const part = LABEL_PARTS.find((name) => name === match?.[1]);
  if (part === undefined) {
    return refused(
      "selinux",
      "the label is neither disable nor a user, role, type or level",
      "remove it; the engine's own label then holds",
    );
  }
  return { kind: "selinux", value: { mode: "custom", [part]: match?.[2] ?? "" } };
}
