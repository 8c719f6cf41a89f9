/**
 * Volumes. The engine makes one that does not exist, without a label, when a container names it: so the gate
 * makes it first. Creation by an existing name gives the existing volume: its label tells whose it is.
 */

import { OWNER_LABEL, type Denial } from "../judge/contract.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import { isName } from "../wire/names.ts";
import { refused, taken, unanswered } from "./denials.ts";
import {
  document,
  deny,
  named,
  withLabelFilter,
  ownerFilter,
  pass,
  type Handler,
} from "./handlers.ts";
import { ownerOf, withLabels } from "./labels.ts";
import { checkFree } from "./names.ts";
import type { Found, Objects } from "./objects.ts";
import { matchesAny } from "../policy/pattern.ts";
import { Draft, References } from "./references.ts";

/** A volume that a creation names and that must be the client's by the time it goes upstream. */
export interface WantedVolume {
  readonly name: string;
  readonly place: string;
  readonly driver: string;
  readonly options?: JsonValue;
  readonly labels?: JsonValue;
}

/** Those of HostConfig; the draft's anonymous ones are labelled where the engine lets them have a label. */
export function volumesOfHost(host: Draft, references: References): readonly WantedVolume[] {
  const wanted: WantedVolume[] = [];
  const driver = host.text("VolumeDriver");
  for (const [index, bind] of host.texts("Binds").entries()) {
    const name = volumeOfBind(bind);
    if (name === undefined) continue;
    const place = `${host.place("Binds")}[${String(index)}]`;
    want({ name, place, driver }, wanted, references);
  }
  for (const [index, mount] of host.list("Mounts").entries()) {
    if (!isJsonObject(mount)) continue;
    const draft = new Draft(mount, `${host.place("Mounts")}[${String(index)}]`);
    const type = draft.text("Type");
    const source = draft.text("Source");
    const place = draft.place("Source");
    if (type === "image" && source !== "") references.check("image", source, "used", place);
    if (type !== "volume" && type !== "cluster") continue;
    if (source === "") host.setItem("Mounts", index, labelledMount(mount, references.objects));
    else want(wantedMount(draft, source, place), wanted, references);
  }
  return wanted;
}

/** moby daemon/volume/mounts/linux_parser.go: a relative source is a volume's name; a lone part is a path inside. */
export function volumeOfBind(bind: string): string | undefined {
  const [source = "", target] = bind.split(":");
  return target === undefined || source.startsWith("/") ? undefined : source;
}

function wantedMount(draft: Draft, name: string, place: string): WantedVolume {
  const driver = draft.get("VolumeOptions", "DriverConfig", "Name");
  const options = draft.get("VolumeOptions", "DriverConfig", "Options");
  const labels = draft.get("VolumeOptions", "Labels");
  return {
    name,
    place,
    driver: typeof driver === "string" ? driver : "",
    ...(options === undefined ? {} : { options }),
    ...(labels === undefined ? {} : { labels }),
  };
}

export function labelledMount(mount: JsonObject, { client }: Objects): JsonObject {
  return withLabels(mount, ["VolumeOptions", "Labels"], [[OWNER_LABEL, client.owner]]);
}

function want(volume: WantedVolume, wanted: WantedVolume[], references: References): void {
  const { objects } = references;
  const { name, place } = volume;
  if (matchesAny(objects.client.grants.volumes, name)) return;
  if (!isName("volume", name)) {
    references.denials.push({
      status: 400,
      rule: "bad-name",
      at: place,
      message: "this is no name for a volume",
    });
    return;
  }
  references.ask(decide());

  async function decide(): Promise<Denial | undefined> {
    const found = await objects.find("volume", name, "own", place);
    if (found.ok && !isLabelled(found)) return undefined;
    if (found.ok) {
      const driver = found.value?.get("Driver");
      wanted.push({ name, place, driver: typeof driver === "string" ? driver : "" });
      return undefined;
    }
    if (!found.free) return found.denial.status === 404 ? taken("a volume", place) : found.denial;
    wanted.push(volume);
    return undefined;
  }
}

function isLabelled(found: Found & { readonly ok: true }): boolean {
  return ownerOf(found.value?.get("Labels")) !== undefined;
}

/** Makes them, or sees that they are there and still the client's. */
export function ensureVolumes(
  volumes: readonly WantedVolume[],
  objects: Objects,
): readonly (() => Promise<Denial | undefined>)[] {
  return volumes.map((volume) => () => ensureVolume(volume, objects));
}

async function ensureVolume(
  { name, place, driver, options, labels }: WantedVolume,
  { engine, client }: Objects,
): Promise<Denial | undefined> {
  const body = new Map<string, JsonValue>([["Name", name]]);
  if (driver !== "") body.set("Driver", driver);
  if (options !== undefined) body.set("DriverOpts", options);
  const labelled = withLabels(labels, [], [[OWNER_LABEL, client.owner]]);
  body.set("Labels", labelled);
  const reply = await engine({ method: "POST", path: "/volumes/create", body });
  if (!reply.ok) return unanswered(place, reply.why);
  if (reply.status !== 200 && reply.status !== 201)
    return notMade(reply.status, reply.value, place);
  const made = isJsonObject(reply.value) ? ownerOf(reply.value.get("Labels")) : undefined;
  return made === client.owner ? undefined : taken("a volume", place);
}

function notMade(status: number, value: JsonValue, place: string): Denial {
  const message = isJsonObject(value) ? value.get("message") : undefined;
  return {
    status: status === 400 || status === 404 || status === 409 ? status : 503,
    rule: "volume-not-made",
    at: place,
    message: typeof message === "string" ? message : "the engine did not make the volume",
  };
}

export const createVolume: Handler = async (request, objects) => {
  const body = new Draft(request.body, "");
  const references = new References(objects);
  const name = body.text("Name");
  if (name !== "") references.ask(checkFree(objects, "volume", name, "Name"));
  checkClusterVolume(new Draft(body.get("ClusterVolumeSpec"), "ClusterVolumeSpec"), references);
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  const { owner } = objects.client;
  const labelled = withLabels(body.value, ["Labels"], [[OWNER_LABEL, owner]]);
  return pass({ ...request, body: labelled }, [
    document((answer) => (isMine(answer, owner) ? answer : namesake(answer))),
  ]);
};

function isMine(answer: JsonValue, owner: string): boolean {
  return isJsonObject(answer) && ownerOf(answer.get("Labels")) === owner;
}

/** Somebody made one of that name in the meantime. Its name is all that this client is told, and may use it it cannot. */
function namesake(answer: JsonValue): JsonValue {
  const name = isJsonObject(answer) ? answer.get("Name") : undefined;
  return new Map<string, JsonValue>([["Name", name ?? ""]]);
}

/** Without a grant, everything that is shown has the label. */
export const listVolumes: Handler = (request, objects) => {
  const { grants, owner } = objects.client;
  const asked =
    grants.volumes.length > 0 ? request : withLabelFilter(request, ownerFilter(objects));
  return pass(asked, [
    document((answer) =>
      withOwnItems(answer, "Volumes", (one) => isSeenVolume(one, owner, grants.volumes)),
    ),
  ]);
};

export function isSeenVolume(
  volume: JsonObject,
  owner: string,
  granted: readonly string[],
): boolean {
  const name = volume.get("Name");
  return (
    ownerOf(volume.get("Labels")) === owner ||
    (typeof name === "string" && matchesAny(granted, name))
  );
}

function withOwnItems(
  answer: JsonValue,
  key: string,
  keep: (item: JsonObject) => boolean,
): JsonValue {
  if (!isJsonObject(answer)) return answer;
  const items = answer.get(key);
  const kept = keepItems(items ?? null, keep);
  return kept === items ? answer : new Map(answer).set(key, kept);
}

/** The list without what is not to be seen; the very same list where all is. */
export function keepItems(list: JsonValue, keep: (item: JsonObject) => boolean): JsonValue {
  if (!Array.isArray(list)) return list;
  const items = list as readonly JsonValue[];
  const kept = items.filter((item) => isJsonObject(item) && keep(item));
  return kept.length === items.length ? list : kept;
}

/** A service runs on nodes whose volumes nobody can look at from here. */
export function volumeOfService(
  name: string,
  place: string,
  { client }: Objects,
): Denial | undefined {
  return matchesAny(client.grants.volumes, name)
    ? undefined
    : refused(
        "volume-of-service",
        place,
        "a service may end up on a node where this volume is somebody else's",
        "Mount a volume without a name, or have the volume granted in the policy",
      );
}

/** Secrets of a cluster's volume. */
function checkClusterVolume(spec: Draft, references: References): void {
  for (const [index, item] of spec.list("Secrets").entries()) {
    const used = new Draft(item, `${spec.place("Secrets")}[${String(index)}]`);
    references.check("secret", used.text("Secret"), "own", used.place("Secret"));
  }
}

export const updateVolume: Handler = named("volume", "own", async (request, objects) => {
  const references = new References(objects);
  checkClusterVolume(new Draft(new Draft(request.body, "").get("Spec"), "Spec"), references);
  await references.settled();
  return references.denials.length > 0 ? deny(request, ...references.denials) : pass(request);
});
