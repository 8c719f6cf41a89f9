/** Turns the targets of a command line into readings. */

import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Unknown } from "../../../model/fact.ts";
import type { SourceFile } from "../../../model/source.ts";
import { nearest } from "../../../model/nearest.ts";
import type { FileKind } from "../../../readers/classify.ts";
import { kindsByContent } from "../../../readers/classify.ts";
import type { ImageLookup, ReadContext, Reading } from "../../../readers/contract.ts";
import type { ImageReference } from "../../../model/image-reference.ts";
import { discover } from "../../../readers/discover.ts";
import { decode, fileSystem, isInside, reportedPath } from "../../../readers/file-system.ts";
import type { Files } from "../../../readers/files.ts";
import type { FileRequest, ReadOutcome } from "../../../readers/read-files.ts";
import { openFiles, readOpened } from "../../../readers/read-files.ts";
import { loadReaders } from "../../../readers/readers.ts";
import { NO_RUN_LINE } from "../../../readers/run-line/command-line.ts";
import { checkoutOf } from "../../checkout.ts";
import type { Io, UsageProblem } from "../../command.ts";
import type { Progress } from "./progress.ts";
import type { SourceReading } from "./sources/read.ts";

export interface TargetOptions {
  readonly targets: readonly string[];
  readonly rest: readonly string[] | undefined;
  /** Images and containers that were read already. */
  readonly further?: SourceReading;
  /** Looks for images that no table knows; undefined when none is at hand. */
  readonly images: (wanted: readonly ImageReference[]) => Promise<ImageLookup | undefined>;
  readonly root: string;
  readonly io: Io;
  readonly kind?: FileKind;
  readonly noIgnore: boolean;
  readonly excluded?: (path: string) => boolean;
  readonly progress: Progress;
  /** Names of commands: a target that is missing may be a misspelt one. */
  readonly commands: readonly string[];
}

const STANDARD_INPUT = "<stdin>";

export interface TargetsRead extends ReadOutcome {
  /** Every file that a workload was made from, that was referred to, or that was named, as reported. */
  readonly readPaths: Iterable<string>;
}

/** Reads all targets; the current directory when none is named. */
export async function readTargets(options: TargetOptions): Promise<TargetsRead | UsageProblem> {
  const { io, root } = options;
  const targets =
    options.targets.length === 0 && options.rest === undefined && options.further === undefined
      ? ["."]
      : options.targets;
  const requests: FileRequest[] = [];
  const unknowns: Unknown[] = [];
  const named = options.further;
  const further: Reading[] = named === undefined ? [] : [named];
  let files = fileSystem({ workingDirectory: io.workingDirectory, root });
  for (const target of targets) {
    if (target === "-") {
      const read = decode(STANDARD_INPUT, await io.readStandardInput());
      files = withFile(files, read);
      const kind = options.kind ?? (read.ok ? inputKind(read.file.text) : undefined);
      requests.push({ path: STANDARD_INPUT, named: true, ...(kind === undefined ? {} : { kind }) });
      continue;
    }
    const full = resolve(io.workingDirectory, target);
    const what = targetKind(full);
    if (what === "missing") return missingTarget(target, options.commands);
    if (what === "directory") {
      // A directory that the user names is read, even when the configuration leaves it out of others.
      const named = reportedPath(io.workingDirectory, full);
      const excluded = options.excluded?.(`${named}/`) === true ? undefined : options.excluded;
      const found = discover(realpathSync(full), {
        workingDirectory: io.workingDirectory,
        root,
        noIgnore: options.noIgnore,
        ...(excluded === undefined ? {} : { excluded }),
      });
      for (const unknown of found.unknowns) unknowns.push(unknown);
      for (const path of found.files)
        requests.push({ path: reportedPath(io.workingDirectory, path) });
    } else {
      requests.push({
        path: reportedPath(io.workingDirectory, full),
        named: true,
        ...(options.kind === undefined ? {} : { kind: options.kind }),
      });
    }
  }
  options.progress.say(`reading ${requests.length} files`);
  const environment = definedOnly(io.environment);
  const wanted = new Map<string, ImageReference>();
  const context: ReadContext = {
    files,
    environment,
    images: (image) => void wanted.set(image.text, image),
  };
  const opened = openFiles(requests, context);
  if (holdsLong(opened.sources.values())) collectSooner();
  const readers = await loadReaders(opened.byKind.keys());
  const readPaths = new Set([...opened.sources.keys(), ...opened.named]);
  const noted = { ...context, files: notingReads(files, readPaths) };
  if (options.rest !== undefined) {
    const { unknowns: problems } = await readLine(options.rest, noted);
    const none = problems.find(({ why }) => why === NO_RUN_LINE);
    if (none !== undefined) return { problem: none.why, help: none.settle };
  }
  const read = async (reading: ReadContext): Promise<ReadOutcome> => {
    const line = options.rest === undefined ? [] : [await readLine(options.rest, reading)];
    return readOpened(opened, readers, reading, [...further, ...line]);
  };
  let outcome = await read(noted);
  if (wanted.size > 0) {
    const images = await options.images([...wanted.values()]);
    // What the images bring changes what is inherited anywhere, so everything is read again.
    if (images !== undefined) outcome = await read({ ...noted, images });
  }
  return {
    ...outcome,
    readPaths,
    unknowns: [...unknowns, ...outcome.unknowns],
    sources: named === undefined ? outcome.sources : [...outcome.sources, ...named.documents],
  };
}

async function readLine(words: readonly string[], context: ReadContext): Promise<Reading> {
  const { readArguments } = await import("../../../readers/run-line/read-arguments.ts");
  return readArguments(words, context);
}

/** UTF-16 code units; longer files are nearly always made by a program. */
const LONG_FILE = 256 * 1024;
/** How much the heap may grow, in per cent of what is in use, before it is collected. */
const GROWTH = 30;

function holdsLong(files: Iterable<SourceFile>): boolean {
  for (const { text } of files) if (text.length > LONG_FILE) return true;
  return false;
}

/**
 * Reading a long file takes some hundred times its length for a moment. V8 would let what is left of several such
 * files pile up; collecting sooner costs a fifth of the time of an ordinary run, which does without it.
 */
function collectSooner(): void {
  process.getBuiltinModule("node:v8").setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}

/**
 * The directory that confines reading: the checkout that holds the targets, else the directory that
 * holds them all.
 */
export function findRoot(
  targets: readonly string[],
  workingDirectory: string,
  commands: readonly string[],
): string | UsageProblem {
  const paths = targets.filter((target) => target !== "-");
  let root: string | undefined;
  for (const target of paths.length === 0 ? ["."] : paths) {
    const full = resolve(workingDirectory, target);
    if (target === "" || targetKind(full) === "missing") return missingTarget(target, commands);
    const directory =
      targetKind(full) === "directory" ? realpathSync(full) : realpathSync(dirname(full));
    const found = checkoutOf(directory) ?? outermost(directory, realpathSync(workingDirectory));
    root = root === undefined ? found : commonDirectory(root, found);
  }
  return root ?? workingDirectory;
}

/** Where the named targets really lie; the working directory when nothing is named. */
export function realTargets(
  targets: readonly string[],
  rest: readonly string[] | undefined,
  workingDirectory: string,
): string[] {
  const named = targets.length === 0 && rest === undefined ? ["."] : targets;
  return named.flatMap((target) => {
    if (target === "-") return [];
    const full = resolve(workingDirectory, target);
    try {
      return [
        targetKind(full) === "directory"
          ? realpathSync(full)
          : join(realpathSync(dirname(full)), basename(full)),
      ];
    } catch {
      return [full];
    }
  });
}

function outermost(directory: string, workingDirectory: string): string {
  return isInside(directory, workingDirectory) ? workingDirectory : directory;
}

function commonDirectory(left: string, right: string): string {
  let at = left;
  while (!isInside(right, at)) at = dirname(at);
  return at;
}

/** Nothing lies there, or nothing can: a part is a file, the name is too long or holds NUL. */
const MISSING = new Set<unknown>(["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ERR_INVALID_ARG_VALUE"]);

function targetKind(full: string): "file" | "directory" | "missing" {
  try {
    return statSync(full).isDirectory() ? "directory" : "file";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // A link in a loop or a forbidden file exists; its reader says what is wrong with it.
    return MISSING.has(code) ? "missing" : "file";
  }
}

function missingTarget(target: string, commands: readonly string[]): UsageProblem {
  if (target === "") {
    return {
      problem: "a target is empty",
      help: "a variable that is not set, perhaps; . is the current directory",
    };
  }
  if (/^(docker|podman|nerdctl)\b(?!:)/.test(target)) {
    return {
      problem: `there is no file ${target}`,
      help: "write a run line after --: plimsoll check -- docker run …",
    };
  }
  if (!/^[a-z][a-z-]*$/.test(target)) {
    return {
      problem: `there is no file or directory ${target}`,
      help: "correct the path; - is standard input, image:REF an image",
    };
  }
  const near = nearest(target, commands);
  return {
    problem: `there is no command, file or directory ${target}`,
    help:
      near === undefined
        ? `commands are ${commands.join(", ")}; - is standard input`
        : `did you mean plimsoll ${near}?`,
  };
}

/** The same files; what is read from now on is noted. */
function notingReads(files: Files, into: Set<string>): Files {
  return {
    ...files,
    read: (path) => {
      into.add(path);
      return files.read(path);
    },
  };
}

function withFile(files: Files, read: ReturnType<typeof decode>): Files {
  return {
    ...files,
    read: (path) => (path === STANDARD_INPUT ? read : files.read(path)),
    kind: (path) => (path === STANDARD_INPUT ? "file" : files.kind(path)),
  };
}

/** Standard input has no name, so its content alone tells what it is. */
function inputKind(text: string): FileKind | undefined {
  for (const name of ["input.yaml", "input.json", "input", "input.sh"]) {
    const [kind] = kindsByContent(name, text);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function definedOnly(environment: Io["environment"]): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) defined[name] = value;
  }
  return defined;
}
