/** Small questions that readers ask of YAML nodes. None throws; what is not there is undefined. */

import type { RelatedPlace } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from "./node.ts";

/** The entry of a key; undefined when the node is no map or has no such key. */
export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === "map" ? node.entries.get(key) : undefined;
}

/** The value of a key; undefined when the node is no map or has no such key. */
export function get(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return entryOf(node, key)?.value;
}

/** The node at a path of keys and list indexes. */
export function nodeAt(
  node: YamlNode | undefined,
  path: readonly (string | number)[],
): YamlNode | undefined {
  let current = node;
  for (const step of path) {
    if (current?.kind === "list") current = current.items[Number(step)];
    else current = get(current, String(step));
  }
  return current;
}

/**
 * The span of what stands at a path; the nearest existing parent when it is absent. For an entry of a
 * map this runs from its key to the end of its value, unless an alias brought the value from elsewhere.
 */
export function spanAt(node: YamlNode, path: readonly (string | number)[]): Span {
  let current: YamlNode = node;
  let span = node.span;
  for (const step of path) {
    if (current.kind === "list") {
      const item: YamlNode | undefined = current.items[Number(step)];
      if (item === undefined) return span;
      current = item;
      span = item.span;
      continue;
    }
    const entry: YamlEntry | undefined = entryOf(current, String(step));
    if (entry === undefined) return span;
    current = entry.value;
    span = entrySpan(entry);
  }
  return span;
}

/** From the key to the end of the value; only the key's span when an alias brought the value from elsewhere. */
export function entrySpan(entry: YamlEntry): Span {
  const { key, value } = entry;
  const together = value.span.file === key.span.file && value.span.start >= key.span.start;
  if (!together || (value.through?.length ?? 0) > (key.through?.length ?? 0)) return key.span;
  return { ...key.span, end: Math.max(key.span.end, value.span.end) };
}

/** The entries of a map; none for anything else. */
export function entriesOf(node: YamlNode | undefined): readonly (readonly [string, YamlEntry])[] {
  return node?.kind === "map" ? [...node.entries] : [];
}

/** The items of a list; none for anything else. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === "list" ? node.items : [];
}

export function isNull(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === "scalar" && node.value === null);
}

/** The text of a scalar that is not null: `8080` for the number, `yes` for the boolean. */
export function asText(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? node.text : undefined;
}

/** The value of a string scalar; undefined for numbers, booleans and null, which typed readers refuse as strings. */
export function asString(node: YamlNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The value of a boolean scalar; undefined for everything else, texts such as "true" included. */
export function asBoolean(node: YamlNode | undefined): boolean | undefined {
  return node?.kind === "scalar" && typeof node.value === "boolean" ? node.value : undefined;
}

/** The value of a number scalar. */
export function asNumber(node: YamlNode | undefined): number | undefined {
  return node?.kind === "scalar" && typeof node.value === "number" ? node.value : undefined;
}

export function asMap(node: YamlNode | undefined): YamlMap | undefined {
  return node?.kind === "map" ? node : undefined;
}

export function asScalar(node: YamlNode | undefined): YamlScalar | undefined {
  return node?.kind === "scalar" ? node : undefined;
}

/** Plain data. Maps have no prototype, so a key such as `__proto__` is only a key. */
export function toPlain(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map((item) => toPlain(item));
  const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, entry] of node.entries) plain[name] = toPlain(entry.value);
  return plain;
}

/** A copy of a tree in which every node says through which place it came. */
export function addPlace<T extends YamlNode>(node: T, place: RelatedPlace): T;
export function addPlace(node: YamlNode, place: RelatedPlace): YamlNode {
  const through = [place, ...(node.through ?? [])];
  if (node.kind === "scalar") return { ...node, through };
  if (node.kind === "list") {
    return { ...node, through, items: node.items.map((item) => addPlace(item, place)) };
  }
  const entries: ReadonlyMap<string, YamlEntry> = new Map(
    [...node.entries].map(([name, entry]) => [
      name,
      { key: addPlace(entry.key, place), value: addPlace(entry.value, place) },
    ]),
  );
  return { ...node, through, entries } satisfies YamlMap;
}
