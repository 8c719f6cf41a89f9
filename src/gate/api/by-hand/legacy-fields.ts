/**
 * Fields that are not in the newest schema: older daemons decode them, a second decoder of the newest
 * one does, or clients still send them although nobody reads them.
 */

import type { TypeExpression } from "../shapes.ts";

export interface LegacyField {
  readonly struct: string;
  readonly field: string;
  readonly type: TypeExpression;
  /** The first API version in which no daemon decodes it; at and above it the field is unknown. */
  readonly until?: `1.${number}`;
  /** Accepted because clients send it, and never written: no daemon in range reads it. */
  readonly dropped?: true;
  /** Another spelling that a client sends and the engine folds: written as this field. */
  readonly writtenAs?: string;
  readonly why: string;
}

export const legacyFields: readonly LegacyField[] = [
  {
    struct: "ContainerCreateRequest",
    field: "MacAddress",
    type: "mac",
    until: "1.52",
    why: "below 1.52 the body is decoded a second time for it",
  },
  {
    struct: "ContainerCreateRequest",
    field: "VolumesFrom",
    type: "[]string",
    dropped: true,
    why: "dockerode's run sends an empty list; engines read HostConfig's",
  },
  {
    struct: "HostConfig",
    field: "Capabilities",
    type: "[]string",
    until: "1.52",
    why: "decoded a second time below 1.52; 1.40 honoured it as the whole set",
  },
  {
    struct: "Resources",
    field: "KernelMemory",
    type: "int64",
    until: "1.52",
    why: "honoured by older engines",
  },
  {
    struct: "Resources",
    field: "KernelMemoryTCP",
    type: "int64",
    until: "1.52",
    why: "honoured by older engines",
  },
  {
    struct: "Resources",
    field: "DiskQuota",
    type: "int64",
    dropped: true,
    why: "old clients send 0; no engine honours it",
  },
  {
    struct: "ExecStartRequest",
    field: "hijack",
    type: "bool",
    dropped: true,
    why: "dockerode sends its own options along; no engine knows it",
  },
  {
    struct: "ExecStartRequest",
    field: "stdin",
    type: "bool",
    dropped: true,
    why: "dockerode sends its own options along; no engine knows it",
  },
  {
    struct: "ServiceSpec",
    field: "Networks",
    type: "[]#NetworkAttachmentConfig",
    until: "1.52",
    why: "older engines take it in place of TaskTemplate.Networks",
  },
  {
    struct: "NetworkCreateRequest",
    field: "CheckDuplicate",
    type: "bool",
    dropped: true,
    why: "clients below 1.44 send it; engines always check",
  },
  {
    struct: "ContainerExecRequest",
    field: "Detach",
    type: "bool",
    dropped: true,
    why: "older clients send it; the start decides",
  },
  {
    struct: "ContainerExecRequest",
    field: "Container",
    type: "string",
    dropped: true,
    why: "docker-py sends it; the path names the container",
  },
  {
    struct: "ContainerExecRequest",
    field: "detachKeys",
    type: "string",
    writtenAs: "DetachKeys",
    why: "docker-py spells it so",
  },
  {
    struct: "ServiceSpec.Mode",
    field: "replicated",
    type: "#ServiceSpec.Mode.Replicated",
    writtenAs: "Replicated",
    why: "docker-py spells it so",
  },
  {
    struct: "ServiceSpec.Mode",
    field: "global",
    type: "#Empty",
    writtenAs: "Global",
    why: "docker-py spells it so",
  },
  {
    struct: "AuthConfig",
    field: "email",
    type: "string",
    dropped: true,
    why: "old clients send it; registries no longer take it",
  },
];
