/** Containers of an engine: lists, everything that inspect tells of one, and its processes. */

import type { Engine } from "../engine.ts";
import type { JsonObject } from "../guards.ts";
import {
  isObject,
  isTrueAt,
  listOf,
  numberAt,
  objectAt,
  objectsOf,
  textAt,
  textsAt,
  textsOf,
} from "../guards.ts";
import type { EngineProblem } from "../problem.ts";
import { isProblem } from "../problem.ts";
import { containerPath, unexpected } from "./names.ts";

export interface ListedContainer {
  readonly id: string;
  /** Without the slash that engines put before it; the id where it has no name. */
  readonly name: string;
  /** As it was named when the container was made. */
  readonly image: string;
  readonly imageId: string;
  /** `running`, `exited`, `created`, `paused`… */
  readonly state: string;
}

/** All containers, those that do not run included. */
export async function listContainers(
  engine: Engine,
): Promise<readonly ListedContainer[] | EngineProblem> {
  const answer = await engine.json("/containers/json", [["all", "1"]]);
  if (isProblem(answer)) return answer;
  if (answer.value !== null && !Array.isArray(answer.value)) return unexpected("/containers/json");
  return objectsOf(answer.value).flatMap((container) => {
    const id = textAt(container, "Id");
    if (id === undefined) return [];
    // Further names are those of links, which hold a slash within.
    const names = textsAt(container, "Names").map((name) => name.replace(/^\//, ""));
    return [
      {
        id,
        name: names.find((name) => !name.includes("/")) ?? id,
        image: textAt(container, "Image") ?? "",
        imageId: textAt(container, "ImageID") ?? "",
        state: textAt(container, "State") ?? "",
      },
    ];
  });
}

export interface InspectedContainer {
  readonly id: string;
  readonly name: string;
  /** The reference that it was made from. */
  readonly image: string;
  readonly imageId: string;
  readonly running: boolean;
  /** Of its first process on the engine's machine; undefined when it does not run. */
  readonly pid?: number;
  /** Whether it has a terminal, which mixes its outputs. */
  readonly tty: boolean;
  /** All that the engine says of it, to be read with its places. */
  readonly document: JsonObject;
}

export async function inspectContainer(
  engine: Engine,
  name: string,
): Promise<InspectedContainer | EngineProblem> {
  const path = containerPath(name);
  if (typeof path !== "string") return path;
  // To clients of Docker Podman tells neither sysctls nor capabilities as they are.
  const answer = await engine.json(`${engine.kind === "podman" ? "/libpod" : ""}${path}/json`);
  if (isProblem(answer)) return answer;
  const { value: document } = answer;
  if (!isObject(document)) return unexpected(`inspect of ${name}`);
  const id = textAt(document, "Id");
  if (id === undefined || !isObject(document["Config"]) || !isObject(document["HostConfig"]))
    return unexpected(`inspect of ${name}`);
  const state = objectAt(document, "State");
  const pid = numberAt(state, "Pid");
  return {
    id,
    name: textAt(document, "Name")?.replace(/^\//, "") ?? id,
    image: textAt(document["Config"], "Image") ?? "",
    imageId: textAt(document, "Image") ?? "",
    running: isTrueAt(state, "Running"),
    ...(pid === undefined || pid <= 0 ? {} : { pid }),
    tty: isTrueAt(document["Config"], "Tty"),
    document,
  };
}

export interface Process {
  /** On the engine's machine. */
  readonly pid: number;
  readonly user: string;
  /** With its words, as everybody on that machine sees it. */
  readonly command: string;
}

/** Docker runs its machine's `ps` with these words; Podman takes names of its own, and needs no `ps`. */
const COLUMNS = { docker: "-eo pid,user,args", podman: "hpid,user,args" } as const;

/** The processes of a running container. */
export async function containerProcesses(
  engine: Engine,
  name: string,
): Promise<readonly Process[] | EngineProblem> {
  const path = containerPath(name);
  if (typeof path !== "string") return path;
  const answer = await engine.json(`${path}/top`, [["ps_args", COLUMNS[engine.kind]]]);
  if (isProblem(answer)) return answer;
  const { value } = answer;
  const titles = isObject(value) ? textsAt(value, "Titles") : [];
  if (!isObject(value) || titles.length !== 3) return unexpected(`processes of ${name}`);
  return listOf(value["Processes"]).flatMap((row) => {
    const [pid = "", user = "", command = ""] = textsOf(row);
    return /^\d{1,10}$/.test(pid) ? [{ pid: Number(pid), user, command }] : [];
  });
}
