/** Every operation of the Engine API, and what ownership makes of it. One without a row is refused. */

import { createContainer, createExec, killContainer, renameContainer } from "./containers.ts";
import { refused } from "./denials.ts";
import { deny, named, ofTheHost, ownerFilter, pass, prune, type Handler } from "./handlers.ts";
import {
  buildImage,
  commitContainer,
  createImage,
  exportImages,
  inspectImage,
  listImages,
  loadImages,
  pruneImages,
  pushImage,
  tagImage,
} from "./image-handlers.ts";
import { labelledList, listContainers, showInfo, showUsage, watchEvents } from "./listings.ts";
import { createNetwork, inspectNetwork, joinNetwork, listNetworks } from "./networks.ts";
import { createLabelled, createService, updateLabelled, updateService } from "./swarm.ts";
import { createVolume, listVolumes, updateVolume } from "./volumes.ts";

const container = named("container", "own");
const exec = named("exec", "own");
const image = named("image", "seen");

/** The build's cache and its builds have no owners. */
const ownerless: Handler = (request) =>
  deny(
    request,
    refused(
      "no-owner",
      "",
      "what this acts on belongs to all clients of the engine",
      "Whoever runs the engine can do it",
    ),
  );

/** Everything that BuildKit can do, unless the gate speaks it itself. */
const buildKit: Handler = (request, objects) =>
  objects.client.build === "mediated" ? pass(request) : ownerless(request, objects);

export const treatments: Readonly<Record<string, Handler>> = {
  ContainerList: listContainers,
  ContainerCreate: createContainer,
  ContainerInspect: container,
  ContainerTop: container,
  ContainerLogs: container,
  ContainerChanges: container,
  ContainerExport: container,
  ContainerStats: container,
  ContainerResize: container,
  ContainerStart: container,
  ContainerStop: container,
  ContainerRestart: container,
  ContainerKill: killContainer,
  ContainerUpdate: container,
  ContainerRename: renameContainer,
  ContainerPause: container,
  ContainerUnpause: container,
  ContainerAttach: container,
  ContainerAttachWebsocket: container,
  ContainerWait: container,
  ContainerDelete: container,
  ContainerArchiveInfo: container,
  ContainerArchive: container,
  PutContainerArchive: container,
  ContainerPrune: prune(ownerFilter),
  ContainerExec: createExec,
  ExecStart: exec,
  ExecResize: exec,
  ExecInspect: exec,
  CheckpointList: container,
  CheckpointCreate: container,
  CheckpointDelete: container,

  ImageList: listImages,
  ImageInspect: inspectImage,
  ImageAttestations: image,
  ImageHistory: image,
  ImageGet: exportImages,
  ImageGetAll: exportImages,
  ImageCreate: createImage,
  ImageBuild: buildImage,
  ImageCommit: commitContainer,
  ImageLoad: loadImages,
  ImageTag: tagImage,
  ImagePush: pushImage,
  ImageDelete: named("image", "own"),
  ImagePrune: pruneImages,
  // Of a registry, not of this engine.
  ImageSearch: ofTheHost,
  DistributionInspect: ofTheHost,
  BuildPrune: ownerless,
  BuildCancel: ownerless,
  Session: buildKit,
  Grpc: buildKit,

  NetworkList: listNetworks,
  NetworkInspect: inspectNetwork,
  NetworkCreate: createNetwork,
  NetworkDelete: named("network", "own"),
  NetworkConnect: joinNetwork,
  NetworkDisconnect: joinNetwork,
  NetworkPrune: prune(ownerFilter),

  VolumeList: listVolumes,
  VolumeCreate: createVolume,
  VolumeInspect: named("volume", "seen"),
  VolumeUpdate: updateVolume,
  VolumeDelete: named("volume", "own"),
  VolumePrune: prune(ownerFilter),

  ServiceList: labelledList("Spec", "Labels"),
  ServiceCreate: createService,
  ServiceInspect: named("service", "own"),
  ServiceUpdate: updateService,
  ServiceDelete: named("service", "own"),
  ServiceLogs: named("service", "own"),
  TaskList: labelledList("Spec", "ContainerSpec", "Labels"),
  TaskInspect: named("task", "own"),
  TaskLogs: named("task", "own"),
  SecretList: labelledList("Spec", "Labels"),
  SecretCreate: createLabelled,
  SecretInspect: named("secret", "own"),
  SecretUpdate: updateLabelled("secret"),
  SecretDelete: named("secret", "own"),
  ConfigList: labelledList("Spec", "Labels"),
  ConfigCreate: createLabelled,
  ConfigInspect: named("config", "own"),
  ConfigUpdate: updateLabelled("config"),
  ConfigDelete: named("config", "own"),

  SystemEvents: watchEvents,
  SystemInfo: showInfo,
  SystemDataUsage: showUsage,
  SystemAuth: ofTheHost,
  SystemVersion: ofTheHost,
  SystemPing: ofTheHost,
  SystemPingHead: ofTheHost,
  SystemOptions: ofTheHost,

  // The machine's own: no client made it, and the policy's words alone say who may.
  SwarmInspect: ofTheHost,
  SwarmInit: ofTheHost,
  SwarmJoin: ofTheHost,
  SwarmLeave: ofTheHost,
  SwarmUpdate: ofTheHost,
  SwarmUnlockkey: ofTheHost,
  SwarmUnlock: ofTheHost,
  NodeList: ofTheHost,
  NodeInspect: ofTheHost,
  NodeDelete: ofTheHost,
  NodeUpdate: ofTheHost,
  PluginList: ofTheHost,
  PluginInspect: ofTheHost,
  PluginDelete: ofTheHost,
  PluginEnable: ofTheHost,
  PluginDisable: ofTheHost,
  PluginUpgrade: ofTheHost,
  PluginCreate: ofTheHost,
  PluginPull: ofTheHost,
  PluginPush: ofTheHost,
  PluginSet: ofTheHost,
  GetPluginPrivileges: ofTheHost,
  DebugVars: ofTheHost,
  DebugProfiles: ofTheHost,
  DebugCommandLine: ofTheHost,
  DebugCpuProfile: ofTheHost,
  DebugSymbol: ofTheHost,
  DebugTrace: ofTheHost,
  DebugProfile: ofTheHost,
};
