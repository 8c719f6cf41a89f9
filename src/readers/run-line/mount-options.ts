/**
 * `-v`, `--mount`, `--tmpfs`, `--volumes-from`, `--secret`.
 * Sources: moby v28 volume/mounts/linux_parser.go; docker/cli v28 opts/mount.go and
 * cli/command/container/opts.go; podman v5 pkg/specgenutil/volumes.go and podman-run(1).
 */

import { unknownAt } from "../../model/fact.ts";
import type { Mount } from "../../model/mounts.ts";
import { apiSocketMount } from "../docker-syntax/api-socket.ts";
import { hostPathOf } from "../paths.ts";
import { readShortVolume } from "../docker-syntax/short-volume.ts";
import type { Argument } from "./argument.ts";
import { csvFields, pairOf, slice, split } from "./argument.ts";
import { isProjectPath, reportSource, sourceOf } from "./mount-source.ts";
import type { Report } from "./option-facts.ts";
import { originOf, reportMalformed, reportUnknown } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

/** The mounts that one flag asks for; none when it cannot be read, which is then reported. */
export function mountsOf(option: Option, report: Report): readonly Mount[] {
  const { value } = option;
  if (option.name === "use-api-socket") return [apiSocketMount(originOf(option))];
  if (value === undefined) return [];
  switch (option.name) {
    case "volume":
      return volumeMount(option, value, report);
    case "mount":
      return longMount(option, value, report);
    case "tmpfs":
      return tmpfs(option, value, report);
    case "volumes-from":
      return [volumesFrom(option, value, report)];
    case "secret":
    case "config":
      return secretMount(option, value, report);
    default:
      return [];
  }
}

/** `[SOURCE:]TARGET[:OPTIONS]`. */
function volumeMount(option: Option, value: Argument, report: Report): readonly Mount[] {
  const volume = readShortVolume(split(value, ":").map(({ text }) => text));
  const { source, target, readOnly, propagation } = volume;
  if (volume.malformed) {
    reportMalformed(report, option, "volume", "it has not the form SOURCE:TARGET:OPTIONS");
    return [];
  }
  const origin = originOf(option);
  if (source === undefined) {
    if (value.dynamic) {
      reportUnknown(report, option, "volume");
      return [];
    }
    return [{ type: "volume", target, readOnly, origin }];
  }
  const options = slice(value, source.length + 1 + target.length);
  if (options.dynamic) reportUnknown(report, option, "options of the volume");
  return [
    {
      ...sourceOf(slice(value, 0, source.length), option, report),
      target,
      readOnly,
      ...(propagation === undefined ? {} : { propagation }),
      origin,
    },
  ];
}

interface LongFields {
  readonly single: ReadonlyMap<string, Argument>;
  readonly flags: ReadonlySet<string>;
  readonly volumeOptions: ReadonlyMap<string, Argument>;
}

function longFields(value: Argument): LongFields {
  const single = new Map<string, Argument>();
  const flags = new Set<string>();
  const volumeOptions = new Map<string, Argument>();
  for (const field of csvFields(value)) {
    const { name, value: setting } = pairOf(field);
    const key = name.text.trim().toLowerCase();
    if (setting === undefined) flags.add(key);
    else if (key === "volume-opt") {
      const inner = pairOf(setting);
      if (inner.value !== undefined) volumeOptions.set(inner.name.text, inner.value);
    } else single.set(key, setting);
  }
  return { single, flags, volumeOptions };
}

const MOUNT_TYPES: Readonly<Record<string, Mount["type"]>> = {
  bind: "bind",
  volume: "volume",
  tmpfs: "tmpfs",
  npipe: "npipe",
  image: "image",
  secret: "secret",
  config: "config",
};

/** `type=bind,source=/x,target=/y,readonly`. */
function longMount(option: Option, value: Argument, report: Report): readonly Mount[] {
  const { single, flags, volumeOptions } = longFields(value);
  const field = (...names: string[]): Argument | undefined => {
    for (const name of names) {
      const found = single.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const typeField = field("type");
  const source = field("source", "src", "from");
  const target = field("target", "destination", "dst", "dest");
  if (typeField?.dynamic === true || (single.size === 0 && value.dynamic)) {
    reportUnknown(report, option, "mount");
    return [];
  }
  const typeText = typeField?.text.toLowerCase() ?? "volume";
  const type = Object.hasOwn(MOUNT_TYPES, typeText) ? (MOUNT_TYPES[typeText] ?? "other") : "other";
  const readOnlyField = field("readonly", "ro");
  if (readOnlyField?.dynamic === true)
    reportUnknown(report, option, "whether the mount is read-only");
  const readOnly =
    flags.has("readonly") ||
    flags.has("ro") ||
    (readOnlyField !== undefined && /^(1|t|true)$/i.test(readOnlyField.text));
  const propagation = field("bind-propagation")?.text;
  const place =
    type === "bind" && source !== undefined
      ? { ...sourceOf(source, option, report), type }
      : { type, ...(source === undefined ? {} : { source: source.text }) };
  return [
    {
      ...place,
      ...(type === "volume" ? driverBind(option, volumeOptions, report) : {}),
      ...(target === undefined ? {} : { target: target.text }),
      readOnly,
      ...(propagation === undefined ? {} : { propagation }),
      origin: originOf(option),
    },
  ];
}

/** A volume whose driver options bind a path of the host, or mount one of its devices. */
function driverBind(
  option: Option,
  options: ReadonlyMap<string, Argument>,
  report: Report,
): Partial<Pick<Mount, "hostPath" | "via">> {
  const device = options.get("device");
  if (device === undefined) return {};
  const flags = options.get("o")?.text.split(",") ?? [];
  const binds = flags.includes("bind") || flags.includes("rbind");
  if (device.dynamic && device.pieces[0]?.unknown !== undefined) {
    if (binds && !isProjectPath(device)) reportSource(option, device, report);
    return binds ? { via: "volume-driver" } : {};
  }
  const hostPath = hostPathOf(device.text);
  if (hostPath === undefined || !(binds || hostPath.startsWith("/dev/"))) return {};
  return { hostPath, via: "volume-driver" };
}

/** `/run:rw,size=64m`. */
function tmpfs(option: Option, value: Argument, report: Report): readonly Mount[] {
  const [target, settings] = split(value, ":", 2);
  if (target === undefined || target.dynamic) {
    reportUnknown(report, option, "target of a tmpfs");
    return [];
  }
  const readOnly = settings?.text.split(",").includes("ro") === true;
  return [{ type: "tmpfs", target: target.text, readOnly, origin: originOf(option) }];
}

/** The other container is started elsewhere, so what it mounts is not at hand. */
function volumesFrom(option: Option, value: Argument, report: Report): Mount {
  const [container, mode] = split(value, ":", 2);
  report.unknowns.push(
    unknownAt(
      option.span,
      "mounts of another container",
      "--volumes-from takes over the mounts of a container that is not read here",
      "mount what this container needs by itself, with `-v`",
    ),
  );
  return {
    type: "other",
    source: container?.text ?? value.text,
    readOnly: mode?.text.split(",").includes("ro") === true,
    via: "volumes-from",
    origin: originOf(option),
  };
}

/** `name`, or `source=name,target=x,mode=0400`. Podman's `type=env` is no mount. */
function secretMount(option: Option, value: Argument, report: Report): readonly Mount[] {
  const fields = csvFields(value).map(pairOf);
  const field = (...names: string[]): string | undefined =>
    fields.findLast(({ name }) => names.includes(name.text))?.value?.text;
  if (field("type") === "env") return [];
  const first = fields[0];
  const source =
    field("source", "src") ?? (first?.value === undefined ? first?.name.text : undefined);
  if (source === undefined) {
    reportMalformed(report, option, option.name, "it names nothing");
    return [];
  }
  const isSecret = option.name === "secret";
  const target = field("target", "dst") ?? source;
  const mode = field("mode") ?? "0444";
  return [
    {
      type: isSecret ? "secret" : "config",
      source,
      target: target.startsWith("/") ? target : isSecret ? `/run/secrets/${target}` : `/${target}`,
      readOnly: true,
      ...(/^0?[0-7]{3,4}$/.test(mode) ? { fileMode: Number.parseInt(mode, 8) } : {}),
      origin: originOf(option),
    },
  ];
}
