/** Flags that choose namespaces. */

import { namespaceModes, parseNamespaceMode } from "../../linux/namespace-modes.ts";
import type { Fact } from "../../model/fact.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import { known, unknownFact } from "../../model/fact.ts";
import type { Argument } from "./argument.ts";
import { split } from "./argument.ts";
import { factOf, last, originOf } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

type Engine = "docker" | "podman";

/** The namespaces that the flags of `run` set, over what holds without them. */
export function namespaceFacts(
  options: readonly Option[],
  engine: Engine,
  defaults: Namespaces,
): Namespaces {
  const pod = last(options, "pod");
  const inPod: Fact<Namespace> | undefined =
    pod === undefined ? undefined : known({ mode: "pod" }, originOf(pod));
  const choose = (fact: Fact<Namespace>, name: keyof Namespaces, flag: string): Fact<Namespace> => {
    const option = last(options, flag);
    return option === undefined ? fact : modeFact(option, name, engine, fact);
  };
  return {
    network: networkFact(options, engine, defaults.network) ?? inPod ?? defaults.network,
    pid: choose(defaults.pid, "pid", "pid"),
    ipc: choose(inPod ?? defaults.ipc, "ipc", "ipc"),
    uts: choose(inPod ?? defaults.uts, "uts", "uts"),
    user: choose(mappedUsers(options, engine) ?? defaults.user, "user", "userns"),
    cgroup: choose(defaults.cgroup, "cgroup", "cgroupns"),
  };
}

/** A mode that the engine does not know is unknown; an empty one leaves what holds without it. */
function modeFact(
  option: Option,
  name: keyof Namespaces,
  engine: Engine,
  otherwise: Fact<Namespace>,
): Fact<Namespace> {
  const fact = factOf(option, (text) => text);
  if (!fact.known) return fact;
  if (fact.value === "") return otherwise;
  const namespace = parseNamespaceMode(name, fact.value, engine);
  if (namespace !== undefined) return known(namespace, fact.origin);
  return unknownFact(
    `what ${option.written} is given is no mode of the ${name} namespace in ${engine === "docker" ? "Docker" : "Podman"}`,
    `write ${namespaceModes(name, engine)}`,
    fact.origin,
  );
}

/** Podman maps users to others of the host; Docker has no such flags. */
function mappedUsers(options: readonly Option[], engine: Engine): Fact<Namespace> | undefined {
  const mapped = last(options, "uidmap", "gidmap", "subuidname", "subgidname");
  if (mapped === undefined) return undefined;
  if (engine === "podman") {
    const roots = options.find(({ name, value }) => name === "uidmap" && mapsRootToRoot(value));
    if (roots === undefined) return known({ mode: "own" }, originOf(mapped));
    return unknownFact(
      "it maps root to root: with a rootful Podman that is the host's root",
      "map root to another user, as in `--uidmap 0:100000:65536`, or use `--userns=auto`",
      originOf(roots),
    );
  }
  return unknownFact(
    `Docker has no flag ${mapped.written}`,
    `remove ${mapped.written}`,
    originOf(mapped),
  );
}

/** `0:0:65536`, with a flag before it and with `@` for an id of the host. Source: podman-run(1), --uidmap. */
function mapsRootToRoot(value: Argument | undefined): boolean {
  return value === undefined || value.dynamic || /^[ug+]{0,3}0:@?0(?::|$)/.test(value.text);
}

/** The network may be given several times; the host's or another container's namespace decides. */
function networkFact(
  options: readonly Option[],
  engine: Engine,
  otherwise: Fact<Namespace>,
): Fact<Namespace> | undefined {
  const facts = options
    .filter((option) => option.name === "network" || option.name === "net")
    .map((option) => modeFact(named(option), "network", engine, otherwise));
  return (
    facts.find((fact) => fact.known && ["host", "joined", "pod"].includes(fact.value.mode)) ??
    facts.find((fact) => !fact.known) ??
    facts.find((fact) => fact.known && fact.value.mode !== "own") ??
    facts[0]
  );
}

/** `--network name=host,alias=x`: the name alone. */
function named(option: Option): Option {
  if (option.value === undefined) return option;
  const fields = split(option.value, ",");
  const field = fields.find(({ text }) => text.startsWith("name="));
  if (field === undefined) return option;
  const value = split(field, "=", 2)[1];
  return value === undefined ? option : { ...option, value };
}
