/**
 * Loads a Compose project into one tree: variables substituted, includes and extends followed, files
 * merged. Order of the steps per file: compose-spec/compose-go loader/loader.go (e70e961).
 */

import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { ReadContext } from "../contract.ts";
import { dirName, joinPath } from "../paths.ts";
import { addPlace, asText, get, itemsOf } from "../yaml/access.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/node.ts";
import { parseYaml } from "../yaml/parse.ts";
import type { Variables } from "./interpolate.ts";
import { legacyServices } from "./legacy.ts";
import { mergeCompose, withoutResets } from "./merge.ts";
import type { GrowthBudget } from "./variables.ts";
import { environmentVariables, interpolateTree, withDotenv } from "./variables.ts";

export interface Project {
  /** The merged file; undefined when nothing could be read. */
  readonly root: YamlMap | undefined;
  readonly unknowns: readonly Unknown[];
  /** The directory that a relative path written at this place is relative to. */
  readonly directoryOf: (span: Span) => string;
  readonly variablesOf: (span: Span) => Variables;
  /** The file has the form of Compose version 1, which has no schema any more. */
  readonly legacy: boolean;
}

/** How many files `include` and `extends` may open. */
const MAX_LOADS = 300;
/** How many characters variables may add to all files together. */
const MAX_GROWTH = 16 * 1024 * 1024;
/** How long a chain of `extends` may be. */
const MAX_EXTENDS = 50;
/** How many nodes `extends` may copy. */
const MAX_COPIED = 400_000;

interface Scope {
  /** Names the scope, so that what was loaded in it can be used again. */
  readonly key: string;
  readonly directory: string;
  readonly variables: Variables;
}

interface Loader {
  readonly context: ReadContext;
  readonly unknowns: Unknown[];
  readonly scopes: Map<string, Scope>;
  readonly trees: Map<string, YamlMap | undefined>;
  readonly models: Map<string, YamlMap | undefined>;
  readonly extended: WeakMap<YamlMap, Map<string, Extended | "open">>;
  readonly growth: GrowthBudget;
  readonly opened: Set<string>;
  copied: number;
  legacy: boolean;
}

/** A service with its `extends` resolved, and how long the chain was. */
interface Extended {
  readonly node: YamlNode;
  readonly chain: number;
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

/** A file's documents, one over the other, with variables substituted. */
function loadTree(file: SourceFile, scope: Scope, loader: Loader): YamlMap | undefined {
  const key = `${scope.key}\0${file.path}`;
  if (loader.trees.has(key)) return loader.trees.get(key);
  const { documents, unknowns } = parseYaml(file, { booleans: "yaml-1.2" });
  loader.unknowns.push(...unknowns);
  let tree: YamlMap | undefined;
  for (const { root } of documents) {
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
    const file = open(joinPath(scope.directory, path), item.span, "included file", loader);
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

function textsOf(node: YamlNode | undefined): string[] {
  const items = node?.kind === "list" ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item) => asText(item) ?? []);
}

/** Git, OCI and web addresses. */
export function isRemote(path: string): boolean {
  return (
    /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/|oci:)/i.test(path) || /\.git(?:#|$)/.test(path)
  );
}

function open(path: string, span: Span, what: string, loader: Loader): SourceFile | undefined {
  loader.opened.add(path);
  const read =
    loader.opened.size > MAX_LOADS
      ? ({
          ok: false,
          why: `the project opens more than ${MAX_LOADS} files`,
          settle: "include and extend fewer files",
        } as const)
      : loader.context.files.read(path);
  if (read.ok) return read.file;
  if (loader.opened.size <= MAX_LOADS + 1) {
    loader.unknowns.push(unknownAt(span, `${what} ${path}`, read.why, read.settle));
  }
  return undefined;
}

/** Resolves `extends` of every service of one file. */
function applyExtends(tree: YamlMap, scope: Scope, loader: Loader): YamlMap {
  const services = tree.entries.get("services");
  if (services === undefined || services.value.kind !== "map") return tree;
  const source = services.value;
  const resolved = new Map<string, YamlEntry>();
  for (const [name, entry] of source.entries) {
    const { node } = extendService(name, entry, source, scope, loader);
    resolved.set(name, { key: entry.key, value: node });
  }
  const entries = new Map(tree.entries);
  entries.set("services", { key: services.key, value: { ...source, entries: resolved } });
  return { ...tree, entries };
}

function extendService(
  name: string,
  entry: YamlEntry,
  services: YamlMap,
  scope: Scope,
  loader: Loader,
  depth = 0,
): Extended {
  const memo = loader.extended.get(services) ?? new Map<string, Extended | "open">();
  loader.extended.set(services, memo);
  const known = memo.get(name);
  if (known !== undefined && known !== "open") return known;
  const service = entry.value;
  const extension = service.kind === "map" ? service.entries.get("extends") : undefined;
  if (service.kind !== "map" || extension === undefined) return { node: service, chain: 0 };
  const own: YamlMap = { ...service, entries: without(service.entries, "extends") };
  const lost = (why: string, settle: string): Extended => {
    const { span } = extension.value;
    loader.unknowns.push(unknownAt(span, `what service ${name} extends`, why, settle));
    return { node: own, chain: 0 };
  };
  if (known === "open")
    return lost("the services extend each other in a circle", "break the circle");
  if (depth >= MAX_EXTENDS) return tooLong(lost);
  memo.set(name, "open");
  const result = extendFrom(own, extension, services, scope, loader, depth, lost);
  memo.set(name, result);
  return result;
}

type Lost = (why: string, settle: string) => Extended;

function tooLong(lost: Lost): Extended {
  return lost(`the chain is longer than ${MAX_EXTENDS}`, "extend fewer services in a row");
}

function extendFrom(
  own: YamlMap,
  extension: YamlEntry,
  services: YamlMap,
  scope: Scope,
  loader: Loader,
  depth: number,
  lost: Lost,
): Extended {
  const written = extension.value;
  const reference = asText(written.kind === "map" ? get(written, "service") : written);
  if (reference === undefined) return lost("it names no service", "name one: `service: base`");
  const path = asText(get(written, "file"));
  let from = services;
  if (path !== undefined) {
    const other = servicesOf(path, written.span, scope, loader);
    if (other === undefined) return lost("its file could not be read", "correct the path");
    from = other;
  }
  const target = from.entries.get(reference);
  if (target === undefined) {
    return lost(`there is no service of the name ${reference.slice(0, 80)}`, "correct the name");
  }
  const base = extendService(reference, target, from, scope, loader, depth + 1);
  if (base.chain >= MAX_EXTENDS) return tooLong(lost);
  loader.copied += countNodes(base.node, MAX_COPIED);
  if (loader.copied > MAX_COPIED) {
    return lost("extends copies more than is read", "extend smaller services");
  }
  const label = `taken over by extending service ${reference.slice(0, 80)}`;
  const source = addPlace(withoutResets(base.node), { span: written.span, label });
  const node = source.kind === "map" ? mergeCompose(source, own, ["services", "*"]) : own;
  return { node, chain: base.chain + 1 };
}

/** The services of another file, which are extended as they are written: without its includes. */
function servicesOf(path: string, span: Span, scope: Scope, loader: Loader): YamlMap | undefined {
  if (isRemote(path)) return undefined;
  const from = loader.scopes.get(span.file.path)?.directory ?? scope.directory;
  const file = open(joinPath(from, path), span, "extended file", loader);
  if (file === undefined) return undefined;
  if (!loader.scopes.has(file.path)) {
    loader.scopes.set(file.path, { ...scope, directory: dirName(file.path) });
  }
  const services = get(loadTree(file, scope, loader), "services");
  return services?.kind === "map" ? services : undefined;
}

function without(entries: ReadonlyMap<string, YamlEntry>, name: string): Map<string, YamlEntry> {
  const rest = new Map(entries);
  rest.delete(name);
  return rest;
}

/** The number of nodes of a tree, at most `limit`. */
function countNodes(root: YamlNode, limit: number): number {
  const stack: YamlNode[] = [root];
  let count = 0;
  for (let node = stack.pop(); node !== undefined && count < limit; node = stack.pop()) {
    count += 1;
    if (node.kind === "list") for (const item of node.items) stack.push(item);
    else if (node.kind === "map")
      for (const entry of node.entries.values()) stack.push(entry.value);
  }
  return count;
}
