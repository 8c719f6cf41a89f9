/** Everything that is mounted into a service's container. */

import type { Origin } from "../../model/fact.ts";
import type { Mount } from "../../model/workload.ts";
import { hostPathOf, joinPath, leavesTree } from "../paths.ts";
import { asText, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import {
  missingVariable,
  originOf,
  reportUnknown,
  settledBoolean,
  settledItems,
  settledText,
} from "./facts.ts";
import { isFilePath, isPipe, parseVolume } from "./volume-syntax.ts";

/** Volumes, tmpfs, secrets, configs and the engine's socket; not `volumes_from`, which needs the other services. */
export function ownMounts(scope: ServiceScope): Mount[] {
  return [
    ...itemsOf(get(scope.service, "volumes")).flatMap((item) => volumeMount(scope, item)),
    ...settledItems(scope, "tmpfs", "tmpfs").map(({ node, text }) => tmpfsMount(node, text)),
    ...grants(scope, "secrets"),
    ...grants(scope, "configs"),
    ...apiSocket(scope),
  ];
}

function volumeMount(scope: ServiceScope, item: YamlNode): Mount[] {
  if (item.kind === "scalar") return shortVolume(scope, item);
  return item.kind === "map" ? longVolume(scope, item) : [];
}

function shortVolume(scope: ServiceScope, item: YamlNode): Mount[] {
  const text = asText(item);
  if (text === undefined) return [];
  const origin = originOf(item);
  const missing = missingVariable(item);
  if (missing !== undefined) {
    reportUnknown(scope, item, "mount", missing.why, missing.settle);
    const { target } = parseVolume(text);
    return [{ type: "other", readOnly: false, origin, ...(target === "" ? {} : { target }) }];
  }
  const volume = parseVolume(text);
  if (volume.malformed) {
    reportUnknown(
      scope,
      item,
      "mount",
      "the text has empty or too many parts between its colons",
      "write `source:target` or `source:target:ro`, or use the long form",
    );
  }
  const { type, source, target, readOnly, propagation } = volume;
  const rest = { readOnly, origin, ...(propagation === undefined ? {} : { propagation }) };
  if (type === "volume") return [namedVolume(scope, source, target, rest)];
  return [{ type, ...sourceOf(scope, item, source ?? ""), target: joinPath(target), ...rest }];
}

function sourceOf(
  scope: ServiceScope,
  node: YamlNode,
  source: string,
): { source: string; hostPath?: string } {
  if (leavesTree(scope.project.directoryOf(node.span), source)) {
    reportUnknown(
      scope,
      node,
      "source of a mount",
      "its `..` lead out of the files that are checked, so any path of the host may be mounted",
      "write the absolute path",
    );
  }
  const hostPath = hostPathOf(source);
  return hostPath === undefined ? { source } : { source, hostPath };
}

type MountRest = Pick<Mount, "readOnly" | "origin"> & { readonly propagation?: string };

/** A named volume, which may be a bind mount in disguise by its driver's options. */
function namedVolume(
  scope: ServiceScope,
  name: string | undefined,
  target: string,
  rest: MountRest,
): Mount {
  const plain: Mount = {
    type: "volume",
    ...(name === undefined ? {} : { source: name }),
    target: joinPath(target),
    ...rest,
  };
  const definition = entryOf(get(scope.project.root, "volumes"), name ?? "");
  const driver = asText(get(definition?.value, "driver")) ?? "local";
  const options = get(definition?.value, "driver_opts");
  const device = get(options, "device");
  if (
    name === undefined ||
    definition === undefined ||
    device === undefined ||
    driver !== "local"
  ) {
    return plain;
  }
  const path = settledText(scope, device, `device of volume ${name}`);
  if (path === undefined) return plain;
  const hostPath = hostPathOf(path);
  const type = asText(get(options, "type")) ?? "";
  if (hostPath === undefined || /^(?:nfs4?|cifs|smb3?|tmpfs|overlay|9p|ceph)$/i.test(type))
    return plain;
  const here = rest.origin.kind === "default" ? [] : (rest.origin.through ?? []);
  const use = rest.origin.span;
  const through = [
    ...(use === undefined ? [] : [{ span: use, label: `mounted here as volume ${name}` }]),
    ...here,
    ...(device.through ?? []),
  ];
  const origin: Origin = { ...originOf(device), through };
  const mode = asText(get(options, "o")) ?? "";
  const readOnly = rest.readOnly || mode.split(",").includes("ro");
  return { ...plain, ...rest, readOnly, hostPath, via: "volume-driver", origin };
}

const MOUNT_TYPES = ["bind", "volume", "tmpfs", "npipe", "image"] as const;

function longVolume(scope: ServiceScope, item: YamlNode): Mount[] {
  const written = settledText(scope, get(item, "type"), "mount type");
  const sourceNode = get(item, "source");
  const targetText = asText(get(item, "target")) ?? "";
  const readOnly = settledBoolean(scope, get(item, "read_only"), "read_only of a mount");
  const propagation = asText(get(get(item, "bind"), "propagation"));
  const origin = originOf(item);
  const rest = { readOnly, origin, ...(propagation === undefined ? {} : { propagation }) };
  const target = targetText === "" ? {} : { target: joinPath(targetText) };
  const missing = missingVariable(sourceNode);
  if (sourceNode !== undefined && missing !== undefined) {
    reportUnknown(scope, sourceNode, "mount", missing.why, missing.settle);
    return [{ type: "other", ...target, ...rest }];
  }
  const source = asText(sourceNode);
  const type = MOUNT_TYPES.find((word) => word === written) ?? guessType(source);
  if (type === "volume") return [namedVolume(scope, source, targetText, rest)];
  if (type === "bind" || type === "npipe") {
    const kind = type === "bind" && isPipe(source ?? "") ? "npipe" : type;
    const place = source === undefined ? {} : sourceOf(scope, sourceNode ?? item, source);
    return [{ type: kind, ...place, ...target, ...rest }];
  }
  return [{ type, ...(source === undefined ? {} : { source }), ...target, ...rest }];
}

/** The type is required; where it is missing the source tells. */
function guessType(source: string | undefined): "bind" | "volume" | "npipe" {
  if (source === undefined) return "volume";
  if (isPipe(source)) return "npipe";
  return isFilePath(source) ? "bind" : "volume";
}

function tmpfsMount(node: YamlNode, text: string): Mount {
  const colon = text.indexOf(":");
  const options = colon < 0 ? [] : text.slice(colon + 1).split(",");
  const target = joinPath(colon < 0 ? text : text.slice(0, colon));
  return { type: "tmpfs", target, readOnly: options.includes("ro"), origin: originOf(node) };
}

/** Secrets and configs that the service is granted. */
function grants(scope: ServiceScope, field: "secrets" | "configs"): Mount[] {
  return itemsOf(get(scope.service, field)).flatMap((item) => {
    const name = settledText(scope, item.kind === "map" ? get(item, "source") : item, field);
    return name === undefined ? [] : [grant(scope, field, item, name)];
  });
}

/**
 * A file becomes a bind mount with the file's own mode; a value from the environment or the file itself is copied in
 * with the mode asked for, 0444 by default. Source: docker/compose f729794 pkg/compose/create.go, secrets.go.
 */
function grant(
  scope: ServiceScope,
  field: "secrets" | "configs",
  item: YamlNode,
  name: string,
): Mount {
  const directory = field === "secrets" ? "/run/secrets" : "/";
  const target = joinPath(directory, asText(get(item, "target")) ?? name);
  const definition = entryOf(get(scope.project.root, field), name);
  const file = get(definition?.value, "file");
  const variable = asText(get(definition?.value, "environment"));
  const content = get(definition?.value, "content");
  const copied = variable !== undefined || content !== undefined;
  if (definition === undefined) {
    const kind = field === "secrets" ? "secret" : "config";
    reportUnknown(
      scope,
      item,
      kind,
      `no ${kind} of this name is defined`,
      `define it under the top-level \`${field}:\``,
    );
  }
  const path = file === undefined ? undefined : settledText(scope, file, `file of ${name}`);
  const hostPath = path === undefined ? undefined : hostPathOf(path);
  const mode = get(item, "mode");
  const asked = mode?.kind === "scalar" ? modeOf(mode) : undefined;
  const through =
    definition === undefined
      ? []
      : [{ span: definition.key.span, label: `${name} is defined here` }];
  const origin = originOf(item);
  return {
    type: field === "secrets" ? "secret" : "config",
    source: name,
    ...(hostPath === undefined ? {} : { hostPath }),
    target,
    readOnly: !copied,
    ...(copied ? { fileMode: asked ?? 0o444 } : {}),
    ...(variable === undefined ? {} : { environment: variable }),
    ...(content?.kind === "scalar" ? { content: { text: content.text, span: content.span } } : {}),
    origin: { ...origin, through: [...(origin.through ?? []), ...through] },
  };
}

/** A number is a number (YAML reads 0440 as octal); a text is octal. */
function modeOf(mode: { readonly value: unknown; readonly text: string }): number | undefined {
  if (typeof mode.value === "number") return mode.value;
  return /^(?:0o?)?[0-7]{1,4}$/.test(mode.text)
    ? Number.parseInt(mode.text.replace(/^0o/, ""), 8)
    : undefined;
}

/** Source: docker/compose f729794 pkg/compose/apiSocket.go. */
function apiSocket(scope: ServiceScope): Mount[] {
  const node = get(scope.service, "use_api_socket");
  if (node === undefined || !settledBoolean(scope, node, "use_api_socket")) return [];
  return [
    {
      type: "bind",
      source: "/var/run/docker.sock",
      hostPath: "/run/docker.sock",
      target: "/var/run/docker.sock",
      readOnly: false,
      via: "api-socket",
      origin: originOf(node),
    },
  ];
}

/** How many mounts a service may take over from others, and through how many of them. */
const MAX_TAKEN_OVER = 50;
const MAX_DEPTH = 50;

/**
 * The mounts of a service with those that `volumes_from` brings, which may come from services that
 * themselves take mounts over. A circle ends where it closes; Compose refuses it.
 */
export function mountsOf(
  scope: ServiceScope,
  others: ReadonlyMap<string, ServiceScope>,
  memo: Map<string, readonly Mount[] | "open">,
  depth = 0,
): readonly Mount[] {
  const ready = memo.get(scope.name);
  if (ready === "open") return [];
  if (ready !== undefined) return ready;
  memo.set(scope.name, "open");
  const mounts = ownMounts(scope);
  const limit = mounts.length + MAX_TAKEN_OVER;
  for (const { node, text } of settledItems(scope, "volumes_from", "volumes_from")) {
    if (text.startsWith("container:")) {
      const why = "the mounts of a container that runs elsewhere are not at hand";
      reportUnknown(scope, node, "volumes_from", why, "mount what it needs by itself");
      continue;
    }
    const [name = "", mode] = text.split(":");
    const other = others.get(name);
    if (other === undefined) {
      reportUnknown(scope, node, "volumes_from", "there is no such service", "correct the name");
      continue;
    }
    if (memo.get(name) === "open") {
      const why = "the services take mounts over from each other in a circle";
      reportUnknown(scope, node, "volumes_from", why, "break the circle");
      continue;
    }
    const brought = depth >= MAX_DEPTH ? [] : mountsOf(other, others, memo, depth + 1);
    if (depth >= MAX_DEPTH || mounts.length + brought.length > limit) {
      reportUnknown(
        scope,
        node,
        "volumes_from",
        "more mounts are taken over than are read",
        "mount what the service needs by itself",
      );
    }
    for (const mount of brought) {
      if (mounts.length >= limit) break;
      if (mount.type === "secret" || mount.type === "config" || mount.via === "api-socket")
        continue;
      mounts.push(takenOver(mount, node, name, mode === "ro"));
    }
  }
  memo.set(scope.name, mounts);
  return mounts;
}

function takenOver(mount: Mount, node: YamlNode, name: string, readOnly: boolean): Mount {
  const { span } = mount.origin;
  const place = span === undefined ? [] : [{ span, label: `mounted in service ${name} here` }];
  const origin = originOf(node);
  return {
    ...mount,
    readOnly: mount.readOnly || readOnly,
    via: "volumes-from",
    origin: { ...origin, through: [...(origin.through ?? []), ...place] },
  };
}
