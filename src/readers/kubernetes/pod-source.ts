/** A pod as plain data with places, made only when a standard asks for it. */

import type { Span } from "../../model/source.ts";
import type { PodSource } from "../contract.ts";
import { entryOf, get, toPlain } from "../yaml/access.ts";
import type { YamlEntry, YamlNode } from "../yaml/node.ts";
import type { FoundPod } from "./objects.ts";

type Fields = Readonly<Record<string, unknown>>;

export function podSource(found: FoundPod): PodSource {
  let metadata: Fields | undefined;
  let spec: Fields | undefined;
  return {
    name: `${found.kind} ${found.name}`,
    source: found.span,
    get metadata(): Fields {
      metadata ??= fieldsOf(get(found.pod, "metadata"));
      return metadata;
    },
    get spec(): Fields {
      spec ??= fieldsOf(get(found.pod, "spec"));
      return spec;
    },
    locate: (path) => locate(found, path),
  };
}

function fieldsOf(node: YamlNode | undefined): Fields {
  return node?.kind === "map" ? (toPlain(node) as Fields) : {};
}

/**
 * The entry at a path. Where it is absent, the line that names its nearest existing parent: the parent's
 * key, or for an item of a list the item's first entry.
 */
function locate(found: FoundPod, path: readonly (string | number)[]): Span {
  let node: YamlNode = found.pod;
  let parent = found.span;
  let span = found.span;
  for (const step of path) {
    if (node.kind === "list") {
      const item: YamlNode | undefined = node.items[Number(step)];
      if (item === undefined) return parent;
      node = item;
      const first = firstEntry(item);
      span = item.span;
      parent = first === undefined ? item.span : entryLine(first);
      continue;
    }
    const entry: YamlEntry | undefined = entryOf(node, String(step));
    if (entry === undefined) return parent;
    node = entry.value;
    span = entryLine(entry);
    parent = entry.key.span;
  }
  return span;
}

function firstEntry(node: YamlNode): YamlEntry | undefined {
  if (node.kind !== "map") return undefined;
  return node.entries.get("name") ?? node.entries.values().next().value;
}

/** Key and value where the value is a scalar beside its key; else the key. */
function entryLine({ key, value }: YamlEntry): Span {
  const beside =
    value.kind === "scalar" &&
    value.through === undefined &&
    value.span.file === key.span.file &&
    value.span.end > key.span.end;
  return beside ? { ...key.span, end: value.span.end } : key.span;
}
