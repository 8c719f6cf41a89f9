/**
 * What may be written for a namespace; engines refuse everything else.
 * Sources: moby/moby b985e23 api/types/container/hostconfig.go (Valid of every mode) and
 * daemon/names (names of networks); podman v5 and c6580b4a52 (6.0) pkg/specgen/namespaces.go, podman-run(1).
 */

import type { Namespace, Namespaces } from "../model/namespaces.ts";

type Name = keyof Namespaces;
type Engine = "docker" | "podman";

/** Words that stand for themselves. What an engine keeps to the container is `own`. */
const WORDS: Readonly<
  Record<Engine, Readonly<Record<Name, ReadonlyMap<string, Namespace["mode"]>>>>
> = {
  docker: {
    network: new Map([
      ["host", "host"],
      ["none", "none"],
    ]),
    pid: new Map([["host", "host"]]),
    ipc: new Map([
      ["host", "host"],
      ["none", "none"],
      ["private", "own"],
      ["shareable", "shareable"],
    ]),
    uts: new Map([["host", "host"]]),
    user: new Map([["host", "host"]]),
    cgroup: new Map([
      ["host", "host"],
      ["private", "own"],
    ]),
  },
  podman: {
    network: podmanWords(["none", "none"]),
    pid: podmanWords(),
    ipc: podmanWords(["none", "none"], ["shareable", "shareable"]),
    uts: podmanWords(),
    user: podmanWords(["auto", "own"], ["keep-id", "own"], ["nomap", "own"]),
    cgroup: podmanWords(),
  },
};

function podmanWords(
  ...more: readonly (readonly [string, Namespace["mode"]])[]
): ReadonlyMap<string, Namespace["mode"]> {
  return new Map([["host", "host"], ["private", "own"], ["pod", "pod"], ...more]);
}

/** Podman's modes with options behind a colon. */
const WITH_OPTIONS: Readonly<Partial<Record<Name, RegExp>>> = {
  // A network's name with its options, or several names with commas between them.
  network:
    /^(?:(?:bridge|pasta|slirp4netns):.|(?!(?:container|ns|host|none|private|pod|default)[:,])[A-Za-z0-9][\w.-]{0,254}(?::(?:alias|host_interface_name|interface_name|ip6?|mac|mode)=|,[A-Za-z0-9]))/,
  user: /^(?:auto|keep-id):./,
};

/** The namespaces of the host's init, and of Podman itself, which runs in them. Source: proc_pid_ns(5). */
const HOST_PATH = /^ns:\/proc\/(?:1|self|thread-self)\/ns\/\w/;

/** A network's name or id. */
const NETWORK_NAME = /^[A-Za-z0-9][\w.-]{0,254}$/;

/** Undefined for what the engine refuses. An empty text is not for here: it leaves the default. */
export function parseNamespaceMode(
  name: Name,
  text: string,
  engine: Engine,
): Namespace | undefined {
  const mode = WORDS[engine][name].get(text);
  if (mode !== undefined) return { mode };
  if (engine === "podman" && HOST_PATH.test(text)) return { mode: "host" };
  const joined = joinedTarget(name, text, engine);
  if (joined !== undefined) return { mode: "joined", target: joined };
  if (engine === "podman" && WITH_OPTIONS[name]?.test(text) === true) return { mode: "own" };
  return name === "network" && NETWORK_NAME.test(text) ? { mode: "own" } : undefined;
}

/** Docker joins the network, PID and IPC namespaces of containers; Podman joins all, and those at a path. */
function joinedTarget(name: Name, text: string, engine: Engine): string | undefined {
  const colon = text.indexOf(":");
  const prefix = text.slice(0, Math.max(colon, 0));
  const target = text.slice(colon + 1);
  if (target === "") return undefined;
  const joins = engine === "podman" || name === "network" || name === "pid" || name === "ipc";
  if (prefix === "container" && joins) return target;
  return prefix === "ns" && engine === "podman" ? target : undefined;
}

/** What may be written, for messages: "host or private". */
export function namespaceModes(name: Name, engine: Engine): string {
  const words = [...WORDS[engine][name].keys()].map((word) => `\`${word}\``);
  const joins = engine === "podman" || name === "network" || name === "pid" || name === "ipc";
  if (joins) words.push("`container:NAME`");
  if (name === "network") words.push("a network's name");
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
