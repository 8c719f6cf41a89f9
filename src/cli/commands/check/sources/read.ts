/** Reads images and containers. Loaded only when one is named. */

import type { Unknown } from "../../../../model/fact.ts";
import type { SourceFile } from "../../../../model/source.ts";
import type { Workload } from "../../../../model/workload.ts";
import { noCache, openCache, WITHOUT_RECALL } from "../../../../readers/image/layers/cache.ts";
import { keyedHashWith } from "../../../../readers/image/layers/scan-with-key.ts";
import { createScanners } from "../../../../readers/image/layers/scanners.ts";
import type { UsageProblem } from "../../../command.ts";
import { printableLine } from "../../../printable.ts";
import { version } from "../../../version.ts";
import type { Progress } from "../progress.ts";
import type { Io } from "../../../command.ts";
import { openEngineOnce } from "./engine-at-hand.ts";
import { readContainers } from "./containers.ts";
import { readEngineImages } from "./engine-images.ts";
import { readStored } from "./stored-images.ts";
import type { SourceTarget } from "./targets.ts";
import { nameProblem } from "./targets.ts";

export interface SourceOptions {
  readonly io: Io;
  readonly progress: Progress;
  /** `linux/arm64`: of images of several platforms only this one. */
  readonly platform?: string;
  /** Keep and recall what layers hold. */
  readonly useCache: boolean;
  /** False to read every layer anew; what it gives is still kept. */
  readonly recall?: boolean;
  /** So many last lines of a container's log are searched too. */
  readonly logLines: number;
  readonly plainHttp: boolean;
  /** A file of certificates of authorities. */
  readonly authorities?: string;
}

export interface SourceReading {
  readonly workloads: readonly Workload[];
  readonly unknowns: readonly Unknown[];
  /** What was read, as it is shown. */
  readonly documents: readonly SourceFile[];
}

/** What the readers of one run share. */
export type SourceTools = Awaited<ReturnType<typeof openTools>>;

export async function readSources(
  targets: readonly SourceTarget[],
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  for (const target of targets) {
    const problem = nameProblem(target);
    if (problem !== undefined) return problem;
  }
  const tools = await openTools(options);
  const parts: SourceReading[] = [];
  try {
    for (const target of targets) {
      options.progress.say(`reading ${target.text}`);
      const reading = await readTarget(target, tools, options);
      if ("problem" in reading) {
        return { problem: `${target.text}: ${reading.problem}`, help: reading.help };
      }
      parts.push(reading);
    }
  } finally {
    await tools.close();
  }
  return {
    workloads: parts.flatMap(({ workloads }) => workloads),
    unknowns: parts.flatMap(({ unknowns }) => unknowns),
    documents: parts.flatMap(({ documents }) => documents),
  };
}

async function openTools({ io, useCache, recall = true }: SourceOptions) {
  const kept = useCache
    ? openCache({ environment: io.environment, version })
    : noCache(io.environment);
  const unusable = kept.trouble();
  if (unusable !== undefined) {
    io.err(`plimsoll: layers are scanned without a cache: ${printableLine(unusable)}\n`);
  }
  const cache = recall ? kept : { ...kept, ...WITHOUT_RECALL };
  const scanners = createScanners({ key: cache.key });
  const engine = openEngineOnce(io.environment);
  return {
    cache,
    scanners,
    engine: engine.open,
    keyedHash: keyedHashWith(cache.key),
    close: async () => {
      engine.close();
      await scanners.close();
      cache.close();
      const trouble = cache.trouble();
      if (unusable === undefined && trouble !== undefined) {
        io.err(
          `plimsoll: not all that was found is kept for the next run: ${printableLine(trouble)}\n`,
        );
      }
    },
  };
}

async function readTarget(
  target: SourceTarget,
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  switch (target.scheme) {
    case "archive":
    case "oci":
    case "registry":
      return readStored(target, tools, options);
    case "image":
      return readEngineImages([target.name], tools, options);
    case "container":
      return readContainers([target.name], tools, options);
    default:
      return readEngine(target.scheme, tools, options);
  }
}

async function readEngine(
  _scheme: "engine",
  tools: SourceTools,
  options: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  const containers = await readContainers("all", tools, options);
  if ("problem" in containers) return containers;
  const images = await readEngineImages("all", tools, options);
  if ("problem" in images) return images;
  return {
    workloads: [...containers.workloads, ...images.workloads],
    unknowns: [...containers.unknowns, ...images.unknowns],
    documents: [...containers.documents, ...images.documents],
  };
}
