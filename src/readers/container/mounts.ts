/**
 * What is mounted: `Mounts`, which tells what the engine made of everything that was asked for, and what
 * `HostConfig` asks for besides.
 * Sources: moby/moby b985e23 api/types/container/container.go MountPoint, api/types/mount;
 * containers/podman c6580b4a52 (6.0) libpod/container_inspect.go GetMounts.
 */

import type { Origin } from "../../model/fact.ts";
import { setAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Mount } from "../../model/mounts.ts";
import { readShortVolume } from "../docker-syntax/short-volume.ts";
import { hostPathOf, joinPath } from "../paths.ts";
import { asBoolean, asString, entriesOf, entryOf, entrySpan, get } from "../yaml/access.ts";
import { listAt, mapAt, mapsAt, wrongItem } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import { textOfField } from "./document.ts";
import type { ContainerContext } from "./engine.ts";
import type { Inspected } from "./inspected.ts";

/** Options of a volume's driver, and where they stand in the inspection. */
interface DriverOptions {
  readonly options: Readonly<Record<string, string>>;
  readonly span?: Span;
}

export function readMounts(
  { root, host, report }: Inspected,
  { volumes }: Pick<ContainerContext, "volumes">,
): Mount[] {
  const requests = mapsAt(host, "Mounts", report);
  const byTarget = new Map(requests.map((node) => [placeIn(textOfField(node, "Target")), node]));
  const mounts = mapsAt(root, "Mounts", report).map((node) => {
    const volume = textOfField(node, "Name");
    const own = driverOptions(byTarget.get(placeIn(textOfField(node, "Destination"))));
    const options = volume === undefined ? undefined : volumes?.get(volume);
    return applied(node, own ?? (options === undefined ? undefined : { options }));
  });
  const mounted = new Set(mounts.map(({ target }) => placeIn(target)));
  const add = (mount: Mount): void => {
    const place = placeIn(mount.target);
    if (mounted.has(place)) return;
    mounted.add(place);
    mounts.push(mount);
  };
  for (const [target, entry] of entriesOf(mapAt(host, "Tmpfs", report))) {
    const readOnly = asString(entry.value)?.split(",").includes("ro") === true;
    add({ type: "tmpfs", target, readOnly, origin: setAt(entrySpan(entry)) });
  }
  for (const node of requests) add(asked(node));
  for (const item of listAt(host, "Binds", report)) {
    const text = asString(item);
    if (text === undefined) report(wrongItem(item, "Binds", "text"));
    else add(bound(text, setAt(item.span)));
  }
  return mounts;
}

function placeIn(target: string | undefined): string {
  return target === undefined ? "" : joinPath(target);
}

const TYPES: ReadonlyMap<string, Mount["type"]> = new Map([
  ["bind", "bind"],
  ["volume", "volume"],
  ["tmpfs", "tmpfs"],
  ["npipe", "npipe"],
  ["image", "image"],
]);

function typeOf(node: YamlNode): Mount["type"] {
  return TYPES.get(asString(get(node, "Type")) ?? "") ?? "other";
}

/** An entry of `Mounts`. Where it is not said to be read-only it counts as writable. */
function applied(node: YamlMap, options: DriverOptions | undefined): Mount {
  const type = typeOf(node);
  const path = textOfField(node, "Source");
  // A volume's own folder on the host is the engine's business.
  const source = type === "volume" ? (textOfField(node, "Name") ?? path) : path;
  const target = textOfField(node, "Destination");
  const propagation = textOfField(node, "Propagation");
  const hostPath = type === "bind" && path !== undefined ? hostPathOf(path) : undefined;
  const propagationAt = entryOf(node, "Propagation");
  return {
    type,
    ...(source === undefined ? {} : { source }),
    ...(hostPath === undefined ? {} : { hostPath }),
    ...(type === "volume" && options !== undefined ? driverBind(options) : {}),
    ...(target === undefined ? {} : { target }),
    readOnly: asBoolean(get(node, "RW")) === false,
    ...(propagation === undefined ? {} : { propagation }),
    ...(propagation === undefined || propagationAt === undefined
      ? {}
      : { propagationAt: entrySpan(propagationAt) }),
    origin: originOfMount(node, type === "volume" ? "Name" : "Source", options),
  };
}

/** An entry of `HostConfig.Mounts` that `Mounts` does not tell: that of a container that never started. */
function asked(node: YamlMap): Mount {
  const type = typeOf(node);
  const source = textOfField(node, "Source");
  const target = textOfField(node, "Target");
  const hostPath = type === "bind" && source !== undefined ? hostPathOf(source) : undefined;
  const options = driverOptions(node);
  const bind = get(node, "BindOptions");
  const propagation = bind?.kind === "map" ? textOfField(bind, "Propagation") : undefined;
  return {
    type,
    ...(source === undefined ? {} : { source }),
    ...(hostPath === undefined ? {} : { hostPath }),
    ...(type === "volume" && options !== undefined ? driverBind(options) : {}),
    ...(target === undefined ? {} : { target }),
    readOnly: asBoolean(get(node, "ReadOnly")) === true,
    ...(propagation === undefined ? {} : { propagation }),
    origin: originOfMount(node, "Source", options),
  };
}

/** An entry of `Binds` that `Mounts` does not tell. */
function bound(text: string, origin: Origin): Mount {
  const volume = readShortVolume(text.split(":", 20));
  const { type, source, target, readOnly, propagation } = volume;
  const hostPath = type === "bind" && source !== undefined ? hostPathOf(source) : undefined;
  return {
    type,
    ...(source === undefined ? {} : { source }),
    ...(hostPath === undefined ? {} : { hostPath }),
    target,
    readOnly,
    ...(propagation === undefined ? {} : { propagation }),
    origin,
  };
}

function originOfMount(node: YamlMap, name: string, options: DriverOptions | undefined): Origin {
  const entry =
    textOfField(node, name) === undefined
      ? (entryOf(node, "Destination") ?? entryOf(node, "Target"))
      : entryOf(node, name);
  const origin = setAt(entry === undefined ? node.span : entrySpan(entry));
  return options?.span === undefined
    ? origin
    : { ...origin, through: [{ span: options.span, label: "options of the volume's driver" }] };
}

function driverOptions(node: YamlMap | undefined): DriverOptions | undefined {
  const entry = entryOf(get(get(node, "VolumeOptions"), "DriverConfig"), "Options");
  if (entry?.value.kind !== "map") return undefined;
  const options = entriesOf(entry.value).map(([name, { value }]): [string, string] => [
    name,
    asString(value) ?? "",
  ]);
  return { options: Object.fromEntries(options), span: entrySpan(entry) };
}

/** A volume whose driver options bind a path of the host, or mount one of its devices. */
function driverBind({ options }: DriverOptions): Partial<Pick<Mount, "hostPath" | "via">> {
  const { device = "", o: flags = "" } = options;
  const binds = flags.split(",").some((flag) => flag === "bind" || flag === "rbind");
  const hostPath = hostPathOf(device);
  if (hostPath === undefined || !(binds || hostPath.startsWith("/dev/"))) return {};
  return { hostPath, via: "volume-driver" };
}
