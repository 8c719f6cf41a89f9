/** Parameters of the classic builder, and what is BuildKit's. */

import type { ClientPolicy } from "../../policy/client-policy.ts";
import type { GateRequest } from "../../judge/contract.ts";
import type { JsonValue } from "../../wire/json/value.ts";
import type { QueryValue } from "../../wire/query.ts";
import { judgeNewName, judgeImageName } from "../checks/image-names.ts";
import { judgeLabels } from "../checks/labels.ts";
import { judgeNetwork } from "../checks/networks.ts";
import { overLimit, quotaInNanoCpus, USUAL_SHM } from "../checks/limits.ts";
import { ulimits } from "../checks/resources.ts";
import { addNetwork } from "../create/wanted.ts";
import { gather, Wanted } from "../facts/gather.ts";
import {
  isNeutral,
  itemsOf,
  objectOf,
  shown,
  textOf,
  textsOf,
  valueAt,
  withEntries,
} from "../json.ts";
import type { Judging } from "../judging.ts";
import {
  type Handler,
  integer,
  judged,
  judgingOf,
  parameter,
  parameters,
  goOn,
  withParameters,
} from "./handler.ts";

/** Parameters that nobody is granted, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  remote: "the engine would fetch this address, or this repository, from the host's own network",
  cgroupparent: "another cgroup has other limits, and may be the host's own",
  securityopt: "the builder takes no security options on Linux",
  buildid: "it lets another request give this build its files",
};

/** Of BuildKit alone. */
const OF_BUILDKIT = ["session", "outputs"];
/** Build arguments that BuildKit itself reads. */
const SYNTAX = "BUILDKIT_SYNTAX";
const CACHE_NAMESPACE = "BUILDKIT_CACHE_MOUNT_NS";

export const buildImage: Handler = (request, context) => {
  const { client } = context;
  const wanted = new Wanted();
  const named = withNetwork(request, client.forced.network);
  const network = parameter(named, "networkmode");
  addNetwork(network, client, wanted);
  return goOn(gather(wanted, context), (facts) => {
    const limited = withLimits(withOwnMounts(named, client), client.grants.limits);
    const judging = judgingOf(limited, context, facts);
    judgeVersion(limited, judging);
    judgeRefused(limited, judging);
    judgeBuildkit(limited, judging);
    judgeBuildNetwork(network, judging);
    for (const name of parameters(limited, "t")) judgeNewName(name, "t", judging);
    for (const name of textsOf(json(limited, "cachefrom"))) judgeCache(name, judging);
    judgeLabels(json(limited, "labels"), "labels", judging);
    judgeHosts(limited, judging);
    const limits = json(limited, "ulimits");
    if (limits !== undefined) ulimits(limits, "ulimits", judging);
    judgeLimits(limited, judging);
    return judged(limited, judging);
  });
};

/** Steps of a build that names no network run in the policy's. */
function withNetwork(request: GateRequest, forced: string | undefined): GateRequest {
  const unnamed = ["", "default"].includes(parameter(request, "networkmode"));
  return forced === undefined || !unnamed
    ? request
    : withParameters(request, { networkmode: { kind: "text", text: forced } });
}

function json(request: GateRequest, name: string): JsonValue | undefined {
  const value = request.query.get(name)?.[0];
  return value?.kind === "json" ? value.value : undefined;
}

function judgeVersion(request: GateRequest, judging: Judging): void {
  const { build } = judging.client;
  const version = parameter(request, "version");
  if (build === "refused") {
    judging.deny({
      rule: "build-refused",
      at: "",
      message: "the policy lets this client build no images",
      needs: { key: ["allow", "build"], value: "classic" },
    });
    return;
  }
  if (build === "mediated") {
    judgeUnseen(judging);
    if (!["", "1", "2"].includes(version)) {
      judging.deny({ rule: "bad-value", at: "version", message: "the engine has no such builder" });
    }
  } else if (asksForBuildkit(request)) {
    judging.deny({
      rule: "buildkit-refused",
      at: "version",
      message:
        "BuildKit's builds do not pass this gate: what they do is told over a connection of their own",
      help: "Build with DOCKER_BUILDKIT=0, or with a builder of your own (docker buildx create)",
      needs: { key: ["allow", "build"], value: "mediated" },
    });
  }
}

function asksForBuildkit(request: GateRequest): boolean {
  const names = OF_BUILDKIT.some(
    (name) => parameter(request, name) !== "" || !isNeutral(json(request, name)),
  );
  return names || !["", "1"].includes(parameter(request, "version"));
}

/**
 * Nobody here reads a Dockerfile: what a solve that is mediated is kept from fetching, a build that is asked for
 * this way fetches.
 */
function judgeUnseen(judging: Judging): void {
  const { images, registries } = judging.grants;
  if (images === undefined && registries === undefined) return;
  judging.deny({
    rule: "build-not-seen",
    at: "version",
    message: "the policy limits images, and what a build is made from is not to be seen this way",
    help: "Build with docker buildx build, which asks BuildKit itself, through this gate",
  });
}

/** Whether it is BuildKit's, for a client that may have that. */
function isMediated(request: GateRequest, { build }: ClientPolicy): boolean {
  return build === "mediated" && parameter(request, "version") === "2";
}

/** Clients share the builder's cache mounts unless each has a namespace of its own. */
function withOwnMounts(request: GateRequest, client: ClientPolicy): GateRequest {
  if (!isMediated(request, client) || !client.ownership) return request;
  const value = withEntries(objectOf(json(request, "buildargs")), [
    [CACHE_NAMESPACE, client.owner],
  ]);
  return withParameters(request, { buildargs: { kind: "json", value } });
}

/** Results that go back to the client, over its own session. */
const TO_CLIENT = new Set(["local", "tar"]);

function judgeBuildkit(request: GateRequest, judging: Judging): void {
  if (objectOf(json(request, "buildargs")).has(SYNTAX)) {
    judging.deny({
      rule: "build-parameter",
      at: "buildargs",
      message: `${SYNTAX} lets another program read the Dockerfile`,
      help: "Leave it out",
    });
  }
  for (const [index, output] of itemsOf(json(request, "outputs")).entries()) {
    if (TO_CLIENT.has(textOf(valueAt(output, "Type")))) continue;
    judging.deny({
      rule: "build-parameter",
      at: `outputs[${String(index)}]`,
      message: "the result would be named or sent elsewhere without being asked for by t",
      help: "Name it with t, or build with docker buildx build",
    });
  }
}

function judgeRefused(request: GateRequest, judging: Judging): void {
  const mediated = isMediated(request, judging.client);
  for (const [name, message] of Object.entries(REFUSED)) {
    if (parameters(request, name).every((text) => text === "")) continue;
    // BuildKit takes the files from the client's own connection, and an id to be told apart.
    if (mediated && name === "remote" && parameter(request, name) === "client-session") continue;
    if (mediated && name === "buildid" && !parameter(request, name).includes(":")) continue;
    judging.deny({ rule: "build-parameter", at: name, message, help: "Leave it out" });
  }
}

function judgeBuildNetwork(network: string, judging: Judging): void {
  if (!network.startsWith("container:")) {
    judgeNetwork(network, "networkmode", judging);
    return;
  }
  judging.deny({
    rule: "joined-namespace",
    at: "networkmode",
    message: "steps of the build would run in another container's network",
    help: "Leave it out, or name a network of your own",
  });
}

/** Ids are images that are here already, and that were looked at. */
function judgeCache(name: string, judging: Judging): void {
  if (judging.client.ownership && /^sha256:[0-9a-f]{64}$/.test(name)) return;
  judgeImageName(name, "cachefrom", judging, "registry");
}

function judgeHosts(request: GateRequest, judging: Judging): void {
  const { networks } = judging.grants;
  if (networks.includes("host-gateway") || networks.includes("host")) return;
  for (const text of parameters(request, "extrahosts")) {
    if (!/host-gateway/i.test(text)) continue;
    judging.miss({
      rule: "network-not-granted",
      at: "extrahosts",
      message: `${shown(text)} leads to services of the host`,
      key: "networks",
      value: "host-gateway",
      instead: "name an address",
    });
  }
}

type Limits = Judging["grants"]["limits"];

const number = (value: bigint): QueryValue => ({ kind: "integer", value });

/** Where the build asks for no limit: the maximum. */
function withLimits(request: GateRequest, limits: Limits): GateRequest {
  const { memoryBytes, nanoCpus, shmBytes } = limits;
  const changes: Record<string, QueryValue> = {};
  if (memoryBytes !== undefined && integer(request, "memory") === 0n) {
    changes["memory"] = number(memoryBytes);
  }
  if (nanoCpus !== undefined && integer(request, "cpuquota") <= 0n) {
    const period = integer(request, "cpuperiod");
    const unit = period > 0n ? period : 100_000n;
    changes["cpuperiod"] = number(unit);
    changes["cpuquota"] = number((nanoCpus * unit) / 1_000_000_000n);
  }
  if (shmBytes !== undefined && shmBytes < USUAL_SHM && integer(request, "shmsize") === 0n) {
    changes["shmsize"] = number(shmBytes);
  }
  return Object.keys(changes).length === 0 ? request : withParameters(request, changes);
}

function judgeLimits(request: GateRequest, judging: Judging): void {
  const { memoryBytes, nanoCpus, shmBytes } = judging.grants.limits;
  const over = (asked: bigint, most: bigint | undefined): most is bigint =>
    most !== undefined && (asked < 0n || asked > most);
  const memory = integer(request, "memory");
  if (over(memory, memoryBytes)) overLimit("memory", memoryBytes, "memory", judging, memory);
  const swap = integer(request, "memswap");
  const mostSwap = memoryBytes === undefined ? undefined : 2n * memoryBytes;
  if (over(swap, mostSwap)) overLimit("memory", mostSwap, "memswap", judging, swap);
  const cpus = quotaInNanoCpus(integer(request, "cpuquota"), integer(request, "cpuperiod"));
  if (over(cpus, nanoCpus)) overLimit("cpus", nanoCpus, "cpuquota", judging, cpus);
  const shm = integer(request, "shmsize");
  if (over(shm, shmBytes)) overLimit("shm", shmBytes, "shmsize", judging, shm);
  if (nanoCpus !== undefined && integer(request, "cpushares") > 1024n) {
    judging.deny({
      rule: "limit-exceeded",
      at: "cpushares",
      message: "a weight above 1024 takes from others what the policy's limits leave them",
      help: "Write 1024 or less",
    });
  }
}

/** Sessions and calls to the builder, for a policy that has no mediated builds. */
export const buildkitConnection: Handler = (request, context) => {
  const judging = judgingOf(request, context);
  if (judging.client.build !== "mediated") {
    judging.deny({
      rule: "buildkit-refused",
      at: "",
      message: "BuildKit's own connections do not pass this gate",
      help: "Build with DOCKER_BUILDKIT=0, or with a builder of your own (docker buildx create)",
      status: 404,
      needs: { key: ["allow", "build"], value: "mediated" },
    });
  }
  return judged(request, judging);
};
