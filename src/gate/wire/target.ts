/**
 * A request target, decoded once as Go does it, matched against dockerd's own routes, and written anew.
 * What two readers could see differently is refused.
 */

import type { Operation } from "../api/operations.ts";
import { findRoute, isKnownMethod, type Route, type RouteMatch } from "../api/routes.ts";
import { isName } from "./names.ts";
import { percentDecode, percentEncode } from "./percent.ts";
import { type Outcome, accept, refuse } from "./refusal.ts";

export interface VersionRange {
  /** Minor versions of API 1. */
  readonly least: number;
  readonly most: number;
  /** For a target without a version. */
  readonly assumed: number;
}

/** dockerd 29's default minimum is 1.40 (daemon/config/config.go), the schema here is 1.56. */
export const DEFAULT_VERSIONS: VersionRange = { least: 40, most: 56, assumed: 56 };

export interface Target {
  readonly route: Route;
  readonly operation: Operation;
  /** Minor version of API 1 that goes upstream. */
  readonly minor: number;
  /** Whether the client named the version itself. */
  readonly versioned: boolean;
  /** The names in the path, by the route's own words (`name`, `id`, `checkpoint`). */
  readonly names: ReadonlyMap<string, string>;
  /** Undecoded, without the question mark; for `parseQuery`. */
  readonly rawQuery: string;
}

const LONGEST = 64 * 1024;
/** What may stand in an origin-form target (RFC 9112, 3.2.1); quotes and brackets as clients send them. */
const ORIGIN_FORM = /^\/[\x21\x22\x24-\x5b\x5d-\x7e]*$/;
/** dockerd takes `/v[0-9.]+`; only this spelling means the same to every reader. */
const VERSION = /^\/v([^/]*)(?=\/)/;
const STRICT_VERSION = /^1\.(0|[1-9][0-9]{0,2})$/;

export function parseTarget(
  method: string,
  target: string,
  versions: VersionRange = DEFAULT_VERSIONS,
): Outcome<Target> {
  if (target.length > LONGEST)
    return refuse("too-large", "target", "the request target is too long");
  if (!ORIGIN_FORM.test(target) || target.startsWith("//")) {
    return refuse(
      "bad-target",
      "target",
      "the request target must be a path with an optional query",
    );
  }
  if (!isKnownMethod(method))
    return refuse("unknown-route", "method", "the Engine API has no such method");
  const question = target.indexOf("?");
  const path = decodePath(question === -1 ? target : target.slice(0, question));
  if (!path.ok) return path;
  if (LIBPOD.test(path.value)) return refuse("unknown-route", "path", NO_LIBPOD);
  const version = takeVersion(path.value, versions);
  if (!version.ok) return version;
  const match = findRoute(method, version.value.rest);
  if (match === undefined)
    return refuse("unknown-route", "path", "the Engine API has no such route");
  const { minor } = version.value;
  if (match.route.since !== undefined && minor < match.route.since) {
    return refuse(
      "unsupported-version",
      "path",
      `this route begins with API 1.${match.route.since}`,
    );
  }
  const names = checkNames(match);
  if (!names.ok) return names;
  return accept({
    route: match.route,
    operation: match.route.operation,
    minor,
    versioned: version.value.versioned,
    names: names.value,
    rawQuery: question === -1 ? "" : target.slice(question + 1),
  });
}

const LIBPOD = /^(?:\/v[0-9.]+)?\/libpod\//;
const NO_LIBPOD =
  "this is Podman's own API (libpod), of which nothing passes: use a client of the Docker API, such as docker with DOCKER_HOST at this socket";

const MIXED = /[\\#?\p{Cc}\p{Cf}\u2028\u2029]/u;

function decodePath(raw: string): Outcome<string> {
  const path = percentDecode(raw, "path");
  if (path === undefined)
    return refuse("bad-path", "path", "a percent escape in the path is broken");
  if (MIXED.test(path))
    return refuse("bad-path", "path", "the path holds a character that no route has");
  const segments = path.slice(1).split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    return refuse("bad-path", "path", "the path holds a dot segment");
  }
  // A last empty segment is a trailing slash; only two routes have one, and the route table decides.
  if (segments.slice(0, -1).includes("")) {
    return refuse("bad-path", "path", "the path holds an empty segment");
  }
  return accept(path);
}

interface Versioned {
  readonly minor: number;
  readonly versioned: boolean;
  readonly rest: string;
}

function takeVersion(path: string, versions: VersionRange): Outcome<Versioned> {
  const match = VERSION.exec(path);
  // `/version`, `/volumes/…`: dockerd's own pattern wants digits and dots after the v.
  if (match?.[1] === undefined || !/^[0-9.]+$/.test(match[1])) {
    return accept({ minor: versions.assumed, versioned: false, rest: path });
  }
  const minor = Number(STRICT_VERSION.exec(match[1])?.[1] ?? Number.NaN);
  if (Number.isNaN(minor)) {
    return refuse("bad-version", "path", "an API version is written v1.NN");
  }
  if (minor < versions.least || minor > versions.most) {
    return refuse(
      "unsupported-version",
      "path",
      `API 1.${minor} is not served: 1.${versions.least} to 1.${versions.most} are`,
    );
  }
  return accept({ minor, versioned: true, rest: path.slice(match[0].length) });
}

function checkNames(match: RouteMatch): Outcome<ReadonlyMap<string, string>> {
  for (const { kind, name, value } of match.names) {
    if (!isName(kind, value)) {
      return refuse("bad-name", name, `this is no name for: ${kind}`);
    }
  }
  return accept(new Map(match.names.map(({ name, value }) => [name, value])));
}

/** The path that goes upstream; `names` may have been replaced, by a full id for one. */
export function writePath(route: Route, minor: number, names: ReadonlyMap<string, string>): string {
  const parts = route.parts.map((part) =>
    typeof part === "string" ? part : percentEncode(names.get(part.name) ?? "", "/:@"),
  );
  return `/v1.${minor}${parts.join("")}`;
}
