/**
 * Fields of answers that the schema's structs leave out: of older versions of the API, and where the swagger
 * file says too little. Requests never hold them. Read in moby/moby b985e2313a (2026-08-23) and docker-v20.10.24.
 */

import type { Operation } from "../api/operations.ts";
import type { TypeExpression } from "../api/shapes.ts";
import type { Struct } from "../api/structs.ts";
import { wireType, type WireType } from "../api/types.ts";

const EXTRA: Readonly<Record<string, Readonly<Record<string, TypeExpression>>>> = {
  SystemDataUsageResponse: {
    LayersSize: "int64",
    Images: "[]#ImageSummary",
    Containers: "[]#ContainerSummary",
    Volumes: "[]#Volume",
    BuildCache: "[]#BuildCache",
    BuilderSize: "int64",
  },
  ImagesDiskUsage: { Items: "[]#ImageSummary" },
  ContainersDiskUsage: { Items: "[]#ContainerSummary" },
  VolumesDiskUsage: { Items: "[]#Volume" },
  BuildCacheDiskUsage: { Items: "[]#BuildCache" },
  BuildCache: { Parent: "string" },
  ImageInspect: {
    Parent: "string",
    Container: "string",
    ContainerConfig: "#ContainerConfig",
    DockerVersion: "string",
    VirtualSize: "int64",
  },
  ImageSummary: { VirtualSize: "int64" },
  Network: {
    Containers: "map[string]#EndpointResource",
    Services: "map[string]#ServiceInfo",
    Status: "#NetworkStatus",
  },
  EventMessage: { status: "string", id: "string", from: "string" },
};

export interface AnswerField {
  /** The struct that declares it. */
  readonly owner: string;
  readonly name: string;
  readonly type: WireType;
}

export function answerFields(struct: Struct): ReadonlyMap<string, AnswerField> {
  const fields = new Map<string, AnswerField>(struct.fields);
  for (const [name, type] of Object.entries(EXTRA[struct.name] ?? {})) {
    fields.set(name, { owner: struct.name, name, type: wireType(type) });
  }
  return fields;
}

/** Undefined for an answer that is no JSON, or says nothing of its own. */
export function answerType({ id, response, responseType }: Operation): WireType | undefined {
  if (response === "json") return responseType;
  return id === "SystemEvents" ? responseType : undefined;
}
