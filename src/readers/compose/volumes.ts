/** Entries of a service's `volumes`: binds, named volumes, pipes. */

import type { Origin } from "../../model/fact.ts";
import type { Mount } from "../../model/mounts.ts";
import { hostPathOf, joinPath, leavesTree } from "../paths.ts";
import { isPipe, readShortVolume, sourceTypeOf } from "../docker-syntax/short-volume.ts";
import { asText, entryOf, get } from "../yaml/access.ts";
import type { YamlNode } from "../yaml/node.ts";
import type { ServiceScope } from "./facts.ts";
import { missingVariable, originOf, reportUnknown, settledBoolean, settledText } from "./facts.ts";

/** The mount of an entry of `volumes`, in its short or long form. */
export function volumeMount(scope: ServiceScope, item: YamlNode): Mount[] {
  if (item.kind === "scalar") return shortVolume(scope, item);
  return item.kind === "map" ? longVolume(scope, item) : [];
}

function shortVolume(scope: ServiceScope, item: YamlNode): Mount[] {
  const text = asText(item);
  if (text === undefined) return [];
  const origin = originOf(item);
  const missing = missingVariable(item);
  const volume = readShortVolume(text.split(":"));
  if (missing !== undefined) {
    reportUnknown(scope, item, "mount", missing.why, missing.settle);
    const { target } = volume;
    return [{ type: "other", readOnly: false, origin, ...(target === "" ? {} : { target }) }];
  }
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
  return source === undefined ? "volume" : sourceTypeOf(source);
}
