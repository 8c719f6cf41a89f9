/**
 * YAML and JSON as Compose and Kubernetes read them: plain nodes with places.
 *
 * Scalars are resolved as go-yaml does (octals, and YAML 1.1 booleans where the reader has them).
 * Keys stay text. Merge keys are applied, aliases are followed, so a reader sees ordinary maps and lists.
 */

import type { RelatedPlace, Unknown } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";

export type YamlNode = YamlMap | YamlList | YamlScalar;

interface YamlNodeBase {
  /** The node's own text: a scalar with its quotes, a collection from its first to its last entry. */
  readonly span: Span;
  /** A tag that was written: `!reset`, `!override`, `!!binary`; absent for none. */
  readonly tag?: string;
  /** Where an alias or a merge key brought this node from, nearest first. All nodes below it carry it too. */
  readonly through?: readonly RelatedPlace[];
}

export interface YamlMap extends YamlNodeBase {
  readonly kind: "map";
  /** In order of appearance; a merged entry comes after the map's own. */
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

export interface YamlList extends YamlNodeBase {
  readonly kind: "list";
  readonly items: readonly YamlNode[];
}

export interface YamlScalar extends YamlNodeBase {
  readonly kind: "scalar";
  /** As go-yaml resolves it. */
  readonly value: string | number | boolean | null;
  /** The scalar's text, unquoted and unescaped: `0755` for a value of 493, `yes` for true. */
  readonly text: string;
  readonly style: "plain" | "single" | "double" | "block";
  /** How a reader worked the text out when it is not what is written: "default of ${UID}". */
  readonly derived?: string;
  /** Variables in the text that have no value anywhere; the text then has nothing in their place. */
  readonly unresolved?: readonly string[];
}

/** A parsed file: its documents in order, and what could not be read. */
export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  readonly unknowns: readonly Unknown[];
}

export interface YamlDocument {
  /** Undefined for an empty document and for one that cannot be parsed, which then has an unknown. */
  readonly root: YamlNode | undefined;
  readonly span: Span;
}
