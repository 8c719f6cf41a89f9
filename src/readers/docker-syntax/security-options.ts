/** What a list of security options makes of a container, the same for run lines and Compose. */

import type { SecurityField, SeccompChoice } from "../../linux/security-options.ts";
import { parseSecurityOption, securityField } from "../../linux/security-options.ts";
import type { Fact, SetOrigin } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Seccomp, Selinux } from "../../model/security-profiles.ts";
import type { FileRead } from "../files.ts";

export type SecurityFacts = Pick<Runtime, SecurityField>;

/** One option as written. */
export interface SecurityEntry {
  readonly text: string;
  readonly origin: SetOrigin;
  /** Set when a variable in it has no value. */
  readonly doubt?: Doubt;
}

export interface Doubt {
  readonly why: string;
  readonly settle: string;
}

export interface SecurityReading {
  readonly facts: SecurityFacts;
  /** Entries that belong to no fact, by their number in the list. */
  readonly strangers: readonly (Doubt & { readonly index: number })[];
}

/**
 * Of two entries for one thing the later holds, with two exceptions: `label=disable` turns SELinux off
 * wherever it stands, and once the paths of /proc are unmasked nothing masks them again.
 * `profileFile` reads a seccomp profile by the name that entry `index` gives.
 */
export function readSecurityOptions(
  entries: readonly SecurityEntry[],
  engine: "docker" | "podman",
  defaults: SecurityFacts,
  profileFile: (name: string, index: number) => FileRead,
): SecurityReading {
  const { noNewPrivileges, seccomp, apparmor, selinux, procMask } = defaults;
  const facts = { noNewPrivileges, seccomp, apparmor, selinux, procMask };
  const strangers: (Doubt & { readonly index: number })[] = [];
  entries.forEach(({ text, origin, doubt }, index) => {
    const option =
      doubt === undefined
        ? parseSecurityOption(text, engine)
        : { kind: "refused" as const, ...doubt, ...fieldOf(text) };
    switch (option.kind) {
      case "no-new-privileges":
        facts.noNewPrivileges = known(option.value, origin);
        break;
      case "seccomp":
        facts.seccomp = seccompFact(option.value, origin, (name) => profileFile(name, index));
        break;
      case "apparmor":
        facts.apparmor = known(option.value, origin);
        break;
      case "selinux":
        facts.selinux = withLabel(facts.selinux, option.value, origin);
        break;
      case "unmasked-proc":
        facts.procMask = known("unmasked", origin);
        break;
      case "refused":
        if (option.field === undefined) {
          strangers.push({ index, why: option.why, settle: option.settle });
        } else if (!isSettled(option.field, facts)) {
          facts[option.field] = unknownFact(option.why, option.settle, origin);
        }
        break;
      case "other":
        break;
    }
  });
  return { facts, strangers };
}

function fieldOf(text: string): { readonly field?: SecurityField } {
  const field = securityField(text);
  return field === undefined ? {} : { field };
}

/** Whether no further entry can change the fact. */
function isSettled(field: SecurityField, { selinux, procMask }: SecurityFacts): boolean {
  if (field === "selinux") return selinux.known && selinux.value.mode === "disabled";
  return field === "procMask" && procMask.known && procMask.value === "unmasked";
}

/** Parts add up; a part that is not known leaves the whole label unknown, unless SELinux is off. */
function withLabel(
  before: Fact<Selinux>,
  { mode, ...parts }: Partial<Selinux>,
  origin: SetOrigin,
): Fact<Selinux> {
  if (mode === "disabled") return known({ mode }, origin);
  if (!before.known || before.value.mode === "disabled") return before;
  return known({ ...before.value, ...parts, mode: "custom" }, origin);
}

function seccompFact(
  choice: SeccompChoice,
  origin: SetOrigin,
  profileFile: (name: string) => FileRead,
): Fact<Seccomp> {
  if ("json" in choice) return profileFact("inline profile", parseProfile(choice.json), origin);
  if (!("path" in choice)) return known({ mode: choice.mode }, origin);
  const read = profileFile(choice.path);
  if (!read.ok) return profileFact(choice.path, { wrong: read.why }, origin);
  const profile = profiles.get(read.file) ?? parseProfile(read.file.text);
  profiles.set(read.file, profile);
  return profileFact(choice.path, profile, origin);
}

function profileFact(name: string, profile: Profile, origin: SetOrigin): Fact<Seccomp> {
  if ("json" in profile) return known({ mode: "custom", name, profile: profile.json }, origin);
  return unknownFact(
    `the seccomp profile cannot be read: ${profile.wrong}`,
    "put a valid profile at that path, or remove the option; the engine's own profile then holds",
    origin,
  );
}

type Profile = { readonly json: unknown } | { readonly wrong: string };

/** Parsed once, however many options name it. */
const profiles = new WeakMap<SourceFile, Profile>();

/** The largest profile that is parsed, in characters. */
const MAX_PROFILE = 2_000_000;

/** Engines take one JSON object and nothing before it. */
function parseProfile(text: string): Profile {
  if (text.length > MAX_PROFILE) return { wrong: "it is too large" };
  if (text.startsWith("\uFEFF")) {
    return { wrong: "it starts with a byte order mark, which the engine takes for no JSON" };
  }
  try {
    const json: unknown = JSON.parse(text);
    const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
    return isObject ? { json } : { wrong: "it is no JSON object" };
  } catch {
    return { wrong: "it is not valid JSON" };
  }
}
