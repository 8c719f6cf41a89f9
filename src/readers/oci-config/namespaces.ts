/** `linux.namespaces`: one that is not listed is the runtime's own, which is the host's. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { Mount } from "../../model/mounts.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import { asNumber, entryOf, get, itemsOf } from "../yaml/access.ts";
import type { Report } from "../yaml/fields.ts";
import { mapsAt, textAt } from "../yaml/fields.ts";
import type { YamlMap } from "../yaml/node.ts";

interface Listed {
  readonly path: string | undefined;
  readonly span: Span;
}

export interface ReadNamespaces {
  readonly namespaces: Namespaces;
  /** The host's whole tree, where there is no mount namespace. */
  readonly mounts: readonly Mount[];
}

export function readNamespaces(linux: YamlMap | undefined, report: Report): ReadNamespaces {
  const listed = new Map<string, Listed>();
  for (const node of mapsAt(linux, "namespaces", report)) {
    const type = textAt(node, "type", report);
    if (type === undefined) continue;
    const span = entryOf(node, "type")?.value.span ?? node.span;
    listed.set(type, { path: textAt(node, "path", report), span });
  }
  const list = entryOf(linux, "namespaces")?.key.span;
  const missing: Origin = {
    kind: "default",
    of: "the OCI runtime",
    source: "runtime-spec v1.3.0, config-linux.md, namespaces",
    ...(list === undefined ? {} : { span: list }),
  };
  const namespace = (type: string): Fact<Namespace> => {
    const found = listed.get(type);
    return found === undefined
      ? known({ mode: "host" }, missing)
      : known(modeOf(found.path), { kind: "set", span: found.span });
  };
  const host: Mount = {
    type: "bind",
    source: "/",
    hostPath: "/",
    target: "/",
    readOnly: false,
    origin: missing,
  };
  return {
    namespaces: {
      network: namespace("network"),
      pid: namespace("pid"),
      ipc: namespace("ipc"),
      uts: namespace("uts"),
      user: userNamespace(namespace("user"), linux),
      cgroup: namespace("cgroup"),
    },
    mounts: listed.has("mount") ? [] : [host],
  };
}

/**
 * The host's: `/proc/1/ns/net`, and `/run/docker/netns/default`, at which Docker keeps the host's network
 * for `--network host`. Source: moby v28 libnetwork/sandbox.go, osl/namespace_linux.go GenerateKey.
 */
const OF_HOST = /^\/proc\/1\/ns\/\w+$|\/docker\/netns\/default$/;

function modeOf(path: string | undefined): Namespace {
  if (path === undefined || path === "") return { mode: "own" };
  return OF_HOST.test(path) ? { mode: "host" } : { mode: "joined", target: path };
}

/** A user namespace that maps the host's uid 0 keeps root what it is on the host. */
function userNamespace(user: Fact<Namespace>, linux: YamlMap | undefined): Fact<Namespace> {
  if (!user.known || user.value.mode !== "own") return user;
  const mapping = itemsOf(get(linux, "uidMappings")).find(
    (node) => asNumber(get(node, "hostID")) === 0 && asNumber(get(node, "size")) !== 0,
  );
  if (mapping === undefined) return user;
  const derived = "its mapping holds the host's uid 0";
  return known({ mode: "host" }, { kind: "set", span: mapping.span, derived });
}
