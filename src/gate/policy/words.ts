/**
 * The words of `allow` and the operations that each admits. Every operation of the API has exactly one
 * word, or stands among those that no policy admits; a test holds that.
 */

interface WordRow {
  /** The operations whose word this is. */
  readonly admits: readonly string[];
  /** Operations of other words that it is of no use without. */
  readonly needs?: readonly string[];
  /** Whether the group `read` holds it: it changes nothing and hands out no files and no credentials. */
  readonly reads?: true;
}

const reading = (...admits: readonly string[]): WordRow => ({ admits, reads: true });
const admitting = (...admits: readonly string[]): WordRow => ({ admits });

export const areas = {
  containers: {
    list: reading("ContainerList"),
    inspect: reading("ContainerInspect"),
    logs: reading("ContainerLogs"),
    stats: reading("ContainerStats"),
    top: reading("ContainerTop"),
    changes: reading("ContainerChanges"),
    attach: {
      admits: ["ContainerAttach", "ContainerAttachWebsocket"],
      needs: ["ContainerResize"],
    },
    create: admitting("ContainerCreate"),
    start: admitting("ContainerStart"),
    stop: admitting("ContainerStop"),
    restart: admitting("ContainerRestart"),
    kill: admitting("ContainerKill"),
    pause: admitting("ContainerPause"),
    unpause: admitting("ContainerUnpause"),
    wait: admitting("ContainerWait"),
    resize: admitting("ContainerResize"),
    rename: admitting("ContainerRename"),
    update: admitting("ContainerUpdate"),
    remove: admitting("ContainerDelete"),
    prune: admitting("ContainerPrune"),
    exec: admitting("ContainerExec", "ExecStart", "ExecInspect", "ExecResize"),
    "copy-out": admitting("ContainerArchive", "ContainerArchiveInfo"),
    "copy-in": { admits: ["PutContainerArchive"], needs: ["ContainerArchiveInfo"] },
    export: admitting("ContainerExport"),
    commit: admitting("ImageCommit"),
  },
  images: {
    list: reading("ImageList"),
    inspect: reading("ImageInspect"),
    history: reading("ImageHistory"),
    attestations: reading("ImageAttestations"),
    search: admitting("ImageSearch"),
    distribution: admitting("DistributionInspect"),
    pull: admitting("ImageCreate"),
    push: admitting("ImagePush"),
    tag: admitting("ImageTag"),
    remove: admitting("ImageDelete"),
    prune: admitting("ImagePrune"),
    save: admitting("ImageGet", "ImageGetAll"),
    load: admitting("ImageLoad"),
  },
  networks: {
    list: reading("NetworkList"),
    inspect: reading("NetworkInspect"),
    create: admitting("NetworkCreate"),
    remove: admitting("NetworkDelete"),
    connect: admitting("NetworkConnect"),
    disconnect: admitting("NetworkDisconnect"),
    prune: admitting("NetworkPrune"),
  },
  volumes: {
    list: reading("VolumeList"),
    inspect: reading("VolumeInspect"),
    create: admitting("VolumeCreate"),
    update: admitting("VolumeUpdate"),
    remove: admitting("VolumeDelete"),
    prune: admitting("VolumePrune"),
  },
  build: {
    classic: admitting("ImageBuild"),
    mediated: { admits: ["Session", "Grpc"], needs: ["ImageBuild"] },
    prune: admitting("BuildPrune"),
    cancel: admitting("BuildCancel"),
  },
  swarm: {
    inspect: reading("SwarmInspect"),
    "services-read": reading("ServiceList", "ServiceInspect"),
    "services-logs": reading("ServiceLogs"),
    "services-write": admitting("ServiceCreate", "ServiceUpdate", "ServiceDelete"),
    "tasks-read": reading("TaskList", "TaskInspect"),
    "tasks-logs": reading("TaskLogs"),
    "nodes-read": reading("NodeList", "NodeInspect"),
    "nodes-write": admitting("NodeUpdate", "NodeDelete"),
    "secrets-read": reading("SecretList", "SecretInspect"),
    "secrets-write": admitting("SecretCreate", "SecretUpdate", "SecretDelete"),
    "configs-read": admitting("ConfigList", "ConfigInspect"),
    "configs-write": admitting("ConfigCreate", "ConfigUpdate", "ConfigDelete"),
    manage: admitting("SwarmInit", "SwarmJoin", "SwarmLeave", "SwarmUpdate", "SwarmUnlock"),
  },
  plugins: {
    list: reading("PluginList"),
    inspect: reading("PluginInspect"),
    privileges: admitting("GetPluginPrivileges"),
    enable: admitting("PluginEnable"),
    disable: admitting("PluginDisable"),
    remove: admitting("PluginDelete"),
    push: admitting("PluginPush"),
  },
  system: {
    ping: reading("SystemPing", "SystemPingHead"),
    version: reading("SystemVersion"),
    info: reading("SystemInfo"),
    events: reading("SystemEvents"),
    df: reading("SystemDataUsage"),
    auth: admitting("SystemAuth"),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, WordRow>>>>;

export type Area = keyof typeof areas;

export const areaNames = Object.keys(areas) as readonly Area[];

/** Areas in which `all` is a group. In the others every dangerous word is named by itself. */
export const areasWithAll: readonly Area[] = ["containers", "images", "networks", "volumes"];

/** Words that every client has unless `deny` takes them: no client talks without them, and they tell nothing. */
export const ALWAYS: readonly Word[] = [
  { area: "system", word: "ping" },
  { area: "system", word: "version" },
];

const CHECKPOINT =
  "checkpoint directories are paths of the host, which the engine creates, lists and removes as root";
const DEBUG = "the engine's own memory, command line and profiles are for the host's administrator";
const PLUGIN =
  "a managed plugin runs as root of the host, and its image says what it may do; install it on the host";

/** Operations that no word admits, and why. */
export const neverAdmitted: Readonly<Record<string, string>> = {
  CheckpointList: CHECKPOINT,
  CheckpointCreate: CHECKPOINT,
  CheckpointDelete: CHECKPOINT,
  DebugVars: DEBUG,
  DebugProfiles: DEBUG,
  DebugCommandLine: DEBUG,
  DebugCpuProfile: DEBUG,
  DebugSymbol: DEBUG,
  DebugTrace: DEBUG,
  DebugProfile: DEBUG,
  SystemOptions: "no client of the API asks for a route's options",
  PluginCreate: PLUGIN,
  PluginPull: PLUGIN,
  PluginUpgrade: PLUGIN,
  PluginSet: "a plugin's settings name paths and devices of the host; set them on the host",
  SwarmUnlockkey: "the answer is the key that unlocks the swarm's managers; read it on the host",
};

export interface Word {
  readonly area: Area;
  readonly word: string;
}

interface TableWord extends Word, WordRow {}

const words: readonly TableWord[] = areaNames.flatMap((area) =>
  Object.entries<WordRow>(areas[area]).map(([word, row]) => ({ area, word, ...row })),
);

const wordByOperation: ReadonlyMap<string, Word> = new Map(
  words.flatMap(({ area, word, admits }) => admits.map((id) => [id, { area, word }] as const)),
);

/** The word that admits an operation; undefined for one that no policy admits. */
export function wordOf(operation: string): Word | undefined {
  return wordByOperation.get(operation);
}

/** The words of an area, groups last. */
export function wordsIn(area: Area): readonly string[] {
  const own = Object.keys(areas[area]);
  const rows = Object.values<WordRow>(areas[area]);
  const groups = rows.some(({ reads }) => reads === true) ? ["read"] : [];
  if (areasWithAll.includes(area)) groups.push("all");
  return [...own, ...groups];
}

/** A word or a group as the words that it stands for; none for one that is not in the table. */
export function expandWord(area: Area, word: string): readonly Word[] {
  const group = word === "all" ? areasWithAll.includes(area) : word === "read";
  return words
    .filter(
      (row) =>
        row.area === area && (group ? word === "all" || row.reads === true : row.word === word),
    )
    .map((row) => ({ area, word: row.word }));
}

/** All operations that words admit. */
export function operationsOf(admitted: readonly Word[]): ReadonlySet<string> {
  const chosen = words.filter((row) =>
    admitted.some(({ area, word }) => area === row.area && word === row.word),
  );
  return new Set(chosen.flatMap(({ admits, needs }) => [...admits, ...(needs ?? [])]));
}

/** The words whose operations are all in a set, in the table's order: what `allow` says of that set. */
export function wordsFor(operations: ReadonlySet<string>): readonly Word[] {
  const complete = words.filter((row) =>
    [...row.admits, ...(row.needs ?? [])].every((id) => operations.has(id)),
  );
  return complete.map(({ area, word }) => ({ area, word }));
}
