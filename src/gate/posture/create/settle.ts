/** A body with its references resolved: what goes to the engine is what was looked at. */

import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import { readBindText } from "../checks/bind-text.ts";
import { resolvedSource } from "../checks/binds.ts";
import { optionsOf } from "../checks/mounts.ts";
import { resolvedOptions } from "../checks/volumes.ts";
import type { Facts } from "../facts/facts.ts";
import { amended, itemsOf, objectOf, textOf, textsOf, valueAt } from "../json.ts";

type Changes = Record<string, JsonValue | undefined>;

export function settleContainer(body: JsonObject, facts: Facts): JsonObject {
  const host = objectOf(body.get("HostConfig"));
  const changes: Changes = {};
  if (host.has("Binds")) changes["Binds"] = textsOf(host.get("Binds")).map((text) => bind(text, facts));
  if (host.has("Mounts")) {
    changes["Mounts"] = itemsOf(host.get("Mounts")).map((mount) => settleMount(objectOf(mount), facts));
  }
  if (host.has("Devices")) {
    changes["Devices"] = itemsOf(host.get("Devices")).map((device) => settleDevice(device, facts));
  }
  if (host.has("VolumesFrom")) {
    changes["VolumesFrom"] = textsOf(host.get("VolumesFrom")).map((text) => volumesFrom(text, facts));
  }
  for (const field of ["NetworkMode", "PidMode", "IpcMode"]) {
    const mode = textOf(host.get(field));
    if (mode.startsWith("container:")) {
      changes[field] = `container:${idOf(mode.slice("container:".length), facts)}`;
    }
  }
  const name = textOf(body.get("Image"));
  const image = facts.images.get(name);
  const isPartOfId = /^(?:sha256:)?[0-9a-f]{1,64}$/.test(name) && image?.kind === "image";
  return amended("ContainerCreateRequest", body, {
    ...(isPartOfId && isNameOf(image.id, name) ? { Image: image.id } : {}),
    HostConfig: amended("HostConfig", host, changes),
  });
}

const isNameOf = (id: string, name: string): boolean =>
  id.replace("sha256:", "").startsWith(name.replace("sha256:", ""));

function bind(text: string, facts: Facts): string {
  const written = readBindText(text);
  if (written === undefined || !written.source.startsWith("/")) return text;
  const { source, target, mode } = written;
  return [resolvedSource(source, facts), target, ...(mode === "" ? [] : [mode])].join(":");
}

export function settleMount(mount: JsonObject, facts: Facts): JsonObject {
  const type = mount.get("Type");
  if (type === "bind") {
    return amended("Mount", mount, { Source: resolvedSource(textOf(mount.get("Source")), facts) });
  }
  const config = valueAt(mount, "VolumeOptions", "DriverConfig");
  if (type !== "volume" || config === undefined) return mount;
  const options = objectOf(mount.get("VolumeOptions"));
  return amended("Mount", mount, {
    VolumeOptions: amended("Mount.VolumeOptions", options, {
      DriverConfig: amended("Mount.VolumeOptions.DriverConfig", objectOf(config), {
        Options: settleOptions(valueAt(config, "Options"), facts),
      }),
    }),
  });
}

export function settleOptions(value: JsonValue | undefined, facts: Facts): JsonValue | undefined {
  return value === undefined ? undefined : resolvedOptions(optionsOf(value), facts, resolvedSource);
}

/** Inside it stays where the client wants it: at its own path, where nothing else is said. */
function settleDevice(device: JsonValue, facts: Facts): JsonObject {
  const written = objectOf(device);
  const path = textOf(written.get("PathOnHost"));
  const inside = textOf(written.get("PathInContainer"));
  return amended("DeviceMapping", written, {
    PathOnHost: resolvedSource(path, facts),
    PathInContainer: inside === "" ? path : inside,
  });
}

function volumesFrom(text: string, facts: Facts): string {
  const [name = "", ...mode] = text.split(":");
  return [idOf(name, facts), ...mode].join(":");
}

/** A name may be given to another container before this one starts. */
function idOf(name: string, { containers }: Facts): string {
  const fact = containers.get(name);
  return fact?.kind === "container" ? fact.id : name;
}
