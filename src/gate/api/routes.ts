/** dockerd's routes as data to match a decoded path with, in the order of their registration. */

import { routeRows, type NameKind } from "./by-hand/routes.ts";
import { operation, type Operation } from "./operations.ts";
import { minorOf } from "./structs.ts";

/** A literal run of the path, or a name in it. */
export type RoutePart = string | { readonly name: string; readonly kind: NameKind };

export interface Route {
  readonly method: string;
  readonly pattern: string;
  readonly operation: Operation;
  readonly parts: readonly RoutePart[];
  /** Matches the whole decoded path without its version, as gorilla/mux would; groups are the names. */
  readonly matcher: RegExp;
  /** Lowest minor version of API 1. */
  readonly since?: number;
}

const NAME = /\{([a-z]+)(?::(\.[*+]))?\}/;

function routeOf(row: (typeof routeRows)[number]): Route {
  const [method, pattern, id, kinds = [], since] = row;
  const parts: RoutePart[] = [];
  let source = "";
  let rest = pattern;
  for (const kind of kinds) {
    const name = NAME.exec(rest);
    if (name?.[1] === undefined) throw new Error(`${pattern} has fewer names than kinds`);
    parts.push(rest.slice(0, name.index), { name: name[1], kind });
    source += `${literal(rest.slice(0, name.index))}(${name[2] ?? "[^/]+"})`;
    rest = rest.slice(name.index + name[0].length);
  }
  if (rest.includes("{")) throw new Error(`${pattern} has more names than kinds`);
  if (rest !== "") parts.push(rest);
  return {
    method,
    pattern,
    operation: operation(id),
    parts,
    matcher: new RegExp(`^${source}${literal(rest)}$`, "su"),
    ...(since === undefined ? {} : { since: minorOf(since) }),
  };
}

const literal = (text: string): string => text.replaceAll(/[.+*?^$()[\]{}|\\]/g, String.raw`\$&`);

export const routes: readonly Route[] = routeRows.map(routeOf);

const byMethod: ReadonlyMap<string, readonly Route[]> = Map.groupBy(routes, ({ method }) => method);

export interface RouteMatch {
  readonly route: Route;
  /** In the order of the pattern's names. */
  readonly names: readonly {
    readonly kind: NameKind;
    readonly name: string;
    readonly value: string;
  }[];
}

/** The first route that dockerd would take; `path` is decoded and without a version. */
export function findRoute(method: string, path: string): RouteMatch | undefined {
  for (const route of byMethod.get(method) ?? []) {
    const match = route.matcher.exec(path);
    if (match === null) continue;
    const names = route.parts.filter((part) => typeof part !== "string");
    return {
      route,
      names: names.map((part, index) => ({ ...part, value: match[index + 1] ?? "" })),
    };
  }
  return undefined;
}

/** Whether any route has the method: dockerd knows no others. */
export function isKnownMethod(method: string): boolean {
  return byMethod.has(method);
}
