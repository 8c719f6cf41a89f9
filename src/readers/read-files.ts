/** Reads a set of files with the reader that each is for, and joins what they say. */

import { clip } from "../model/clip.ts";
import type { Unknown } from "../model/fact.ts";
import type { SourceFile } from "../model/source.ts";
import type { Workload } from "../model/workload.ts";
import type { FileKind } from "./classify.ts";
import { kindByName, kindsByContent } from "./classify.ts";
import type { BuiltImage, PodSource, ReadContext, Reading } from "./contract.ts";
import { composeExamples, kubernetesExamples } from "./documentation.ts";
import { joinBuiltImages } from "./join.ts";
import { tooLong } from "./length-bound.ts";
import { isMarkdown } from "./markdown-fences.ts";
import { baseName, dirName, joinPath } from "./paths.ts";
import type { ComposeReading } from "./compose-templates.ts";
import { withoutTemplates } from "./compose-templates.ts";
import type { Readers } from "./readers.ts";
import { undecidedFacts } from "./undecided.ts";

export interface ReadOutcome {
  readonly workloads: readonly Workload[];
  readonly unknowns: readonly Unknown[];
  readonly pods: readonly PodSource[];
  /** How many files were for some reader. */
  readonly files: number;
  /** Every file that was read, for inline exceptions. */
  readonly sources: readonly SourceFile[];
}

/** A file to read; `kind` when the caller says what it is, `named` when the user named the file itself. */
export interface FileRequest {
  readonly path: string;
  readonly kind?: FileKind;
  readonly named?: boolean;
}

/** Files that were opened, by the readers that they are for. */
export interface OpenedFiles {
  readonly byKind: ReadonlyMap<FileKind, readonly SourceFile[]>;
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Paths that the user named. */
  readonly named: ReadonlySet<string>;
  readonly unknowns: readonly Unknown[];
}

/** Opens all requests and tells what each is. Paths are as `context.files` takes them. */
export function openFiles(requests: readonly FileRequest[], context: ReadContext): OpenedFiles {
  const unknowns: Unknown[] = [];
  const sources = new Map<string, SourceFile>();
  const byKind = new Map<FileKind, SourceFile[]>();
  for (const request of requests) {
    const opened = open(request, context);
    unknowns.push(...opened.unknowns);
    if (opened.file === undefined || sources.has(opened.file.path)) continue;
    sources.set(opened.file.path, opened.file);
    for (const kind of opened.kinds) {
      const list = byKind.get(kind) ?? [];
      list.push(opened.file);
      byKind.set(kind, list);
    }
  }
  const named = new Set(requests.filter((request) => request.named).map((request) => request.path));
  return { byKind, sources, named, unknowns };
}

/** Reads what was opened. Further readings (a command line) join in. */
export function readOpened(
  opened: OpenedFiles,
  readers: Readers,
  context: ReadContext,
  further: readonly Reading[] = [],
): ReadOutcome {
  const { byKind, named } = opened;
  const sources = new Map(opened.sources);
  const readings: Reading[] = [...further];
  const composed: ComposeReading[] = [];
  const composeFiles = byKind.get("compose") ?? [];
  for (const file of composeFiles.filter(({ path }) => isMarkdown(path))) {
    for (const reading of composeExamples(file, readers, context)) readings.push(reading);
  }
  const projects = composeFiles.filter(({ path }) => !isMarkdown(path));
  for (const group of composeGroups(projects, context)) {
    for (const file of group) sources.set(file.path, file);
    composed.push({ group, reading: readers.compose(group, context) });
  }
  readings.push(...withoutTemplates(composed));
  for (const file of byKind.get("run-lines") ?? [])
    readings.push(readers["run-lines"](file, context));
  const consumed = new Set(
    readings.flatMap((reading) => (reading.consumed ?? []).map(({ path }) => path)),
  );
  for (const file of byKind.get("dockerfile") ?? []) {
    if (named.has(file.path) || !consumed.has(file.path)) {
      readings.push(readers.dockerfile(file, context));
    }
  }
  for (const file of byKind.get("kubernetes") ?? []) {
    readings.push(
      isMarkdown(file.path)
        ? kubernetesExamples(file, readers, context)
        : readers.kubernetes(file, context),
    );
  }
  for (const file of byKind.get("oci-config") ?? [])
    readings.push(readers["oci-config"](file, context));
  return finish(readings, context, [...opened.unknowns], sources);
}

function finish(
  readings: readonly Reading[],
  context: ReadContext,
  unknowns: Unknown[],
  sources: ReadonlyMap<string, SourceFile>,
): ReadOutcome {
  const builds: BuiltImage[] = readings.flatMap((reading) => reading.builds ?? []);
  const workloads = joinBuiltImages(
    readings.flatMap((reading) => reading.workloads),
    builds,
    context,
  );
  for (const reading of readings) for (const unknown of reading.unknowns) unknowns.push(unknown);
  for (const workload of workloads)
    for (const unknown of [...workload.unknowns, ...undecidedFacts(workload)])
      unknowns.push(unknown);
  return {
    workloads,
    unknowns: distinctUnknowns(unknowns),
    pods: readings.flatMap((reading) => reading.pods ?? []),
    files: sources.size,
    sources: [...sources.values()],
  };
}

function open(
  request: FileRequest,
  context: ReadContext,
): { file?: SourceFile; kinds: readonly FileKind[]; unknowns: readonly Unknown[] } {
  const read = context.files.read(request.path);
  const promised = request.kind ?? kindByName(request.path);
  if (!read.ok) {
    // A file that is neither named nor looks like one of ours is no loss.
    const matters =
      promised !== undefined ||
      request.named === true ||
      kindsByContent(request.path, read.glimpse ?? "").length > 0;
    if (!matters) return { kinds: [], unknowns: [] };
    const unknown = { path: request.path, what: "file", why: read.why, settle: read.settle };
    return { kinds: [], unknowns: [unknown] };
  }
  const kinds =
    request.kind === undefined ? kindsByContent(read.file.path, read.file.text) : [request.kind];
  if (kinds.length > 0) {
    const problems = kinds.map((kind) => tooLong(read.file, kind));
    return {
      file: read.file,
      kinds: kinds.filter((_, index) => problems[index] === undefined),
      unknowns: problems.filter((problem) => problem !== undefined),
    };
  }
  if (request.named !== true) return { kinds: [], unknowns: [] };
  return {
    kinds: [],
    unknowns: [
      {
        path: request.path,
        what: "file",
        why: "it holds nothing that is recognised (Dockerfile, Compose, Kubernetes, run line, OCI config.json)",
        settle: "say what it is with --as, for instance `--as dockerfile`",
      },
    ],
  };
}

/** Compose reads `compose.yaml` together with `compose.override.yaml` beside it. */
function composeGroups(files: readonly SourceFile[], context: ReadContext): SourceFile[][] {
  const groups: SourceFile[][] = [];
  const overrides = new Set<string>();
  for (const file of files) {
    const match = /^((?:docker-)?compose)\.ya?ml$/.exec(baseName(file.path));
    if (match === null) continue;
    const group = [file];
    for (const extension of ["yml", "yaml"]) {
      const path = joinPath(dirName(file.path), `${match[1] ?? ""}.override.${extension}`);
      if (context.files.kind(path) !== "file") continue;
      const read = context.files.read(path);
      if (read.ok) {
        group.push(read.file);
        overrides.add(read.file.path);
        break;
      }
    }
    groups.push(group);
  }
  for (const file of files) {
    const isBase = /^(docker-)?compose\.ya?ml$/.test(baseName(file.path));
    if (!isBase && !overrides.has(file.path)) groups.push([file]);
  }
  return groups;
}

/** The longest text of an unknown: it may repeat what a file says. */
const MAX_TEXT = 500;

function clipped(unknown: Unknown): Unknown {
  const { what, why, settle } = unknown;
  if (Math.max(what.length, why.length, settle.length) <= MAX_TEXT) return unknown;
  return {
    ...unknown,
    what: clip(what, MAX_TEXT),
    why: clip(why, MAX_TEXT),
    settle: clip(settle, MAX_TEXT),
  };
}

function distinctUnknowns(unknowns: readonly Unknown[]): Unknown[] {
  const seen = new Map<string, Unknown>();
  for (const unknown of unknowns) {
    const key = `${unknown.path}\0${unknown.span?.start ?? ""}\0${unknown.what}\0${unknown.why}`;
    if (!seen.has(key)) seen.set(key, clipped(unknown));
  }
  return [...seen.values()];
}
