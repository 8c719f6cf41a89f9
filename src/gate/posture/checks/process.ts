/** The image, its settings, and what else of a container reaches other programs. */

import { isSafeSysctl } from "../../../linux/sysctls.ts";
import { objectOf, shown, textOf, textsOf } from "../json.ts";
import { type CheckRow, type Judge, harmless, ownership, refuseAlways } from "./check.ts";
import { judgeImageName } from "./image-names.ts";
import { labels } from "./labels.ts";

const image: Judge = (value, at, judging) => judgeImageName(textOf(value), at, judging);

/** Those that Kubernetes takes for safe act on the container's own namespaces alone. */
const SAFE_SINCE_ANY = 99;

const sysctls: Judge = (value, at, judging) => {
  for (const name of objectOf(value).keys()) {
    const place = sysctlPlace(at, name);
    if (judging.grants.sysctls.has(name)) judging.grant(place);
    else if (!/^[a-z0-9_]+(?:\.[a-z0-9_-]+)+$/.test(name) || !isSafeSysctl(name, SAFE_SINCE_ANY)) {
      judging.miss({
        rule: "sysctl-not-granted",
        at: place,
        message: `the policy does not grant the kernel setting ${shown(name)}`,
        key: "sysctls",
        value: name,
      });
    }
  }
};

export function sysctlPlace(at: string, name: string): string {
  return `${at}["${shown(name)}"]`;
}

const annotations = refuseAlways(
  "annotation-not-granted",
  "annotations give orders to the runtime: systemd properties, hooks, other isolation",
  "Use labels",
);

/** `name:host-gateway`, and `host-gateway name` as services write it. */
const hosts: Judge = (value, at, judging) => {
  for (const [index, text] of textsOf(value).entries()) {
    if (!/(?:^|[\s:=])host-gateway(?:\s|$)/i.test(text)) continue;
    const place = `${at}[${String(index)}]`;
    if (
      judging.grants.networks.includes("host-gateway") ||
      judging.grants.networks.includes("host")
    ) {
      judging.grant(place);
      continue;
    }
    judging.miss({
      rule: "network-not-granted",
      at: place,
      message: "host-gateway leads to services of the host",
      key: "networks",
      value: "host-gateway",
      instead: "name an address",
    });
  }
};

export const processChecks: readonly CheckRow[] = [
  ["ContainerConfig", "Image", "granted images", image],
  ["ContainerConfig", "Labels", "labels that steer other programs", labels],
  ["ContainerCreateRequest", "HostConfig", "what the host grants", "parts"],
  [
    "ContainerCreateRequest",
    "MacAddress",
    "addresses on a network",
    refuseAlways(
      "network-not-granted",
      "an address of one's choice may be another's on a network that is shared",
      "Give it in EndpointsConfig for a network of your own",
    ),
  ],
  ["HostConfig", "Annotations", "orders to the runtime", annotations],
  ["HostConfig", "Sysctls", "kernel settings", sysctls],
  ["HostConfig", "ExtraHosts", "host-gateway", hosts],
  ["ContainerExecRequest", "Cmd", "any code, inside what was judged when it was made", harmless],
  ["TaskSpec.ContainerSpec", "Image", "granted images", image],
  ["TaskSpec.ContainerSpec", "Labels", "labels that steer other programs", labels],
  ["TaskSpec.ContainerSpec", "Sysctls", "kernel settings", sysctls],
  ["TaskSpec.ContainerSpec", "Hosts", "host-gateway", hosts],
  ["NetworkConnectRequest", "Container", "whose container it is", ownership],
  ["NetworkDisconnectRequest", "Container Force", "whose container it is", ownership],
];
