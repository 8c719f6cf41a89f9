/** The container shares a namespace with another container, so one that is taken over reaches the other. */

import type { Fact } from "../../model/fact.ts";
import type { Namespace, Namespaces } from "../../model/namespaces.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { linuxRuntime } from "../posture.ts";
import { cisDocker, nist } from "../references.ts";

type Name = "pid" | "ipc" | "network";

const gains: Readonly<Record<Name, string>> = {
  pid: "Each sees the other's processes. An attacker in one reads the other's environment and files through /proc/PID/root and may stop or trace its processes where the uid is the same.",
  ipc: "Each sees the other's shared memory, semaphores and message queues. An attacker in one reads and changes what the other keeps there.",
  network:
    "Both have one network stack. An attacker in one reaches what the other serves on loopback only, and may listen in its place.",
};

export const rule: Rule = {
  id: "joined-namespace",
  title: "Container shares a namespace with another container",
  layer: "namespaces",
  severity: "medium",
  references: [...cisDocker("5.16", "5.17"), ...nist("3.4.3")],
  check: (workload) => {
    const runtime = linuxRuntime(workload);
    if (runtime === undefined) return [];
    return (["pid", "ipc", "network"] as const).flatMap((name) => {
      const fact = runtime.namespaces[name];
      return isJoined(name, fact) ? [draft(name, fact, workload)] : [];
    });
  },
};

/** A pod always shares network and ipc among its containers; only its pid namespace is a choice. */
function isJoined(name: Name, fact: Fact<Namespace>): boolean {
  if (!fact.known) return false;
  const { mode } = fact.value;
  return mode === "joined" || mode === "shareable" || (mode === "pod" && name === "pid");
}

function draft(name: Name, fact: Fact<Namespace>, workload: Workload): FindingDraft {
  const namespace: Namespace = fact.known ? fact.value : { mode: "joined" };
  const open = namespace.mode === "shareable";
  const whom =
    namespace.mode === "pod"
      ? "the pod's other containers"
      : (namespace.target ?? "another container");
  return {
    severity: name === "pid" ? "medium" : "low",
    confidence: "high",
    message: open
      ? `lets other containers join its ${name} namespace`
      : `shares the ${name} namespace with ${whom}`,
    detail: open
      ? `Any container on this engine that asks for it shares this one's ${name} namespace. ${gains[name]}`
      : gains[name],
    help: inForm(workload, {
      compose: `Remove \`${keyOf(name)}\` from the service, or give both one network or volume for what they exchange`,
      kubernetes: "Remove `shareProcessNamespace: true` from the pod",
      run: `Remove \`--${name}\``,
      oci: `Remove the \`path\` from the ${name} entry of \`linux.namespaces\``,
    }),
    at: fact.origin,
    label: open ? "open to other containers" : `shared with ${whom}`,
    subject: name,
  };
}

function keyOf(name: Name): keyof Namespaces | "network_mode" {
  return name === "network" ? "network_mode" : name;
}
