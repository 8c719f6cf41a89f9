/** Networks. */

import { OWNER_LABEL } from "../judge/contract.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import { unanswered } from "./denials.ts";
import { document, deny, named, pass, type Handler } from "./handlers.ts";
import { ownerOf, withEntry, withLabels } from "./labels.ts";
import { checkFree, nameLikeId } from "./names.ts";
import type { Objects } from "./objects.ts";
import { isGrantedNetwork } from "./objects.ts";
import { checkEndpoint, Draft, References } from "./references.ts";
import { keepItems } from "./volumes.ts";

export const createNetwork: Handler = async (request, objects) => {
  const references = new References(objects);
  const body = new Draft(request.body, "");
  const name = body.text("Name");
  const like = nameLikeId(name, "Name");
  if (like !== undefined) references.denials.push(like);
  // Older engines make a second network of the same name, and then neither can be used by it.
  else if (name !== "") references.ask(checkFree(objects, "network", name, "Name"));
  const from = body.get("ConfigFrom", "Network");
  if (typeof from === "string" && from !== "") references.network(from, "ConfigFrom.Network");
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  const { owner } = objects.client;
  return pass({ ...request, body: withLabels(body.value, ["Labels"], [[OWNER_LABEL, owner]]) });
};

/** Connecting and disconnecting: the other half of what is meant stands in the body. */
export const joinNetwork: Handler = named("network", "seen", async (request, objects) => {
  const references = new References(objects);
  const body = new Draft(request.body, "");
  references.check("container", body.text("Container"), "own", "Container", ({ id }) => {
    body.set("Container", id);
  });
  checkEndpoint(body.get("EndpointConfig"), "EndpointConfig", references);
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  return pass({ ...request, body: body.value });
});

/** What else is on it is not the client's to know. */
export const inspectNetwork: Handler = named("network", "seen", async (request, objects) => {
  const own = await objects.ownContainers();
  if (typeof own === "string") return deny(request, unanswered("", own));
  const ids = new Set(own.map((container) => container.get("Id") ?? null));
  return pass(request, [
    document((answer) => (isJsonObject(answer) ? withMembers(answer, ids) : answer)),
  ]);
});

/** The usual network is everybody's and has no label, so that the engine cannot filter. */
export const listNetworks: Handler = (request, objects) =>
  pass(request, [
    document((answer) => {
      const kept = keepItems(answer, (network) => isSeenNetwork(network, objects));
      return withoutStrangers(kept, objects.client.owner);
    }),
  ]);

function isSeenNetwork(network: JsonObject, { client }: Objects): boolean {
  const name = network.get("Name");
  return (
    ownerOf(network.get("Labels")) === client.owner ||
    (typeof name === "string" && isGrantedNetwork(name, client.grants.networks))
  );
}

/** A list says who is on a network only for old versions of the API; nobody is then. */
function withoutStrangers(list: JsonValue, owner: string): JsonValue {
  if (!Array.isArray(list)) return list;
  const networks = list as readonly JsonValue[];
  const cleaned = networks.map((network) =>
    isJsonObject(network) && ownerOf(network.get("Labels")) !== owner
      ? withMembers(network, new Set())
      : network,
  );
  return cleaned.some((network, index) => network !== networks[index]) ? cleaned : list;
}

/** Containers by full id; nodes and services of a swarm's network are others'. */
function withMembers(network: JsonObject, ids: ReadonlySet<JsonValue>): JsonObject {
  let changed = network;
  const members = network.get("Containers");
  if (isJsonObject(members)) {
    const kept = [...members].filter(([id]) => ids.has(id));
    if (kept.length < members.size) changed = withEntry(changed, "Containers", new Map(kept));
  }
  const services = network.get("Services");
  if (isJsonObject(services) && services.size > 0) {
    changed = withEntry(changed, "Services", new Map());
  }
  return changed;
}
