/** Reads images and containers. Loaded only when one is named. */

import { resolve } from "node:path";
import type { Unknown } from "../../../model/fact.ts";
import type { SourceFile } from "../../../model/source.ts";
import type { Workload } from "../../../model/workload.ts";
import { noCache, openCache } from "../../../readers/image/layers/cache.ts";
import { keyedHashWith } from "../../../readers/image/layers/scan-with-key.ts";
import { createScanners } from "../../../readers/image/layers/scanners.ts";
import type { Problem } from "../../../readers/image/manifest/store.ts";
import type { OpenedStore, StoreTools } from "../../../readers/image/open-store.ts";
import { openArchive, openOciDirectory } from "../../../readers/image/open-store.ts";
import { readStore } from "../../../readers/image/read-store.ts";
import type { Io, UsageProblem } from "../../command.ts";
import { version } from "../../version.ts";
import type { Progress } from "./progress.ts";
import type { SourceTarget } from "./sources.ts";

export interface SourceOptions {
  readonly io: Io;
  readonly progress: Progress;
  readonly platform?: string;
  /** Keep and recall what layers hold. */
  readonly useCache: boolean;
  /** False to read every layer anew; what it gives is still kept. */
  readonly recall?: boolean;
}

export interface SourceReading {
  readonly workloads: readonly Workload[];
  readonly unknowns: readonly Unknown[];
  /** What was read, as it is shown. */
  readonly documents: readonly SourceFile[];
}

export async function readSources(
  targets: readonly SourceTarget[],
  { io, progress, platform, useCache, recall = true }: SourceOptions,
): Promise<SourceReading | UsageProblem> {
  const { environment } = io;
  const kept = useCache ? await openCache({ environment, version }) : noCache();
  const cache = recall ? kept : { ...kept, get: () => undefined };
  const scanners = createScanners({ key: cache.key });
  const tools: StoreTools = { cache, scanners };
  const workloads: Workload[] = [];
  const unknowns: Unknown[] = [];
  const documents: SourceFile[] = [];
  try {
    if (cache.note !== undefined) {
      io.err(`plimsoll: layers are scanned without a cache: ${cache.note}\n`);
    }
    for (const target of targets) {
      progress.say(`reading ${target.text}`);
      const opened = await open(target, tools, io);
      if ("problem" in opened) {
        return { problem: `${target.text}: ${opened.problem}`, help: opened.help };
      }
      const reading = await readStore(opened, {
        keyedHash: keyedHashWith(cache.key),
        ...(platform === undefined ? {} : { platform }),
      });
      workloads.push(...reading.workloads);
      unknowns.push(...reading.unknowns);
      documents.push(...reading.documents);
    }
  } finally {
    cache.close();
    await scanners.close();
  }
  return { workloads, unknowns, documents };
}

async function open(
  { scheme, name, text }: SourceTarget,
  tools: StoreTools,
  io: Io,
): Promise<OpenedStore | UsageProblem> {
  const path = resolve(io.workingDirectory, name);
  switch (scheme) {
    case "archive":
      return helped(
        await openArchive(path, text, tools),
        "give a file that `docker save`, `podman save` or `skopeo copy` wrote: archive:app.tar",
      );
    case "oci":
      return helped(
        await openOciDirectory(path, text, tools),
        "give a directory with index.json and blobs/, as `skopeo copy … oci:DIR` writes it",
      );
    default:
      return {
        problem: `${scheme}: targets are not read yet`,
        help: "save the image and check archive:FILE",
      };
  }
}

function helped(opened: OpenedStore | Problem, help: string): OpenedStore | UsageProblem {
  return "problem" in opened ? { problem: opened.problem, help } : opened;
}
