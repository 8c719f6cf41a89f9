/** Services, secrets and configs of a swarm. */

import { OWNER_LABEL, type Denial } from "../judge/contract.ts";
import { isJsonObject, type JsonObject } from "../wire/json/value.ts";
import { deny, named, pass, type Handler } from "./handlers.ts";
import { withLabels } from "./labels.ts";
import type { Objects } from "./objects.ts";
import { Draft, References, isPredefinedNetwork } from "./references.ts";
import { labelledMount, volumeOfService } from "./volumes.ts";

/** Secrets and configs. */
export const createLabelled: Handler = (request, objects) =>
  pass({ ...request, body: stamped(request.body, objects) });

/** An update replaces all labels. */
export const updateLabelled = (kind: "secret" | "config"): Handler =>
  named(kind, "own", createLabelled);

function stamped(body: Parameters<typeof withLabels>[0], { client }: Objects): JsonObject {
  return withLabels(body, ["Labels"], [[OWNER_LABEL, client.owner]]);
}

export const createService: Handler = async (request, objects) => {
  const references = new References(objects);
  const spec = new Draft(request.body, "");
  const task = new Draft(spec.get("TaskTemplate"), "TaskTemplate");
  const container = new Draft(task.get("ContainerSpec"), "TaskTemplate.ContainerSpec");
  checkNetworks(spec, references);
  checkNetworks(task, references);
  checkContainer(container, references);
  checkAttachment(task, references);
  await references.settled();
  if (references.denials.length > 0) return deny(request, ...references.denials);
  // A task that attaches a container to a network, or runs a plugin, has no container of its own.
  if (container.value.size > 0) task.set("ContainerSpec", stamped(container.value, objects));
  if (task.value.size > 0) spec.set("TaskTemplate", task.value);
  return pass({ ...request, body: stamped(spec.value, objects) });
};

export const updateService: Handler = named("service", "own", createService);

function checkNetworks(draft: Draft, references: References): void {
  for (const [index, network] of draft.list("Networks").entries()) {
    const target = new Draft(network, `${draft.place("Networks")}[${String(index)}]`);
    const name = target.text("Target");
    if (isPredefinedNetwork(name)) continue;
    references.check("network", name, "seen", target.place("Target"), ({ id }) => {
      target.set("Target", id);
      draft.setItem("Networks", index, target.value);
    });
  }
}

function checkContainer(container: Draft, references: References): void {
  const image = container.text("Image");
  if (image !== "") references.ask(checkImage(image, container.place("Image"), references.objects));
  for (const [list, kind, key] of [
    ["Secrets", "secret", "SecretID"],
    ["Configs", "config", "ConfigID"],
  ] as const) {
    for (const [index, item] of container.list(list).entries()) {
      const used = new Draft(item, `${container.place(list)}[${String(index)}]`);
      references.check(kind, used.text(key), "own", used.place(key), ({ id }) => {
        used.set(key, id);
        container.setItem(list, index, used.value);
      });
    }
  }
  for (const [index, item] of container.list("Mounts").entries()) {
    if (!isJsonObject(item)) continue;
    const mount = new Draft(item, `${container.place("Mounts")}[${String(index)}]`);
    const source = mount.text("Source");
    const type = mount.text("Type");
    if (type === "image") references.check("image", source, "used", mount.place("Source"));
    if (type !== "volume" && type !== "cluster") continue;
    if (source === "") container.setItem("Mounts", index, labelledMount(item, references.objects));
    else {
      const denial = volumeOfService(source, mount.place("Source"), references.objects);
      if (denial !== undefined) references.denials.push(denial);
    }
  }
}

/** The nodes pull what is not there. */
async function checkImage(
  image: string,
  place: string,
  objects: Objects,
): Promise<Denial | undefined> {
  const found = await objects.find("image", image, "used", place);
  return found.ok || found.free ? undefined : found.denial;
}

function checkAttachment(task: Draft, references: References): void {
  const container = task.get("NetworkAttachmentSpec", "ContainerID");
  if (typeof container !== "string" || container === "") return;
  references.check(
    "container",
    container,
    "own",
    "TaskTemplate.NetworkAttachmentSpec.ContainerID",
    ({ id }) => task.set("NetworkAttachmentSpec", new Map([["ContainerID", id]])),
  );
}
