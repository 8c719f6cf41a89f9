/**
 * dockerd's route table in the order of its registration, which decides. Read in moby/moby b985e2313a
 * (2026-08-23): daemon/command/daemon.go (buildRouters) and daemon/server/router. `.*` is greedy and
 * takes slashes. The last column is the lowest API version, where the daemon sets one.
 */

/** method, pattern, operation, kinds of the names in order, lowest API version */
export type RouteRow = readonly [
  method: string,
  pattern: string,
  operation: string,
  names?: readonly NameKind[],
  since?: `1.${number}`,
];

export type NameKind =
  | "container"
  | "image"
  | "network"
  | "volume"
  | "exec"
  | "plugin"
  | "swarm"
  | "checkpoint"
  | "profile"
  | "anything";

export const routeRows: readonly RouteRow[] = [
  ["GET", "/containers/{name:.*}/checkpoints", "CheckpointList", ["container"]],
  ["POST", "/containers/{name:.*}/checkpoints", "CheckpointCreate", ["container"]],
  [
    "DELETE",
    "/containers/{name}/checkpoints/{checkpoint}",
    "CheckpointDelete",
    ["container", "checkpoint"],
  ],

  ["HEAD", "/containers/{name:.*}/archive", "ContainerArchiveInfo", ["container"]],
  ["GET", "/containers/json", "ContainerList"],
  ["GET", "/containers/{name:.*}/export", "ContainerExport", ["container"]],
  ["GET", "/containers/{name:.*}/changes", "ContainerChanges", ["container"]],
  ["GET", "/containers/{name:.*}/json", "ContainerInspect", ["container"]],
  ["GET", "/containers/{name:.*}/top", "ContainerTop", ["container"]],
  ["GET", "/containers/{name:.*}/logs", "ContainerLogs", ["container"]],
  ["GET", "/containers/{name:.*}/stats", "ContainerStats", ["container"]],
  ["GET", "/containers/{name:.*}/attach/ws", "ContainerAttachWebsocket", ["container"]],
  ["GET", "/exec/{id:.*}/json", "ExecInspect", ["exec"]],
  ["GET", "/containers/{name:.*}/archive", "ContainerArchive", ["container"]],
  ["POST", "/containers/create", "ContainerCreate"],
  ["POST", "/containers/{name:.*}/kill", "ContainerKill", ["container"]],
  ["POST", "/containers/{name:.*}/pause", "ContainerPause", ["container"]],
  ["POST", "/containers/{name:.*}/unpause", "ContainerUnpause", ["container"]],
  ["POST", "/containers/{name:.*}/restart", "ContainerRestart", ["container"]],
  ["POST", "/containers/{name:.*}/start", "ContainerStart", ["container"]],
  ["POST", "/containers/{name:.*}/stop", "ContainerStop", ["container"]],
  ["POST", "/containers/{name:.*}/wait", "ContainerWait", ["container"]],
  ["POST", "/containers/{name:.*}/resize", "ContainerResize", ["container"]],
  ["POST", "/containers/{name:.*}/attach", "ContainerAttach", ["container"]],
  ["POST", "/containers/{name:.*}/exec", "ContainerExec", ["container"]],
  ["POST", "/exec/{name:.*}/start", "ExecStart", ["exec"]],
  ["POST", "/exec/{name:.*}/resize", "ExecResize", ["exec"]],
  ["POST", "/containers/{name:.*}/rename", "ContainerRename", ["container"]],
  ["POST", "/containers/{name:.*}/update", "ContainerUpdate", ["container"]],
  ["POST", "/containers/prune", "ContainerPrune", [], "1.25"],
  ["POST", "/commit", "ImageCommit"],
  ["PUT", "/containers/{name:.*}/archive", "PutContainerArchive", ["container"]],
  ["DELETE", "/containers/{name:.*}", "ContainerDelete", ["container"]],

  ["GET", "/images/json", "ImageList"],
  ["GET", "/images/search", "ImageSearch"],
  ["GET", "/images/get", "ImageGetAll"],
  ["GET", "/images/{name:.*}/get", "ImageGet", ["image"]],
  ["GET", "/images/{name:.*}/history", "ImageHistory", ["image"]],
  ["GET", "/images/{name:.*}/json", "ImageInspect", ["image"]],
  ["GET", "/images/{name:.*}/attestations", "ImageAttestations", ["image"], "1.55"],
  ["POST", "/images/load", "ImageLoad"],
  ["POST", "/images/create", "ImageCreate"],
  ["POST", "/images/{name:.*}/push", "ImagePush", ["image"]],
  ["POST", "/images/{name:.*}/tag", "ImageTag", ["image"]],
  ["POST", "/images/prune", "ImagePrune", [], "1.25"],
  ["DELETE", "/images/{name:.*}", "ImageDelete", ["image"]],

  ["OPTIONS", "/{anyroute:.*}", "SystemOptions", ["anything"]],
  ["GET", "/_ping", "SystemPing"],
  ["HEAD", "/_ping", "SystemPingHead"],
  ["GET", "/events", "SystemEvents"],
  ["GET", "/info", "SystemInfo"],
  ["GET", "/version", "SystemVersion"],
  ["GET", "/system/df", "SystemDataUsage"],
  ["POST", "/auth", "SystemAuth"],

  ["GET", "/volumes", "VolumeList"],
  ["GET", "/volumes/{name:.*}", "VolumeInspect", ["volume"]],
  ["POST", "/volumes/create", "VolumeCreate"],
  ["POST", "/volumes/prune", "VolumePrune", [], "1.25"],
  ["PUT", "/volumes/{name:.*}", "VolumeUpdate", ["volume"], "1.42"],
  ["DELETE", "/volumes/{name:.*}", "VolumeDelete", ["volume"]],

  ["POST", "/build", "ImageBuild"],
  ["POST", "/build/prune", "BuildPrune", [], "1.31"],
  ["POST", "/build/cancel", "BuildCancel"],

  ["POST", "/session", "Session"],

  ["POST", "/swarm/init", "SwarmInit"],
  ["POST", "/swarm/join", "SwarmJoin"],
  ["POST", "/swarm/leave", "SwarmLeave"],
  ["GET", "/swarm", "SwarmInspect"],
  ["GET", "/swarm/unlockkey", "SwarmUnlockkey"],
  ["POST", "/swarm/update", "SwarmUpdate"],
  ["POST", "/swarm/unlock", "SwarmUnlock"],
  ["GET", "/services", "ServiceList"],
  ["GET", "/services/{id}", "ServiceInspect", ["swarm"]],
  ["POST", "/services/create", "ServiceCreate"],
  ["POST", "/services/{id}/update", "ServiceUpdate", ["swarm"]],
  ["DELETE", "/services/{id}", "ServiceDelete", ["swarm"]],
  ["GET", "/services/{id}/logs", "ServiceLogs", ["swarm"]],
  ["GET", "/nodes", "NodeList"],
  ["GET", "/nodes/{id}", "NodeInspect", ["swarm"]],
  ["DELETE", "/nodes/{id}", "NodeDelete", ["swarm"]],
  ["POST", "/nodes/{id}/update", "NodeUpdate", ["swarm"]],
  ["GET", "/tasks", "TaskList"],
  ["GET", "/tasks/{id}", "TaskInspect", ["swarm"]],
  ["GET", "/tasks/{id}/logs", "TaskLogs", ["swarm"]],
  ["GET", "/secrets", "SecretList", [], "1.25"],
  ["POST", "/secrets/create", "SecretCreate", [], "1.25"],
  ["DELETE", "/secrets/{id}", "SecretDelete", ["swarm"], "1.25"],
  ["GET", "/secrets/{id}", "SecretInspect", ["swarm"], "1.25"],
  ["POST", "/secrets/{id}/update", "SecretUpdate", ["swarm"], "1.25"],
  ["GET", "/configs", "ConfigList", [], "1.30"],
  ["POST", "/configs/create", "ConfigCreate", [], "1.30"],
  ["DELETE", "/configs/{id}", "ConfigDelete", ["swarm"], "1.30"],
  ["GET", "/configs/{id}", "ConfigInspect", ["swarm"], "1.30"],
  ["POST", "/configs/{id}/update", "ConfigUpdate", ["swarm"], "1.30"],

  ["GET", "/plugins", "PluginList"],
  ["GET", "/plugins/{name:.*}/json", "PluginInspect", ["plugin"]],
  ["GET", "/plugins/privileges", "GetPluginPrivileges"],
  ["DELETE", "/plugins/{name:.*}", "PluginDelete", ["plugin"]],
  ["POST", "/plugins/{name:.*}/enable", "PluginEnable", ["plugin"]],
  ["POST", "/plugins/{name:.*}/disable", "PluginDisable", ["plugin"]],
  ["POST", "/plugins/pull", "PluginPull"],
  ["POST", "/plugins/{name:.*}/push", "PluginPush", ["plugin"]],
  ["POST", "/plugins/{name:.*}/upgrade", "PluginUpgrade", ["plugin"], "1.26"],
  ["POST", "/plugins/{name:.*}/set", "PluginSet", ["plugin"]],
  ["POST", "/plugins/create", "PluginCreate"],

  ["GET", "/distribution/{name:.*}/json", "DistributionInspect", ["image"], "1.30"],

  ["GET", "/networks", "NetworkList"],
  ["GET", "/networks/", "NetworkList"],
  ["GET", "/networks/{id:.+}", "NetworkInspect", ["network"]],
  ["POST", "/networks/create", "NetworkCreate"],
  ["POST", "/networks/{id:.*}/connect", "NetworkConnect", ["network"]],
  ["POST", "/networks/{id:.*}/disconnect", "NetworkDisconnect", ["network"]],
  ["POST", "/networks/prune", "NetworkPrune", [], "1.25"],
  ["DELETE", "/networks/{id:.*}", "NetworkDelete", ["network"]],

  ["GET", "/debug/vars", "DebugVars"],
  ["GET", "/debug/pprof/", "DebugProfiles"],
  ["GET", "/debug/pprof/cmdline", "DebugCommandLine"],
  ["GET", "/debug/pprof/profile", "DebugCpuProfile"],
  ["GET", "/debug/pprof/symbol", "DebugSymbol"],
  ["GET", "/debug/pprof/trace", "DebugTrace"],
  ["GET", "/debug/pprof/{name}", "DebugProfile", ["profile"]],

  ["POST", "/grpc", "Grpc"],
];
