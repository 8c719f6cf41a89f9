/** What the grants and words of a policy mean where they mean more than they seem. */

import { capability, type CapabilityDanger } from "../../linux/capabilities.ts";
import { hostDevice } from "../../linux/devices.ts";
import { sysctlFacts } from "../../linux/sysctls.ts";
import type { Severity } from "../../model/finding.ts";
import { severities } from "../../model/finding.ts";
import { rules } from "../../rules/registry.ts";
import { bindDangers } from "./bind-dangers.ts";
import type { ClientPolicy } from "./client-policy.ts";
import type { Danger, Surroundings } from "./danger.ts";
import { FREE_PORTS } from "./values.ts";
import { wordDangers } from "./word-dangers.ts";

export type { Danger, Surroundings } from "./danger.ts";

/** Gravest first. Empty for a policy whose client can do no more than its words say. */
export function dangersOf(policy: ClientPolicy, around?: Surroundings): readonly Danger[] {
  const all = [
    ...wordDangers(policy),
    ...(policy.operations.has("ContainerCreate") || policy.operations.has("ServiceCreate")
      ? creationDangers(policy, around)
      : []),
  ];
  return all.toSorted(
    (left, right) => severities.indexOf(left.severity) - severities.indexOf(right.severity),
  );
}

function creationDangers(policy: ClientPolicy, around: Surroundings | undefined): Danger[] {
  return [
    ...ceilingDangers(policy),
    ...policy.grants.binds.flatMap((bind) => bindDangers(bind, policy, around)),
    ...[...policy.grants.capabilities].flatMap((name) => capabilityDangers(name)),
    ...policy.grants.devices.flatMap((path) => deviceDangers(path)),
    ...[...policy.grants.sysctls].flatMap((name) => sysctlDangers(name)),
    ...nameDangers(policy),
    ...switchDangers(policy),
  ];
}

function ceilingDangers({ ceiling, forced }: ClientPolicy): Danger[] {
  const dangers: Danger[] = [];
  if (ceiling.refuse === "none") {
    dangers.push({
      severity: "high",
      grant: "posture refuse none",
      meaning: "no finding of the rulebook stops a creation; what no grant names is still refused",
    });
  } else if (severities.indexOf(ceiling.refuse) < severities.indexOf("medium")) {
    dangers.push({
      severity: "medium",
      grant: `posture refuse ${ceiling.refuse}`,
      meaning: "findings that are less grave pass, where the default stops at medium",
    });
  }
  for (const { id, severity, title } of rules) {
    if (ceiling.rules.get(id) !== "off" || severities.indexOf(severity) > 1) continue;
    dangers.push({ severity: "low", grant: `rule ${id} off`, meaning: `passes: ${lower(title)}` });
  }
  if (!forced.noNewPrivileges) {
    dangers.push({
      severity: "low",
      grant: "no-new-privileges not forced",
      meaning: "setuid programs in its containers still give root inside",
    });
  }
  return dangers;
}

function lower(title: string): string {
  return /^[A-Z][a-z]/.test(title) ? title.slice(0, 1).toLowerCase() + title.slice(1) : title;
}

const GRAVITY: Readonly<Record<CapabilityDanger, Severity | undefined>> = {
  "host-root": "critical",
  kernel: "high",
  "host-affecting": "high",
  lateral: "medium",
  benign: undefined,
};

function capabilityDangers(name: string): Danger[] {
  const grant = `capability ${name}`;
  if (name === "ALL") {
    return [
      { severity: "critical", grant, meaning: "all capabilities together are root of the host" },
    ];
  }
  const facts = capability(name);
  const severity = facts === undefined ? "medium" : GRAVITY[facts.danger];
  const meaning = lower(facts?.gain ?? "a capability that this version does not know");
  return severity === undefined ? [] : [{ severity, grant, meaning: meaning.replace(/\.$/, "") }];
}

function deviceDangers(path: string): Danger[] {
  const { severity, is, gain } = hostDevice(path);
  if (severity === "none") return [];
  return [{ severity, grant: `device ${path}`, meaning: `${is}: who has it ${gain}` }];
}

function sysctlDangers(name: string): Danger[] {
  const danger = sysctlFacts(name).danger;
  if (danger === undefined) return [];
  return [{ severity: danger.severity, grant: `sysctl ${name}`, meaning: `it ${danger.gain}` }];
}

/** What is granted by a name, or by a pattern of names. */
function nameDangers({ grants, build, forced }: ClientPolicy): Danger[] {
  const dangers: Danger[] = [];
  const add = (severity: Severity, grant: string, meaning: string): void => {
    dangers.push({ severity, grant, meaning });
  };
  for (const name of grants.networks) {
    if (name === "host") {
      const builds = build === "refused" ? "" : "; builds may use it too";
      add(
        "high",
        "network host",
        `services that listen on 127.0.0.1 of the host are reached, and its traffic seen${builds}`,
      );
    } else if (/^\**$/.test(name)) {
      add("medium", `networks ${name}`, "its containers join every network, those of others too");
    }
  }
  if (forced.network === "host") {
    add("high", "network host forced", "each of its containers stands in the host's network");
  }
  for (const name of grants.volumes) {
    if (!/^\**$/.test(name)) continue;
    add("high", `volumes ${name}`, "its containers mount every volume, with the data of others");
  }
  for (const name of grants.deviceRequests) {
    add("medium", `device request ${name}`, "its definition on the host may add mounts and hooks");
  }
  for (const name of grants.runtimes) {
    add("medium", `runtime ${name}`, "another runtime may confine less than the default one");
  }
  for (const name of grants.logDrivers) {
    const harmless = ["json-file", "local", "none"].includes(name);
    if (harmless) continue;
    add(
      "medium",
      `log driver ${name}`,
      "the engine connects, as root of the host, to what its options name",
    );
  }
  for (const name of grants.volumeDrivers) {
    add("high", `volume driver ${name}`, "a plugin does as root of the host what its options say");
  }
  for (const name of grants.networkDrivers) {
    const isLocal = name === "bridge";
    if (isLocal) continue;
    const meaning = /^(?:macvlan|ipvlan)$/.test(name)
      ? "its containers stand in the host's own network, past its firewall"
      : "its networks reach further than this host's bridge";
    add("medium", `network driver ${name}`, meaning);
  }
  for (const name of grants.labels) {
    add("medium", `labels ${name}`, "other tools on this engine take orders from them");
  }
  for (const { address, first, last } of grants.ports) {
    if (last - first < 10_000 || first >= FREE_PORTS.first) continue;
    const where = address === "" ? "every address" : address;
    add(
      "medium",
      `ports ${String(first)}-${String(last)}`,
      `its containers may pose as services of the host on ${where}`,
    );
  }
  return dangers;
}

const NAMESPACES: Readonly<Record<string, readonly [Severity, string]>> = {
  pid: ["high", "its containers see the host's processes, and stop those of their own user"],
  ipc: ["medium", "its containers read and write shared memory of the host"],
  uts: ["low", "its containers see the host's name"],
  cgroup: ["medium", "its containers see the host's control groups"],
  user: ["high", "root inside is root of the host where the engine maps users"],
};

function switchDangers({ grants }: ClientPolicy): Danger[] {
  const dangers: Danger[] = [];
  const add = (severity: Severity, grant: string, meaning: string): void => {
    dangers.push({ severity, grant, meaning });
  };
  if (grants.privileged) {
    add("critical", "privileged", "a privileged container is root of the host");
  }
  if (grants.seccompUnconfined) {
    add("high", "seccomp-unconfined", "every system call of the kernel can be tried");
  }
  if (grants.apparmorUnconfined) {
    add("medium", "apparmor-unconfined", "mounts and kernel settings lose their second lock");
  }
  for (const name of grants.hostNamespaces) {
    const [severity, meaning] = NAMESPACES[name] ?? ["high", "a namespace of the host"];
    add(severity, `host namespace ${name}`, meaning);
  }
  if (grants.restart) {
    add("info", "restart", "its containers come back after the host restarts");
  }
  return dangers;
}
