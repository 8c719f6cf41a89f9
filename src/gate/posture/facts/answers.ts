/** What the engine's answers to the gate's own questions say. Undefined for an answer of another shape. */

import { OWNER_LABEL } from "../../judge/contract.ts";
import { isJsonObject, type JsonValue } from "../../wire/json/value.ts";
import { itemsOf, objectOf, textOf, textsOf, valueAt } from "../json.ts";
import type { ContainerFact, ImageFact, NetworkFact, VolumeFact } from "./facts.ts";

const ownerIn = (labels: JsonValue | undefined): string => textOf(valueAt(labels, OWNER_LABEL));

export function networkIn(value: JsonValue): NetworkFact | undefined {
  const id = textOf(valueAt(value, "Id"));
  const name = textOf(valueAt(value, "Name"));
  if (id === "" || name === "") return undefined;
  return {
    kind: "network",
    id,
    name,
    driver: textOf(valueAt(value, "Driver")),
    owner: ownerIn(valueAt(value, "Labels")),
  };
}

export function volumeIn(value: JsonValue): VolumeFact | undefined {
  if (!isJsonObject(value) || textOf(value.get("Name")) === "") return undefined;
  return {
    kind: "volume",
    driver: textOf(value.get("Driver")),
    options: new Map(
      [...objectOf(value.get("Options"))].map(([name, text]) => [name, textOf(text)]),
    ),
    owner: ownerIn(value.get("Labels")),
  };
}

export function containerIn(value: JsonValue): ContainerFact | undefined {
  const id = textOf(valueAt(value, "Id"));
  const host = valueAt(value, "HostConfig");
  if (id === "" || !isJsonObject(host)) return undefined;
  return {
    kind: "container",
    id,
    owner: ownerIn(valueAt(value, "Config", "Labels")),
    networkMode: textOf(host.get("NetworkMode")),
    pidMode: textOf(host.get("PidMode")),
    ipcMode: textOf(host.get("IpcMode")),
    networks: [...objectOf(valueAt(value, "NetworkSettings", "Networks")).keys()],
    mounts: itemsOf(valueAt(value, "Mounts")).map((mount) => ({
      type: textOf(valueAt(mount, "Type")),
      source: textOf(valueAt(mount, "Source")),
      name: textOf(valueAt(mount, "Name")),
      writable: valueAt(mount, "RW") !== false,
    })),
  };
}

export function imageIn(value: JsonValue): ImageFact | undefined {
  const id = textOf(valueAt(value, "Id"));
  if (id === "") return undefined;
  const config = valueAt(value, "Config");
  return {
    kind: "image",
    id,
    names: [...textsOf(valueAt(value, "RepoTags")), ...textsOf(valueAt(value, "RepoDigests"))],
    user: textOf(valueAt(config, "User")),
    env: textsOf(valueAt(config, "Env")),
    labels: new Map(
      [...objectOf(valueAt(config, "Labels"))].map(([name, text]) => [name, textOf(text)]),
    ),
    entrypoint: textsOf(valueAt(config, "Entrypoint")),
    command: textsOf(valueAt(config, "Cmd")),
  };
}

export function defaultRuntimeIn(value: JsonValue): string | undefined {
  const name = textOf(valueAt(value, "DefaultRuntime"));
  return name === "" ? undefined : name;
}
