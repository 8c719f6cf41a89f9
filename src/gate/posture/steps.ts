/**
 * The steps that judge what a request would grant, by the same rulebook as everything else.
 *
 * For what makes or changes something: what is unknown is asked first (facts/), what the policy writes into
 * everything is written (create/force.ts), every field with a danger of its own is checked against the grants
 * (checks/), references are replaced by what was looked at (create/settle.ts), and the workload that would start
 * goes before the rulebook (ceiling/).
 */

import type { Step } from "../judge/contract.ts";
import { tooMuch } from "./bounds.ts";
import { putArchive } from "./requests/archive.ts";
import { buildImage, buildkitConnection } from "./requests/build.ts";
import {
  checkpoints,
  createContainer,
  createExec,
  listProcesses,
  startContainer,
  updateContainer,
} from "./requests/containers.ts";
import type { Handler } from "./requests/handler.ts";
import {
  checkCredentials,
  commitContainer,
  createImage,
  inspectDistribution,
  loadImage,
  pushImage,
  searchImages,
  tagImage,
} from "./requests/images.ts";
import {
  checked,
  connectNetwork,
  createNetwork,
  createVolume,
  labelled,
} from "./requests/objects.ts";
import { writeService } from "./requests/services.ts";
import { leaveSwarm, noPlugins, pluginPrivileges } from "./requests/swarm.ts";

/** Operations whose parameters or bodies may ask for something; the others say only what is done to what is there. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    ContainerCreate: createContainer,
    ContainerUpdate: updateContainer,
    ContainerExec: createExec,
    ContainerStart: startContainer,
    ContainerTop: listProcesses,
    PutContainerArchive: putArchive,
    CheckpointList: checkpoints,
    CheckpointCreate: checkpoints,
    CheckpointDelete: checkpoints,

    ImageCommit: commitContainer,
    ImageCreate: createImage,
    ImageLoad: loadImage,
    ImagePush: pushImage,
    ImageTag: tagImage,
    ImageSearch: searchImages,
    DistributionInspect: inspectDistribution,
    SystemAuth: checkCredentials,
    ImageBuild: buildImage,
    Session: buildkitConnection,
    Grpc: buildkitConnection,

    NetworkCreate: createNetwork,
    NetworkConnect: connectNetwork,
    NetworkDisconnect: checked("#NetworkDisconnectRequest"),
    VolumeCreate: createVolume,
    VolumeUpdate: checked("#VolumeUpdateRequest"),

    ServiceCreate: writeService,
    ServiceUpdate: writeService,
    SecretCreate: labelled("#SecretSpec"),
    SecretUpdate: labelled("#SecretSpec"),
    ConfigCreate: labelled("#ConfigSpec"),
    ConfigUpdate: labelled("#ConfigSpec"),
    SwarmInit: leaveSwarm,
    SwarmJoin: leaveSwarm,
    SwarmLeave: leaveSwarm,
    SwarmUpdate: leaveSwarm,
    SwarmUnlock: leaveSwarm,
    SwarmUnlockkey: leaveSwarm,
    NodeUpdate: leaveSwarm,
    NodeDelete: leaveSwarm,

    GetPluginPrivileges: pluginPrivileges,
    PluginCreate: noPlugins,
    PluginPull: noPlugins,
    PluginUpgrade: noPlugins,
    PluginSet: noPlugins,
    PluginEnable: noPlugins,
    PluginDisable: noPlugins,
    PluginDelete: noPlugins,
    PluginPush: noPlugins,
  } satisfies Readonly<Record<string, Handler>>),
);

const posture: Step = (request, context) => {
  const handler = handlers.get(request.operation.id);
  if (handler === undefined) return { request, denials: [] };
  const denial = tooMuch(request);
  return denial === undefined ? handler(request, context) : { request, denials: [denial] };
};

export const postureSteps: readonly Step[] = [posture];
