/** What must be asked before a container's body can be judged. */

import { joinPath } from "../../../readers/paths.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import { readBindText } from "../checks/bind-text.ts";
import { namesRuntime } from "../checks/devices.ts";
import { optionsOf } from "../checks/mounts.ts";
import { volumeKind } from "../checks/volume-options.ts";
import { Wanted } from "../facts/gather.ts";
import { itemsOf, objectOf, textOf, textsOf, valueAt } from "../json.ts";

/** Networks of which nothing need be known. */
const KNOWN_NETWORKS = new Set(["", "default", "bridge", "none", "host"]);

/** Whether anything hangs on what the image is. */
export function asksForImage({ ceiling, forced, grants }: ClientPolicy): boolean {
  return (
    ceiling.refuse !== "none" ||
    forced.user !== undefined ||
    grants.images !== undefined ||
    grants.imagesByDigest
  );
}

export function wantedForContainer(body: JsonObject, client: ClientPolicy): Wanted {
  const wanted = new Wanted();
  const host = objectOf(body.get("HostConfig"));
  if (asksForImage(client)) wanted.images.add(textOf(body.get("Image")));
  for (const text of textsOf(host.get("Binds"))) {
    const source = readBindText(text)?.source ?? "";
    if (source.startsWith("/")) wanted.paths.add(joinPath(source));
    else if (source !== "") wanted.volumes.add(source);
  }
  for (const mount of itemsOf(host.get("Mounts"))) addMount(mount, wanted);
  for (const device of itemsOf(host.get("Devices")))
    addPath(textOf(valueAt(device, "PathOnHost")), wanted);
  for (const field of [
    "BlkioWeightDevice",
    "BlkioDeviceReadBps",
    "BlkioDeviceWriteBps",
    "BlkioDeviceReadIOps",
    "BlkioDeviceWriteIOps",
  ]) {
    for (const device of itemsOf(host.get(field))) addPath(textOf(valueAt(device, "Path")), wanted);
  }
  for (const text of textsOf(host.get("VolumesFrom")))
    wanted.containers.add(text.split(":", 1)[0] ?? "");
  for (const text of textsOf(host.get("Links"))) addLink(text, wanted);
  for (const field of ["NetworkMode", "PidMode", "IpcMode"]) {
    addMode(textOf(host.get(field)), field === "NetworkMode", client, wanted);
  }
  const endpoints = objectOf(valueAt(body, "NetworkingConfig", "EndpointsConfig"));
  for (const [name, endpoint] of endpoints) {
    addNetwork(name, client, wanted);
    for (const text of textsOf(valueAt(endpoint, "Links"))) addLink(text, wanted);
  }
  wanted.defaultRuntime =
    namesRuntime(host) && !client.grants.runtimes.has(textOf(host.get("Runtime")));
  return wanted;
}

export function addMount(mount: JsonValue, wanted: Wanted): void {
  const type = textOf(valueAt(mount, "Type"));
  const source = textOf(valueAt(mount, "Source"));
  if (type === "bind") addPath(source, wanted);
  if (type === "image") wanted.images.add(source);
  if (type !== "volume") return;
  if (source !== "") wanted.volumes.add(source);
  addOptions(valueAt(mount, "VolumeOptions", "DriverConfig", "Options"), wanted);
}

export function addOptions(options: JsonValue | undefined, wanted: Wanted): void {
  const kind = volumeKind(optionsOf(options));
  if (kind.kind === "bind") addPath(kind.path, wanted);
}

function addPath(path: string, wanted: Wanted): void {
  if (path.startsWith("/")) wanted.paths.add(joinPath(path));
}

export function addLink(text: string, wanted: Wanted): void {
  wanted.containers.add((text.split(":", 1)[0] ?? "").replace(/^\//, ""));
}

function addMode(mode: string, isNetwork: boolean, client: ClientPolicy, wanted: Wanted): void {
  if (mode.startsWith("container:")) wanted.containers.add(mode.slice("container:".length));
  else if (isNetwork) addNetwork(mode, client, wanted);
}

export function addNetwork(name: string, { forced }: ClientPolicy, wanted: Wanted): void {
  if (!KNOWN_NETWORKS.has(name) && name !== forced.network) wanted.networks.add(name);
}
