/**
 * Loads a Compose project into one tree: variables substituted, includes and extends followed, files
 * merged. Order of the steps per file: compose-spec/compose-go loader/loader.go (e70e961).
 */

import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { ReadContext } from "../contract.ts";
import { dirName, joinPath } from "../paths.ts";
import { asText, get, itemsOf } from "../yaml/access.ts";
import type { YamlMap, YamlNode } from "../yaml/node.ts";
import { applyExtends } from "./extends.ts";
import type { Variables } from "./interpolate.ts";
import type { Loader, Scope } from "./loader.ts";
import { isRemote, loadTree, openFile, textsOf } from "./loader.ts";
import { mergeCompose, withoutResets } from "./merge.ts";
import { environmentVariables, withDotenv } from "./variables.ts";

/** How many characters variables may add to all files together. */
const MAX_GROWTH = 16 * 1024 * 1024;

export interface Project {
  /** The merged file; undefined when nothing could be read. */
  readonly root: YamlMap | undefined;
  readonly unknowns: readonly Unknown[];
  /** The directory that a relative path written at this place is relative to. */
  readonly directoryOf: (span: Span) => string;
  readonly variablesOf: (span: Span) => Variables;
  /** The file has the form of Compose version 1, which has no schema any more. */
  readonly legacy: boolean;
  /** Ids of services of other files that services here extend, at whatever distance. */
  readonly extendedIds: ReadonlySet<string>;
}

/** Loads files that are merged in order, like several `-f`. Paths are relative to the first one's directory. */
export function loadProject(files: readonly SourceFile[], context: ReadContext): Project {
  const loader: Loader = {
    context,
    unknowns: [],
    scopes: new Map(),
    trees: new Map(),
    models: new Map(),
    extended: new WeakMap(),
    growth: { left: MAX_GROWTH },
    opened: new Set(),
    extendedIds: new Set(),
    copied: 0,
    legacy: false,
  };
  const directory = dirName(files[0]?.path ?? ".");
  const environment = environmentVariables(context.environment);
  const variables = withEnvFiles(
    environment,
    [joinPath(directory, ".env")],
    true,
    undefined,
    loader,
  );
  const scope: Scope = { key: directory, directory, variables };
  const root = loadModel(files, scope, [], loader);
  const merged = root === undefined ? undefined : withoutResets(root);
  const scopeOf = (span: Span): Scope => loader.scopes.get(span.file.path) ?? scope;
  return {
    root: merged?.kind === "map" ? merged : undefined,
    unknowns: loader.unknowns,
    directoryOf: (span) => scopeOf(span).directory,
    variablesOf: (span) => scopeOf(span).variables,
    legacy: loader.legacy,
    extendedIds: loader.extendedIds,
  };
}

function withEnvFiles(
  outer: Variables,
  paths: readonly string[],
  optional: boolean,
  span: Span | undefined,
  loader: Loader,
): Variables {
  let variables = outer;
  for (const path of paths) {
    if (optional && loader.context.files.kind(path) !== "file") continue;
    const read = loader.context.files.read(path);
    if (read.ok) {
      variables = withDotenv(variables, read.file, loader.unknowns);
      continue;
    }
    const { why, settle } = read;
    const where = span === undefined ? { path } : { path: span.file.path, span };
    loader.unknowns.push({ ...where, what: `environment file ${path}`, why, settle });
  }
  return variables;
}

/** One model: files merged in order, each with its includes and extends. */
function loadModel(
  files: readonly SourceFile[],
  scope: Scope,
  chain: readonly string[],
  loader: Loader,
): YamlMap | undefined {
  let model: YamlMap | undefined;
  for (const file of files) {
    if (!loader.scopes.has(file.path)) loader.scopes.set(file.path, scope);
    const tree = loadTree(file, scope, loader);
    if (tree === undefined) continue;
    const included = applyIncludes(tree, scope, [...chain, file.path], loader);
    const extended = applyExtends(included, scope, loader);
    const merged: YamlNode = model === undefined ? extended : mergeCompose(model, extended);
    if (merged.kind === "map") model = merged;
  }
  return model;
}

const RESOURCES = ["services", "volumes", "networks", "secrets", "configs", "models"];

/** Puts what is included below what the file says itself. */
function applyIncludes(
  tree: YamlMap,
  scope: Scope,
  chain: readonly string[],
  loader: Loader,
): YamlMap {
  const include = get(tree, "include");
  if (include === undefined) return tree;
  let result = tree;
  for (const item of itemsOf(include)) {
    const imported = loadInclude(item, scope, chain, loader);
    if (imported !== undefined) result = importResources(imported, result);
  }
  return result;
}

function loadInclude(
  item: YamlNode,
  scope: Scope,
  chain: readonly string[],
  loader: Loader,
): YamlMap | undefined {
  const lost = (why: string, settle: string): undefined => {
    loader.unknowns.push(unknownAt(item.span, "included file", why, settle));
    return undefined;
  };
  const listed = item.kind === "map" ? get(item, "path") : item;
  const paths = textsOf(listed);
  const [first] = paths;
  if (first === undefined) return lost("`include` names no file", "give it a `path`");
  if (paths.some(isRemote)) {
    return lost("it stands elsewhere and is not fetched", "check it where it stands");
  }
  const written = asText(get(item, "project_directory"));
  const files: SourceFile[] = [];
  for (const path of paths) {
    const file = openFile(joinPath(scope.directory, path), item.span, "included file", loader);
    if (file !== undefined) files.push(file);
  }
  const [main] = files;
  if (main === undefined) return undefined;
  if (chain.includes(main.path)) {
    return lost("the files include each other in a circle", "break the circle");
  }
  const directory = written === undefined ? dirName(main.path) : joinPath(scope.directory, written);
  const listedEnv = textsOf(get(item, "env_file")).filter((path) => path !== "/dev/null");
  const envFiles =
    get(item, "env_file") === undefined
      ? [joinPath(directory, ".env")]
      : listedEnv.map((path) => joinPath(scope.directory, path));
  const key = [scope.key, directory, ...envFiles].join("\0");
  const modelKey = `${key}\0\0${files.map((file) => file.path).join("\0")}`;
  if (loader.models.has(modelKey)) return loader.models.get(modelKey);
  const optional = get(item, "env_file") === undefined;
  const variables = withEnvFiles(scope.variables, envFiles, optional, item.span, loader);
  const model = loadModel(files, { key, directory, variables }, chain, loader);
  const imported = model === undefined ? undefined : withoutResets(model);
  const result = imported?.kind === "map" ? imported : undefined;
  loader.models.set(modelKey, result);
  return result;
}

function importResources(imported: YamlMap, tree: YamlMap): YamlMap {
  const entries = new Map(tree.entries);
  for (const resource of RESOURCES) {
    const from = imported.entries.get(resource);
    if (from === undefined || from.value.kind !== "map") continue;
    const own = entries.get(resource);
    if (own === undefined || own.value.kind !== "map") {
      entries.set(resource, from);
      continue;
    }
    const merged = new Map(from.value.entries);
    for (const [name, entry] of own.value.entries) {
      const earlier = merged.get(name);
      const value =
        earlier === undefined
          ? entry.value
          : mergeCompose(earlier.value, entry.value, [resource, name]);
      merged.set(name, { key: entry.key, value });
    }
    entries.set(resource, { key: own.key, value: { ...own.value, entries: merged } });
  }
  return { ...tree, entries };
}
