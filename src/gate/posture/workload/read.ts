/**
 * The workload that a creation would start, read by the parts that read running containers. What is not asked for
 * is the engine's default, as there.
 */

import type { Fact } from "../../../model/fact.ts";
import { known, setAt, unknownFact } from "../../../model/fact.ts";
import type { Runtime } from "../../../model/runtime.ts";
import { parseUser, type User } from "../../../model/user.ts";
import type { Workload } from "../../../model/workload.ts";
import { appliedFact } from "../../../readers/container/applied.ts";
import type { EngineFacts } from "../../../readers/container/engine.ts";
import type { Inspected } from "../../../readers/container/inspected.ts";
import { readMounts } from "../../../readers/container/mounts.ts";
import { readNamespaces } from "../../../readers/container/namespaces.ts";
import { readPorts } from "../../../readers/container/ports.ts";
import {
  readCommand,
  readEnvironment,
  readHealthCheck,
  readImage,
  readLabels,
} from "../../../readers/container/process.ts";
import {
  readDevices,
  readGroups,
  readLimits,
  readSysctls,
} from "../../../readers/container/resources.ts";
import { readCapabilities, readSecurity } from "../../../readers/container/security.ts";
import { defaultRuntime } from "../../../readers/default-runtime.ts";
import { booleanField, originOf, textField } from "../../../readers/yaml/fields.ts";
import type { YamlMap } from "../../../readers/yaml/node.ts";
import type { Answer, ImageFact } from "../facts/facts.ts";
import { textOf } from "../json.ts";
import type { JsonObject } from "../../wire/json/value.ts";
import { fieldSpan, mapOf } from "./nodes.ts";

/** What would be started, as the readers of containers take it. */
export interface Started {
  readonly config: YamlMap;
  readonly host: YamlMap;
  /** As the body names it; empty for none. */
  readonly user: string;
  /** Where the user stands, or would stand. */
  readonly userField: string;
  readonly image: Answer<ImageFact> | undefined;
}

/** Of a rootful Docker that was asked nothing. */
const ENGINE: EngineFacts = {
  name: "docker",
  ownShape: false,
  rootless: false,
  mapsUsers: false,
  noNewPrivileges: false,
  selinux: undefined,
  seccomp: undefined,
};

const WHOLE = fieldSpan("");
const DEFAULTS = defaultRuntime("docker", WHOLE);

/** The body of a `POST /containers/create`. */
export function startedBy(body: JsonObject, image: Answer<ImageFact> | undefined): Started {
  const own = [...body].filter(([key]) => key !== "HostConfig" && key !== "NetworkingConfig");
  const host = body.get("HostConfig");
  return {
    config: mapOf(
      own.map(([key, value]) => [key, value, key] as const),
      "",
    ),
    host: mapOf(
      host instanceof Map
        ? [...(host as JsonObject)].map(
            ([key, value]) => [key, value, `HostConfig.${key}`] as const,
          )
        : [],
      "HostConfig",
    ),
    user: textOf(body.get("User")),
    userField: "User",
    image,
  };
}

export function readStarted(started: Started): Workload {
  const { config, host } = started;
  const container: Inspected = {
    root: mapOf(
      [
        ["Config", config, ""],
        ["HostConfig", host, "HostConfig"],
      ],
      "",
    ),
    config,
    host,
    engine: ENGINE,
    defaults: DEFAULTS,
    created: undefined,
    report: () => undefined,
  };
  const user = userOf(started);
  const runtime = readRuntime(container);
  return {
    id: "container",
    // Whoever asks through a client's command line is helped in its words.
    kind: "run-line",
    name: "the container",
    source: WHOLE,
    engine: "docker",
    platform: "linux",
    image: readImage(container),
    user,
    command: readCommand(container),
    env: readEnvironment(container),
    labels: readLabels(container),
    runtime,
    execs: readHealthCheck(container, user, runtime.privileged),
    unknowns: [],
    places: [],
  };
}

/**
 * An entrypoint that gives root up is not counted: it is known by the image's name alone, which anybody may
 * have given.
 */
function userOf({ user, userField, image }: Started): Fact<User> {
  const span = fieldSpan(userField);
  if (user !== "") return known(parseUser(user), setAt(span));
  const origin = { kind: "inherited", from: "the image", span } as const;
  if (image?.kind === "image") return known(parseUser(image.user), origin);
  return unknownFact("the image was not looked at", "name a user", origin);
}

function readRuntime(container: Inspected): Runtime {
  const { host, defaults } = container;
  const privileged = appliedFact(booleanField(host, "Privileged"), defaults.privileged);
  const runtime = textField(host, "Runtime");
  const named = runtime?.value !== undefined && runtime.value !== "";
  return {
    ...defaults,
    ...readCapabilities(container, true),
    ...readSecurity(container, privileged),
    privileged,
    namespaces: readNamespaces(container),
    readOnlyRoot: appliedFact(booleanField(host, "ReadonlyRootfs"), defaults.readOnlyRoot),
    limits: readLimits(container),
    mounts: readMounts(container, {}),
    devices: readDevices(container),
    sysctls: readSysctls(container),
    ports: readPorts(container),
    groups: readGroups(container),
    ...(named ? { ociRuntime: known(runtime.value, originOf(runtime)) } : {}),
  };
}
