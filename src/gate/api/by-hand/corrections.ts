/**
 * Where the swagger file and what dockerd decodes differ. Read in moby/moby b985e2313a (2026-08-23),
 * `api/types`, as Go's reflection lists the request types there. `null` takes a field away.
 */

import type { TypeExpression } from "../shapes.ts";

export interface Correction {
  readonly why: string;
  readonly embeds?: readonly string[];
  readonly fields: Readonly<Record<string, TypeExpression | null>>;
}

const GO_TYPE = "the Go type is narrower or wider than the swagger file says";
const POINTER = "a map of pointers or slices: null is a value of its own there";
const MISSING = "dockerd decodes it, the swagger file does not have it";

export const corrections: Readonly<Record<string, readonly Correction[]>> = {
  Empty: [{ why: "Go's struct{}", fields: {} }],
  Resources: [
    {
      why: "Init stands in HostConfig; an update does not decode it",
      fields: { Init: null, BlkioWeight: "uint16" },
    },
    {
      why: GO_TYPE,
      fields: { CpuShares: "int64", IOMaximumIOps: "uint64", IOMaximumBandwidth: "uint64" },
    },
    {
      why: "lists of pointers",
      fields: {
        BlkioWeightDevice: "[]*#Resources.BlkioWeightDevice",
        BlkioDeviceReadBps: "[]*#ThrottleDevice",
        BlkioDeviceWriteBps: "[]*#ThrottleDevice",
        BlkioDeviceReadIOps: "[]*#ThrottleDevice",
        BlkioDeviceWriteIOps: "[]*#ThrottleDevice",
        Ulimits: "[]*#Resources.Ulimits",
      },
    },
  ],
  "Resources.BlkioWeightDevice": [{ why: GO_TYPE, fields: { Weight: "uint16" } }],
  "Resources.Ulimits": [{ why: GO_TYPE, fields: { Soft: "int64", Hard: "int64" } }],
  ThrottleDevice: [{ why: GO_TYPE, fields: { Rate: "uint64" } }],
  HostConfig: [
    { why: "see Resources", fields: { Init: "bool" } },
    { why: "an array of two in Go", fields: { ConsoleSize: "[2]uint32" } },
    { why: POINTER, fields: { PortBindings: "map[port][]#PortBinding" } },
  ],
  ContainerConfig: [{ why: "keys are ports", fields: { ExposedPorts: "map[port]#Empty" } }],
  NetworkingConfig: [
    { why: POINTER, fields: { EndpointsConfig: "map[string]*#EndpointSettings" } },
  ],
  EndpointSettings: [
    { why: GO_TYPE, fields: { GwPriority: "int", GlobalIPv6PrefixLen: "int", Gateway: "addr" } },
  ],
  Mount: [{ why: MISSING, fields: { ClusterOptions: "#Empty" } }],
  "Mount.TmpfsOptions": [{ why: "an io/fs.FileMode", fields: { Mode: "uint32" } }],
  ContainerExecRequest: [{ why: "an array of two in Go", fields: { ConsoleSize: "[2]uint32" } }],
  ExecStartRequest: [{ why: "an array of two in Go", fields: { ConsoleSize: "[2]uint32" } }],
  AuthConfig: [
    { why: MISSING, fields: { auth: "string", identitytoken: "string", registrytoken: "string" } },
  ],
  IPAMConfig: [
    {
      why: "netip types in Go",
      fields: {
        Subnet: "prefix",
        IPRange: "prefix",
        Gateway: "addr",
        AuxiliaryAddresses: "map[string]addr",
      },
    },
  ],
  ClusterVolumeSpec: [
    {
      why: "the swagger file puts four fields of the spec one level too deep",
      fields: {
        Secrets: "[]#ClusterVolumeSpec.AccessMode.Secrets",
        AccessibilityRequirements: "#ClusterVolumeSpec.AccessMode.AccessibilityRequirements",
        CapacityRange: "#ClusterVolumeSpec.AccessMode.CapacityRange",
        Availability: "string",
      },
    },
  ],
  "ClusterVolumeSpec.AccessMode": [
    {
      why: "see ClusterVolumeSpec",
      fields: {
        Secrets: null,
        AccessibilityRequirements: null,
        CapacityRange: null,
        Availability: null,
        MountVolume: "#ClusterVolumeSpec.MountVolume",
        BlockVolume: "#Empty",
      },
    },
  ],
  "ClusterVolumeSpec.MountVolume": [
    { why: MISSING, fields: { FsType: "string", MountFlags: "[]string" } },
  ],
  SwarmInitRequest: [
    { why: MISSING, fields: { AutoLockManagers: "bool", Availability: "string" } },
    { why: GO_TYPE, fields: { DefaultAddrPool: "[]prefix" } },
  ],
  SwarmJoinRequest: [{ why: MISSING, fields: { Availability: "string" } }],
  "TaskSpec.ContainerSpec": [
    {
      why: "the swagger file writes HealthCheck",
      fields: { HealthCheck: null, Healthcheck: "#HealthConfig" },
    },
    { why: "lists of pointers", fields: { Ulimits: "[]*#Resources.Ulimits" } },
    {
      why: "lists of pointers",
      fields: {
        Secrets: "[]*#TaskSpec.ContainerSpec.Secrets",
        Configs: "[]*#TaskSpec.ContainerSpec.Configs",
      },
    },
  ],
  "TaskSpec.ContainerSpec.Configs": [{ why: "Go's struct{}", fields: { Runtime: "#Empty" } }],
  "TaskSpec.ContainerSpec.DNSConfig": [
    { why: "netip.Addr in Go", fields: { Nameservers: "[]addr" } },
  ],
  "TaskSpec.ContainerSpec.Privileges.Seccomp": [
    { why: "[]byte in Go", fields: { Profile: "bytes" } },
  ],
  "TaskSpec.PluginSpec": [
    {
      why: "the wire names are lower case, and two fields are missing",
      fields: {
        Name: null,
        Remote: null,
        Disabled: null,
        PluginPrivilege: null,
        name: "string",
        remote: "string",
        privileges: "[]*#RuntimePrivilege",
        disabled: "bool",
        env: "[]string",
      },
    },
  ],
  RuntimePrivilege: [
    { why: MISSING, fields: { name: "string", description: "string", value: "[]string" } },
  ],
  "TaskSpec.RestartPolicy": [{ why: GO_TYPE, fields: { MaxAttempts: "uint64" } }],
  "TaskSpec.Placement": [{ why: GO_TYPE, fields: { MaxReplicas: "uint64" } }],
  "ServiceSpec.Mode": [{ why: "Go's struct{}", fields: { Global: "#Empty", GlobalJob: "#Empty" } }],
  "ServiceSpec.Mode.Replicated": [{ why: GO_TYPE, fields: { Replicas: "uint64" } }],
  "ServiceSpec.Mode.ReplicatedJob": [
    { why: GO_TYPE, fields: { MaxConcurrent: "uint64", TotalCompletions: "uint64" } },
  ],
  "ServiceSpec.UpdateConfig": [{ why: GO_TYPE, fields: { Parallelism: "uint64" } }],
  "ServiceSpec.RollbackConfig": [{ why: GO_TYPE, fields: { Parallelism: "uint64" } }],
  EndpointPortConfig: [{ why: GO_TYPE, fields: { TargetPort: "uint32", PublishedPort: "uint32" } }],
  SecretSpec: [{ why: "[]byte in Go", fields: { Data: "bytes" } }],
  ConfigSpec: [{ why: "[]byte in Go", fields: { Data: "bytes" } }],
  "SwarmSpec.CAConfig": [
    { why: "lists of pointers", fields: { ExternalCAs: "[]*#SwarmSpec.CAConfig.ExternalCAs" } },
  ],
  ServiceCreateRequest: [{ why: "adds only an example", embeds: ["ServiceSpec"], fields: {} }],
  CheckpointCreateRequest: [
    { why: MISSING, fields: { CheckpointID: "string", CheckpointDir: "string", Exit: "bool" } },
  ],
  OciPlatform: [
    {
      why: "image-spec's Platform, in query parameters",
      fields: {
        architecture: "string",
        os: "string",
        "os.version": "string",
        "os.features": "[]string",
        variant: "string",
      },
    },
  ],
  BuildOutput: [{ why: MISSING, fields: { Type: "string", Attrs: "map[string]string" } }],
};
