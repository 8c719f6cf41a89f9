/** What the words of `allow` mean where they mean more than they seem. */

import type { Severity } from "../../model/finding.ts";
import type { ClientPolicy } from "./client-policy.ts";
import type { Danger } from "./danger.ts";

interface Row {
  /** As in `allow`. */
  readonly words: string;
  /** Any of them. */
  readonly operations: readonly string[];
  readonly severity: Severity;
  readonly meaning: string;
  /** Whether it is none where the client sees only what it created. */
  readonly ofOthers?: true;
  /** Whether it is none where the registries are named. */
  readonly ofRegistries?: true;
}

const rows: readonly Row[] = [
  {
    words: "containers: exec",
    operations: ["ContainerExec"],
    severity: "critical",
    meaning:
      "commands run inside containers of others: root of the host, where one is privileged or has the engine's socket",
    ofOthers: true,
  },
  {
    words: "containers: attach",
    operations: ["ContainerAttach", "ContainerAttachWebsocket"],
    severity: "high",
    meaning: "it types into the main process of containers of others",
    ofOthers: true,
  },
  {
    words: "containers: copy-in",
    operations: ["PutContainerArchive"],
    severity: "critical",
    meaning: "it writes files into containers of others, and through their binds into the host",
    ofOthers: true,
  },
  {
    words: "containers: copy-out, export, commit",
    operations: ["ContainerArchive", "ContainerExport", "ImageCommit"],
    severity: "high",
    meaning: "it reads files of containers of others, those mounted from the host included",
    ofOthers: true,
  },
  {
    words: "containers: stop, kill, pause, rename, update, remove, prune",
    operations: [
      "ContainerStop",
      "ContainerRestart",
      "ContainerKill",
      "ContainerPause",
      "ContainerRename",
      "ContainerUpdate",
      "ContainerDelete",
      "ContainerPrune",
    ],
    severity: "medium",
    meaning: "it stops, changes or removes containers of others",
    ofOthers: true,
  },
  {
    words: "containers: logs",
    operations: ["ContainerLogs"],
    severity: "low",
    meaning: "it reads logs of others, with whatever secrets they print",
    ofOthers: true,
  },
  {
    words: "volumes: remove, prune",
    operations: ["VolumeDelete", "VolumePrune"],
    severity: "medium",
    meaning: "it removes data of others",
    ofOthers: true,
  },
  {
    words: "networks: connect, disconnect, remove",
    operations: ["NetworkConnect", "NetworkDisconnect", "NetworkDelete"],
    severity: "medium",
    meaning: "it connects containers of others, and cuts them off",
    ofOthers: true,
  },
  {
    words: "images: tag, load",
    operations: ["ImageTag", "ImageLoad"],
    severity: "low",
    meaning: "it can put another image under a name that others run",
  },
  {
    words: "images: push",
    operations: ["ImagePush"],
    severity: "medium",
    meaning: "it sends images to any registry; name the registries to bound it",
    ofRegistries: true,
  },
  {
    words: "images: pull",
    operations: ["ImageCreate"],
    severity: "low",
    meaning: "the engine fetches from any registry; name the registries to bound it",
    ofRegistries: true,
  },
  {
    words: "images: distribution, search; system: auth; plugins: privileges",
    operations: ["DistributionInspect", "ImageSearch", "SystemAuth", "GetPluginPrivileges"],
    severity: "low",
    meaning: "the engine connects to addresses of its choice, from the host's network",
  },
  {
    words: "build: classic, mediated",
    operations: ["ImageBuild"],
    severity: "low",
    meaning: "every RUN is a program of its choice on the engine's network",
  },
  {
    words: "swarm: manage",
    operations: ["SwarmInit", "SwarmJoin", "SwarmLeave", "SwarmUpdate", "SwarmUnlock"],
    severity: "critical",
    meaning: "it can join this engine to a swarm whose managers then rule it",
  },
  {
    words: "swarm: nodes-write",
    operations: ["NodeUpdate", "NodeDelete"],
    severity: "high",
    meaning: "it makes nodes managers of the swarm, or removes them",
  },
  {
    words: "swarm: secrets-write, configs-write",
    operations: ["SecretUpdate", "SecretDelete", "ConfigUpdate", "ConfigDelete"],
    severity: "medium",
    meaning: "it replaces and removes secrets and configurations of others",
    ofOthers: true,
  },
  {
    words: "swarm: configs-read",
    operations: ["ConfigInspect", "ConfigList"],
    severity: "medium",
    meaning: "the answers hold the configuration files of others",
    ofOthers: true,
  },
  {
    words: "plugins: enable, disable, remove",
    operations: ["PluginEnable", "PluginDisable", "PluginDelete"],
    severity: "high",
    meaning: "plugins run as root of the host; one that authorizes requests can be switched off",
  },
];

export function wordDangers({ operations, ownership, redact, grants }: ClientPolicy): Danger[] {
  const dangers = rows
    .filter(
      (row) =>
        row.operations.some((id) => operations.has(id)) &&
        !(row.ofOthers === true && ownership) &&
        !(row.ofRegistries === true && grants.registries !== undefined),
    )
    .map(({ words, severity, meaning }): Danger => ({ severity, grant: words, meaning }));
  if (redact === "none" && !ownership && operations.has("ContainerInspect")) {
    dangers.push({
      severity: "high",
      grant: "redact none",
      meaning: "it reads the environment of containers of others, passwords included",
    });
  }
  return dangers;
}
