/** Containers: what is made, changed, and started inside. */

import { wireType } from "../../api/types.ts";
import type { Denial, GateRequest } from "../../judge/contract.ts";
import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import { judgeInherited } from "../checks/inherited.ts";
import { judgeNetwork } from "../checks/networks.ts";
import { noSuchImage, unanswered } from "../checks/others.ts";
import { judgeWorkload } from "../ceiling/judge-workload.ts";
import { forceContainer } from "../create/force.ts";
import { RECURSIVE_SINCE, settleContainer } from "../create/settle.ts";
import { asksForImage, wantedForContainer } from "../create/wanted.ts";
import type { Facts } from "../facts/facts.ts";
import { gather } from "../facts/gather.ts";
import { amended, integerOf, isNeutral, shown, textOf } from "../json.ts";
import { DEFAULT_PERIOD } from "../checks/limits.ts";
import { Judging } from "../judging.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import { checkFields } from "../walk.ts";
import { readStarted, startedBy } from "../workload/read.ts";
import {
  bodyOf,
  type Handler,
  judged,
  judgingOf,
  parameter,
  passed,
  goOn,
  withParameters,
} from "./handler.ts";

const CREATE = wireType("#ContainerCreateRequest");
const UPDATE = wireType("#ContainerUpdateRequest");
const EXEC = wireType("#ContainerExecRequest");
const CONFIG = wireType("#ContainerConfig");

export const createContainer: Handler = (request, context) => {
  const body = bodyOf(request);
  return goOn(gather(wantedForContainer(body, context.client), context), (facts) => {
    const outcome = judgeCreate(body, context.client, facts, request.minor);
    return { request: { ...request, body: outcome.body }, denials: outcome.denials };
  });
};

/** Pure: what a body becomes under a policy, and why it does not pass. */
export function judgeCreate(
  body: JsonObject,
  client: ClientPolicy,
  facts: Facts,
  minor: number,
): { readonly body: JsonObject; readonly denials: readonly Denial[] } {
  const forced = forceContainer(body, client, facts, minor);
  const judging = new Judging(client, facts, minor, hostOf(forced));
  checkFields(forced, CREATE, "", judging);
  judgeUnnamedNetwork(forced, judging);
  const image = facts.images.get(textOf(body.get("Image")));
  if (asksForImage(client)) {
    if (image?.kind === "image")
      judgeInherited(
        image,
        { env: forced.get("Env"), labels: forced.get("Labels") },
        "Image",
        judging,
      );
    else if (image?.kind === "absent")
      judging.deny(noSuchImage(textOf(body.get("Image")), "Image"));
    else judging.deny(unanswered("Image", `the image ${shown(textOf(body.get("Image")))}`));
  }
  const { grants } = client;
  const settled = settleContainer(forced, { facts, grants, minor });
  // Findings stand at fields as the client wrote them, before a bind becomes a mount.
  const inPlace = (): JsonObject =>
    minor < RECURSIVE_SINCE
      ? settleContainer(forced, { facts, grants, minor: RECURSIVE_SINCE })
      : settled;
  judgeWorkload(() => readStarted(startedBy(inPlace(), image)), judging);
  return { body: settled, denials: judging.denials };
}

/** Beside a network that is named among the endpoints, the usual one is joined when the mode names none. */
function judgeUnnamedNetwork(body: JsonObject, judging: Judging): void {
  if (judging.client.forced.network === undefined) return;
  if (!isNeutral(hostOf(body).get("NetworkMode"))) return;
  judgeNetwork("default", "HostConfig.NetworkMode", judging);
}

/** Checks of resources look at their neighbours. */
function hostOf(body: JsonObject): JsonObject {
  const host = body.get("HostConfig");
  return host instanceof Map ? host : new Map();
}

export const updateContainer: Handler = (request, context) => {
  const body = settledUpdate(bodyOf(request), context.client);
  const judging = judgingOf({ ...request, body }, context);
  checkFields(body, UPDATE, "", judging);
  return judged(request, judging, body);
};

/**
 * What is not asked for stays as it is. No process at all is none, and not the end of the limit that the engine
 * makes of it; and a quota is for the period that it was judged by, whatever the container's own was.
 */
function settledUpdate(body: JsonObject, { grants: { limits } }: ClientPolicy): JsonObject {
  const changes: Record<string, JsonValue | undefined> = {};
  if (limits.pids !== undefined && body.get("PidsLimit") === 0n) changes["PidsLimit"] = undefined;
  const quota = integerOf(body.get("CpuQuota"));
  if (limits.nanoCpus !== undefined && quota !== 0n && integerOf(body.get("CpuPeriod")) === 0n) {
    changes["CpuPeriod"] = DEFAULT_PERIOD;
  }
  return amended("ContainerUpdateRequest", body, changes);
}

export const createExec: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  checkFields(bodyOf(request), EXEC, "", judging);
  return judged(request, judging);
};

/** An image's settings: what a container takes over from it is judged when one is made. */
export function judgeConfig(request: GateRequest, judging: Judging): void {
  checkFields(bodyOf(request), CONFIG, "", judging);
}

export const startContainer: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  for (const name of ["checkpoint", "checkpoint-dir"]) {
    if (parameter(request, name) === "") continue;
    judging.deny({
      rule: "checkpoint",
      at: name,
      message: "checkpoints are read from folders of the host, as root",
      help: "Start it without",
    });
  }
  return judged(request, judging);
};

/** Arguments of the host's `ps`: some show the environment of every process. */
export const listProcesses: Handler = (request) =>
  parameter(request, "ps_args") === ""
    ? passed(request)
    : passed(withParameters(request, { ps_args: undefined }));

export const checkpoints: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  const inBody = !isNeutral(bodyOf(request).get("CheckpointDir"));
  for (const [place, written] of [
    ["dir", parameter(request, "dir") !== ""],
    ["CheckpointDir", inBody],
  ] as const) {
    if (!written) continue;
    judging.deny({
      rule: "checkpoint",
      at: place,
      message: "the engine makes, lists and removes this folder of the host as root",
      help: "Leave it out",
    });
  }
  return judged(request, judging);
};
