/** A port of the container is open on the host. */

import type { PublishedPort } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { FindingDraft, Rule } from "../contract.ts";
import { inForm } from "../in-form.ts";
import { cisDocker, nist, podSecurity } from "../references.ts";
import { sensitivePorts } from "./well-known-ports.ts";

export const rule: Rule = {
  id: "host-port",
  title: "Port is open on the host",
  layer: "namespaces",
  severity: "low",
  references: [
    ...cisDocker("5.8", "5.9", "5.14"),
    podSecurity("baseline", "Host Ports"),
    ...nist("3.4.2"),
  ],
  check: (workload) => {
    if (workload.runtime === undefined) return [];
    const { namespaces, ports } = workload.runtime;
    const mode = namespaces.network.known ? namespaces.network.value.mode : "own";
    if (mode === "host" || mode === "none") return [];
    return ports.filter((port) => !isLoopback(port.address)).map((port) => draft(port, workload));
  },
};

function draft(port: PublishedPort, workload: Workload): FindingDraft {
  const everywhere = isEveryAddress(port.address);
  const service = sensitiveService(port);
  const where = everywhere
    ? "all addresses of the host"
    : `the host's address ${port.address ?? ""}`;
  const number = port.host ?? "a port that the engine picks";
  return {
    severity: service !== undefined && everywhere ? "medium" : "low",
    confidence: "high",
    message:
      service === undefined
        ? `port ${port.container} is open on ${where}`
        : `port ${port.container} (${service}) is open on ${where}`,
    detail: `Whoever reaches the host reaches the container's port ${port.container} at ${number}. ${
      service === undefined
        ? "An attacker needs no way into the container network to talk to it, and engines open published ports past the host's own firewall rules."
        : `An attacker on the network talks to ${service} directly; engines open published ports past the host's own firewall rules.`
    }`,
    help: inForm(workload, {
      compose: `Bind it to loopback (\`"127.0.0.1:${port.host ?? ""}:${port.container}"\`) or drop it; services of one project reach each other without published ports`,
      kubernetes: "Remove `hostPort` and put a Service in front of the pod",
      run: port.container.startsWith("(")
        ? "Replace `-P` by the ports that are needed, each bound to loopback: `-p 127.0.0.1:8080:8080`"
        : `Bind it to loopback (\`-p 127.0.0.1:${port.host ?? ""}:${port.container}\`) or drop it; containers of one network reach each other without published ports`,
      oci: "Open the port on loopback only",
    }),
    at: port.origin,
    label: `open on ${where}`,
    subject: `${port.container}/${port.protocol}`,
  };
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(127\.|localhost$|\[?::1\]?$)/.test(address);
}

function isEveryAddress(address: string | undefined): boolean {
  return address === undefined || /^(|0\.0\.0\.0|\[?::\]?|\*)$/.test(address);
}

/** The name of a service that stands behind the port, by the container's port, else the host's. */
function sensitiveService(port: PublishedPort): string | undefined {
  for (const text of [port.container, port.host ?? ""]) {
    const range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
    if (range === null) continue;
    const first = Number(range[1]);
    const last = Number(range[2] ?? range[1]);
    for (const [number, name] of sensitivePorts) if (number >= first && number <= last) return name;
  }
  return undefined;
}
