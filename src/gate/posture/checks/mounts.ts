/** What a container mounts: `Binds`, `Mounts`, `VolumesFrom`, `Tmpfs`, `VolumeDriver`. */

import { structs } from "../../api/structs.ts";
import type { JsonValue } from "../../wire/json/value.ts";
import { isNeutralAs, itemsOf, objectOf, shown, textOf, textsOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import { judgeBind, resolvedSource } from "./binds.ts";
import { readBindText } from "./bind-text.ts";
import type { CheckRow, Judge } from "./check.ts";
import { judgeImageName } from "./image-names.ts";
import { judgeLabels } from "./labels.ts";
import { isStranger, noSuchContainer, unanswered } from "./others.ts";
import { volumeKind } from "./volume-options.ts";
import { judgeDriver, judgeOptions, judgeVolume } from "./volumes.ts";

const binds: Judge = (value, at, judging) => {
  for (const [index, text] of textsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const bind = readBindText(text);
    if (bind === undefined) {
      judging.deny({
        rule: "bad-bind",
        at: place,
        message: "this is no SOURCE:TARGET or SOURCE:TARGET:MODE with modes that the engine knows",
      });
    } else if (bind.source.startsWith("/")) {
      judgeBind({ ...bind, at: place }, judging);
    } else if (bind.source !== "") {
      judgeVolume({ at: place, name: bind.source, readOnly: bind.readOnly }, judging);
    }
  }
};

const mounts: Judge = (value, at, judging) => {
  for (const [index, mount] of itemsOf(value).entries()) {
    judgeMount(mount, `${at}[${String(index)}]`, judging);
  }
};

const PARTS: ReadonlyMap<string, string> = new Map([
  ["bind", "BindOptions"],
  ["volume", "VolumeOptions"],
  ["tmpfs", "TmpfsOptions"],
  ["image", "ImageOptions"],
]);

function judgeMount(mount: JsonValue, at: string, judging: Judging): void {
  const type = textOf(valueAt(mount, "Type"));
  const own = PARTS.get(type);
  if (own === undefined) {
    judging.deny({
      rule: "mount-type-not-granted",
      at: `${at}.Type`,
      message: `mounts of type ${shown(type)} are not granted`,
      help: "Use a volume, a tmpfs, or a bind of a granted path",
    });
    return;
  }
  for (const part of [...PARTS.values(), "ClusterOptions"]) {
    const options = structs.get("Mount")?.fields.get(part)?.type;
    if (part === own || options === undefined) continue;
    if (isNeutralAs(valueAt(mount, part), options)) continue;
    judging.deny({
      rule: "bad-mount",
      at: `${at}.${part}`,
      message: `a mount of type ${type} has no ${part}`,
    });
  }
  if (type === "bind") bindMount(mount, at, judging);
  else if (type === "volume") volumeMount(mount, at, judging);
  else if (type === "tmpfs") tmpfsMount(mount, at, judging);
  else judgeImageName(textOf(valueAt(mount, "Source")), `${at}.Source`, judging);
}

function bindMount(mount: JsonValue, at: string, judging: Judging): void {
  const options = objectOf(valueAt(mount, "BindOptions"));
  const readOnly = valueAt(mount, "ReadOnly") === true;
  const alone = options.get("NonRecursive") === true;
  const open = options.get("ReadOnlyNonRecursive") === true;
  judgeBind(
    {
      at: `${at}.Source`,
      source: textOf(valueAt(mount, "Source")),
      readOnly,
      openBelow: readOnly && open && !alone,
      propagation: textOf(options.get("Propagation")),
    },
    judging,
  );
}

function volumeMount(mount: JsonValue, at: string, judging: Judging): void {
  const name = textOf(valueAt(mount, "Source"));
  const options = objectOf(valueAt(mount, "VolumeOptions"));
  const driver = textOf(valueAt(options, "DriverConfig", "Name"));
  const driverAt = `${at}.VolumeOptions.DriverConfig`;
  if (name !== "") {
    judgeVolume(
      { at: `${at}.Source`, name, readOnly: valueAt(mount, "ReadOnly") === true },
      judging,
    );
  }
  judgeDriver(driver, `${driverAt}.Name`, judging);
  const driverOptions = optionsOf(valueAt(options, "DriverConfig", "Options"));
  judgeOptions(driverOptions, driver, `${driverAt}.Options`, judging);
  const kind = volumeKind(driverOptions);
  // Ownership makes the volume with the options as they are written here.
  if (kind.kind === "bind" && resolvedSource(kind.path, judging.facts) !== kind.path) {
    judging.deny({
      rule: "bad-bind",
      at: `${driverAt}.Options`,
      message: `the device ${shown(kind.path)} leads to ${shown(resolvedSource(kind.path, judging.facts))}`,
      help: "Name the folder itself",
    });
  }
  judgeLabels(options.get("Labels"), `${at}.VolumeOptions.Labels`, judging);
}

export function optionsOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  return new Map([...objectOf(value)].map(([name, text]) => [name, textOf(text)]));
}

/** The engine itself takes exec and noexec alone: daemon/volume/mounts/validate.go. */
function tmpfsMount(mount: JsonValue, at: string, judging: Judging): void {
  for (const [index, option] of itemsOf(valueAt(mount, "TmpfsOptions", "Options")).entries()) {
    const words = textsOf(option);
    if (words.length === 1 && ["exec", "noexec"].includes(words[0] ?? "")) continue;
    judging.deny({
      rule: "bad-mount",
      at: `${at}.TmpfsOptions.Options[${String(index)}]`,
      message: "a tmpfs takes exec or noexec here and nothing else",
    });
  }
}

/** Those of tmpfs(5) and of mount(8) that concern this mount alone; device files and shared mounts are none. */
const TMPFS_OPTION =
  /^(?:(?:size|nr_inodes|nr_blocks)=[0-9]+[kKmMgG%]?|mode=[0-7]+|[ug]id=[0-9]+|ro|rw|(?:no)?exec|nosuid|nodev|(?:no|rel|strict)?atime|(?:no)?diratime|async|sync)$/;

const tmpfs: Judge = (value, at, judging) => {
  for (const [target, options] of objectOf(value)) {
    const strange = textOf(options)
      .split(",")
      .find((option) => option !== "" && !TMPFS_OPTION.test(option));
    if (strange === undefined) continue;
    judging.deny({
      rule: "bad-mount",
      at: `${at}["${shown(target)}"]`,
      message: `the option ${shown(strange)} is not for a tmpfs of a container`,
      help: "Leave it out; size, mode, uid, gid, exec and ro pass",
    });
  }
};

/** Each mount of the other container as if it were asked for here. */
const volumesFrom: Judge = (value, at, judging) => {
  for (const [index, text] of textsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const [name = "", mode = "rw", ...more] = text.split(":");
    const fact = judging.facts.containers.get(name);
    if (more.length > 0 || !["", "ro", "rw", "z", "Z"].includes(mode)) {
      judging.deny({ rule: "bad-bind", at: place, message: "NAME, NAME:ro or NAME:rw is wanted" });
    } else if (fact === undefined || fact.kind === "unanswered") {
      judging.deny(unanswered(place, `the container ${shown(name)}`));
    } else if (fact.kind === "absent" || isStranger(fact.owner, judging)) {
      judging.deny(noSuchContainer(name, place));
    } else {
      for (const mount of fact.mounts) {
        const readOnly = mode === "ro" || !mount.writable;
        if (mount.type === "volume" && mount.name !== "") {
          judgeVolume({ at: place, name: mount.name, readOnly }, judging);
        } else if (mount.type === "bind") {
          judgeBind({ at: place, source: mount.source, readOnly }, judging);
        } else if (mount.type !== "tmpfs" && mount.type !== "volume") {
          judging.deny({
            rule: "mount-type-not-granted",
            at: place,
            message: `the container ${shown(name)} has a mount of type ${shown(mount.type)}`,
          });
        }
      }
    }
  }
};

const volumeDriver: Judge = (value, at, judging) => judgeDriver(textOf(value), at, judging);

const WITH_MOUNTS = "with HostConfig.Mounts";

export const mountChecks: readonly CheckRow[] = [
  ["HostConfig", "Binds", "sources of binds, and named volumes", binds],
  ["HostConfig", "Mounts", "mounts of every type with their options", mounts],
  ["HostConfig", "VolumesFrom", "each mount of the other container", volumesFrom],
  ["HostConfig", "VolumeDriver", "plugins for volumes", volumeDriver],
  ["HostConfig", "Tmpfs", "options of tmpfs mounts", tmpfs],
  ["TaskSpec.ContainerSpec", "Mounts", "mounts of every type with their options", mounts],
  ["Mount", "Type Source VolumeOptions BindOptions TmpfsOptions", "mounts", WITH_MOUNTS],
  ["Mount.BindOptions", "Propagation CreateMountpoint ReadOnlyNonRecursive", "mounts", WITH_MOUNTS],
  ["Mount.VolumeOptions", "DriverConfig Labels Subpath", "mounts", WITH_MOUNTS],
  ["Mount.VolumeOptions.DriverConfig", "Name Options", "mounts", WITH_MOUNTS],
  ["Mount.TmpfsOptions", "SizeBytes", "mounts; memory of the container's own limit", WITH_MOUNTS],
];
