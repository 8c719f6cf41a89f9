/** What loading a Compose project keeps in mind, and how one file of it is opened. */

import { unknownAt } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { Unknown } from "../../model/fact.ts";
import type { ReadContext } from "../contract.ts";
import { tooLong } from "../length-bound.ts";
import { asText } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { Variables } from "./interpolate.ts";
import { legacyServices } from "./legacy.ts";
import { mergeCompose } from "./merge.ts";
import type { GrowthBudget } from "./variables.ts";
import { interpolateTree } from "./variables.ts";

/** How many files `include` and `extends` may open. */
const MAX_LOADS = 300;
/** How many documents of one file are merged. */
const MAX_DOCUMENTS = 100;

export interface Scope {
  /** Names the scope, so that what was loaded in it can be used again. */
  readonly key: string;
  readonly directory: string;
  readonly variables: Variables;
}

export interface Loader {
  readonly context: ReadContext;
  readonly unknowns: Unknown[];
  readonly scopes: Map<string, Scope>;
  readonly trees: Map<string, YamlMap | undefined>;
  readonly models: Map<string, YamlMap | undefined>;
  readonly extended: WeakMap<YamlMap, Map<string, Extended | "open">>;
  readonly growth: GrowthBudget;
  readonly opened: Set<string>;
  /** Ids of services of other files that services here extend, at whatever distance. */
  readonly extendedIds: Set<string>;
  copied: number;
  legacy: boolean;
}

/** A service with its `extends` resolved, and how long the chain was. */
export interface Extended {
  readonly node: YamlNode;
  readonly chain: number;
}

/** A file's documents, one over the other, with variables substituted. */
export function loadTree(file: SourceFile, scope: Scope, loader: Loader): YamlMap | undefined {
  const key = `${scope.key}\0${file.path}`;
  if (loader.trees.has(key)) return loader.trees.get(key);
  const { documents, unknowns } = parseYaml(file, { booleans: "yaml-1.2" });
  loader.unknowns.push(...unknowns);
  let tree: YamlMap | undefined;
  const late = documents[MAX_DOCUMENTS];
  if (late !== undefined) {
    const why = `the file has more than ${MAX_DOCUMENTS} documents; those after them are not read`;
    loader.unknowns.push(unknownAt(late.span, "Compose file", why, "split the file"));
  }
  for (const { root } of documents.slice(0, MAX_DOCUMENTS)) {
    if (root === undefined) continue;
    const substituted = interpolateTree(root, scope.variables, loader.unknowns, loader.growth);
    if (substituted.kind !== "map") {
      const why = "a Compose file is a map of `services:`, `volumes:` and so on";
      loader.unknowns.push(unknownAt(root.span, "Compose file", why, "write `services:` first"));
      continue;
    }
    const legacy = legacyServices(substituted);
    if (legacy !== undefined) {
      loader.legacy = true;
      loader.unknowns.push(legacy.unknown);
    }
    const current: YamlMap = legacy?.tree ?? substituted;
    const merged: YamlNode = tree === undefined ? current : mergeCompose(tree, current);
    if (merged.kind === "map") tree = merged;
  }
  loader.trees.set(key, tree);
  return tree;
}

/** Opens a file of the project; what cannot be opened is reported at the place that names it. */
export function openFile(
  path: string,
  span: Span,
  what: string,
  loader: Loader,
): SourceFile | undefined {
  loader.opened.add(path);
  const read =
    loader.opened.size > MAX_LOADS
      ? ({
          ok: false,
          why: `the project opens more than ${MAX_LOADS} files`,
          settle: "include and extend fewer files",
        } as const)
      : loader.context.files.read(path);
  const oversized = read.ok ? tooLong(read.file, "compose") : undefined;
  if (read.ok && oversized === undefined) return read.file;
  const { why, settle } = oversized ?? (read as Exclude<typeof read, { ok: true }>);
  if (loader.opened.size <= MAX_LOADS + 1) {
    loader.unknowns.push(unknownAt(span, `${what} ${path}`, why, settle));
  }
  return undefined;
}

/** The texts of a field that is one text or a list of them. */
export function textsOf(node: YamlNode | undefined): string[] {
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item) => asText(item) ?? []);
}

/** Git, OCI and web addresses. */
export function isRemote(path: string): boolean {
  return (
    /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|oci:)/i.test(path) || /\.git(?:#|$)/.test(path)
  );
}
