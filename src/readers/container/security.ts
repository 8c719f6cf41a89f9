/**
 * Capabilities, no-new-privileges, seccomp, AppArmor, SELinux and masked paths as the engine applied them.
 * Sources: moby/moby b985e23 daemon/container_operations_unix.go, daemon/create_unix.go, daemon/oci_linux.go,
 * daemon/apparmor_default.go; containers/podman c6580b4a52 (6.0) libpod/container_inspect.go.
 */

import { engines } from "../../linux/engines.ts";
import { parseSelinuxLabel } from "../../linux/mac.ts";
import { appArmorProfile } from "../../linux/security-options.ts";
import type { Fact, Origin } from "../../model/fact.ts";
import { known, setAt, unknownAt, unknownFact } from "../../model/fact.ts";
import type {
  AppArmor,
  CapabilityRequest,
  ExactCapabilities,
  Runtime,
  Seccomp,
  Selinux,
} from "../../model/workload.ts";
import type { SecurityEntry, SecurityFacts } from "../docker-syntax/security-options.ts";
import { readSecurityOptions } from "../docker-syntax/security-options.ts";
import { pathLeftOpen } from "../masked-paths.ts";
import { asBoolean, asString, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { listAt, wrongItem } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { placeOf, shownAt } from "./applied.ts";
import type { CreateCommand } from "./create-command.ts";
import { textOfField } from "./document.ts";
import type { EngineFacts } from "./engine.ts";

/** A container and what its engine is, as the parts of this reader take it. */
export interface Inspected {
  readonly root: YamlMap;
  readonly config: YamlMap | undefined;
  readonly host: YamlMap | undefined;
  readonly engine: EngineFacts;
  /** What holds where nothing is asked. */
  readonly defaults: Runtime;
  /** Podman's, where it keeps the line. */
  readonly created: CreateCommand | undefined;
  readonly report: Report;
}

/** `asRoot`: whether the first process is root's. */
export function readCapabilities(
  { root, host, engine, report }: Inspected,
  asRoot: boolean,
): Pick<Runtime, "capAdd" | "capDrop" | "exactCapabilities"> {
  if (engine.ownShape) return exactCapabilities(root, asRoot, report);
  const capAdd = requests(host, "CapAdd", report);
  const capDrop = requests(host, "CapDrop", report);
  if (engine.name === "docker") return { capAdd, capDrop };
  return askedOfPodman(capAdd, capDrop, setAt(placeOf(host, "CapDrop", root.span)));
}

/**
 * Podman works out both lists from what the container holds: it tells clients of Docker what that lacks of the
 * defaults, those of the machine among them. Where little is left, that was added and the rest dropped as a whole.
 */
function askedOfPodman(
  capAdd: readonly CapabilityRequest[],
  lacking: readonly CapabilityRequest[],
  origin: Origin,
): Pick<Runtime, "capAdd" | "capDrop"> {
  const capDrop = lacking.filter(({ name }) => isUsual(name));
  const dropped = new Set(namesOf(capDrop));
  const kept = engines.podman.defaults.capabilities.filter((name) => !dropped.has(name));
  if (dropped.has("ALL") || dropped.size <= kept.length) return { capAdd, capDrop };
  return {
    capAdd: [...capAdd, ...kept.map((name) => ({ text: name, name, origin }))],
    capDrop: [{ text: "ALL", name: "ALL", origin }],
  };
}

function isUsual(name: string): boolean {
  return name === "ALL" || engines.podman.defaults.capabilities.includes(name);
}

function requests(parent: YamlMap | undefined, name: string, report: Report): CapabilityRequest[] {
  return listAt(parent, name, report).flatMap((item) => {
    const text = asString(item);
    if (text === undefined) {
      report(wrongItem(item, name, "text"));
      return [];
    }
    return [{ text, name: text.toUpperCase().replace(/^CAP_/, ""), origin: setAt(item.span) }];
  });
}

/**
 * What Podman gave to its runtime; what is not among its defaults was asked for. To a user who is not root it
 * makes added capabilities inheritable and ambient, and those alone are effective:
 * pkg/specgen/generate/security_linux.go.
 */
function exactCapabilities(
  root: YamlMap,
  asRoot: boolean,
  report: Report,
): Pick<Runtime, "capAdd" | "capDrop" | "exactCapabilities"> {
  const bounding = requests(root, "BoundingCaps", report);
  const effective = namesOf(requests(root, "EffectiveCaps", report));
  const ambient = asRoot ? [] : effective;
  const exact: ExactCapabilities = {
    bounding: namesOf(bounding),
    effective,
    permitted: effective,
    inheritable: ambient,
    ambient,
    origin: setAt(placeOf(root, "BoundingCaps", root.span)),
  };
  const { origin } = exact;
  const held = new Set(exact.bounding);
  const lacking = engines.podman.defaults.capabilities
    .filter((name) => !held.has(name))
    .map((name) => ({ text: name, name, origin }));
  const added = bounding.filter(({ name }) => !isUsual(name));
  return { ...askedOfPodman(added, lacking, origin), exactCapabilities: exact };
}

function namesOf(list: readonly CapabilityRequest[]): readonly string[] {
  return [...new Set(list.map(({ name }) => name))];
}

export function readSecurity(inspected: Inspected, privileged: Fact<boolean>): SecurityFacts {
  const { host, engine, report } = inspected;
  const entries: SecurityEntry[] = [];
  for (const item of listAt(host, "SecurityOpt", report)) {
    const text = asString(item);
    if (text === undefined) report(wrongItem(item, "SecurityOpt", "text"));
    else entries.push({ text, origin: setAt(item.span) });
  }
  const defaults = engineDefaults(inspected, privileged);
  const asked = withoutEngines(entries, inspected, privileged);
  const { facts, strangers } = readSecurityOptions(asked, engine.name, defaults, () => ({
    ok: false,
    why: "it lies on the engine's host",
    settle: "",
  }));
  for (const { index, why, settle } of strangers) {
    const span = asked[index]?.origin.span;
    if (span !== undefined) report(unknownAt(span, "security option", why, settle));
  }
  return {
    ...facts,
    apparmor: apparmorOf(facts.apparmor, inspected, privileged),
    selinux: selinuxOf(facts.selinux, inspected, privileged),
    procMask: procMaskOf(facts.procMask, inspected, privileged),
  };
}

/** What the engine does where no option asks for anything. */
function engineDefaults(
  { engine, defaults, host }: Inspected,
  privileged: Fact<boolean>,
): SecurityFacts {
  const { noNewPrivileges, seccomp, apparmor, selinux, procMask } = defaults;
  const own = shownAt(seccomp, host, "SecurityOpt");
  const ofEngine: Origin = {
    ...own.origin,
    ...(own.origin.kind === "default" ? { of: "this engine" } : {}),
  };
  const filters: Readonly<Record<string, Fact<Seccomp>>> = {
    none: known({ mode: "unconfined" }, ofEngine),
    unconfined: known({ mode: "unconfined" }, ofEngine),
    default: own,
    builtin: own,
  };
  const { seccomp: profile = "default" } = engine;
  const custom: Fact<Seccomp> = known(
    { mode: "custom", name: profile, unread: "it lies on the engine's host" },
    ofEngine,
  );
  return {
    noNewPrivileges: engine.noNewPrivileges
      ? known(true, ofEngine)
      : shownAt(noNewPrivileges, host, "SecurityOpt"),
    seccomp: isTrue(privileged)
      ? known({ mode: "unconfined" }, privileged.origin)
      : (filters[profile] ?? custom),
    apparmor,
    selinux,
    procMask,
  };
}

/** Docker adds `label=disable` by itself to what is privileged or in the host's PID or IPC namespace. */
function withoutEngines(
  entries: readonly SecurityEntry[],
  { host, engine }: Inspected,
  privileged: Fact<boolean>,
): readonly SecurityEntry[] {
  const shared = ["PidMode", "IpcMode"].some((name) => asString(get(host, name)) === "host");
  if (engine.name !== "docker" || !(isTrue(privileged) || shared)) return entries;
  const own = entries.findLastIndex(({ text }) => /^label[=:]disable$/.test(text));
  return entries.filter((_, index) => index !== own);
}

function isTrue(fact: Fact<boolean>): boolean {
  return fact.known && fact.value;
}

/**
 * The profile that the processes run under stands at the top, whatever was asked for. Nothing stands there
 * before the first start, and on a host without AppArmor.
 */
function apparmorOf(
  asked: Fact<AppArmor>,
  { root, defaults }: Inspected,
  privileged: Fact<boolean>,
): Fact<AppArmor> {
  const name = textOfField(root, "AppArmorProfile");
  const unasked = shownAt(defaults.apparmor, root, "AppArmorProfile");
  const isAsked = asked.origin.kind === "set";
  if (name !== undefined) {
    const profile = appArmorProfile(name);
    if (isAsked) return known(profile, asked.origin);
    if (isTrue(privileged) && profile.mode === "unconfined") {
      return known(profile, privileged.origin);
    }
    return profile.mode === "default"
      ? known(profile, unasked.origin)
      : known(profile, setAt(placeOf(root, "AppArmorProfile", root.span)));
  }
  const none = isRunning(root) && textOfField(root, "ProcessLabel") === undefined;
  const unconfined: AppArmor = { mode: "unconfined" };
  if (asked.known && asked.value.mode === "unconfined" && isAsked) return asked;
  if (!none) return isAsked ? asked : unasked;
  const { origin } = unasked;
  return known(
    unconfined,
    origin.kind === "default" ? { ...origin, of: HOST_WITHOUT_MAC } : origin,
  );
}

/** In the origin of an AppArmor fact: nobody turned it off, the machine has none. */
export const HOST_WITHOUT_MAC = "a host with neither AppArmor nor SELinux";

export function isRunning(root: YamlMap): boolean {
  return asBoolean(get(get(root, "State"), "Running")) === true;
}

/** The label of the processes decides; user and role are the host's and tell nothing of the container. */
function selinuxOf(
  asked: Fact<Selinux>,
  { root, host, engine, defaults }: Inspected,
  privileged: Fact<boolean>,
): Fact<Selinux> {
  const label = textOfField(root, "ProcessLabel");
  if (label !== undefined) {
    const { mode, type, level } = parseSelinuxLabel(label);
    const value: Selinux = {
      mode,
      ...(type === undefined ? {} : { type }),
      ...(level === undefined ? {} : { level }),
    };
    if (asked.origin.kind === "set") return asked;
    return mode === "default"
      ? known(value, shownAt(defaults.selinux, root, "ProcessLabel").origin)
      : known(
          value,
          isTrue(privileged) ? privileged.origin : setAt(placeOf(root, "ProcessLabel", root.span)),
        );
  }
  if (asked.origin.kind === "set") return asked;
  if (isTrue(privileged)) return known({ mode: "disabled" }, privileged.origin);
  const disabled = itemsOf(get(host, "SecurityOpt")).find(
    (item) => asString(item) === "label=disable",
  );
  // The engine's own entry matters only where there is SELinux to turn off.
  return disabled === undefined || engine.selinux !== true
    ? asked
    : known({ mode: "disabled" }, setAt(disabled.span));
}

/** Docker lists what it masks; nothing is listed for what is privileged, and in Podman. */
function procMaskOf(
  asked: Fact<"masked" | "unmasked">,
  { root, host, engine, defaults, created, report }: Inspected,
  privileged: Fact<boolean>,
): Fact<"masked" | "unmasked"> {
  const masked = pathsAt(host, "MaskedPaths", report);
  const readOnly = pathsAt(host, "ReadonlyPaths", report);
  if (masked === undefined && readOnly === undefined) {
    if (asked.origin.kind === "set") return asked;
    if (isTrue(privileged)) return known("unmasked", privileged.origin);
    return engine.name === "podman" ? maskOfPodman(asked, created) : asked;
  }
  const open = pathLeftOpen(masked, readOnly);
  const shown = shownAt(defaults.procMask, host, "MaskedPaths");
  if (open === undefined) return asked.origin.kind === "set" ? asked : shown;
  const list = pathLeftOpen(masked) === undefined ? "ReadonlyPaths" : "MaskedPaths";
  const span = placeOf(host, list, root.span);
  return known("unmasked", { ...setAt(span), derived: `${open} is left open` });
}

/** Podman says so when nothing is masked, since version 5; of single paths it says nothing. */
function maskOfPodman(
  otherwise: Fact<"masked" | "unmasked">,
  created: CreateCommand | undefined,
): Fact<"masked" | "unmasked"> {
  if (created === undefined) {
    return unknownFact(
      "Podman does not tell which paths of /proc and /sys it masks",
      "look at linux.maskedPaths in the container's config.json",
      otherwise.origin,
    );
  }
  const { procMask } = created.runtime;
  return procMask.origin.kind === "set" ? { ...procMask, origin: created.origin } : otherwise;
}

function pathsAt(
  host: YamlMap | undefined,
  name: string,
  report: Report,
): readonly string[] | undefined {
  const list = entryOf(host, name)?.value;
  if (list?.kind !== "list") {
    // Reports what is neither a list nor null.
    listAt(host, name, report);
    return undefined;
  }
  return list.items.flatMap((item) => asString(item) ?? []);
}
