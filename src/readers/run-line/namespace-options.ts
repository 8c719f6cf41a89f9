/**
 * Flags that choose namespaces.
 * Sources: moby v28 api/types/container/hostconfig.go; docker/cli v28 opts/network.go;
 * podman v5 pkg/specgen/namespaces.go and podman-run(1).
 */

import type { Fact } from "../../model/fact.ts";
import type { Namespace, Namespaces } from "../../model/workload.ts";
import { known } from "../../model/fact.ts";
import { split } from "./argument.ts";
import { factOf, last, originOf } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

/** The namespaces that the flags of `run` set, over what holds without them. */
export function namespaceFacts(options: readonly Option[], defaults: Namespaces): Namespaces {
  const pod = last(options, "pod");
  const inPod: Fact<Namespace> | undefined =
    pod === undefined ? undefined : known({ mode: "pod" }, originOf(pod));
  const choose = (fact: Fact<Namespace>, ...names: string[]): Fact<Namespace> => {
    const option = last(options, ...names);
    return option === undefined ? fact : factOf(option, readNamespace);
  };
  const mapped = last(options, "uidmap", "gidmap", "subuidname", "subgidname");
  const user =
    mapped === undefined ? defaults.user : known<Namespace>({ mode: "own" }, originOf(mapped));
  return {
    network: networkFact(options) ?? inPod ?? defaults.network,
    pid: choose(defaults.pid, "pid"),
    ipc: choose(inPod ?? defaults.ipc, "ipc"),
    uts: choose(inPod ?? defaults.uts, "uts"),
    user: choose(user, "userns"),
    cgroup: choose(defaults.cgroup, "cgroupns"),
  };
}

/** The network may be given several times; the host's or another container's namespace decides. */
function networkFact(options: readonly Option[]): Fact<Namespace> | undefined {
  const facts = options
    .filter((option) => option.name === "network" || option.name === "net")
    .map((option) => factOf(named(option), readNetwork));
  return (
    facts.find((fact) => fact.known && fact.value.mode !== "own") ??
    facts.find((fact) => !fact.known) ??
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

function readNetwork(text: string): Namespace {
  const namespace = readNamespace(text);
  return namespace.mode === "shareable" ? { mode: "own" } : namespace;
}

function readNamespace(text: string): Namespace {
  if (text === "host") return { mode: "host" };
  if (text === "none") return { mode: "none" };
  if (text === "shareable") return { mode: "shareable" };
  if (text === "pod") return { mode: "pod" };
  if (text.startsWith("container:")) return { mode: "joined", target: text.slice(10) };
  if (text.startsWith("ns:")) return { mode: "joined", target: text.slice(3) };
  return { mode: "own" };
}
