/** `network_mode`, `pid`, `ipc`, `uts`, `userns_mode` and `cgroup`. */

import type { Fact } from "../../model/fact.ts";
import type { Namespace, Namespaces } from "../../model/workload.ts";
import { get } from "../yaml/access.ts";
import type { ServiceScope } from "./facts.ts";
import { scalarFact } from "./facts.ts";

/** What the service says over the defaults. */
export function namespacesOf(scope: ServiceScope, defaults: Namespaces): Namespaces {
  const read = (field: string, otherwise: Fact<Namespace>): Fact<Namespace> => {
    const node = get(scope.service, field);
    if (node === undefined || (node.kind === "scalar" && node.value === null)) return otherwise;
    return scalarFact(node, (text) => ({ value: modeOf(text, field) }), "a namespace mode");
  };
  return {
    network: read("network_mode", defaults.network),
    pid: read("pid", defaults.pid),
    ipc: read("ipc", defaults.ipc),
    uts: read("uts", defaults.uts),
    user: read("userns_mode", defaults.user),
    cgroup: read("cgroup", defaults.cgroup),
  };
}

function modeOf(text: string, field: string): Namespace {
  if (text === "host") return { mode: "host" };
  const joined = /^(service|container):(.*)$/.exec(text);
  if (joined !== null) {
    return { mode: "joined", target: `${joined[1] ?? "container"} ${joined[2] ?? ""}` };
  }
  if (text === "none" && (field === "network_mode" || field === "ipc")) return { mode: "none" };
  if (text === "shareable" && field === "ipc") return { mode: "shareable" };
  return { mode: "own" };
}
