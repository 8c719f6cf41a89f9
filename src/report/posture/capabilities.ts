/** The capability rows: the sets as the kernel will hold them for the first process. */

import { capability, capabilityNames } from "../../linux/capabilities.ts";
import type { CapabilitySets, HeldCapabilities, UserClass } from "../../linux/capability-sets.ts";
import { heldCapabilities } from "../../linux/capability-sets.ts";
import { engines } from "../../linux/engines.ts";
import { isRoot } from "../../model/user.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { LayerRow, Mark } from "./layer.ts";
import { describeOrigin } from "./origin.ts";

/** Names that are listed; of longer sets only the dangerous ones. */
const MAX_NAMES = 14;

export function capabilityRows(workload: Workload, runtime: Runtime): LayerRow[] {
  const held = heldOf(workload, runtime);
  const origin = originText(workload, runtime);
  const mark = held.undecided.length > 0 ? "unknown" : markOf(workload, held);
  const setText = describeWith(workload);
  const rows = setRows(held, setText).map((value) => ({ value, origin, mark }));
  if (held.ifNonRoot !== undefined) {
    const asRoot = setText(held.effective);
    const otherwise = setText(held.ifNonRoot.effective);
    return [
      ...refusal(held, origin),
      { value: `bounding ${setText(held.bounding)}`, origin, mark },
      {
        value: `permitted, effective unknown: as root ${asRoot}, else ${otherwise}`,
        origin: describeOrigin(workload.user.origin),
        mark: "unknown",
      },
    ];
  }
  const undecided = held.undecided.map((what): LayerRow => ({
    value: `unknown: ${what}`,
    origin: "",
    mark: "unknown",
  }));
  return [...refusal(held, origin), ...rows, ...undecided];
}

/** The bounding set, with which an engine builds its seccomp filter. */
export function boundingSet(workload: Workload, runtime: Runtime): readonly string[] {
  return heldOf(workload, runtime).bounding;
}

function heldOf(workload: Workload, runtime: Runtime): HeldCapabilities {
  return heldCapabilities(runtime, workload.engine, userClass(workload));
}

function userClass({ user }: Workload): UserClass {
  if (!user.known) return "unknown";
  return isRoot(user.value) && user.value.verifiedNonRoot !== true ? "root" : "non-root";
}

function refusal({ refused }: HeldCapabilities, origin: string): LayerRow[] {
  return refused === undefined
    ? []
    : [{ value: `does not start: ${refused}`, origin, mark: "unknown" }];
}

/** Sets that are the same share a row. */
function setRows(sets: CapabilitySets, setText: (names: readonly string[]) => string): string[] {
  const named: [string, readonly string[]][] = [
    ["permitted", sets.permitted],
    ["effective", sets.effective],
    ["bounding", sets.bounding],
  ];
  const groups = Map.groupBy(named, ([, names]) => names.join(" "));
  const rows = [...groups.values()].map((group) => {
    const titles = group.map(([title]) => title).join(", ");
    return `${titles} ${setText(group[0]?.[1] ?? [])}`;
  });
  if (sets.throughSetuid.length > 0 && sets.permitted.length < sets.throughSetuid.length) {
    return rows.map((text) =>
      text.startsWith("bounding") ? `${text}; setuid-root programs regain them` : text,
    );
  }
  return rows;
}

/** Says a set by how it differs from the engine's default, or lists it. */
function describeWith({ engine }: Workload): (names: readonly string[]) => string {
  const { title, defaults } = engines[engine];
  const usual = `${title}'s ${defaults.capabilities.length}`;
  return (names) => {
    if (names.length === 0) return "none";
    if (names.length === capabilityNames.length) return `all ${names.length}`;
    const added = names.filter((name) => !defaults.capabilities.includes(name));
    const missing = defaults.capabilities.filter((name) => !names.includes(name));
    if (defaults.capabilities.length > 0 && missing.length === 0 && added.length <= MAX_NAMES) {
      return added.length === 0 ? usual : `${names.length}: ${added.join(" ")} and ${usual}`;
    }
    if (added.length === 0 && missing.length <= 4 && missing.length < names.length) {
      return `${names.length}: ${usual} without ${missing.join(" ")}`;
    }
    if (names.length <= MAX_NAMES) return `${names.length}: ${names.join(" ")}`;
    const dangerous = names.filter((name) => {
      const danger = capability(name)?.danger;
      return danger === "host-root" || danger === "kernel";
    });
    const shown = (dangerous.length > 0 ? dangerous : names).slice(0, MAX_NAMES);
    return `${names.length}: ${shown.join(" ")} and ${names.length - shown.length} more`;
  };
}

function markOf({ engine }: Workload, { bounding }: CapabilitySets): Mark {
  const { capabilities } = engines[engine].defaults;
  if (bounding.some((name) => !capabilities.includes(name))) return "looser";
  return bounding.length < capabilities.length ? "tighter" : "default";
}

/** The places that ask for more or less; without any, whose default it is. */
function originText({ engine }: Workload, runtime: Runtime): string {
  const { privileged, capAdd, capDrop, exactCapabilities } = runtime;
  if (exactCapabilities !== undefined) return describeOrigin(exactCapabilities.origin);
  if (privileged.known && privileged.value) return describeOrigin(privileged.origin);
  const requests = [...capDrop, ...capAdd].map(({ origin }) => describeOrigin(origin));
  const dropsAll = capDrop.some(({ name }) => name === "ALL");
  const base = dropsAll ? [] : [`${engines[engine].title}'s default`];
  return [...new Set([...requests, ...base])].join(", ");
}
