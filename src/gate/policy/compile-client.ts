/** One client of gate.yaml, compiled. What is wrong with its values was told before (`check-client.ts`). */

import { parseCapability } from "../../linux/parse-capability.ts";
import { DEFAULT_VERSIONS, type VersionRange } from "../wire/target.ts";
import type {
  BindGrant,
  BuildMode,
  Ceiling,
  ClientPolicy,
  Forced,
  Grants,
  LimitGrants,
} from "./client-policy.ts";
import { presets } from "./presets.ts";
import type { ClientData } from "./schema/client.ts";
import type { ForceData, GrantData, PostureData } from "./schema/grant.ts";
import { readBind, readCpus, readPort, readSize, readVersion } from "./values.ts";
import { ALWAYS, areaNames, expandWord, operationsOf, type Word } from "./words.ts";

/** Operations that make something that then has an owner. */
const CREATES: readonly string[] = [
  "ContainerCreate",
  "ImageCommit",
  "ImageBuild",
  "ImageLoad",
  "Session",
  "Grpc",
  "NetworkCreate",
  "VolumeCreate",
  "ServiceCreate",
  "SecretCreate",
  "ConfigCreate",
];

export function mayCreate(operations: ReadonlySet<string>): boolean {
  return CREATES.some((id) => operations.has(id));
}

/** A client's data with its preset's: lists add up, mappings merge, single values replace. */
export function withPreset(data: ClientData): ClientData {
  if (data.preset === undefined) return data;
  return merged(presets[data.preset].client, data) as ClientData;
}

function merged(base: unknown, own: unknown): unknown {
  if (own === undefined) return base;
  if (Array.isArray(base) && Array.isArray(own)) {
    const seen = new Set(base.map((item) => JSON.stringify(item)));
    return [...base, ...own.filter((item) => !seen.has(JSON.stringify(item)))];
  }
  if (!isMapping(base) || !isMapping(own)) return own;
  const keys = new Set([...Object.keys(base), ...Object.keys(own)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(base[key], own[key])]));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The words of `allow` or `deny`, groups expanded. */
export function wordsOfData(lists: ClientData["allow"]): readonly Word[] {
  return areaNames.flatMap((area) =>
    (lists?.[area] ?? []).flatMap((word) => expandWord(area, word)),
  );
}

/** `profile` is the text of the seccomp profile that the data names. */
export function compileClient(name: string, own: ClientData, profile?: string): ClientPolicy {
  const data = withPreset(own);
  const denied = wordsOfData(data.deny);
  const operations = operationsOf(
    [...ALWAYS, ...wordsOfData(data.allow)].filter(
      ({ area, word }) => !denied.some((one) => one.area === area && one.word === word),
    ),
  );
  return {
    name,
    operations,
    ownership: data.ownership ?? mayCreate(operations),
    owner: data.owner ?? name,
    redact: data.redact ?? "secrets",
    ceiling: ceilingOf(data.posture),
    grants: grantsOf(data.grant),
    forced: forcedOf(data.force, profile),
    build: buildMode(operations),
    ...rateOf(data.rate),
    ...(data.concurrency === undefined ? {} : { concurrency: Number(data.concurrency) }),
    versions: versionsOf(data["api-versions"]),
  };
}

function buildMode(operations: ReadonlySet<string>): BuildMode {
  if (operations.has("Grpc")) return "mediated";
  return operations.has("ImageBuild") ? "classic" : "refused";
}

function rateOf(rate: ClientData["rate"]): Pick<ClientPolicy, "rate"> {
  if (rate === undefined) return {};
  const perSecond = Number(rate["per-second"]);
  const burst = rate.burst === undefined ? Math.ceil(perSecond) : Number(rate.burst);
  return { rate: { perSecond, burst } };
}

export function versionsOf(data: ClientData["api-versions"]): VersionRange {
  const read = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : readVersion(text);
  const most = read(data?.most) ?? DEFAULT_VERSIONS.most;
  const least = read(data?.least) ?? Math.min(DEFAULT_VERSIONS.least, most);
  return { least, most, assumed: read(data?.assumed) ?? most };
}

function ceilingOf(data: PostureData | undefined): Ceiling {
  return { refuse: data?.refuse ?? "medium", rules: new Map(Object.entries(data?.rules ?? {})) };
}

function grantsOf(data: GrantData | undefined): Grants {
  return {
    capabilities: new Set(
      (data?.capabilities ?? []).map((text) => parseCapability(text, "docker").name),
    ),
    binds: (data?.binds ?? []).map((bind): BindGrant =>
      typeof bind === "string"
        ? readBind(bind)
        : {
            source: bind.source,
            below: bind.below ?? false,
            readOnly: bind["read-only"] ?? true,
          },
    ),
    networks: data?.networks ?? [],
    volumes: data?.volumes ?? [],
    ports: (data?.ports ?? []).flatMap((text) => readPort(text) ?? []),
    devices: data?.devices ?? [],
    deviceRequests: data?.["device-requests"] ?? [],
    runtimes: new Set(data?.runtimes),
    ...(data?.images === undefined ? {} : { images: data.images }),
    imagesByDigest: data?.["images-by-digest"] ?? false,
    ...(data?.registries === undefined ? {} : { registries: new Set(data.registries) }),
    ...(data?.["build-sources"] === undefined ? {} : { buildSources: data["build-sources"] }),
    sysctls: new Set(data?.sysctls),
    logDrivers: new Set(data?.["log-drivers"]),
    volumeDrivers: new Set(data?.["volume-drivers"]),
    networkDrivers: new Set(data?.["network-drivers"]),
    ...(data?.subnets === undefined ? {} : { subnets: data.subnets }),
    labels: data?.labels ?? [],
    hostNamespaces: new Set(data?.["host-namespaces"]),
    privileged: data?.privileged ?? false,
    seccompUnconfined: data?.["seccomp-unconfined"] ?? false,
    apparmorUnconfined: data?.["apparmor-unconfined"] ?? false,
    restart: data?.restart ?? false,
    limits: limitGrantsOf(data?.limits),
  };
}

function limitGrantsOf(data: GrantData["limits"]): LimitGrants {
  const memoryBytes = data?.memory === undefined ? undefined : readSize(data.memory);
  const nanoCpus = data?.cpus === undefined ? undefined : readCpus(data.cpus);
  const shmBytes = data?.shm === undefined ? undefined : readSize(data.shm);
  return {
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(data?.pids === undefined ? {} : { pids: BigInt(data.pids) }),
    ...(nanoCpus === undefined ? {} : { nanoCpus }),
    ...(shmBytes === undefined ? {} : { shmBytes }),
    ...(data?.containers === undefined ? {} : { containers: Number(data.containers) }),
  };
}

function forcedOf(data: ForceData | undefined, profile: string | undefined): Forced {
  return {
    capDropAll: data?.["cap-drop-all"] ?? true,
    noNewPrivileges: data?.["no-new-privileges"] ?? true,
    ...(profile === undefined ? {} : { seccompProfile: profile }),
    ...(data?.user === undefined ? {} : { user: data.user }),
    readOnlyRoot: data?.["read-only-root"] ?? true,
    labels: new Map(Object.entries(data?.labels ?? {})),
    ...(data?.network === undefined ? {} : { network: data.network }),
  };
}
