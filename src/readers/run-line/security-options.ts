/**
 * `--security-opt`, with `=` and with `:`.
 * Sources: docker/cli v28 cli/command/container/opts.go parseSecurityOpts and parseSystemPaths;
 * moby v28 daemon/daemon_unix.go parseSecurityOpt; podman v5 pkg/specgenutil/specgen.go.
 */

import type { Fact } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { AppArmor, Runtime, Seccomp, Selinux } from "../../model/workload.ts";
import type { ReadContext } from "../contract.ts";
import { joinPath } from "../paths.ts";
import type { Argument } from "./argument.ts";
import { indexOf, slice } from "./argument.ts";
import type { Report } from "./option-facts.ts";
import { booleanFact, originOf, reportMalformed, reportUnknown, why } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

type SecurityFacts = Pick<
  Runtime,
  "noNewPrivileges" | "seccomp" | "apparmor" | "selinux" | "procMask"
>;

/** Facts that the options set, over what holds without them. A later option wins over an earlier one. */
export function securityFacts(
  options: readonly Option[],
  defaults: SecurityFacts,
  context: ReadContext,
  bases: readonly string[],
  report: Report,
): SecurityFacts {
  const facts = { ...defaults };
  for (const option of options) {
    const { value } = option;
    if (value === undefined) continue;
    const [key, setting] = keyAndSetting(value);
    if (key.dynamic) {
      reportUnknown(report, option, "security option");
      continue;
    }
    const settle = `write the value of ${option.written} out`;
    const fact = <T>(read: (text: string) => T): Fact<T> =>
      setting?.dynamic === true
        ? unknownFact(why(setting), settle, originOf(option))
        : known(read(setting?.text ?? ""), originOf(option));
    switch (key.text) {
      case "no-new-privileges":
        facts.noNewPrivileges = booleanFact({
          name: key.text,
          written: key.text,
          span: option.span,
          ...(setting === undefined ? {} : { value: setting }),
        });
        break;
      case "seccomp":
        facts.seccomp = fact((text) => readSeccomp(text, context, bases));
        break;
      case "apparmor":
        facts.apparmor = fact(readAppArmor);
        break;
      case "label":
        facts.selinux = fact((text) => readLabel(text, facts.selinux));
        break;
      case "systempaths":
        facts.procMask = fact((text) => (text === "unconfined" ? "unmasked" : "masked"));
        break;
      case "unmask":
        facts.procMask = fact((text) => (text === "" ? "masked" : "unmasked"));
        break;
      case "mask":
      case "proc-opts":
      case "writable-cgroups":
      case "credentialspec":
        break;
      default:
        reportMalformed(report, option, "security option", "no such security option is known");
    }
  }
  return facts;
}

/** Docker cuts at the first `=`, and at the first `:` when there is none. */
function keyAndSetting(value: Argument): readonly [Argument, Argument | undefined] {
  const equals = indexOf(value, "=");
  const at = equals < 0 ? indexOf(value, ":") : equals;
  return at < 0 ? [value, undefined] : [slice(value, 0, at), slice(value, at + 1)];
}

function readAppArmor(text: string): AppArmor {
  if (text === "unconfined") return { mode: "unconfined" };
  if (text === "" || text === "docker-default" || text.startsWith("containers-default")) {
    return { mode: "default" };
  }
  return { mode: "profile", name: text };
}

/** `disable`, `type:spc_t`, `level:s0:c1`… Several options add up. */
function readLabel(text: string, earlier: Fact<Selinux>): Selinux {
  const before = earlier.known ? earlier.value : { mode: "default" as const };
  if (text === "disable") return { mode: "disabled" };
  const colon = text.indexOf(":");
  const key = colon < 0 ? text : text.slice(0, colon);
  const value = text.slice(colon + 1);
  if (key === "user" || key === "role" || key === "type" || key === "level") {
    return { ...before, mode: before.mode === "disabled" ? "disabled" : "custom", [key]: value };
  }
  return before;
}

/** The largest profile that is parsed, in characters. */
const MAX_PROFILE = 2_000_000;

/** Parsed once, however many run lines name it. */
const profiles = new WeakMap<SourceFile, Seccomp>();

function readSeccomp(text: string, context: ReadContext, bases: readonly string[]): Seccomp {
  if (text === "unconfined") return { mode: "unconfined" };
  if (text === "" || text === "builtin" || text === "default") return { mode: "default" };
  if (text.startsWith("{")) return parseProfile(text, text.slice(0, 20));
  let unread = "the file cannot be read";
  for (const base of text.startsWith("/") ? [""] : bases) {
    const read = context.files.read(base === "" ? text : joinPath(base, text));
    if (read.ok) {
      const profile = profiles.get(read.file) ?? parseProfile(read.file.text, text);
      profiles.set(read.file, profile);
      return { ...profile, name: text };
    }
    unread = read.why;
  }
  return { mode: "custom", name: text, unread };
}

function parseProfile(text: string, name: string): Seccomp {
  if (text.length > MAX_PROFILE) return { mode: "custom", name, unread: "the file is too large" };
  try {
    const profile: unknown = JSON.parse(text);
    return { mode: "custom", name, profile };
  } catch {
    return { mode: "custom", name, unread: "the file is no JSON" };
  }
}
