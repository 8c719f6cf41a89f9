/** What the policy writes into every container that is made, whatever the client asks. Twice is as once. */

import { pathLeftOpen } from "../../../readers/masked-paths.ts";
import { isRoot, parseUser } from "../../../model/user.ts";
import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { JsonObject, JsonValue } from "../../wire/json/value.ts";
import { devicesByVariable, isDeviceMakerGranted } from "../checks/devices.ts";
import { quotaInNanoCpus, USUAL_SHM } from "../checks/limits.ts";
import { isNoNewPrivileges, readSecurityEntry } from "../checks/security-opt.ts";
import type { Facts, ImageFact } from "../facts/facts.ts";
import { amended, integerOf, isNeutral, objectOf, textOf, textsOf, withEntries } from "../json.ts";

type Changes = Record<string, JsonValue | undefined>;

/** Before this minor version of the API, a container without a mode shares the host's cgroups on cgroups v1. */
const OWN_CGROUPS_SINCE = 41;

export function forceContainer(
  body: JsonObject,
  client: ClientPolicy,
  facts: Facts,
  minor: number,
): JsonObject {
  const host = objectOf(body.get("HostConfig"));
  const networking = objectOf(body.get("NetworkingConfig"));
  const network = forcedNetwork(host, networking, client);
  const image = facts.images.get(textOf(body.get("Image")));
  const known = image?.kind === "image" ? image : undefined;
  const changes: Changes = {
    ...forcedUser(body, client, known),
    ...forcedLabels(body, client),
    ...withoutDevices(body, client, known),
    HostConfig: amended("HostConfig", host, {
      ...forcedPrivileges(host, client),
      ...forcedLimits(host, client),
      ...withoutMasks(host),
      ...(network === undefined ? {} : { NetworkMode: network }),
      ...(minor < OWN_CGROUPS_SINCE && isNeutral(host.get("CgroupnsMode"))
        ? { CgroupnsMode: "private" }
        : {}),
    }),
  };
  if (networking.has("EndpointsConfig")) {
    changes["NetworkingConfig"] = amended("NetworkingConfig", networking, {
      EndpointsConfig: endpoints(objectOf(networking.get("EndpointsConfig")), network),
    });
  }
  return amended("ContainerCreateRequest", body, changes);
}

/** The user that holds: the client's, else the image's, which is written down so that it cannot change any more. */
function forcedUser(body: JsonObject, client: ClientPolicy, image: ImageFact | undefined): Changes {
  const own = textOf(body.get("User"));
  if (own === "" && image === undefined) return {};
  const user = own === "" ? (image?.user ?? "") : own;
  const { forced } = client;
  if (isRoot(parseUser(user))) return forced.user === undefined ? {} : { User: forced.user };
  return own === user ? {} : { User: user };
}

function forcedLabels(body: JsonObject, { forced }: ClientPolicy): Changes {
  if (forced.labels.size === 0) return {};
  return { Labels: withEntries(objectOf(body.get("Labels")), forced.labels) };
}

/** Variables of the image by which a runtime would give devices that the policy does not grant. */
function withoutDevices(
  body: JsonObject,
  { grants }: ClientPolicy,
  image: ImageFact | undefined,
): Changes {
  const own = textsOf(body.get("Env"));
  const set = new Set(own.map((text) => text.split("=", 1)[0]));
  const more = (image?.env ?? []).flatMap((text) => {
    const asked = devicesByVariable(text);
    if (asked === undefined || set.has(asked.variable)) return [];
    if (isDeviceMakerGranted(asked.maker, { grants })) return [];
    return [`${asked.variable}=void`];
  });
  return more.length === 0 ? {} : { Env: [...own, ...new Set(more)] };
}

function forcedPrivileges(host: JsonObject, { forced }: ClientPolicy): Changes {
  const options = textsOf(host.get("SecurityOpt"));
  const more: string[] = [];
  if (forced.noNewPrivileges && !options.some(isNoNewPrivileges))
    more.push("no-new-privileges=true");
  const { seccompProfile } = forced;
  if (
    seccompProfile !== undefined &&
    !options.some((text) => readSecurityEntry(text)?.name === "seccomp")
  ) {
    more.push(`seccomp=${seccompProfile}`);
  }
  return {
    ...(forced.capDropAll ? { CapDrop: ["ALL"] } : {}),
    ...(forced.readOnlyRoot ? { ReadonlyRootfs: true } : {}),
    ...(more.length === 0 ? {} : { SecurityOpt: [...options, ...more] }),
  };
}

/** Where nothing is asked for, or no limit: the maximum. More than the maximum is for the checks to refuse. */
function forcedLimits(host: JsonObject, { grants: { limits } }: ClientPolicy): Changes {
  const { memoryBytes, pids, nanoCpus, shmBytes } = limits;
  const changes: Changes = {};
  if (memoryBytes !== undefined && integerOf(host.get("Memory")) === 0n) {
    changes["Memory"] = memoryBytes;
  }
  if (pids !== undefined && integerOf(host.get("PidsLimit")) <= 0n) changes["PidsLimit"] = pids;
  if (nanoCpus !== undefined) Object.assign(changes, forcedCpus(host, nanoCpus));
  if (shmBytes !== undefined && shmBytes < USUAL_SHM && integerOf(host.get("ShmSize")) === 0n) {
    changes["ShmSize"] = shmBytes;
  }
  return changes;
}

/** The engine takes either NanoCpus or a quota. */
function forcedCpus(host: JsonObject, most: bigint): Changes {
  if (integerOf(host.get("NanoCpus")) !== 0n || integerOf(host.get("CpuQuota")) > 0n) return {};
  const period = integerOf(host.get("CpuPeriod"));
  if (period <= 0n) return { NanoCpus: most, CpuQuota: undefined };
  return { CpuQuota: most / (quotaInNanoCpus(1n, period) || 1n) };
}

/** Lists that close all that matters say no more than none: the engine's own then holds. */
function withoutMasks(host: JsonObject): Changes {
  const masked = host.has("MaskedPaths") ? textsOf(host.get("MaskedPaths")) : undefined;
  const readOnly = host.has("ReadonlyPaths") ? textsOf(host.get("ReadonlyPaths")) : undefined;
  return {
    ...(masked !== undefined && pathLeftOpen(masked) === undefined
      ? { MaskedPaths: undefined }
      : {}),
    ...(readOnly !== undefined && pathLeftOpen(undefined, readOnly) === undefined
      ? { ReadonlyPaths: undefined }
      : {}),
  };
}

const UNNAMED = new Set(["", "default"]);

/** The policy's network, where the client names none. */
function forcedNetwork(
  host: JsonObject,
  networking: JsonObject,
  { forced: { network } }: ClientPolicy,
): string | undefined {
  const named = [...objectOf(networking.get("EndpointsConfig")).keys()];
  const isUnnamed =
    UNNAMED.has(textOf(host.get("NetworkMode"))) && named.every((name) => UNNAMED.has(name));
  return isUnnamed ? network : undefined;
}

/** The ids of networks are the engine's own to fill in. */
function endpoints(written: JsonObject, network: string | undefined): JsonObject {
  const entries = [...written].map(([name, endpoint]): [string, JsonValue] => [
    network !== undefined && UNNAMED.has(name) ? network : name,
    amended("EndpointSettings", objectOf(endpoint), { NetworkID: undefined }),
  ]);
  return withEntries(new Map(), entries);
}
