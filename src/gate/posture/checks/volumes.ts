/** Named volumes: whose they are, and what of the host is behind them. */

import type { Facts, VolumeFact } from "../facts/facts.ts";
import { matchesAny } from "../../policy/pattern.ts";
import { shown } from "../json.ts";
import type { Judging } from "../judging.ts";
import { judgeBind } from "./binds.ts";
import { unanswered } from "./others.ts";
import { volumeKind } from "./volume-options.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/;

export interface VolumeUse {
  readonly at: string;
  readonly name: string;
  readonly readOnly: boolean;
}

/** A volume that is mounted by its name. */
export function judgeVolume({ at, name, readOnly }: VolumeUse, judging: Judging): void {
  if (!NAME.test(name)) {
    judging.deny({
      rule: "bad-bind",
      at,
      message: `${shown(name)} is neither an absolute path nor the name of a volume`,
    });
    return;
  }
  const fact = judging.facts.volumes.get(name);
  if (fact === undefined || fact.kind === "unanswered") {
    judging.deny(unanswered(at, `the volume ${shown(name)}`));
    return;
  }
  const { client, grants } = judging;
  const own =
    client.ownership &&
    (fact.kind === "absent" || fact.owner === client.owner || isUnnamed(name, fact));
  if (!own && !matchesAny(grants.volumes, name)) {
    judging.miss({
      rule: "volume-not-granted",
      at,
      message: client.ownership
        ? `the volume ${shown(name)} belongs to somebody else`
        : `the policy does not grant the volume ${shown(name)}`,
      key: "volumes",
      value: name,
      ...(client.ownership ? { instead: "take another name" } : {}),
    });
    return;
  }
  if (fact.kind === "volume") judgeExisting(fact, { at, name, readOnly }, judging);
}

/** Made for a container without a name, and so without a label: whose container has it, ownership has looked. */
function isUnnamed(name: string, { owner }: VolumeFact): boolean {
  return owner === "" && /^[0-9a-f]{64}$/.test(name);
}

/** What an existing volume is: somebody may have made it of the host's own folders. */
function judgeExisting(
  fact: VolumeFact,
  { at, name, readOnly }: VolumeUse,
  judging: Judging,
): void {
  const { grants } = judging;
  // Named by itself, whoever wrote the policy knows what it is.
  if (grants.volumes.includes(name)) {
    judging.grant(at);
    return;
  }
  judgeDriver(fact.driver, at, judging);
  if (fact.driver !== "" && fact.driver !== "local") return;
  const kind = volumeKind(fact.options);
  if (kind.kind === "bind") {
    judgeBind({ at, source: kind.path, readOnly: readOnly || kind.readOnly }, judging);
  } else if (kind.kind === "other") {
    judging.miss({
      rule: "volume-not-granted",
      at,
      message: `the volume ${shown(name)} was made with options of mount(2) that reach beyond the engine's own storage`,
      key: "volumes",
      value: name,
    });
  }
}

/** The driver of a volume that is made or used. */
export function judgeDriver(driver: string, at: string, judging: Judging): void {
  if (driver === "" || driver === "local") return;
  if (judging.grants.volumeDrivers.has(driver)) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "volume-driver-not-granted",
    at,
    message: `the volume driver ${shown(driver)} is a plugin, which runs as root of the host`,
    key: "volume-drivers",
    value: driver,
    instead: "use the driver local",
  });
}

/** Options with which a volume is made. `at` is the place of the options. */
export function judgeOptions(
  options: ReadonlyMap<string, string>,
  driver: string,
  at: string,
  judging: Judging,
): void {
  // A granted plugin has options of its own.
  if (driver !== "" && driver !== "local") return;
  const kind = volumeKind(options);
  if (kind.kind === "bind") {
    judgeBind({ at, source: kind.path, readOnly: kind.readOnly }, judging);
  } else if (kind.kind === "other") {
    judging.deny({
      rule: "volume-driver-bind",
      at,
      message:
        "these options make the engine mount something else than its own storage, as root of the host",
      help: "Leave the options out; a tmpfs, or a bind of a granted path (type none, o bind), may be made",
    });
  }
}

/** The options as they go to the engine: a bind's device with links resolved. */
export function resolvedOptions(
  options: ReadonlyMap<string, string>,
  facts: Facts,
  resolve: (path: string, facts: Facts) => string,
): ReadonlyMap<string, string> {
  const kind = volumeKind(options);
  if (kind.kind !== "bind") return options;
  return new Map(options).set("device", resolve(kind.path, facts));
}
