/**
 * What a client may call over `/grpc`, each with one message that is read. Others do not exist here: sessions in a
 * stream of bytes, build history and disk usage of everyone, containers in a build, configurations of anybody's images.
 * Source: moby/buildkit 73ed682 (2026-08-21), api/services/control/control.proto, frontend/gateway/pb/gateway.proto.
 */

import {
  BridgeSolveRequest,
  EvaluateRequest,
  InfoRequest,
  InputsRequest,
  ListWorkersRequest,
  PingRequest,
  ReadDirRequest,
  ReadFileRequest,
  ReturnRequest,
  SolveRequest,
  StatFileRequest,
  StatusRequest,
} from "./proto/messages.ts";
import type { Message } from "./proto/schema.ts";

export interface ControlMethod {
  readonly request: Message;
  /** How the message is judged beyond its form. */
  readonly judged: "solve" | "bridge-solve" | "return" | "build-ref" | "form";
  /** Belongs to a build by its header `buildkit-controlapi-buildid`. */
  readonly ofBuild: boolean;
}

const CONTROL = "/moby.buildkit.v1.Control/";
const BRIDGE = "/moby.buildkit.v1.frontend.LLBBridge/";

const bridge = (request: Message, judged: ControlMethod["judged"] = "form"): ControlMethod => ({
  request,
  judged,
  ofBuild: true,
});
const control = (request: Message, judged: ControlMethod["judged"] = "form"): ControlMethod => ({
  request,
  judged,
  ofBuild: false,
});

export const controlMethods: ReadonlyMap<string, ControlMethod> = new Map([
  [`${CONTROL}Solve`, control(SolveRequest, "solve")],
  [`${CONTROL}Status`, control(StatusRequest, "build-ref")],
  [`${CONTROL}ListWorkers`, control(ListWorkersRequest)],
  [`${CONTROL}Info`, control(InfoRequest)],
  [`${BRIDGE}Ping`, bridge(PingRequest)],
  [`${BRIDGE}Solve`, bridge(BridgeSolveRequest, "bridge-solve")],
  [`${BRIDGE}ReadFile`, bridge(ReadFileRequest)],
  [`${BRIDGE}ReadDir`, bridge(ReadDirRequest)],
  [`${BRIDGE}StatFile`, bridge(StatFileRequest)],
  [`${BRIDGE}Evaluate`, bridge(EvaluateRequest)],
  [`${BRIDGE}Inputs`, bridge(InputsRequest)],
  [`${BRIDGE}Return`, bridge(ReturnRequest, "return")],
]);

/** Services that the engine may call in a client's session: files, credentials, secrets, keys, results. */
export const sessionServices: ReadonlySet<string> = new Set([
  "grpc.health.v1.Health",
  "moby.filesync.v1.FileSync",
  "moby.filesync.v1.FileSend",
  "moby.filesync.v1.Auth",
  "moby.buildkit.secrets.v1.Secrets",
  "moby.sshforward.v1.SSH",
  "moby.upload.v1.Upload",
  "containerd.services.content.v1.Content",
  "opentelemetry.proto.collector.trace.v1.TraceService",
]);

/** `moby.filesync.v1.Auth` of `/moby.filesync.v1.Auth/Credentials`. */
export function serviceOf(path: string): string | undefined {
  return /^\/([\w.]{1,128})\/\w{1,64}$/.exec(path)?.[1];
}
