/** Turns the `yaml` package's nodes into the project's: aliases followed, merge keys applied, scalars resolved. */

import { isAlias, isMap, isPair, isScalar, isSeq } from "yaml";
import type { Alias, Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { unknownAt } from "../../model/fact.ts";
import type { RelatedPlace, Unknown } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { addPlace } from "./access.ts";
import type { YamlEntry, YamlNode, YamlScalar } from "./node.ts";
import { resolvePlain, resolveTagged } from "./resolve-scalar.ts";
import type { BooleanWords } from "./resolve-scalar.ts";

/** How many nodes aliases and merge keys may add to a document (go-yaml gets suspicious at as many). */
const MAX_EXPANDED_NODES = 100_000;
/** How deep a tree may become when aliases are followed. */
const MAX_EXPANDED_DEPTH = 400;

export interface Converted {
  readonly root: YamlNode | undefined;
  readonly unknowns: readonly Unknown[];
  /** A `{{ … }}` stands where YAML reads nested maps, so the document is a template. */
  readonly templated: boolean;
}

/** An anchored node with its size and height, so that an expansion is judged before it is made. */
interface Anchored {
  readonly node: YamlNode;
  readonly size: number;
  readonly height: number;
}

interface State {
  readonly file: SourceFile;
  readonly booleans: BooleanWords;
  readonly anchors: Map<string, Anchored | "open">;
  readonly unknowns: Unknown[];
  templated: boolean;
  expanded: number;
}

/** A converted node with its size (nodes in it) and height (levels of nesting). */
interface Measured {
  readonly node: YamlNode;
  readonly size: number;
  readonly height: number;
}

/** Converts a document without errors. */
export function convertDocument(
  file: SourceFile,
  document: Document.Parsed,
  booleans: BooleanWords,
): Converted {
  const state: State = {
    file,
    booleans,
    anchors: new Map(),
    unknowns: [],
    templated: false,
    expanded: 0,
  };
  const { contents } = document;
  const empty =
    contents === null ||
    (isScalar(contents) && contents.source === "" && !contents.tag && isPlain(contents));
  const root = empty ? undefined : convert(contents, state).node;
  return { root, unknowns: state.unknowns, templated: state.templated };
}

function convert(node: unknown, state: State): Measured {
  if (isAlias(node)) return convertAlias(node, state);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) state.anchors.set(anchor, "open");
  const converted = isScalar(node)
    ? { node: convertScalar(node, state), size: 1, height: 0 }
    : isMap(node)
      ? convertMap(node, state)
      : isSeq(node)
        ? convertSequence(node, state)
        : { node: emptyScalar(spanOf(undefined, state)), size: 1, height: 0 };
  if (anchor !== undefined) state.anchors.set(anchor, converted);
  return converted;
}

function spanOf(range: readonly number[] | null | undefined, state: State): Span {
  const length = state.file.text.length;
  const start = Math.min(range?.[0] ?? 0, length);
  return { file: state.file, start, end: Math.max(start, Math.min(range?.[1] ?? start, length)) };
}

function emptyScalar(span: Span): YamlScalar {
  return { kind: "scalar", span, value: null, text: "", style: "plain" };
}

function isPlain(scalar: Scalar): boolean {
  return scalar.type === undefined || scalar.type === "PLAIN";
}

function shortTag(tag: string): string {
  return tag.startsWith("tag:yaml.org,2002:") ? `!!${tag.slice(18)}` : tag;
}

function convertScalar(scalar: Scalar, state: State): YamlScalar {
  const text = scalar.source ?? "";
  const span = spanOf(scalar.range, state);
  const { type } = scalar;
  const style =
    type === "QUOTE_DOUBLE"
      ? "double"
      : type === "QUOTE_SINGLE"
        ? "single"
        : type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED"
          ? "block"
          : "plain";
  if (scalar.tag !== undefined) {
    const tag = shortTag(scalar.tag);
    const typed = style === "plain" || tag.startsWith("!!");
    const value = typed ? resolveTagged(tag, text, state.booleans) : text;
    return { kind: "scalar", span, value, text, style, tag };
  }
  const value = style === "plain" ? resolvePlain(text, state.booleans) : text;
  return { kind: "scalar", span, value, text, style };
}

function convertSequence(sequence: YAMLSeq, state: State): Measured {
  const items: YamlNode[] = [];
  let lastEnd: number | undefined;
  let size = 1;
  let height = 0;
  for (const item of sequence.items) {
    // A flow sequence may hold `key: value` pairs: each is a map of one entry.
    const converted = isPair(item) ? convertPairs([item], undefined, state) : convert(item, state);
    items.push(converted.node);
    lastEnd = endOf(item, converted.node, state);
    size += converted.size;
    height = Math.max(height, converted.height + 1);
  }
  const span = collectionSpan(sequence, lastEnd, state);
  const tag = sequence.tag === undefined ? {} : { tag: shortTag(sequence.tag) };
  return { node: { kind: "list", span, items, ...tag }, size, height };
}

function convertMap(map: YAMLMap, state: State): Measured {
  return convertPairs(map.items, map, state);
}

function convertPairs(pairs: readonly Pair[], map: YAMLMap | undefined, state: State): Measured {
  const entries = new Map<string, YamlEntry>();
  const merges: Measured[] = [];
  let lastEnd: number | undefined;
  let size = 1;
  let height = 0;
  for (const pair of pairs) {
    if (isMergeKey(pair.key)) {
      const measured = convert(pair.value, state);
      lastEnd = endOf(pair.value, measured.node, state);
      merges.push(measured);
      continue;
    }
    const key = keyOf(pair.key, state);
    if (key === undefined) continue;
    const measured = convert(pair.value, state);
    const value = pair.value === null ? emptyScalar(key.span) : measured.node;
    lastEnd = Math.max(
      key.through === undefined ? key.span.end : 0,
      endOf(pair.value, value, state),
    );
    size += measured.size + 1;
    height = Math.max(height, measured.height + 1);
    const earlier = entries.get(key.text);
    if (earlier !== undefined) reportDuplicate(key, state);
    entries.set(key.text, { key, value });
  }
  for (const merge of merges) {
    const added = applyMerge(entries, merge, state);
    size += added;
    height = Math.max(height, merge.height);
  }
  const first = entries.values().next().value?.key;
  const span =
    map === undefined
      ? {
          file: state.file,
          start: first?.span.start ?? 0,
          end: Math.max(first?.span.start ?? 0, lastEnd ?? 0),
        }
      : collectionSpan(map, lastEnd, state);
  const tag = map?.tag === undefined ? {} : { tag: shortTag(map.tag) };
  return { node: { kind: "map", span, entries, ...tag }, size, height };
}

/** Where a node's own text ends: for an alias, the alias. */
function endOf(source: unknown, converted: YamlNode, state: State): number {
  return isAlias(source) ? spanOf(source.range, state).end : converted.span.end;
}

/** A block collection's range runs on over trailing comments; its own text ends with its last node. */
function collectionSpan(
  collection: YAMLMap | YAMLSeq,
  lastEnd: number | undefined,
  state: State,
): Span {
  const span = spanOf(collection.range, state);
  if (collection.flow === true || lastEnd === undefined) return span;
  return { ...span, end: Math.max(span.start, Math.min(span.end, lastEnd)) };
}

function isMergeKey(key: unknown): boolean {
  return (
    isScalar(key) &&
    key.source === "<<" &&
    isPlain(key) &&
    (key.tag === undefined || key.tag === "tag:yaml.org,2002:merge")
  );
}

function keyOf(key: unknown, state: State): YamlScalar | undefined {
  if (key === null || key === undefined) return emptyScalar(spanOf(undefined, state));
  const { node } = convert(key, state);
  if (node.kind === "scalar") return node;
  if (
    state.file.text.startsWith("{", node.span.start) &&
    node.span.start > 0 &&
    state.file.text[node.span.start - 1] === "{"
  ) {
    state.templated = true;
  } else {
    state.unknowns.push(
      unknownAt(
        node.span,
        "mapping key",
        "a map or a list is used as a key",
        "use plain text as the key",
      ),
    );
  }
  return undefined;
}

function reportDuplicate(key: YamlScalar, state: State): void {
  state.unknowns.push(
    unknownAt(
      key.span,
      "duplicate key",
      "the key stands here a second time in the same map; the last one is taken, and strict readers refuse the file",
      "remove one of the two",
    ),
  );
}

function convertAlias(alias: Alias, state: State): Measured {
  const span = spanOf(alias.range, state);
  const nothing: Measured = { node: emptyScalar(span), size: 1, height: 0 };
  const anchored = state.anchors.get(alias.source);
  if (anchored === undefined || anchored === "open") {
    const why =
      anchored === "open"
        ? "the alias stands inside the node that it names, so it has no end"
        : "no anchor of this name stands before the alias";
    state.unknowns.push(
      unknownAt(span, "alias", why, "correct the alias or add the anchor (`&name`) before it"),
    );
    return nothing;
  }
  if (!afford(anchored.size, anchored.height, span, state)) return nothing;
  const place: RelatedPlace = { span, label: "used here through an alias" };
  return { ...anchored, node: addPlace(anchored.node, place) };
}

/** Whether an expansion stays within bounds; the first that does not is reported. */
function afford(size: number, height: number, span: Span, state: State): boolean {
  const before = state.expanded;
  state.expanded += size;
  if (state.expanded <= MAX_EXPANDED_NODES && height <= MAX_EXPANDED_DEPTH) return true;
  if (before <= MAX_EXPANDED_NODES) {
    state.unknowns.push(
      unknownAt(
        span,
        "alias",
        "aliases multiply the document beyond what is read; this one and those after it are left out",
        "use fewer nested aliases",
      ),
    );
  }
  state.expanded = Math.max(state.expanded, MAX_EXPANDED_NODES + 1);
  return false;
}

/** Adds the entries that a merge key brings and returns how many nodes they are. Own entries win, then earlier ones. */
function applyMerge(entries: Map<string, YamlEntry>, merge: Measured, state: State): number {
  const { node } = merge;
  const sources = node.kind === "list" ? node.items : [node];
  for (const source of sources) {
    if (source.kind !== "map") {
      state.unknowns.push(
        unknownAt(
          (source.through?.[0] ?? source).span,
          "merge key",
          "`<<` takes a map or a list of maps",
          "give it an alias of a map",
        ),
      );
      continue;
    }
    for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
  }
  return merge.size;
}
