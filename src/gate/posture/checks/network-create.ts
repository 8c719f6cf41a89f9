/** Networks that are made: drivers, options for the host's own interfaces, addresses. */

import { wireType } from "../../api/types.ts";
import { isNeutral, isNeutralAs, itemsOf, objectOf, shown, textOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import { type CheckRow, type Judge, harmless, refuseAlways } from "./check.ts";
import { labels } from "./labels.ts";
import { judgeNetwork } from "./networks.ts";
import { isWithin, readPrefix } from "./subnets.ts";

const CONFIG = wireType("#IPAMConfig");

const isBridge = (driver: string): boolean => driver === "" || driver === "bridge";

const driver: Judge = (value, at, judging) => {
  const name = textOf(value);
  if (isBridge(name)) return;
  if (judging.grants.networkDrivers.has(name)) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "network-driver-not-granted",
    at,
    message: `the policy does not grant the network driver ${shown(name)}: it reaches the host's own networks, or is a plugin`,
    key: "network-drivers",
    value: name,
    instead: "use bridge",
  });
};

const BOOLEAN = /^(?:true|false|1|0)$/i;

/** Options of bridge networks that concern the network alone, and their values. */
const OWN_OPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ["com.docker.network.driver.mtu", /^[0-9]{2,5}$/],
  ["com.docker.network.bridge.enable_icc", BOOLEAN],
  ["com.docker.network.bridge.enable_ip_masquerade", BOOLEAN],
  ["com.docker.network.bridge.inhibit_ipv4", BOOLEAN],
  ["com.docker.network.container_iface_prefix", /^[a-z][a-z0-9]{0,9}$/],
  ["com.docker.network.bridge.gateway_mode_ipv4", /^(?:nat|isolated)$/],
  ["com.docker.network.bridge.gateway_mode_ipv6", /^(?:nat|isolated)$/],
  ["com.docker.network.enable_ipv4", BOOLEAN],
  ["com.docker.network.enable_ipv6", BOOLEAN],
]);

const options: Judge = (value, at, judging) => {
  // Whoever may use a driver that is not bridge may set it up.
  if (!isBridge(textOf(valueAt(judging.body, "Driver")))) return;
  for (const [name, text] of objectOf(value)) {
    if (OWN_OPTIONS.get(name)?.test(textOf(text)) === true) continue;
    judging.deny({
      rule: "network-option-not-granted",
      at: `${at}["${shown(name)}"]`,
      message: `the network option ${shown(name)} is not granted with this value: it concerns the host's own interfaces, addresses or firewall`,
      help: "Leave it out",
    });
  }
};

const configFrom: Judge = (value, at, judging) => {
  judgeNetwork(textOf(valueAt(value, "Network")), `${at}.Network`, judging);
};

const ipam: Judge = (value, at, judging) => {
  const name = textOf(valueAt(value, "Driver"));
  if (!["", "default", "null"].includes(name) && !judging.grants.networkDrivers.has(name)) {
    judging.miss({
      rule: "network-driver-not-granted",
      at: `${at}.Driver`,
      message: `the policy does not grant ${shown(name)}, a plugin that gives addresses`,
      key: "network-drivers",
      value: name,
      instead: "use default",
    });
  }
  if (!isNeutral(valueAt(value, "Options"))) {
    judging.deny({
      rule: "network-option-not-granted",
      at: `${at}.Options`,
      message: "options for giving addresses are not granted",
      help: "Leave them out",
    });
  }
  for (const [index, config] of itemsOf(valueAt(value, "Config")).entries()) {
    const subnet = textOf(valueAt(config, "Subnet"));
    const place = `${at}.Config[${String(index)}]`;
    // Gateway and ranges are within it: the engine checks that.
    if (subnet !== "") judgeSubnet(subnet, `${place}.Subnet`, judging);
    else if (!isNeutralAs(config, CONFIG)) {
      judging.deny({ rule: "bad-value", at: place, message: "addresses without a subnet" });
    }
  }
};

/** A route that is made on the host goes before those that it has. */
function judgeSubnet(text: string, at: string, judging: Judging): void {
  const subnet = readPrefix(text);
  const granted = (judging.grants.subnets ?? []).flatMap((each) => readPrefix(each) ?? []);
  if (subnet !== undefined && granted.some((outer) => isWithin(subnet, outer))) {
    judging.grant(at);
    return;
  }
  judging.miss({
    rule: "subnet-not-granted",
    at,
    message: "the host's traffic to these addresses would go to the network that is made here",
    key: "subnets",
    value: text,
    instead: "leave it out: the engine chooses addresses that the host does not use",
  });
}

export const networkChecks: readonly CheckRow[] = [
  ["NetworkCreateRequest", "Driver", "granted drivers", driver],
  ["NetworkCreateRequest", "Options", "options of the network itself", options],
  ["NetworkCreateRequest", "IPAM", "granted subnets", ipam],
  ["IPAM", "Driver Options Config", "granted subnets", "with NetworkCreateRequest.IPAM"],
  [
    "IPAMConfig",
    "Subnet IPRange Gateway AuxiliaryAddresses",
    "granted subnets",
    "with NetworkCreateRequest.IPAM",
  ],
  ["NetworkCreateRequest", "Attachable", "without effect but for granted drivers", harmless],
  [
    "NetworkCreateRequest",
    "Ingress",
    "the swarm's own network",
    refuseAlways(
      "network-option-not-granted",
      "the ingress network is the whole swarm's",
      "Leave it out",
    ),
  ],
  ["NetworkCreateRequest", "ConfigFrom", "granted networks", configFrom],
  ["ConfigReference", "Network", "granted networks", "with NetworkCreateRequest.ConfigFrom"],
  ["NetworkCreateRequest", "Labels", "labels that steer other programs", labels],
];
