/** Networks: which are joined, and what is asked for on them. */

import { structs } from "../../api/structs.ts";
import type { NetworkFact } from "../facts/facts.ts";
import { matchesAny } from "../../policy/pattern.ts";
import { isNeutralAs, itemsOf, objectOf, shown, textOf, valueAt } from "../json.ts";
import type { Judging } from "../judging.ts";
import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import { isStranger, noSuchContainer, unanswered } from "./others.ts";

/** The network that a container is in when it names none; it is every client's. */
const USUAL = new Set(["", "default", "bridge"]);

/** How far a client may go on a network: `all` on its own, and on one that the policy names. */
export type Standing = "all" | "join" | "denied";

export function judgeNetwork(name: string, at: string, judging: Judging): Standing {
  if (name === "host") return hostNetwork(at, judging);
  const forced = judging.client.forced.network;
  // Without any network there is nothing to reach.
  if (name === "none" || name === forced) {
    judging.grant(at);
    return "join";
  }
  if (USUAL.has(name)) return usualNetwork(at, judging);
  const fact = judging.facts.networks.get(name);
  if (fact === undefined || fact.kind === "unanswered") {
    judging.deny(unanswered(at, `the network ${shown(name)}`));
    return "denied";
  }
  if (fact.kind === "absent") return absentNetwork(name, at, judging);
  if (fact.name === "host" || fact.driver === "host") return hostNetwork(at, judging);
  if (fact.name === "none" || fact.name === forced) return "join";
  if (USUAL.has(fact.name)) return usualNetwork(at, judging);
  const { ownership, owner } = judging.client;
  if (ownership && fact.owner === owner) return "all";
  return grantedNetwork(fact, at, judging);
}

/** What everybody has who names none, unless the policy puts those into another network. */
function usualNetwork(at: string, judging: Judging): Standing {
  const { networks } = judging.grants;
  if (networks.includes("bridge")) return "all";
  if (judging.client.forced.network === undefined || matchesAny(networks, "bridge")) return "join";
  judging.miss({
    rule: "network-not-granted",
    at,
    message: "the policy puts containers into another network than the usual one",
    key: "networks",
    value: "bridge",
    instead: `leave it out: the network ${shown(judging.client.forced.network)} is then written`,
  });
  return "denied";
}

function hostNetwork(at: string, judging: Judging): Standing {
  if (judging.grants.networks.includes("host")) {
    judging.grant(at);
    return "all";
  }
  judging.miss({
    rule: "host-namespace",
    at,
    message: "the host's network reaches services that listen on the host alone",
    key: "networks",
    value: "host",
    instead: "join a network and publish ports",
  });
  return "denied";
}

/** It is joined when the container starts, whoever has made it until then. */
function absentNetwork(name: string, at: string, judging: Judging): Standing {
  if (matchesAny(judging.grants.networks, name)) return "join";
  judging.deny({
    rule: "not-found",
    at,
    message: `network ${shown(name)} not found`,
    status: 404,
  });
  return "denied";
}

function grantedNetwork({ name }: NetworkFact, at: string, judging: Judging): Standing {
  const { networks } = judging.grants;
  if (networks.includes(name)) return "all";
  if (matchesAny(networks, name)) return "join";
  judging.miss({
    rule: "network-not-granted",
    at,
    message: `the policy does not grant the network ${shown(name)}`,
    key: "networks",
    value: name,
    ...(judging.client.ownership ? { instead: "join a network of your own" } : {}),
  });
  return "denied";
}

const FIELDS: ReadonlySet<string> = new Set([
  "IPAMConfig",
  "Links",
  "Aliases",
  "MacAddress",
  "DriverOpts",
  "GwPriority",
  "NetworkID",
]);

/**
 * What is asked for on a network. Names go with joining it: each container has its own. Addresses of one's
 * choice can be another's on a network of several.
 */
export function judgeEndpoint(
  endpoint: JsonValue | undefined,
  standing: Standing,
  at: string,
  judging: Judging,
): void {
  for (const [name, value] of objectOf(endpoint)) {
    const type = structs.get("EndpointSettings")?.fields.get(name)?.type;
    if (!FIELDS.has(name) || type === undefined || isNeutralAs(value, type)) continue;
    const place = `${at}.${name}`;
    if (name === "DriverOpts") driverOptions(objectOf(value), place, judging);
    else if (name === "Links") judgeLinks(value, place, judging);
    else if (["IPAMConfig", "MacAddress"].includes(name) && standing === "join") {
      judging.deny({
        rule: "network-not-granted",
        at: place,
        message: "an address of one's choice may be another's on a network that is shared",
        help: "Leave it out, or join a network of your own or one that the policy names",
      });
    }
  }
}

const INTERFACE = /^[a-z][a-z0-9]{0,13}$/;

function driverOptions(options: JsonObject, at: string, judging: Judging): void {
  for (const [name, value] of options) {
    if (name === "com.docker.network.endpoint.ifname" && INTERFACE.test(textOf(value))) continue;
    judging.deny({
      rule: "network-option-not-granted",
      at: `${at}["${shown(name)}"]`,
      message: `the endpoint's option ${shown(name)} is not granted: it is for the network's driver on the host`,
      help: "Leave it out",
    });
  }
}

/** Names for other containers, which must be known to this client. */
export function judgeLinks(value: JsonValue, at: string, judging: Judging): void {
  for (const [index, link] of itemsOf(value).entries()) {
    const place = `${at}[${String(index)}]`;
    const [name = ""] = textOf(link).split(":");
    const fact = judging.facts.containers.get(name.replace(/^\//, ""));
    if (fact === undefined || fact.kind === "unanswered") {
      judging.deny(unanswered(place, `the container ${shown(name)}`));
    } else if (fact.kind === "absent" || isStranger(fact.owner, judging)) {
      judging.deny(noSuchContainer(name, place));
    }
  }
}

/** Keys and values of `EndpointsConfig`. */
export function judgeEndpoints(value: JsonValue | undefined, at: string, judging: Judging): void {
  for (const [name, endpoint] of objectOf(value)) {
    const place = `${at}["${shown(name)}"]`;
    judgeEndpoint(endpoint, judgeNetwork(name, place, judging), place, judging);
  }
}

/** What a network name in a service or a build leads to. */
export function networkNames(value: JsonValue | undefined, key: string): readonly string[] {
  return itemsOf(value).map((item) => textOf(valueAt(item, key)));
}
