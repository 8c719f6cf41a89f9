/** Reads a seccomp profile from parsed JSON. */

import type {
  KernelVersion,
  SeccompArgument,
  SeccompFilter,
  SeccompProfile,
  SeccompRule,
} from "./profile.ts";
import { noFilter, seccompActions, seccompOperators } from "./profile.ts";

/** Something that makes an engine or a runtime refuse the profile. */
export interface ProfileError {
  /** `syscalls[3].action`; empty for the profile as a whole. */
  readonly path: string;
  /** One sentence. */
  readonly message: string;
}

export type ParsedProfile =
  | { readonly ok: true; readonly profile: SeccompProfile }
  | { readonly ok: false; readonly errors: readonly ProfileError[] };

/** Enough for every profile that people write, by hand or by machine; more is refused. */
const MAX_RULES = 5_000;
const MAX_NAMES = 50_000;
/** Conditions times the names that they hold for. */
const MAX_CONDITIONS = 50_000;
const MAX_ERRORS = 20;

type Fields = Readonly<Record<string, unknown>>;
type Report = (path: string, message: string) => void;

/** Takes the value that `JSON.parse` gives. Never throws. */
export function parseSeccompProfile(json: unknown): ParsedProfile {
  const errors: ProfileError[] = [];
  const report: Report = (path, message) => {
    if (errors.length < MAX_ERRORS) errors.push({ path, message });
  };
  const profile = isFields(json) ? readProfile(json, report) : undefined;
  if (!isFields(json)) report("", "A seccomp profile must be a JSON object.");
  return profile !== undefined && errors.length === 0
    ? { ok: true, profile }
    : { ok: false, errors };
}

function readProfile(json: Fields, report: Report): SeccompProfile | undefined {
  const defaultAction = oneOf(json["defaultAction"], seccompActions, "defaultAction", report);
  if (defaultAction === "SCMP_ACT_NOTIFY") {
    report("defaultAction", "SCMP_ACT_NOTIFY cannot be the default action: runtimes refuse it.");
  }
  const architectures = strings(json["architectures"], "architectures", report);
  const archMap = list(json["archMap"], "archMap", report).map((entry, index) =>
    readFamily(entry, `archMap[${index}]`, report),
  );
  if (architectures.length > 0 && archMap.length > 0) {
    report("archMap", "`architectures` and `archMap` exclude each other: keep one of them.");
  }
  const rules = list(json["syscalls"], "syscalls", report);
  if (rules.length > MAX_RULES) {
    report("syscalls", `There are more than ${MAX_RULES} rules.`);
    return undefined;
  }
  const budget = { names: MAX_NAMES, conditions: MAX_CONDITIONS };
  const read = rules.map((rule, index) => readRule(rule, `syscalls[${index}]`, budget, report));
  const defaultErrnoRet = errno(json["defaultErrnoRet"], "defaultErrnoRet", report);
  const listenerPath = json["listenerPath"];
  if (defaultAction === undefined) return undefined;
  return {
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures,
    archMap,
    flags: strings(json["flags"], "flags", report),
    ...(typeof listenerPath === "string" ? { listenerPath } : {}),
    rules: read.filter((rule) => rule !== undefined),
  };
}

function readFamily(entry: unknown, path: string, report: Report) {
  const fields = isFields(entry) ? entry : {};
  const architecture = fields["architecture"];
  if (typeof architecture !== "string") report(path, "An entry must name its `architecture`.");
  return {
    architecture: typeof architecture === "string" ? architecture : "",
    subArchitectures: strings(fields["subArchitectures"], `${path}.subArchitectures`, report),
  };
}

function readRule(
  rule: unknown,
  path: string,
  budget: { names: number; conditions: number },
  report: Report,
): SeccompRule | undefined {
  if (!isFields(rule)) {
    report(path, "A rule must be an object.");
    return undefined;
  }
  const action = oneOf(rule["action"], seccompActions, `${path}.action`, report);
  const single = rule["name"];
  const several = strings(rule["names"], `${path}.names`, report);
  if (typeof single === "string" && single !== "" && several.length > 0) {
    report(path, "`name` and `names` exclude each other: keep `names`.");
  }
  const names = several.length > 0 ? several : typeof single === "string" ? [single] : [];
  if (names.length === 0) report(path, "A rule must name system calls in `names`.");
  if (action === "SCMP_ACT_NOTIFY" && names.includes("write")) {
    report(path, "SCMP_ACT_NOTIFY cannot be used on `write`: runtimes refuse it.");
  }
  budget.names -= names.length;
  if (budget.names < 0) {
    report(path, `There are more than ${MAX_NAMES} names.`);
    return undefined;
  }
  const args = list(rule["args"], `${path}.args`, report);
  if (args.length > 64) report(`${path}.args`, "There are more than 64 conditions.");
  budget.conditions -= Math.min(64, args.length) * names.length;
  if (budget.conditions < 0) {
    report(path, `There are more than ${MAX_CONDITIONS} conditions.`);
    return undefined;
  }
  const conditions = args
    .slice(0, 64)
    .map((arg, index) => readArgument(arg, `${path}.args[${index}]`, report));
  const errnoRet = errno(rule["errnoRet"], `${path}.errnoRet`, report);
  if (action === undefined) return undefined;
  return {
    names,
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    args: conditions.filter((condition) => condition !== undefined),
    includes: readFilter(rule["includes"], `${path}.includes`, report),
    excludes: readFilter(rule["excludes"], `${path}.excludes`, report),
  };
}

function readArgument(arg: unknown, path: string, report: Report): SeccompArgument | undefined {
  // Go marshals an absent argument list as `[null]` in some old profiles; engines skip it.
  if (arg === null) return undefined;
  if (!isFields(arg)) {
    report(path, "A condition must be an object.");
    return undefined;
  }
  const op = oneOf(arg["op"], seccompOperators, `${path}.op`, report);
  const index = arg["index"] ?? 0;
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index > 5) {
    report(`${path}.index`, "An argument's index must be 0 to 5.");
    return undefined;
  }
  const value = unsigned(arg["value"], `${path}.value`, report);
  const valueTwo = unsigned(arg["valueTwo"], `${path}.valueTwo`, report);
  return op === undefined ? undefined : { index, op, value, valueTwo };
}

function readFilter(value: unknown, path: string, report: Report): SeccompFilter {
  if (value === undefined || value === null) return noFilter;
  if (!isFields(value)) {
    report(path, "It must be an object with `caps`, `arches` or `minKernel`.");
    return noFilter;
  }
  const minKernel = readKernel(value["minKernel"], `${path}.minKernel`, report);
  return {
    caps: strings(value["caps"], `${path}.caps`, report).map((name) => name.replace(/^CAP_/, "")),
    arches: strings(value["arches"], `${path}.arches`, report),
    ...(minKernel === undefined ? {} : { minKernel }),
  };
}

/** `<kernel version>.<major revision>`, as moby's KernelVersion.UnmarshalText takes it. */
function readKernel(value: unknown, path: string, report: Report): KernelVersion | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const match = typeof value === "string" ? /^(\d{1,4})\.(\d{1,4})$/.exec(value) : null;
  if (match === null) {
    report(path, 'A kernel version must look like "4.8".');
    return undefined;
  }
  return { major: Number(match[1]), minor: Number(match[2]) };
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown, path: string, report: Report): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  report(path, "It must be a list.");
  return [];
}

function strings(value: unknown, path: string, report: Report): readonly string[] {
  const items = list(value, path, report);
  const texts = items.filter((item) => typeof item === "string");
  if (texts.length < items.length) report(path, "It must hold only text.");
  return texts;
}

function oneOf<T extends string>(
  value: unknown,
  allowed: readonly T[],
  path: string,
  report: Report,
): T | undefined {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  const last = path.slice(path.lastIndexOf(".") + 1);
  report(
    path,
    value === undefined ? `\`${last}\` is missing.` : `It must be one of ${allowed.join(", ")}.`,
  );
  return undefined;
}

function errno(value: unknown, path: string, report: Report): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535) {
    return value;
  }
  report(path, "An error number must be a whole number from 0 to 65535.");
  return undefined;
}

/** JSON numbers above 2^53 lose their last bits here; no argument that profiles compare is so large. */
function unsigned(value: unknown, path: string, report: Report): bigint {
  if (value === undefined || value === null) return 0n;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 64) {
    return BigInt(value);
  }
  report(path, "It must be a whole number from 0 to 2^64 - 1.");
  return 0n;
}
