/** Containers of an engine: `container:NAME`, and all of them for `engine:`. */

import type { Engine } from "../../../../engine/engine.ts";
import {
  containerProcesses,
  inspectContainer,
  listContainers,
} from "../../../../engine/calls/containers.ts";
import { containerLog } from "../../../../engine/calls/logs.ts";
import { engineInfo } from "../../../../engine/calls/system.ts";
import type { ListedContainer, Process } from "../../../../engine/calls/containers.ts";
import type { EngineProblem } from "../../../../engine/problem.ts";
import { isProblem } from "../../../../engine/problem.ts";
import type { Unknown } from "../../../../model/fact.ts";
import type { Workload } from "../../../../model/workload.ts";
import type { Observation } from "../../../../readers/container/observe.ts";
import { observed } from "../../../../readers/container/observe.ts";
import { readContainer } from "../../../../readers/container/read.ts";
import { volumeOptions } from "../../../../readers/container/volumes.ts";
import type { UsageProblem } from "../../../command.ts";
import type { SourceOptions, SourceReading, SourceTools } from "./read.ts";

/** Containers that come while others are read are read too, in so many rounds. */
const MAX_ROUNDS = 4;

export async function readContainers(
  names: readonly string[] | "all",
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  const engine = await tools.engine();
  if ("problem" in engine) return engine;
  const around = await surroundings(engine);
  const parts: SourceReading[] = [];
  if (names !== "all") {
    for (const name of names) {
      const part = await readOne({ id: name, name }, engine, around, tools, options);
      if (isProblem(part)) return { problem: part.problem, help: part.settle };
      parts.push(part);
    }
    return merged(parts);
  }
  const seen = new Set<string>();
  for (let round = 0; ; round++) {
    const listed = await listContainers(engine);
    if (isProblem(listed)) return { problem: listed.problem, help: listed.settle };
    const fresh = listed.filter(({ id }) => !seen.has(id));
    if (fresh.length === 0) break;
    if (round >= MAX_ROUNDS) {
      parts.push(unread("engine:", "containers", tooBusy(fresh.length)));
      break;
    }
    for (const container of fresh) {
      seen.add(container.id);
      const part = await readOne(container, engine, around, tools, options);
      if (!isProblem(part)) parts.push(part);
      // One that is gone by now leaves nothing to tell of; what took its place is in the next list.
      else if (part.status !== 404) {
        parts.push(unread(`container:${container.name}`, "container", part));
      }
    }
  }
  return merged(parts);
}

function tooBusy(count: number): Pick<EngineProblem, "problem" | "settle"> {
  return {
    problem: `containers come faster than they are read; ${String(count)} that came last were not`,
    settle: "check it again when fewer are started",
  };
}

function unread(
  path: string,
  what: string,
  { problem: why, settle }: Pick<EngineProblem, "problem" | "settle">,
): SourceReading {
  return { workloads: [], documents: [], unknowns: [{ path, what, why, settle }] };
}

function merged(parts: readonly SourceReading[]): SourceReading {
  return {
    workloads: parts.flatMap(({ workloads }) => workloads),
    unknowns: parts.flatMap(({ unknowns }) => unknowns),
    documents: parts.flatMap(({ documents }) => documents),
  };
}

/** What an engine tells once for all of its containers. */
type Surroundings = Awaited<ReturnType<typeof surroundings>>;

async function surroundings(engine: Engine) {
  return { info: await engineInfo(engine), volumes: await engine.json("/volumes") };
}

async function readOne(
  { id, name }: Pick<ListedContainer, "id" | "name">,
  engine: Engine,
  { info, volumes }: Surroundings,
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | EngineProblem> {
  const target = `container:${name}`;
  options.progress.say(`reading ${target}`);
  const container = await inspectContainer(engine, id);
  if (isProblem(container)) return container;
  const reading = readContainer(container.document, {
    target,
    engine: engine.kind,
    ...(isProblem(info) ? {} : { securityOptions: info.securityOptions }),
    ...(isProblem(volumes) ? {} : { volumes: volumeOptions(volumes.value) }),
  });
  const unknowns = [...reading.unknowns];
  if (isProblem(volumes) && reading.workloads.some(mountsVolume)) {
    const { problem: why, settle } = volumes;
    unknowns.push({ path: target, workload: target, what: "what its volumes are", why, settle });
  }
  const workloads: Workload[] = [];
  for (const workload of reading.workloads) {
    const seen = await observe(engine, container, options, (unknown) => {
      unknowns.push({ ...unknown, path: target, workload: workload.id });
    });
    workloads.push(observed(workload, seen, tools.keyedHash));
  }
  return { workloads, unknowns, documents: reading.workloads.map(({ source }) => source.file) };
}

function mountsVolume({ runtime }: Workload): boolean {
  return runtime?.mounts.some(({ type }) => type === "volume") === true;
}

async function observe(
  engine: Engine,
  { id, running, tty }: { readonly id: string; readonly running: boolean; readonly tty: boolean },
  { logLines }: SourceOptions,
  report: (unknown: Omit<Unknown, "path">) => void,
): Promise<Observation> {
  const top = running ? await containerProcesses(engine, id) : undefined;
  const logs = logLines > 0 ? await containerLog(engine, id, { lines: logLines, tty }) : undefined;
  if (logs !== undefined && logs.problem !== undefined) {
    const settle = "settle" in logs ? logs.settle : "ask for fewer lines with --log-lines";
    report({ what: "log", why: logs.problem, settle });
  }
  return {
    // A container that ended meanwhile has no processes; nothing is lost by that.
    ...(top === undefined || isProblem(top) ? {} : { top: processTable(top) }),
    ...(logs === undefined || isProblem(logs) ? {} : { logs }),
  };
}

function processTable(processes: readonly Process[]): NonNullable<Observation["top"]> {
  return {
    titles: ["PID", "USER", "COMMAND"],
    rows: processes.map(({ pid, user, command }) => [String(pid), user, command]),
  };
}
