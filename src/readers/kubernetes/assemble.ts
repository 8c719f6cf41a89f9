/** Pods that no object holds whole: their specs are put together from nodes at other places. */

import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Report } from "../yaml/fields.ts";
import { asMap, asText, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";
import { baseName } from "../paths.ts";
import { isShell } from "../shell/shells.ts";

export type Entries = readonly (readonly [name: string, entry: YamlEntry | undefined])[];

/** A map of entries that keep their own places. Entries that are not there are left out. */
export function assembleMap(span: Span, entries: Entries): YamlMap {
  const present = new Map<string, YamlEntry>();
  for (const [name, entry] of entries) if (entry !== undefined) present.set(name, entry);
  return { kind: "map", span, entries: present };
}

/** An entry for a list of nodes, at the first of them; undefined for none. */
export function listEntry(name: string, items: readonly YamlNode[]): YamlEntry | undefined {
  const [first] = items;
  if (first === undefined) return undefined;
  const { file, start } = first.span;
  const value: YamlList = { kind: "list", span: first.span, items };
  return { key: wordAt(name, { file, start, end: start }), value };
}

/** A map with entries added or replaced. */
export function withEntries(map: YamlMap, entries: Entries): YamlMap {
  return { ...map, entries: new Map([...map.entries, ...assembleMap(map.span, entries).entries]) };
}

/** The first of the entries of a name in these maps. */
export function firstEntry(
  name: string,
  ...maps: readonly (YamlNode | undefined)[]
): YamlEntry | undefined {
  for (const map of maps) {
    const entry = entryOf(map, name);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Items or fields of one thing that many pods share: no pod takes over more. */
const MAX_SHARED = 50;

/** A map that many containers take over, cut off like `sharedItems`. */
export function sharedMap(map: YamlMap | undefined, report: Report): YamlMap | undefined {
  if (map === undefined || map.entries.size <= MAX_SHARED) return map;
  const why = `it has more than ${MAX_SHARED} fields, and the rest is not read`;
  report(unknownAt(map.span, "shared fields", why, "remove what means nothing"));
  return { ...map, entries: new Map([...map.entries].slice(0, MAX_SHARED)) };
}

/** The items of a list of a name in all of these maps. */
export function allItems(
  name: string,
  ...maps: readonly (YamlNode | undefined)[]
): readonly YamlNode[] {
  return maps.flatMap((map) => itemsOf(get(map, name)));
}

/** The items that every pod of `map` takes over; more than are taken over are told. */
export function sharedItems(
  name: string,
  map: YamlNode | undefined,
  report: Report,
): readonly YamlNode[] {
  const items = itemsOf(get(map, name));
  const more = items[MAX_SHARED];
  if (more !== undefined) {
    const why = `more than ${MAX_SHARED} of them are shared by all pods, and the rest is not read`;
    report(unknownAt(more.span, name, why, "give each pod what it needs"));
  }
  return items.slice(0, MAX_SHARED);
}

/** The pod of a spec, with metadata where there is any. */
export function assemblePod(spec: YamlMap, metadata: YamlEntry | undefined): YamlMap {
  const { file, start } = spec.span;
  const key = wordAt("spec", { file, start, end: start });
  return assembleMap(spec.span, [
    ["metadata", asMap(metadata?.value) === undefined ? undefined : metadata],
    ["spec", { key, value: spec }],
  ]);
}

/**
 * The command of a container whose script is written as text (`script` of a Tekton step, `source` of an
 * Argo script): what runs it, then the script as the argument that `sh -c` would get.
 */
export function scriptEntry(container: YamlMap, name: string): YamlEntry | undefined {
  const entry = entryOf(container, name);
  const script = entry?.value;
  if (entry === undefined || script?.kind !== "scalar" || script.text.trim() === "")
    return undefined;
  const words = itemsOf(get(container, "command")).map(asText);
  const program = interpreterOf(script.text) ?? words[0] ?? "sh";
  const before = isShell(program) ? [program, "-c"] : [program];
  const { key, value } = entry;
  const items = [...before.map((word) => wordAt(word, key.span)), value];
  return { key, value: { kind: "list", span: script.span, items } };
}

/** Of `#!/usr/bin/env bash`, `#!/bin/sh -e`. */
function interpreterOf(script: string): string | undefined {
  const found = /^\s*#![ \t]*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(script.slice(0, 300));
  if (found === null) return undefined;
  const program = baseName(found[1] ?? "");
  return program === "env" ? baseName(found[2] ?? "") : program;
}

function wordAt(text: string, span: Span): YamlScalar {
  return { kind: "scalar", span, value: text, text, style: "plain" };
}
