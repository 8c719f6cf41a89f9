/** Capabilities, `security_opt`, `privileged` and the rest of what a service asks of the kernel's guards. */

import type { Fact } from "../../model/fact.ts";
import { known, unknownFact } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { CapabilityRequest, Runtime, Seccomp, Selinux } from "../../model/workload.ts";
import { joinPath } from "../paths.ts";
import { get } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ReadContext } from "../contract.ts";
import type { ServiceScope } from "./facts.ts";
import { booleanFact, missingVariable, originOf, reportUnknown, settledItems } from "./facts.ts";

/** The names of `cap_add` or `cap_drop`. Docker reads them in any case, with or without `CAP_`. */
export function capabilities(
  scope: ServiceScope,
  field: "cap_add" | "cap_drop",
): CapabilityRequest[] {
  return settledItems(scope, field, field).map(({ node, text }) => ({
    text,
    name: text.trim().toUpperCase().replace(/^CAP_/, ""),
    origin: originOf(node),
  }));
}

type SecurityFacts = Pick<
  Runtime,
  "noNewPrivileges" | "seccomp" | "apparmor" | "selinux" | "procMask"
>;

/** What `security_opt` makes of the defaults; of two entries for the same thing the later one holds. */
export function securityOptions(
  scope: ServiceScope,
  defaults: Runtime,
  context: ReadContext,
): SecurityFacts {
  const { noNewPrivileges, seccomp, apparmor, selinux, procMask } = defaults;
  const facts: SecurityFacts = { noNewPrivileges, seccomp, apparmor, selinux, procMask };
  const written = get(scope.service, "security_opt");
  for (const node of written?.kind === "list" ? written.items : []) {
    Object.assign(facts, optionFacts(scope, node, facts, context));
  }
  return facts;
}

function optionFacts(
  scope: ServiceScope,
  node: YamlNode,
  before: SecurityFacts,
  context: ReadContext,
): Partial<SecurityFacts> {
  if (node.kind !== "scalar") return {};
  const origin = originOf(node);
  const text = node.text.trim();
  const { name, value } = splitOption(text);
  const missing = missingVariable(node);
  if (missing !== undefined) {
    const doubt = unknownFact(missing.why, missing.settle, origin);
    const field = OPTION_FIELDS[name];
    if (field !== undefined) return { [field]: doubt };
    reportUnknown(scope, node, "security option", missing.why, missing.settle);
    return {};
  }
  switch (name) {
    case "no-new-privileges":
      return { noNewPrivileges: noNewPrivileges(node, value) };
    case "seccomp":
      return { seccomp: seccomp(node, value ?? "", scope, context) };
    case "apparmor":
      return { apparmor: known(apparmor(value ?? ""), origin) };
    case "label":
      return { selinux: known(selinux(value ?? "", before.selinux), origin) };
    case "systempaths":
      if (value === "unconfined") return { procMask: known("unmasked", origin) };
      break;
    case "credentialspec":
    case "writable-cgroups":
      return {};
    default:
  }
  reportUnknown(
    scope,
    node,
    "security option",
    "the engine knows no such option",
    "write no-new-privileges, seccomp, apparmor, label or systempaths",
  );
  return {};
}

const OPTION_FIELDS: Readonly<Record<string, keyof SecurityFacts>> = {
  "no-new-privileges": "noNewPrivileges",
  seccomp: "seccomp",
  apparmor: "apparmor",
  label: "selinux",
  systempaths: "procMask",
};

/** `name=value`; `name:value` when there is no `=`. Source: docker/compose f729794 pkg/compose/create.go parseSecurityOpts. */
function splitOption(text: string): { readonly name: string; readonly value?: string } {
  const equals = text.indexOf("=");
  const colon = text.indexOf(":");
  // `label:type=x` and `seccomp:a=b` were written with a colon: the first separator splits.
  const at = equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
  if (at < 0) return { name: text };
  return { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

/** Go's strconv.ParseBool. */
function noNewPrivileges(node: YamlNode, value: string | undefined): Fact<boolean> {
  const origin = originOf(node);
  if (value === undefined || /^(?:1|t|T|TRUE|true|True)$/.test(value)) return known(true, origin);
  if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return known(false, origin);
  return unknownFact(
    "the value of no-new-privileges is neither true nor false",
    "write `no-new-privileges:true`",
    origin,
  );
}

function apparmor(value: string): { mode: "default" | "unconfined" | "profile"; name?: string } {
  if (value === "unconfined") return { mode: "unconfined" };
  if (value === "" || value === "docker-default") return { mode: "default" };
  return { mode: "profile", name: value };
}

/** Several `label` options add up, except that `disable` turns SELinux off. */
function selinux(value: string, before: Fact<Selinux>): Selinux {
  if (value === "disable") return { mode: "disabled" };
  const earlier = before.known && before.value.mode === "custom" ? before.value : undefined;
  const match = /^(user|role|type|level|filetype)[:=](.*)$/.exec(value);
  const part = match?.[1];
  if (part === undefined || part === "filetype") return earlier ?? { mode: "custom" };
  return { ...earlier, mode: "custom", [part]: match?.[2] ?? "" };
}

/** The profile is a file relative to the project, or JSON that stands in the option itself. */
function seccomp(
  node: YamlNode,
  value: string,
  scope: ServiceScope,
  context: ReadContext,
): Fact<Seccomp> {
  const origin = originOf(node);
  if (value === "unconfined") return known({ mode: "unconfined" }, origin);
  if (value === "builtin" || value === "") return known({ mode: "default" }, origin);
  if (value.startsWith("{")) {
    return known({ mode: "custom", name: "inline profile", ...parseProfile(value) }, origin);
  }
  const path = joinPath(scope.project.directoryOf(node.span), value);
  const read = context.files.read(path);
  if (!read.ok) return known({ mode: "custom", name: value, unread: read.why }, origin);
  const parsed = profiles.get(read.file) ?? parseProfile(read.file.text);
  profiles.set(read.file, parsed);
  return known({ mode: "custom", name: value, ...parsed }, origin);
}

type Profile = { readonly profile: unknown } | { readonly unread: string };

const profiles = new WeakMap<SourceFile, Profile>();

function parseProfile(text: string): Profile {
  try {
    const profile: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (typeof profile === "object" && profile !== null && !Array.isArray(profile)) {
      return { profile };
    }
    return { unread: "it is no JSON object" };
  } catch {
    return { unread: "it is not valid JSON" };
  }
}

/** `privileged`, in all its spellings. */
export function privileged(scope: ServiceScope, defaults: Runtime): Fact<boolean> {
  return booleanFact(get(scope.service, "privileged"), defaults.privileged);
}
