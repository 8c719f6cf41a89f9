/** User, privileged, capabilities, seccomp, AppArmor, SELinux, masked paths, no-new-privileges, root file system. */

import { heldCapabilities } from "../../../linux/capability-sets.ts";
import { unconfinedSelinuxTypes } from "../../../linux/mac.ts";
import type { Fact, Origin } from "../../../model/fact.ts";
import { describeUser, isRoot } from "../../../model/user.ts";
import type { Runtime } from "../../../model/runtime.ts";
import type { Seccomp, Selinux } from "../../../model/security-profiles.ts";
import type { Workload } from "../../../model/workload.ts";
import type { Drift, Pair } from "./drift.ts";
import { drift } from "./drift.ts";

export function privilegeDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const privileged = switched(pair, asked.privileged, has.privileged, {
    wide: true,
    what: ["is privileged", "is not privileged"],
    says: ["sets `privileged`", "does not ask for it"],
  });
  const isPrivileged = has.privileged.known && has.privileged.value;
  return [
    ...privileged,
    ...userDrift(pair),
    // All that `privileged` brings is said with it.
    ...(isPrivileged
      ? []
      : [...capabilityDrift(pair, asked, has), ...filterDrift(pair, asked, has)]),
    ...switched(pair, asked.noNewPrivileges, has.noNewPrivileges, {
      wide: false,
      what: ["keeps no_new_privs on", "runs without no_new_privs"],
      says: ["sets no-new-privileges", "does not ask for it"],
    }),
    ...switched(pair, asked.readOnlyRoot, has.readOnlyRoot, {
      wide: false,
      what: ["has a read-only root file system", "has a writable root file system"],
      says: ["makes it read-only", "does not ask for it"],
    }),
  ];
}

interface Switch {
  /** The value that gives the container more. */
  readonly wide: boolean;
  /** What is said of the container, for true and for false. */
  readonly what: readonly [whenTrue: string, whenFalse: string];
  readonly says: readonly [whenTrue: string, whenFalse: string];
}

function switched(
  pair: Pair,
  asked: Fact<boolean>,
  has: Fact<boolean>,
  { wide, what, says }: Switch,
): Drift[] {
  if (!asked.known || !has.known || asked.value === has.value) return [];
  return [
    drift(
      pair,
      has.value === wide ? "wider" : "narrower",
      what[has.value ? 0 : 1],
      says[asked.value ? 0 : 1],
      { running: has.origin, source: asked.origin },
    ),
  ];
}

function userDrift(pair: Pair): Drift[] {
  const asked = pair.source.user;
  const has = pair.running.user;
  if (!asked.known || !has.known) return [];
  const places = { running: has.origin, source: asked.origin };
  const [wanted, real] = [asked.value, has.value];
  if (wanted.text === real.text || (wanted.uid !== undefined && wanted.uid === real.uid)) return [];
  if (isRoot(wanted) && isRoot(real)) return [];
  const says = `has ${describeUser(wanted)}`;
  if (isRoot(real)) return [drift(pair, "wider", "runs as root", says, places)];
  const direction = isRoot(wanted) ? "narrower" : "other";
  // A name and a number may be one user.
  if (direction === "other" && (wanted.uid === undefined || real.uid === undefined)) return [];
  return [drift(pair, direction, `runs as ${describeUser(real)}`, says, places)];
}

/** The most that any process of it can hold. */
function boundingOf({ engine }: Workload, runtime: Runtime): readonly string[] {
  return heldCapabilities(runtime, engine, "root").bounding;
}

function capabilityDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  if (!asked.privileged.known || asked.privileged.value) return [];
  const wanted = new Set(boundingOf(pair.source, asked));
  const held = boundingOf(pair.running, has);
  const more = held.filter((name) => !wanted.has(name));
  const less = [...wanted].filter((name) => !held.includes(name));
  const found: Drift[] = [];
  const all = has.capAdd.find(({ name }) => name === "ALL");
  if (all !== undefined && more.length > 0) {
    found.push(capabilities(pair, "every capability", all.origin));
  } else {
    const request = new Map(has.capAdd.map(({ name, origin }) => [name, origin]));
    const kept = more.filter((name) => !request.has(name));
    for (const name of more) {
      const origin = request.get(name);
      if (origin !== undefined) found.push(capabilities(pair, name, origin));
    }
    if (kept.length > 0) found.push(capabilities(pair, shortList(kept), undefined));
  }
  if (less.length > 0) {
    found.push(drift(pair, "narrower", `lacks ${shortList(less)}`, "asks for more", {}));
  }
  return found;
}

function capabilities(pair: Pair, names: string, origin: Origin | undefined): Drift {
  return drift(pair, "wider", `holds ${names}`, "does not ask for it", { running: origin });
}

function shortList(names: readonly string[]): string {
  return names.length > 4
    ? `${names.slice(0, 3).join(", ")} and ${String(names.length - 3)} more`
    : names.join(", ");
}

function filterDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  return [
    ...seccompDrift(pair, asked.seccomp, has.seccomp),
    ...apparmorDrift(pair, asked, has),
    ...selinuxDrift(pair, asked.selinux, has.selinux),
    ...maskDrift(pair, asked, has),
  ];
}

function isOff({ mode }: Seccomp): boolean {
  return mode === "unconfined" || mode === "not-set";
}

function seccompDrift(pair: Pair, asked: Fact<Seccomp>, has: Fact<Seccomp>): Drift[] {
  if (!asked.known || !has.known) return [];
  const places = { running: has.origin, source: asked.origin };
  const says = isOff(asked.value)
    ? "turns it off"
    : asked.value.mode === "custom"
      ? "names a profile of its own"
      : "leaves the engine's filter on";
  const [wanted, real] = [asked.value, has.value];
  if (isOff(wanted) && isOff(real)) return [];
  if (isOff(real)) return [drift(pair, "wider", "runs without a seccomp filter", says, places)];
  if (isOff(wanted)) return [drift(pair, "narrower", "has a seccomp filter", says, places)];
  if (real.mode !== "custom" && wanted.mode !== "custom") return [];
  if (real.mode === "custom" && wanted.mode === "custom") {
    const known = real.profile !== undefined && wanted.profile !== undefined;
    if (!known || JSON.stringify(real.profile) === JSON.stringify(wanted.profile)) return [];
  }
  // Which of two filters lets more through is for the rule on weak profiles to say.
  return [drift(pair, "wider", "runs under another seccomp filter", says, places)];
}

function apparmorDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const [wanted, real] = [asked.apparmor, has.apparmor];
  if (!wanted.known || !real.known || wanted.value.mode === real.value.mode) return [];
  const places = { running: real.origin, source: wanted.origin };
  const says = wanted.value.mode === "unconfined" ? "turns it off" : "leaves it on";
  if (wanted.value.mode === "unconfined") {
    return [drift(pair, "narrower", "is confined by AppArmor", says, places)];
  }
  // A host without AppArmor is nothing that the container was given.
  if (real.value.mode !== "unconfined" || real.origin.kind === "default") return [];
  return [drift(pair, "wider", "runs without AppArmor confinement", says, places)];
}

function confinesNothing({ mode, type }: Selinux): boolean {
  return mode === "disabled" || (type !== undefined && unconfinedSelinuxTypes.includes(type));
}

function selinuxDrift(pair: Pair, asked: Fact<Selinux>, has: Fact<Selinux>): Drift[] {
  if (!asked.known || !has.known) return [];
  if (confinesNothing(asked.value) || !confinesNothing(has.value)) return [];
  return [
    drift(pair, "wider", "runs without SELinux confinement", "leaves it on", {
      running: has.origin,
      source: asked.origin,
    }),
  ];
}

function maskDrift(pair: Pair, asked: Runtime, has: Runtime): Drift[] {
  const [wanted, real] = [asked.procMask, has.procMask];
  if (!wanted.known || !real.known || wanted.value === real.value) return [];
  const places = { running: real.origin, source: wanted.origin };
  return real.value === "unmasked"
    ? [
        drift(
          pair,
          "wider",
          "sees the kernel's files in /proc and /sys unmasked",
          "keeps them masked",
          places,
        ),
      ]
    : [drift(pair, "narrower", "sees /proc and /sys masked", "unmasks them", places)];
}
