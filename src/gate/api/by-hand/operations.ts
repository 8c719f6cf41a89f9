/**
 * What the swagger file does not say of operations: undocumented ones, what they answer with, query
 * parameters that dockerd reads or that clients send in vain. Read in moby/moby b985e2313a
 * (2026-08-23), daemon/server/router.
 */

import type { DescribedOperation, QueryKind, QueryParameter } from "../shapes.ts";

/** How the body of a success comes. `download` and `stream` are unbounded in time or size. */
export type ResponseKind = "json" | "stream" | "download" | "hijack" | "http2" | "text" | "none";

export const undocumentedOperations: Readonly<Record<string, DescribedOperation>> = {
  CheckpointList: {
    method: "GET",
    path: "/containers/{id}/checkpoints",
    query: { dir: { kind: "string" } },
  },
  CheckpointCreate: {
    method: "POST",
    path: "/containers/{id}/checkpoints",
    body: { kind: "json", type: "#CheckpointCreateRequest", required: true },
  },
  CheckpointDelete: {
    method: "DELETE",
    path: "/containers/{id}/checkpoints/{checkpoint}",
    query: { dir: { kind: "string" } },
  },
  BuildCancel: { method: "POST", path: "/build/cancel", query: { id: { kind: "string" } } },
  SystemOptions: { method: "OPTIONS", path: "/{any}" },
  DebugVars: { method: "GET", path: "/debug/vars" },
  DebugProfiles: { method: "GET", path: "/debug/pprof/" },
  DebugCommandLine: { method: "GET", path: "/debug/pprof/cmdline" },
  DebugCpuProfile: {
    method: "GET",
    path: "/debug/pprof/profile",
    query: { seconds: { kind: "integer" } },
  },
  DebugSymbol: { method: "GET", path: "/debug/pprof/symbol" },
  DebugTrace: {
    method: "GET",
    path: "/debug/pprof/trace",
    query: { seconds: { kind: "integer" } },
  },
  DebugProfile: {
    method: "GET",
    path: "/debug/pprof/{name}",
    query: { debug: { kind: "integer" }, gc: { kind: "integer" }, seconds: { kind: "integer" } },
  },
  Grpc: { method: "POST", path: "/grpc" },
};

/** `response` where it is not plain JSON. */
export const responseKinds: Readonly<Record<string, ResponseKind>> = {
  ContainerLogs: "stream",
  ContainerStats: "stream",
  ContainerWait: "stream",
  ContainerAttach: "hijack",
  ContainerAttachWebsocket: "hijack",
  ContainerExport: "download",
  ContainerArchive: "download",
  ContainerArchiveInfo: "none",
  PutContainerArchive: "none",
  ContainerResize: "none",
  ContainerStart: "none",
  ContainerStop: "none",
  ContainerRestart: "none",
  ContainerKill: "none",
  ContainerPause: "none",
  ContainerUnpause: "none",
  ContainerRename: "none",
  ContainerDelete: "none",
  CheckpointCreate: "none",
  CheckpointDelete: "none",
  ExecStart: "hijack",
  ExecResize: "none",
  ImageCreate: "stream",
  ImagePush: "stream",
  ImageLoad: "stream",
  ImageBuild: "stream",
  ImageGet: "download",
  ImageGetAll: "download",
  ImageTag: "none",
  BuildCancel: "none",
  Session: "http2",
  Grpc: "http2",
  SystemEvents: "stream",
  SystemPing: "text",
  SystemPingHead: "none",
  SystemOptions: "none",
  VolumeUpdate: "none",
  VolumeDelete: "none",
  NetworkConnect: "none",
  NetworkDisconnect: "none",
  NetworkDelete: "none",
  PluginPull: "stream",
  PluginPush: "stream",
  PluginUpgrade: "stream",
  PluginEnable: "none",
  PluginDisable: "none",
  PluginDelete: "none",
  PluginSet: "none",
  PluginCreate: "none",
  ServiceDelete: "none",
  ServiceLogs: "stream",
  TaskLogs: "stream",
  NodeDelete: "none",
  NodeUpdate: "none",
  SecretDelete: "none",
  SecretUpdate: "none",
  ConfigDelete: "none",
  ConfigUpdate: "none",
  SwarmJoin: "none",
  SwarmLeave: "none",
  SwarmUpdate: "none",
  SwarmUnlock: "none",
  DebugVars: "json",
  DebugProfiles: "text",
  DebugCommandLine: "text",
  DebugCpuProfile: "download",
  DebugSymbol: "text",
  DebugTrace: "download",
  DebugProfile: "download",
};

/** Operations whose handler may close an empty body; the swagger file calls these bodies required. */
export const optionalBodies: readonly string[] = ["ContainerUpdate", "ImageCommit", "ExecStart"];

const one = (kind: QueryKind): QueryParameter => ({ kind });
const many = (kind: QueryKind): QueryParameter => ({ kind, list: true });

/** Sent by clients, read by no daemon in range: accepted and left out. */
const ignored = one("ignored");

const SINCE_UNTIL = { since: one("timestamp"), until: one("timestamp") };
const RESIZE = { h: one("uint32"), w: one("uint32") };
const OBJECT_VERSION = { version: one("uint64") };

export const queryCorrections: Readonly<Record<string, Readonly<Record<string, QueryParameter>>>> =
  {
    ContainerList: { trunc_cmd: ignored, since: ignored, before: ignored },
    ContainerLogs: { ...SINCE_UNTIL, details: one("boolean"), format: one("string") },
    ContainerStart: { checkpoint: one("string"), "checkpoint-dir": one("string") },
    // dockerode's own options, which it sends along.
    ContainerAttach: { hijack: ignored },
    ContainerResize: RESIZE,
    ExecResize: RESIZE,
    PutContainerArchive: { noOverwriteDirNonDir: one("boolean"), copyUIDGID: one("boolean") },
    ImageCommit: { changes: many("string") },
    ImageList: { filter: one("string"), only_ids: ignored },
    ImageInspect: { platform: one("json #OciPlatform"), size: ignored },
    ImageHistory: { platform: one("json #OciPlatform") },
    ImageAttestations: { platform: one("json #OciPlatform"), type: many("string") },
    ImagePush: { platform: one("json #OciPlatform") },
    ImageTag: { force: ignored },
    ImageDelete: { platforms: many("json #OciPlatform") },
    ImageGet: { platform: many("json #OciPlatform"), names: many("string") },
    ImageGetAll: { platform: many("json #OciPlatform") },
    ImageLoad: { platform: many("json #OciPlatform") },
    ImageBuild: {
      t: many("string"),
      extrahosts: many("string"),
      securityopt: many("string"),
      pull: one("boolean"),
      cpusetmems: one("string"),
      cgroupparent: one("string"),
      session: one("string"),
      buildid: one("string"),
      isolation: one("string"),
      buildargs: one("json map[string]*string"),
      labels: one("json map[string]string"),
      cachefrom: one("json []string"),
      ulimits: one("json []*#Resources.Ulimits"),
      outputs: one("json []#BuildOutput"),
    },
    BuildPrune: { "keep-storage": one("integer") },
    SystemEvents: SINCE_UNTIL,
    ServiceLogs: { since: one("timestamp") },
    TaskLogs: { since: one("timestamp") },
    ServiceList: { status: one("strict-boolean") },
    ServiceInspect: { insertDefaults: one("strict-boolean") },
    ServiceUpdate: OBJECT_VERSION,
    NodeUpdate: OBJECT_VERSION,
    SecretUpdate: OBJECT_VERSION,
    ConfigUpdate: OBJECT_VERSION,
    VolumeUpdate: OBJECT_VERSION,
    SwarmUpdate: {
      ...OBJECT_VERSION,
      rotateWorkerToken: one("strict-boolean"),
      rotateManagerToken: one("strict-boolean"),
      rotateManagerUnlockKey: one("strict-boolean"),
    },
    NetworkInspect: { verbose: one("strict-boolean") },
    PluginUpgrade: { name: one("string") },
  };

/** Read by the handler; the swagger file leaves them out. */
export const headerCorrections: Readonly<Record<string, readonly string[]>> = {
  ImageSearch: ["X-Registry-Auth"],
  DistributionInspect: ["X-Registry-Auth"],
  ImageBuild: ["X-Registry-Config"],
  // moby/buildkit 73ed682, session/session.go
  Session: [
    "X-Docker-Expose-Session-Uuid",
    "X-Docker-Expose-Session-Name",
    "X-Docker-Expose-Session-Sharedkey",
    "X-Docker-Expose-Session-Grpc-Method",
  ],
};
