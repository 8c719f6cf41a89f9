/**
 * Services: their containers judged as any other, with what the policy writes into them. They start on any node of
 * the swarm, so that nothing is known of the paths there: only binds that the policy names exactly pass.
 */

import { wireType } from "../../api/types.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import { judgeInherited } from "../checks/inherited.ts";
import { noSuchImage, unanswered } from "../checks/others.ts";
import { networkNames } from "../checks/networks.ts";
import { judgeWorkload } from "../ceiling/judge-workload.ts";
import { settleMount } from "../create/settle.ts";
import { addNetwork, asksForImage } from "../create/wanted.ts";
import type { Answer, ImageFact } from "../facts/facts.ts";
import { gather, Wanted } from "../facts/gather.ts";
import { isRoot, parseUser } from "../../../model/user.ts";
import {
  amended,
  integerOf,
  itemsOf,
  objectOf,
  shown,
  textOf,
  valueAt,
  withEntries,
} from "../json.ts";
import { checkFields } from "../walk.ts";
import { withForcedLabels } from "./objects.ts";
import { mapOf } from "../workload/nodes.ts";
import { readStarted, type Started } from "../workload/read.ts";
import { bodyOf, goOn, type Handler, judged, judgingOf } from "./handler.ts";

const SERVICE = wireType("#ServiceSpec");
const SPEC = "TaskTemplate.ContainerSpec";

export const writeService: Handler = (request, context) => {
  const { client } = context;
  const asked = bodyOf(request);
  const image = textOf(valueAt(asked, "TaskTemplate", "ContainerSpec", "Image"));
  return goOn(gather(wantedFor(asked, image, client), context), (facts) => {
    const fact = facts.images.get(image);
    const body = forceService(asked, client, fact);
    const judging = judgingOf({ ...request, body }, context, facts);
    checkFields(body, SERVICE, "", judging);
    const settling = { facts, grants: client.grants, minor: request.minor };
    const mounts = itemsOf(valueAt(body, "TaskTemplate", "ContainerSpec", "Mounts"));
    const settled =
      mounts.length === 0
        ? body
        : withSpec(body, {
            Mounts: mounts.map((mount) => settleMount(objectOf(mount), settling)),
          });
    // Nodes fetch the image themselves: where it is not here, only the user that the service names is known.
    if (fact?.kind === "image") {
      const spec = objectOf(valueAt(body, "TaskTemplate", "ContainerSpec"));
      const own = { env: spec.get("Env"), labels: spec.get("Labels") };
      judgeInherited(fact, own, `${SPEC}.Image`, judging);
    } else if (fact?.kind === "unanswered") judging.deny(unanswered(`${SPEC}.Image`, shown(image)));
    else if (fact?.kind === "absent" && namesNoUser(settled)) {
      judging.deny(noSuchImage(image, `${SPEC}.Image`));
    }
    judgeWorkload(() => readStarted(startedBy(settled, fact)), judging);
    return judged(request, judging, settled);
  });
};

function wantedFor(body: JsonObject, image: string, client: ClientPolicy): Wanted {
  const wanted = new Wanted();
  if (asksForImage(client) && image !== "") wanted.images.add(image);
  for (const mount of itemsOf(valueAt(body, "TaskTemplate", "ContainerSpec", "Mounts"))) {
    const source = textOf(valueAt(mount, "Source"));
    const type = textOf(valueAt(mount, "Type"));
    if (type === "volume" && source !== "") wanted.volumes.add(source);
    if (type === "image") wanted.images.add(source);
  }
  for (const networks of [valueAt(body, "TaskTemplate", "Networks"), body.get("Networks")]) {
    for (const name of networkNames(networks, "Target")) addNetwork(name, client, wanted);
  }
  return wanted;
}

const namesNoUser = (body: JsonObject): boolean =>
  textOf(valueAt(body, "TaskTemplate", "ContainerSpec", "User")) === "";

function withSpec(body: JsonObject, changes: Readonly<Record<string, JsonValue>>): JsonObject {
  const task = objectOf(body.get("TaskTemplate"));
  if (!task.has("ContainerSpec")) return body;
  return amended("ServiceSpec", body, {
    TaskTemplate: amended("TaskSpec", task, {
      ContainerSpec: amended(
        "TaskSpec.ContainerSpec",
        objectOf(task.get("ContainerSpec")),
        changes,
      ),
    }),
  });
}

/** As for containers, in the words of services. */
export function forceService(
  asked: JsonObject,
  client: ClientPolicy,
  image: Answer<ImageFact> | undefined,
): JsonObject {
  const spec = objectOf(valueAt(asked, "TaskTemplate", "ContainerSpec"));
  const privileges = objectOf(spec.get("Privileges"));
  const body = withLimits(asked, client);
  const made = withNetwork(withSpec(body, specChanges(spec, privileges, client, image)), client);
  return withForcedLabels("ServiceSpec", made, client);
}

/** The policy's network, where the service names none. */
function withNetwork(body: JsonObject, { forced: { network } }: ClientPolicy): JsonObject {
  const task = objectOf(body.get("TaskTemplate"));
  const named = [...itemsOf(task.get("Networks")), ...itemsOf(body.get("Networks"))];
  if (network === undefined || named.length > 0) return body;
  const target = amended("NetworkAttachmentConfig", new Map(), { Target: network });
  return amended("ServiceSpec", body, {
    TaskTemplate: amended("TaskSpec", task, { Networks: [target] }),
  });
}

function specChanges(
  spec: JsonObject,
  privileges: JsonObject,
  { forced }: ClientPolicy,
  image: Answer<ImageFact> | undefined,
): Readonly<Record<string, JsonValue>> {
  const changes: Record<string, JsonValue> = {};
  if (forced.capDropAll) changes["CapabilityDrop"] = ["ALL"];
  if (forced.readOnlyRoot) changes["ReadOnly"] = true;
  const user = textOf(spec.get("User"));
  const known = user === "" && image?.kind === "image" ? image.user : user;
  const isKnown = user !== "" || image?.kind === "image";
  if (isKnown && isRoot(parseUser(known))) {
    if (forced.user !== undefined) changes["User"] = forced.user;
  } else if (user !== known) changes["User"] = known;
  if (forced.labels.size > 0) {
    changes["Labels"] = withEntries(objectOf(spec.get("Labels")), forced.labels);
  }
  const { noNewPrivileges, seccompProfile } = forced;
  // Another filter is for the checks to refuse.
  const isUsual =
    ["", "default"].includes(textOf(valueAt(privileges, "Seccomp", "Mode"))) &&
    textOf(valueAt(privileges, "Seccomp", "Profile")) === "";
  if (noNewPrivileges || seccompProfile !== undefined) {
    changes["Privileges"] = amended("TaskSpec.ContainerSpec.Privileges", privileges, {
      ...(noNewPrivileges ? { NoNewPrivileges: true } : {}),
      ...(seccompProfile === undefined || !isUsual
        ? {}
        : {
            Seccomp: new Map([
              ["Mode", "custom"],
              ["Profile", Buffer.from(seccompProfile).toString("base64")],
            ]),
          }),
    });
  }
  return changes;
}

function withLimits(body: JsonObject, { grants: { limits } }: ClientPolicy): JsonObject {
  const task = objectOf(body.get("TaskTemplate"));
  const resources = objectOf(task.get("Resources"));
  const written = objectOf(resources.get("Limits"));
  const changes: Record<string, JsonValue> = {};
  for (const [name, most] of [
    ["NanoCPUs", limits.nanoCpus],
    ["MemoryBytes", limits.memoryBytes],
    ["Pids", limits.pids],
  ] as const) {
    if (most !== undefined && integerOf(written.get(name)) === 0n) changes[name] = most;
  }
  if (Object.keys(changes).length === 0) return body;
  return amended("ServiceSpec", body, {
    TaskTemplate: amended("TaskSpec", task, {
      Resources: amended("TaskSpec.Resources", resources, {
        Limits: amended("Limit", written, changes),
      }),
    }),
  });
}

/** The fields of a service's container by the names that a container's own have. */
function startedBy(body: JsonObject, image: Answer<ImageFact> | undefined): Started {
  const spec = objectOf(valueAt(body, "TaskTemplate", "ContainerSpec"));
  const limits = "TaskTemplate.Resources.Limits";
  const limit = (name: string): JsonValue | undefined =>
    valueAt(body, "TaskTemplate", "Resources", "Limits", name);
  const own = (name: string, from: string): readonly [string, JsonValue | undefined, string] => [
    name,
    spec.get(from),
    `${SPEC}.${from}`,
  ];
  const network = itemsOf(valueAt(body, "TaskTemplate", "Networks")).findIndex(
    (each) => textOf(valueAt(each, "Target")) === "host",
  );
  return {
    config: mapOf(
      [
        own("Image", "Image"),
        own("User", "User"),
        own("Env", "Env"),
        own("Labels", "Labels"),
        own("Entrypoint", "Command"),
        own("Cmd", "Args"),
        own("Healthcheck", "Healthcheck"),
      ],
      SPEC,
    ),
    host: mapOf(
      [
        own("CapAdd", "CapabilityAdd"),
        own("CapDrop", "CapabilityDrop"),
        own("ReadonlyRootfs", "ReadOnly"),
        own("Mounts", "Mounts"),
        own("Sysctls", "Sysctls"),
        ["SecurityOpt", securityOptions(spec), `${SPEC}.Privileges`],
        ["Memory", limit("MemoryBytes"), `${limits}.MemoryBytes`],
        ["NanoCpus", limit("NanoCPUs"), `${limits}.NanoCPUs`],
        ["PidsLimit", limit("Pids"), `${limits}.Pids`],
        [
          "NetworkMode",
          network < 0 ? undefined : "host",
          `TaskTemplate.Networks[${String(network)}].Target`,
        ],
      ],
      SPEC,
    ),
    user: textOf(spec.get("User")),
    userField: `${SPEC}.User`,
    image,
  };
}

/** Other profiles than the engine's own and the policy's do not pass the checks without a grant. */
function securityOptions(spec: JsonObject): JsonValue {
  const privileges = objectOf(spec.get("Privileges"));
  return [
    ...(privileges.get("NoNewPrivileges") === true ? ["no-new-privileges=true"] : []),
    ...(textOf(valueAt(privileges, "Seccomp", "Mode")) === "unconfined"
      ? ["seccomp=unconfined"]
      : []),
    ...(textOf(valueAt(privileges, "AppArmor", "Mode")) === "disabled"
      ? ["apparmor=unconfined"]
      : []),
  ];
}
