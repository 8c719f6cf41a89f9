/**
 * Merges Compose trees: a file over the files before it, a service over the one that it extends.
 *
 * Rules per field: compose-spec/compose-go override/merge.go and override/uncity.go (e70e961).
 * `!override` replaces what was there, `!reset` removes it. Nothing is changed in place.
 */

import type { RelatedPlace } from "../../model/fact.ts";
import { readShortVolume } from "../docker-syntax/short-volume.ts";
import { asText, get } from "../yaml/access.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode } from "../yaml/node.ts";
import { pairsOf } from "./pairs.ts";

type Path = readonly string[];

/** Fields that hold `NAME=value` pairs as a map or a list. */
const PAIRS = new Set([
  "services.*.annotations",
  "services.*.build.args",
  "services.*.build.additional_contexts",
  "services.*.build.labels",
  "services.*.deploy.labels",
  "services.*.environment",
  "services.*.labels",
  "services.*.sysctls",
  "networks.*.labels",
  "volumes.*.labels",
]);

/** Fields that hold one text or a list of them. */
const TEXTS = new Set([
  "services.*.dns",
  "services.*.dns_opt",
  "services.*.dns_search",
  "services.*.env_file",
  "services.*.label_file",
  "services.*.tmpfs",
]);

/** Fields that are replaced as a whole. */
const REPLACED = new Set([
  "services.*.command",
  "services.*.entrypoint",
  "services.*.healthcheck.test",
  "services.*.ulimits.*",
]);

/** Fields that may be a list of names instead of a map. */
const NAMES = new Set(["services.*.networks", "services.*.depends_on", "services.*.models"]);

/** Lists in which a later item replaces an earlier one with the same identity. */
const UNIQUE: Readonly<Record<string, (item: YamlNode) => string | undefined>> = {
  "services.*.cap_add": asText,
  "services.*.cap_drop": asText,
  "services.*.configs": (item) => targetOf(item, ""),
  "services.*.devices": deviceTarget,
  "services.*.dns": asText,
  "services.*.dns_opt": asText,
  "services.*.dns_search": asText,
  "services.*.env_file": (item) => asText(item) ?? asText(get(item, "path")),
  "services.*.expose": asText,
  "services.*.links": asText,
  "services.*.ports": portIdentity,
  "services.*.profiles": asText,
  "services.*.secrets": (item) => targetOf(item, "/run/secrets/"),
  "services.*.tmpfs": asText,
  "services.*.volumes": (item) => {
    const text = asText(item);
    return text === undefined
      ? asText(get(item, "target"))
      : readShortVolume(text.split(":")).target;
  },
};

/** What `over` makes of `base`. */
export function mergeCompose(base: YamlNode, over: YamlNode, path: Path = []): YamlNode {
  const place = patternOf(path);
  if (over.tag === "!override" || over.tag === "!reset" || base.tag === "!reset") return over;
  if (REPLACED.has(place)) return replaced(base, over);
  if (PAIRS.has(place)) {
    const left = pairsOf(base);
    const right = pairsOf(over);
    return left === undefined || right === undefined ? over : mergeMaps(left, right, path);
  }
  if (TEXTS.has(place)) return appended(asList(base), asList(over), place);
  if (NAMES.has(place)) return mergeMaps(namesOf(base), namesOf(over), path);
  if (place === "services.*.build") return mergeMaps(buildOf(base), buildOf(over), path);
  if (place === "services.*.extra_hosts" || place === "services.*.build.extra_hosts") {
    return appended(asList(base), asList(over), place);
  }
  if (place === "services.*.logging" && otherDriver(base, over)) return over;
  if (over.kind === "scalar" && over.value === null) return base;
  if (base.kind === "map" && over.kind === "map") return mergeMaps(base, over, path);
  if (base.kind === "list" && over.kind === "list") return appended(base, over, place);
  return replaced(base, over);
}

/** `services.web.ports` as `services.*.ports`: the names that users choose are stars. */
function patternOf(path: Path): string {
  return path
    .map((step, index) => {
      if (index === 1) return "*";
      return index === 3 && path[2] === "ulimits" ? "*" : step;
    })
    .join(".");
}

function mergeMaps(base: YamlMap, over: YamlMap, path: Path): YamlMap {
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) {
    const earlier = entries.get(name);
    const value =
      earlier === undefined
        ? entry.value
        : mergeCompose(earlier.value, entry.value, [...path, name]);
    // A service, a volume or a network is named where it is first named; a field where it is last set.
    const key = path.length === 1 && earlier !== undefined ? earlier.key : entry.key;
    entries.set(name, { key, value });
  }
  return { ...base, entries };
}

function replaced(base: YamlNode, over: YamlNode): YamlNode {
  const place: RelatedPlace = { span: base.span, label: "what stands here is replaced" };
  return { ...over, through: [...(over.through ?? []), place] };
}

function appended(base: YamlList, over: YamlList, place: string): YamlList {
  const items = [...base.items, ...over.items];
  return unique({ ...base, items }, place);
}

/** Keeps the later of two items with the same identity, at the place of the earlier one. */
function unique(list: YamlList, place: string): YamlList {
  const identity = UNIQUE[place] ?? (place.endsWith("extra_hosts") ? asText : undefined);
  if (identity === undefined) return list;
  const at = new Map<string, number>();
  const items: YamlNode[] = [];
  for (const item of list.items) {
    const key = identity(item);
    const earlier = key === undefined ? undefined : at.get(key);
    if (earlier !== undefined) items[earlier] = item;
    else {
      if (key !== undefined) at.set(key, items.length);
      items.push(item);
    }
  }
  return { ...list, items };
}

function asList(node: YamlNode): YamlList {
  if (node.kind === "list") return node;
  const items =
    node.kind === "map"
      ? [...node.entries.values()].map((entry) => entry.value)
      : node.value === null
        ? []
        : [node];
  const { span, through } = node;
  return { kind: "list", span, items, ...(through === undefined ? {} : { through }) };
}

/** A list of names as a map of names to nothing. */
function namesOf(node: YamlNode): YamlMap {
  if (node.kind === "map") return node;
  const entries = new Map<string, YamlEntry>();
  for (const item of node.kind === "list" ? node.items : []) {
    if (item.kind !== "scalar") continue;
    entries.set(item.text, { key: item, value: nothingAt(item) });
  }
  return { kind: "map", span: node.span, entries };
}

function nothingAt(node: YamlNode): YamlNode {
  return { kind: "scalar", span: node.span, value: null, text: "", style: "plain" };
}

/** The short form of `build` is its context. */
export function buildOf(node: YamlNode): YamlMap {
  if (node.kind === "map") return node;
  const { span, through } = node;
  const entries = new Map<string, YamlEntry>();
  if (node.kind === "scalar" && node.value !== null) {
    const key = { ...node, value: "context", text: "context" };
    entries.set("context", { key, value: node });
  }
  return { kind: "map", span, entries, ...(through === undefined ? {} : { through }) };
}

function otherDriver(base: YamlNode, over: YamlNode): boolean {
  const before = asText(get(base, "driver"));
  const after = asText(get(over, "driver"));
  return before !== undefined && after !== undefined && before !== after;
}

function targetOf(item: YamlNode, directory: string): string | undefined {
  const text = asText(item);
  if (text !== undefined) return `${directory}${text}`;
  return asText(get(item, "target")) ?? `${directory}${asText(get(item, "source")) ?? ""}`;
}

function deviceTarget(item: YamlNode): string | undefined {
  const text = asText(item);
  if (text === undefined) return asText(get(item, "target"));
  const [source, target] = text.split(":");
  return target ?? source;
}

function portIdentity(item: YamlNode): string | undefined {
  const text = asText(item);
  if (text !== undefined) return text;
  const part = (name: string, otherwise: string): string => asText(get(item, name)) ?? otherwise;
  const host = part("host_ip", "0.0.0.0");
  return `${host}:${part("published", "")}:${part("target", "")}/${part("protocol", "tcp")}`;
}

/** Takes `!reset` entries out, and the items that they stand for. */
export function withoutResets(node: YamlNode): YamlNode {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") {
    if (!node.items.some((item) => item.kind !== "scalar" || item.tag === "!reset")) return node;
    const items = node.items.filter((item) => item.tag !== "!reset").map(withoutResets);
    return { ...node, items };
  }
  const entries = new Map<string, YamlEntry>();
  for (const [name, { key, value }] of node.entries) {
    if (value.tag !== "!reset") entries.set(name, { key, value: withoutResets(value) });
  }
  return { ...node, entries };
}
