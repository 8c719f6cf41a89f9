/**
 * Capabilities and what security options ask for, as the engine applied them.
 * Sources: moby/moby b985e23 daemon/container_operations_unix.go, daemon/create_unix.go, daemon/oci_linux.go,
 * daemon/apparmor_default.go; containers/podman c6580b4a52 (6.0) libpod/container_inspect.go.
 */

import { engines } from "../../linux/engines.ts";
import type { Fact, Origin } from "../../model/fact.ts";
import { known, setAt, unknownAt } from "../../model/fact.ts";
import type { CapabilityRequest, ExactCapabilities, Runtime } from "../../model/runtime.ts";
import type { Seccomp } from "../../model/security-profiles.ts";
import type { SecurityEntry, SecurityFacts } from "../docker-syntax/security-options.ts";
import { readSecurityOptions } from "../docker-syntax/security-options.ts";
import { asString, get } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { listAt, wrongItem } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";
import { isKnownTrue, placeOf, shownAt } from "./applied.ts";
import type { Inspected } from "./inspected.ts";
import { apparmorOf, selinuxOf } from "./mac.ts";
import { procMaskOf } from "./masks.ts";

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
    seccomp: isKnownTrue(privileged)
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
  if (engine.name !== "docker" || !(isKnownTrue(privileged) || shared)) return entries;
  const own = entries.findLastIndex(({ text }) => /^label[=:]disable$/.test(text));
  return entries.filter((_, index) => index !== own);
}
