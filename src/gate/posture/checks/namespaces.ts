/** Namespaces that are shared with the host or with another container. */

import { shown, textOf } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { ContainerFact } from "../facts/facts.ts";
import type { CheckRow, Judge } from "./check.ts";
import { judgeEndpoint, judgeEndpoints, judgeLinks, judgeNetwork } from "./networks.ts";
import { isStranger, noSuchContainer, unanswered } from "./others.ts";

type Joined = "networkMode" | "pidMode" | "ipcMode";

const LONGEST_CHAIN = 4;

/** The words that each mode takes beside `host` and, for some, `container:NAME`. */
function namespace(
  name: "pid" | "ipc" | "uts" | "cgroup" | "user",
  words: readonly string[],
): Judge {
  const joined: Joined | undefined =
    name === "pid" ? "pidMode" : name === "ipc" ? "ipcMode" : undefined;
  return (value, at, judging) => {
    const mode = textOf(value);
    if (words.includes(mode)) return;
    if (mode === "host") hostNamespace(name, at, judging);
    else if (joined !== undefined && mode.startsWith("container:")) {
      judgeJoined(mode, joined, at, judging);
    } else {
      judging.deny({
        rule: "bad-mode",
        at,
        message: `${shown(mode)} is not granted here: ${["host", ...words].join(", ")} are known`,
      });
    }
  };
}

function hostNamespace(name: string, at: string, judging: Judging): void {
  if (judging.grants.hostNamespaces.has(name)) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "host-namespace",
    at,
    message: `the policy does not grant the host's ${name} namespace`,
    key: "host-namespaces",
    value: name,
    instead: "leave it out: the container then has its own",
  });
}

const networkMode: Judge = (value, at, judging) => {
  const mode = textOf(value);
  if (mode.startsWith("container:")) judgeJoined(mode, "networkMode", at, judging);
  else judgeNetwork(mode, at, judging);
};

/** Whoever joins a container's namespace gets what that one has, the host's among it. */
function judgeJoined(mode: string, which: Joined, at: string, judging: Judging): void {
  let next = mode;
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const name = next.slice("container:".length);
    const fact = judging.facts.containers.get(name);
    if (fact === undefined || fact.kind === "unanswered") {
      judging.deny(unanswered(at, `the container ${shown(name)}`));
      return;
    }
    if (fact.kind === "absent" || isStranger(fact.owner, judging)) {
      judging.deny(noSuchContainer(name, at));
      return;
    }
    const theirs = fact[which];
    if (!theirs.startsWith("container:")) {
      judgeTheirs(fact, theirs, which, at, judging);
      return;
    }
    next = theirs;
  }
  judging.deny({
    rule: "joined-namespace",
    at,
    message: "too many containers join one another's namespaces in a row",
    help: "Name the container whose namespace it is",
  });
}

function judgeTheirs(
  fact: ContainerFact,
  mode: string,
  which: Joined,
  at: string,
  judging: Judging,
): void {
  if (which !== "networkMode") {
    if (mode === "host") hostNamespace(which === "pidMode" ? "pid" : "ipc", at, judging);
    else if (judging.client.ownership) judging.grant(at);
    return;
  }
  const before = judging.denials.length;
  // Of one's own container they were judged when it was made.
  const networks = judging.client.ownership ? [] : fact.networks;
  for (const network of new Set([mode === "host" ? mode : "", ...networks])) {
    judgeNetwork(network, at, judging);
  }
  if (judging.client.ownership && judging.denials.length === before) judging.grant(at);
}

const endpoints: Judge = (value, at, judging) => judgeEndpoints(value, at, judging);

const connected: Judge = (value, at, judging) => {
  const standing = judgeNetwork(judging.network ?? "", "id", judging);
  if (standing !== "denied") judgeEndpoint(value, standing, at, judging);
};

const links: Judge = (value, at, judging) => judgeLinks(value, at, judging);

const WITH_ENDPOINTS = "with NetworkingConfig.EndpointsConfig";

export const namespaceChecks: readonly CheckRow[] = [
  ["HostConfig", "NetworkMode", "networks, the host's, another container's", networkMode],
  [
    "HostConfig",
    "PidMode",
    "the host's processes, another container's",
    namespace("pid", ["private"]),
  ],
  [
    "HostConfig",
    "IpcMode",
    "the host's shared memory, another container's",
    namespace("ipc", ["private", "none", "shareable"]),
  ],
  ["HostConfig", "UTSMode", "the host's name", namespace("uts", ["private"])],
  ["HostConfig", "CgroupnsMode", "the host's cgroups", namespace("cgroup", ["private"])],
  ["HostConfig", "UsernsMode", "users of the host", namespace("user", ["private"])],
  ["HostConfig", "Links", "names of other containers", links],
  ["ContainerCreateRequest", "NetworkingConfig", "networks", "parts"],
  ["NetworkingConfig", "EndpointsConfig", "networks and addresses on them", endpoints],
  ["NetworkConnectRequest", "EndpointConfig", "the network and addresses on it", connected],
  [
    "EndpointSettings",
    "IPAMConfig Links Aliases MacAddress DriverOpts GwPriority NetworkID",
    "addresses and names on a network",
    WITH_ENDPOINTS,
  ],
  [
    "EndpointIPAMConfig",
    "IPv4Address IPv6Address LinkLocalIPs",
    "addresses on a network",
    WITH_ENDPOINTS,
  ],
];
