/**
 * Volumes that a pod declares.
 * Source: kubernetes v1.37, k8s.io/api core/v1 types.go (VolumeSource).
 */

import type { RelatedPlace } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Mount } from "../../model/mounts.ts";
import { hostPathOf } from "../paths.ts";
import {
  asNumber,
  asString,
  entriesOf,
  entryOf,
  entrySpan,
  get,
  isNull,
  itemsOf,
} from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { mapsAt, textAt } from "../yaml/fields.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";

export interface Volume {
  readonly name: string;
  readonly type: Mount["type"];
  readonly source?: string;
  readonly hostPath?: string;
  /** Whether the kubelet mounts it read-only whatever the mount says. */
  readonly alwaysReadOnly: boolean;
  readonly fileMode?: number;
  readonly via?: "template";
  /** A projected service-account token for the API server itself: where it stands. */
  readonly tokenAt?: Span;
  /** The place that decides: the host path, else the volume's entry. */
  readonly span: Span;
  readonly through: readonly RelatedPlace[];
}

/** `spec.volumes`, and `spec.volumeClaimTemplates` of a StatefulSet, by name. */
export function readVolumes(
  spec: YamlMap,
  owner: YamlNode | undefined,
  report: Report,
): Map<string, Volume> {
  const volumes = new Map<string, Volume>();
  for (const node of mapsAt(spec, "volumes", report)) {
    const volume = readVolume(node, report);
    if (volume !== undefined) volumes.set(volume.name, volume);
  }
  for (const claim of itemsOf(get(owner, "volumeClaimTemplates"))) {
    const name = asString(get(get(claim, "metadata"), "name"));
    if (name === undefined || volumes.has(name)) continue;
    const { span } = claim;
    const base = { name, type: "volume", source: name, alwaysReadOnly: false } as const;
    volumes.set(name, { ...base, via: "template", span, through: [] });
  }
  return volumes;
}

function readVolume(node: YamlMap, report: Report): Volume | undefined {
  const name = textAt(node, "name", report);
  if (name === undefined) {
    report(unknownAt(node.span, "volume", "it has no name", "give the volume a name"));
    return undefined;
  }
  const found = entriesOf(node).find(([key, { value }]) => key !== "name" && !isNull(value));
  const base = {
    name,
    span: found === undefined ? node.span : entrySpan(found[1]),
    through: node.through ?? [],
    alwaysReadOnly: false,
  };
  if (found === undefined) return { ...base, type: "volume" };
  const [kind, { value }] = found;
  switch (kind) {
    case "hostPath":
      return { ...base, ...hostPathVolume(value, report) };
    case "secret":
    case "configMap": {
      const source = asString(get(value, kind === "secret" ? "secretName" : "name"));
      return {
        ...base,
        type: kind === "secret" ? "secret" : "config",
        ...(source === undefined ? {} : { source }),
        alwaysReadOnly: true,
        fileMode: widestMode(value),
      };
    }
    case "downwardAPI":
      return { ...base, type: "projected", alwaysReadOnly: true, fileMode: widestMode(value) };
    case "projected":
      return { ...base, ...projectedVolume(value) };
    case "emptyDir":
      return { ...base, type: asString(get(value, "medium")) === "Memory" ? "tmpfs" : "volume" };
    case "image":
      return { ...base, type: "image", ...sourceOf(value, "reference"), alwaysReadOnly: true };
    case "persistentVolumeClaim":
      return { ...base, type: "volume", ...sourceOf(value, "claimName") };
    case "csi":
      return { ...base, type: "volume", ...sourceOf(value, "driver") };
    case "ephemeral":
      return { ...base, type: "volume" };
    default:
      return { ...base, type: "other", source: kind };
  }
}

function sourceOf(node: YamlNode, key: string): { readonly source?: string } {
  const source = asString(get(node, key));
  return source === undefined ? {} : { source };
}

function hostPathVolume(
  node: YamlNode,
  report: Report,
): Pick<Volume, "type" | "source" | "hostPath"> & { readonly span?: Span } {
  const entry = entryOf(node, "path");
  const path = asString(entry?.value);
  const hostPath = path === undefined ? undefined : hostPathOf(path);
  const span = entry === undefined ? node.span : entrySpan(entry);
  if (hostPath === undefined || hostPath.startsWith("~")) {
    report(
      unknownAt(
        span,
        "hostPath",
        "it must be an absolute path, so it is not known what of the host is mounted",
        "write an absolute path, or render the template that it comes from",
      ),
    );
  }
  return {
    type: "bind",
    ...(path === undefined ? {} : { source: path }),
    ...(hostPath === undefined ? {} : { hostPath }),
    ...(entry === undefined ? {} : { span }),
  };
}

function projectedVolume(
  node: YamlNode,
): Pick<Volume, "type" | "alwaysReadOnly" | "fileMode" | "tokenAt"> {
  let mode = widestMode(node);
  let tokenAt: Span | undefined;
  for (const source of itemsOf(get(node, "sources"))) {
    for (const [kind, { key, value }] of entriesOf(source)) {
      mode |= itemsMode(value);
      const audience = asString(get(value, "audience")) ?? "";
      if (kind === "serviceAccountToken" && audience === "") tokenAt ??= key.span;
    }
  }
  return {
    type: "projected",
    alwaysReadOnly: true,
    fileMode: mode,
    ...(tokenAt === undefined ? {} : { tokenAt }),
  };
}

/** Every permission bit that any file of the volume gets. The default is 0644. */
function widestMode(node: YamlNode): number {
  return (modeOf(get(node, "defaultMode")) ?? 0o644) | itemsMode(node);
}

function itemsMode(node: YamlNode): number {
  let mode = 0;
  for (const item of itemsOf(get(node, "items"))) mode |= modeOf(get(item, "mode")) ?? 0;
  return mode;
}

function modeOf(node: YamlNode | undefined): number | undefined {
  const value = asNumber(node);
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0o7777
    ? value
    : undefined;
}
