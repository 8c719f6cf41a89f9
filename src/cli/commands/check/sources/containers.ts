/** Containers of an engine: `container:NAME`, and all of them for `engine:`. */

import type { Engine } from "../../../../engine/engine.ts";
import {
  containerProcesses,
  inspectContainer,
  listContainers,
} from "../../../../engine/calls/containers.ts";
import { containerLog } from "../../../../engine/calls/logs.ts";
import { engineInfo } from "../../../../engine/calls/system.ts";
import type { Process } from "../../../../engine/calls/containers.ts";
import { isProblem } from "../../../../engine/problem.ts";
import type { Unknown } from "../../../../model/fact.ts";
import type { SourceFile } from "../../../../model/source.ts";
import type { Workload } from "../../../../model/workload.ts";
import type { Observation } from "../../../../readers/container/observe.ts";
import { observed } from "../../../../readers/container/observe.ts";
import { readContainer } from "../../../../readers/container/read.ts";
import { volumeOptions } from "../../../../readers/container/volumes.ts";
import type { UsageProblem } from "../../../command.ts";
import type { SourceOptions, SourceReading, SourceTools } from "./read.ts";

export async function readContainers(
  names: readonly string[] | "all",
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  const engine = await tools.engine();
  if ("problem" in engine) return engine;
  const wanted = names === "all" ? await allContainers(engine) : names;
  if ("problem" in wanted) return wanted;
  const info = await engineInfo(engine);
  const volumes = await engine.json("/volumes");
  const workloads: Workload[] = [];
  const unknowns: Unknown[] = [];
  const documents: SourceFile[] = [];
  for (const name of wanted) {
    const target = `container:${name}`;
    options.progress.say(`reading ${target}`);
    const container = await inspectContainer(engine, name);
    if (isProblem(container)) {
      if (names !== "all") return { problem: container.problem, help: container.settle };
      const { problem: why, settle } = container;
      unknowns.push({ path: target, what: "container", why, settle });
      continue;
    }
    const reading = readContainer(container.document, {
      target,
      engine: engine.kind,
      ...(isProblem(info) ? {} : { securityOptions: info.securityOptions }),
      ...(isProblem(volumes) ? {} : { volumes: volumeOptions(volumes.value) }),
    });
    unknowns.push(...reading.unknowns);
    if (isProblem(volumes) && reading.workloads.some(mountsVolume)) {
      const { problem: why, settle } = volumes;
      unknowns.push({ path: target, workload: target, what: "what its volumes are", why, settle });
    }
    for (const workload of reading.workloads) {
      documents.push(workload.source.file);
      const seen = await observe(engine, container, options, (unknown) => {
        unknowns.push({ ...unknown, path: target, workload: workload.id });
      });
      workloads.push(observed(workload, seen, tools.keyedHash));
    }
  }
  return { workloads, unknowns, documents };
}

function mountsVolume({ runtime }: Workload): boolean {
  return runtime?.mounts.some(({ type }) => type === "volume") === true;
}

async function allContainers(engine: Engine): Promise<readonly string[] | UsageProblem> {
  const containers = await listContainers(engine);
  if (isProblem(containers)) return { problem: containers.problem, help: containers.settle };
  return containers.map(({ name }) => name);
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
