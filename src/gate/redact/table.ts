/**
 * Fields of answers that are hidden, at which level and how. moby's own mask of its debug log was the beginning
 * (daemon/server/middleware/debug.go: data, jointoken, password, secret, signingcakey, unlockkey).
 */

import {
  action,
  attributes,
  binds,
  hide,
  keep,
  labels,
  named,
  options,
  path,
  processes,
  script,
  search,
  settings,
  variables,
  words,
  wordsAfter,
  type Treatment,
} from "./treatments.ts";

export interface Row {
  readonly secrets: Treatment;
  readonly strict: Treatment;
}

/** struct, fields, treatment of `secrets`, treatment of `strict` where it is another */
type TableRow = readonly [struct: string, fields: string, secrets: Treatment, strict?: Treatment];

const rows: readonly TableRow[] = [
  ["ContainerConfig", "Env", variables],
  ["ContainerConfig", "Labels", labels],
  ["ContainerConfig", "Entrypoint Shell OnBuild", words, hide],
  ["ContainerConfig", "Cmd", wordsAfter("Entrypoint"), hide],
  ["ImageConfig", "Env", variables],
  ["ImageConfig", "Labels", labels],
  ["ImageConfig", "Entrypoint Shell OnBuild", words, hide],
  ["ImageConfig", "Cmd", wordsAfter("Entrypoint"), hide],
  ["HealthConfig", "Test", words, hide],
  ["HealthcheckResult", "Output", search, hide],

  ["ContainerInspectResponse", "Path", script, hide],
  ["ContainerInspectResponse", "Args", wordsAfter("Path"), hide],
  ["ContainerInspectResponse", "ResolvConfPath HostnamePath HostsPath LogPath", keep, path],
  ["ContainerState", "Error", search, hide],
  ["ContainerSummary", "Command", script, hide],
  ["ContainerSummary", "Labels", labels],
  ["ContainerSummary.HostConfig", "Annotations", labels],
  ["ContainerTopResponse", "Processes", processes],
  ["ProcessConfig", "entrypoint", script, hide],
  ["ProcessConfig", "arguments", wordsAfter("entrypoint"), hide],
  ["MountPoint", "Source", keep, path],
  ["DriverData", "Data", keep, hide],
  ["NetworkSettings", "SandboxKey", keep, path],

  ["HostConfig", "Binds", keep, binds],
  ["HostConfig", "ContainerIDFile", keep, path],
  ["HostConfig", "Annotations", labels],
  ["HostConfig", "StorageOpt", named],
  ["HostConfig", "SecurityOpt", keep, path],
  ["HostConfig.LogConfig", "Config", options, hide],
  ["Resources", "CgroupParent", keep, path],
  ["Resources.BlkioWeightDevice", "Path", keep, path],
  ["ThrottleDevice", "Path", keep, path],
  ["DeviceMapping", "PathOnHost", keep, path],
  ["DeviceRequest", "Options", options, hide],
  ["Mount", "Source", keep, path],
  ["Mount.VolumeOptions", "Labels", labels],
  ["Mount.VolumeOptions.DriverConfig", "Options", options, hide],

  ["EndpointSettings", "DriverOpts", options, hide],
  ["Network", "Options", options, hide],
  ["Network", "Labels", labels],
  ["IPAM", "Options", options, hide],
  ["NetworkAttachmentConfig", "DriverOpts", options, hide],
  ["NetworkTaskInfo", "Info", named, hide],
  ["PeerInfo", "Name IP", keep, hide],

  ["Volume", "Mountpoint", keep, path],
  ["Volume", "Options", options, hide],
  ["Volume", "Status", named, hide],
  ["Volume", "Labels", labels],
  ["ClusterVolume.Info", "VolumeContext", named, hide],
  ["ClusterVolume.PublishStatus", "PublishContext", named, hide],
  // The name of a swarm secret, and the key under which the driver gets it.
  ["ClusterVolumeSpec", "Secrets", keep],
  ["ClusterVolumeSpec.AccessMode.Secrets", "Key Secret", keep],

  ["ImageInspect", "Comment Author", search],
  ["ImageSummary", "Labels", labels],
  ["ImageHistoryResponseItem", "CreatedBy", script, hide],
  ["ImageHistoryResponseItem", "Comment", search],
  ["BuildCache", "Description", script, hide],
  // A small blob's own content.
  ["OCIDescriptor", "data", keep, hide],
  ["OCIDescriptor", "annotations", named],
  ["AttestationStatement", "Statement", search],
  ["ImageManifestSummary", "AttestationData ImageData", keep],

  ["EventMessage", "Action status", action],
  ["EventActor", "Attributes", attributes],

  ["SystemInfo", "Labels", settings, hide],
  ["SystemInfo", "HttpProxy HttpsProxy", search, hide],
  ["SystemInfo", "NoProxy ID Name DockerRootDir InitBinary CDISpecDirs", keep, hide],
  ["SystemInfo", "DriverStatus Warnings", search, hide],
  ["SystemInfo", "IndexServerAddress", search],
  ["RegistryServiceConfig", "InsecureRegistryCIDRs", keep, hide],
  ["RegistryServiceConfig", "Mirrors", search, hide],
  ["IndexInfo", "Mirrors", search, hide],
  ["Runtime", "path", keep, path],
  ["Runtime", "runtimeArgs", words, hide],
  ["Runtime", "status", keep, hide],
  ["ContainerdInfo", "Address", keep, path],
  ["FirewallInfo", "Info", keep, hide],
  ["NRIInfo", "Info", keep, hide],
  ["DeviceInfo", "Source ID", keep, hide],
  ["SwarmInfo", "NodeID NodeAddr", keep, hide],
  ["SwarmInfo", "Error", search, hide],
  ["PeerNode", "NodeID Addr", keep, hide],

  ["JoinTokens", "Worker Manager", hide],
  ["Swarm", "JoinTokens", keep],
  ["SwarmUnlockkeyResponse", "UnlockKey", hide],
  ["SwarmSpec", "Labels", labels],
  ["SwarmSpec.CAConfig", "SigningCAKey", hide],
  // A certificate.
  ["SwarmSpec.CAConfig", "SigningCACert", keep],
  ["SwarmSpec.CAConfig.ExternalCAs", "URL", search, hide],
  ["SwarmSpec.CAConfig.ExternalCAs", "Options", options, hide],
  ["SwarmSpec.TaskDefaults.LogDriver", "Options", options, hide],
  ["TLSInfo", "CertIssuerPublicKey", keep],
  ["NodeSpec", "Labels", labels],
  ["NodeDescription", "Hostname", keep, hide],
  ["NodeStatus", "Addr", keep, hide],
  ["ManagerStatus", "Addr", keep, hide],
  ["EngineDescription", "Labels", labels],

  ["SecretSpec", "Data", hide],
  ["SecretSpec", "Labels", labels],
  ["ConfigSpec", "Data", hide],
  ["ConfigSpec", "Labels", labels],
  ["Driver", "Options", options, hide],

  ["ServiceSpec", "Labels", labels],
  ["Service.UpdateStatus", "Message", search],
  ["Task", "Labels", labels],
  ["TaskStatus", "Message Err", search, hide],
  ["TaskSpec.ContainerSpec", "Env", variables],
  ["TaskSpec.ContainerSpec", "Labels", labels],
  ["TaskSpec.ContainerSpec", "Command", words, hide],
  ["TaskSpec.ContainerSpec", "Args", wordsAfter("Command"), hide],
  // Which secrets a service gets, by name; what is in them is told by nobody.
  ["TaskSpec.ContainerSpec", "Secrets", keep],
  ["TaskSpec.ContainerSpec.Secrets", "SecretID SecretName File", keep],
  // Where a credential is, not the credential.
  ["TaskSpec.ContainerSpec.Privileges", "CredentialSpec", keep],
  ["TaskSpec.ContainerSpec.Privileges.CredentialSpec", "Config", keep],
  ["TaskSpec.ContainerSpec.Privileges.CredentialSpec", "File", keep, hide],
  ["TaskSpec.LogDriver", "Options", options, hide],
  ["TaskSpec.PluginSpec", "env", variables],

  ["Plugin.Settings", "Env", variables],
  ["Plugin.Settings", "Args", words, hide],
  ["Plugin.Config", "Entrypoint", words, hide],
  ["Plugin.Config", "PropagatedMount", keep, path],
  ["Plugin.Config.Interface", "Socket", keep, hide],
  ["Plugin.Config.Args", "Value", words, hide],
  ["PluginEnv", "Value", hide],
  ["PluginMount", "Source", keep, path],
  ["PluginMount", "Options", settings],
  ["PluginDevice", "Path", keep, path],
  ["PluginPrivilege", "Value", settings],
  ["RuntimePrivilege", "value", settings],

  // Of the container's own inside.
  ["FilesystemChange", "Path", keep],
  ["Mount.TmpfsOptions", "Options", keep],
  ["TaskSpec.ContainerSpec.DNSConfig", "Options", keep],

  // The client logs in with its own credential, and gets its own token.
  ["AuthResponse", "IdentityToken", keep],
];

/** By `Struct.Field`, with the struct that declares the field. */
export const redactions: ReadonlyMap<string, Row> = new Map(
  rows.flatMap(([struct, fields, secrets, strict = secrets]) =>
    fields.split(" ").map((field) => [`${struct}.${field}`, { secrets, strict }] as const),
  ),
);
