/** Containers: what a creation names, and what becomes of their names. */

import { OWNER_LABEL, type GateRequest } from "../judge/contract.ts";
import { isJsonObject, type JsonValue } from "../wire/json/value.ts";
import { document, deny, named, pass, text, type Handler } from "./handlers.ts";
import { at, withLabels } from "./labels.ts";
import { reserveContainer } from "./limits.ts";
import { nameLikeId } from "./names.ts";
import {
  checkEndpoint,
  checkMode,
  containerOfMode,
  Draft,
  linkOf,
  References,
  isPredefinedNetwork,
} from "./references.ts";
import { ensureVolumes, volumesOfHost, type WantedVolume } from "./volumes.ts";

export const createContainer: Handler = async (request, objects) => {
  const references = new References(objects);
  const name = nameLikeId(text(request, "name"), "name");
  if (name !== undefined) references.denials.push(name);
  const body = new Draft(request.body, "");
  const host = new Draft(body.get("HostConfig"), "HostConfig");
  const image = body.text("Image");
  if (image !== "") references.check("image", image, "used", "Image");
  for (const key of ["NetworkMode", "PidMode", "IpcMode", "Cgroup"])
    checkMode(host, key, references);
  const network = host.text("NetworkMode");
  if (containerOfMode(network) === undefined) references.network(network, "HostConfig.NetworkMode");
  checkVolumesFrom(host, references);
  checkLinks(host, references);
  for (const [key, endpoint] of endpoints(body)) {
    const place = `NetworkingConfig.EndpointsConfig.${key}`;
    references.network(key, place);
    checkEndpoint(endpoint, place, references);
  }
  const volumes = volumesOfHost(host, references);
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  if (host.value.size > 0) body.set("HostConfig", host.value);
  const { owner, grants } = objects.client;
  const slot =
    grants.limits.containers === undefined
      ? undefined
      : reserveContainer(objects, grants.limits.containers);
  return {
    request: { ...request, body: withLabels(body.value, ["Labels"], [[OWNER_LABEL, owner]]) },
    denials: [],
    before: [
      ...(slot === undefined ? [] : [slot.take]),
      ...ensureVolumes(volumes.filter(unique), objects),
    ],
    answers: [
      document((answer) => {
        const id = at(answer, "Id");
        if (typeof id === "string") objects.known.learn("container", id, owner);
        slot?.taken(typeof id === "string" ? id : undefined);
        return answer;
      }),
    ],
  };
};

function unique(volume: WantedVolume, index: number, all: readonly WantedVolume[]): boolean {
  return all.findIndex(({ name }) => name === volume.name) === index;
}

function endpoints(body: Draft): readonly (readonly [string, JsonValue])[] {
  const map = body.get("NetworkingConfig", "EndpointsConfig");
  return isJsonObject(map) ? [...map] : [];
}

/** `name` or `name:mode`. */
function checkVolumesFrom(host: Draft, references: References): void {
  for (const [index, from] of host.texts("VolumesFrom").entries()) {
    const colon = from.indexOf(":");
    const name = colon === -1 ? from : from.slice(0, colon);
    const place = `${host.place("VolumesFrom")}[${String(index)}]`;
    references.check("container", name, "own", place, ({ id }) => {
      host.setItem("VolumesFrom", index, colon === -1 ? id : `${id}${from.slice(colon)}`);
    });
  }
}

/** On a network of its own the linked name is looked up by the network, and must stay. */
function checkLinks(host: Draft, references: References): void {
  const byId = isPredefinedNetwork(host.text("NetworkMode"));
  for (const [index, link] of host.texts("Links").entries()) {
    const { name, alias } = linkOf(link);
    const place = `${host.place("Links")}[${String(index)}]`;
    references.check("container", name, "own", place, ({ id }) => {
      if (byId) host.setItem("Links", index, `${id}:${alias}`);
    });
  }
}

export const renameContainer: Handler = named("container", "own", (request) => {
  const name = nameLikeId(text(request, "name"), "name");
  return name === undefined ? pass(request) : deny(request, name);
});

/** What it makes is told by its id, which is then known without asking. */
export const createExec: Handler = named("container", "own", (request, objects) =>
  pass(request, [
    document((answer) => {
      const id = at(answer, "Id");
      if (typeof id === "string") objects.known.learn("exec", id, objects.client.owner);
      return answer;
    }),
  ]),
);

/** moby daemon/server/router/container/container_routes.go: of a kill the engine says more. */
export const killContainer: Handler = async (request, objects) => {
  const result = await named("container", "own")(request, objects);
  return {
    ...result,
    denials: result.denials.map((denial) =>
      denial.asEngine === true
        ? { ...denial, message: `cannot kill container: ${firstName(request)}: ${denial.message}` }
        : denial,
    ),
  };
};

function firstName({ names }: GateRequest): string {
  return [...names.values()][0] ?? "";
}
