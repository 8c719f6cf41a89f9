/** `extends`: a service over the one that it takes over, in the same file or in another. */

import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { dirName, joinPath } from "../paths.ts";
import { addPlace, asText, get } from "../yaml/access.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../yaml/node.ts";
import type { Extended, Loader, Scope } from "./loader.ts";
import { isRemote, loadTree, openFile } from "./loader.ts";
import { mergeCompose, withoutResets } from "./merge.ts";

/** How long a chain of `extends` may be. */
const MAX_EXTENDS = 50;
/** How many nodes `extends` may copy. */
const MAX_COPIED = 150_000;

/** Resolves `extends` of every service of one file. */
export function applyExtends(tree: YamlMap, scope: Scope, loader: Loader): YamlMap {
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
  if (path !== undefined || depth > 0)
    loader.extendedIds.add(`${target.key.span.file.path}#services.${reference}`);
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
  const file = openFile(joinPath(from, path), span, "extended file", loader);
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
