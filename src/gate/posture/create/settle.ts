/** A body with its references resolved: what goes to the engine is what was looked at. */

import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import type { Grants } from "../../policy/client-policy.ts";
import { type BindText, readBindText } from "../checks/bind-text.ts";
import { isGrantedToRead, resolvedSource } from "../checks/binds.ts";
import { optionsOf } from "../checks/mounts.ts";
import { resolvedOptions } from "../checks/volumes.ts";
import type { Facts } from "../facts/facts.ts";
import { amended, itemsOf, objectOf, textOf, textsOf, valueAt } from "../json.ts";

type Changes = Record<string, JsonValue | undefined>;

/** From this minor version of the API on, a read-only bind is so for what is mounted below it, too. */
export const RECURSIVE_SINCE = 44;

/** What a body is settled by. */
export interface Settling {
  readonly facts: Facts;
  readonly grants: Grants;
  readonly minor: number;
}

export function settleContainer(body: JsonObject, settling: Settling): JsonObject {
  const { facts } = settling;
  const host = objectOf(body.get("HostConfig"));
  const changes: Changes = { ...settleMounts(host, settling) };
  if (host.has("Devices")) {
    changes["Devices"] = itemsOf(host.get("Devices")).map((device) => settleDevice(device, facts));
  }
  if (host.has("VolumesFrom")) {
    changes["VolumesFrom"] = textsOf(host.get("VolumesFrom")).map((text) =>
      volumesFrom(text, facts),
    );
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

/**
 * On older engines, what is mounted below a read-only bind stays writable. Where the policy grants no more than
 * reading, the folder is mounted alone there; `Binds` have no word for that, so that such a one becomes a mount.
 */
function settleMounts(host: JsonObject, settling: Settling): Changes {
  const { facts, grants, minor } = settling;
  const binds: string[] = [];
  const moved: JsonObject[] = [];
  for (const text of textsOf(host.get("Binds"))) {
    const written = readBindText(text);
    const isPath = written?.source.startsWith("/") === true;
    if (isPath && minor < RECURSIVE_SINCE && isGrantedToRead(written.source, facts, grants.binds)) {
      moved.push(mountOf(written, facts));
    } else binds.push(isPath ? bind(text, facts) : text);
  }
  const mounts = itemsOf(host.get("Mounts")).map((mount) => settleMount(objectOf(mount), settling));
  return {
    ...(host.has("Binds") ? { Binds: binds } : {}),
    ...(host.has("Mounts") || moved.length > 0 ? { Mounts: [...mounts, ...moved] } : {}),
  };
}

function mountOf({ source, target, readOnly, propagation }: BindText, facts: Facts): JsonObject {
  return amended("Mount", new Map(), {
    Type: "bind",
    Source: resolvedSource(source, facts),
    Target: target,
    ReadOnly: readOnly,
    BindOptions: amended("Mount.BindOptions", new Map(), {
      NonRecursive: true,
      ...(propagation === "" ? {} : { Propagation: propagation }),
    }),
  });
}

function bind(text: string, facts: Facts): string {
  const written = readBindText(text);
  if (written === undefined || !written.source.startsWith("/")) return text;
  const { source, target, mode } = written;
  return [resolvedSource(source, facts), target, ...(mode === "" ? [] : [mode])].join(":");
}

export function settleMount(mount: JsonObject, { facts, grants, minor }: Settling): JsonObject {
  const type = mount.get("Type");
  if (type === "bind") {
    const source = textOf(mount.get("Source"));
    const alone = minor < RECURSIVE_SINCE && isGrantedToRead(source, facts, grants.binds);
    return amended("Mount", mount, {
      Source: resolvedSource(source, facts),
      ...(alone
        ? {
            BindOptions: amended("Mount.BindOptions", objectOf(mount.get("BindOptions")), {
              NonRecursive: true,
            }),
          }
        : {}),
    });
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
