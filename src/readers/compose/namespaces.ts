/** `network_mode`, `pid`, `ipc`, `uts`, `userns_mode` and `cgroup`. */

import { namespaceModes, parseNamespaceMode } from "../../linux/namespace-modes.ts";
import type { Fact } from "../../model/fact.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import { get } from "../yaml/access.ts";
import type { ServiceScope } from "./facts.ts";
import { missingVariable, scalarFact } from "./facts.ts";

const FIELDS = {
  network: "network_mode",
  pid: "pid",
  ipc: "ipc",
  uts: "uts",
  user: "userns_mode",
  cgroup: "cgroup",
} as const;

/** What the service says over the defaults. */
export function namespacesOf(scope: ServiceScope, defaults: Namespaces): Namespaces {
  const read = (name: keyof Namespaces): Fact<Namespace> => {
    const node = get(scope.service, FIELDS[name]);
    if (node === undefined) return defaults[name];
    const isEmpty = node.kind === "scalar" && node.text.trim() === "";
    if (isEmpty && missingVariable(node) === undefined) return defaults[name];
    const expected = `a mode of the ${name} namespace: ${namespaceModes(name, "docker")}`;
    return scalarFact(node, (text) => modeOf(text, name), expected);
  };
  return {
    network: read("network"),
    pid: read("pid"),
    ipc: read("ipc"),
    uts: read("uts"),
    user: read("user"),
    cgroup: read("cgroup"),
  };
}

function modeOf(text: string, name: keyof Namespaces): { readonly value: Namespace } | undefined {
  const service = /^service:(.+)$/.exec(text)?.[1];
  if (service !== undefined && (name === "network" || name === "pid" || name === "ipc")) {
    return { value: { mode: "joined", target: `service ${service}` } };
  }
  const value = parseNamespaceMode(name, text, "docker");
  if (value?.target === undefined) return value === undefined ? undefined : { value };
  return { value: { ...value, target: `container ${value.target}` } };
}
