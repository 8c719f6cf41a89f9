/** Turns the targets of a command line into readings. */

import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Unknown } from "../../../model/fact.ts";
import type { FileKind } from "../../../readers/classify.ts";
import { kindsByContent } from "../../../readers/classify.ts";
import type { Reading } from "../../../readers/contract.ts";
import { discover } from "../../../readers/discover.ts";
import { decode, fileSystem, isInside, reportedPath } from "../../../readers/file-system.ts";
import type { Files } from "../../../readers/files.ts";
import type { FileRequest, ReadOutcome } from "../../../readers/read-files.ts";
import { openFiles, readOpened } from "../../../readers/read-files.ts";
import { loadReaders } from "../../../readers/readers.ts";
import type { Io, UsageProblem } from "../../command.ts";
import type { Progress } from "./progress.ts";

export interface TargetOptions {
  readonly targets: readonly string[];
  readonly rest: readonly string[] | undefined;
  readonly root: string;
  readonly io: Io;
  readonly kind?: FileKind;
  readonly noIgnore: boolean;
  readonly excluded?: (path: string) => boolean;
  readonly progress: Progress;
}

const STANDARD_INPUT = "<stdin>";

/** Reads all targets; the current directory when none is named. */
export async function readTargets(options: TargetOptions): Promise<ReadOutcome | UsageProblem> {
  const { io, root } = options;
  const targets =
    options.targets.length === 0 && options.rest === undefined ? ["."] : options.targets;
  const requests: FileRequest[] = [];
  const unknowns: Unknown[] = [];
  const further: Reading[] = [];
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
    if (what === "missing") return missingTarget(target);
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
  if (options.rest !== undefined) {
    const { readArguments } = await import("../../../readers/run-line/read-arguments.ts");
    further.push(readArguments(options.rest, { files, environment }));
  }
  const context = { files, environment };
  const opened = openFiles(requests, context);
  const readers = await loadReaders(opened.byKind.keys());
  const outcome = readOpened(opened, readers, context, further);
  return { ...outcome, unknowns: [...unknowns, ...outcome.unknowns] };
}

/**
 * The directory that confines reading: the checkout that holds the targets, else the directory that
 * holds them all.
 */
export function findRoot(
  targets: readonly string[],
  workingDirectory: string,
): string | UsageProblem {
  const paths = targets.filter((target) => target !== "-");
  let root: string | undefined;
  for (const target of paths.length === 0 ? ["."] : paths) {
    const full = resolve(workingDirectory, target);
    if (targetKind(full) === "missing") return missingTarget(target);
    const directory =
      targetKind(full) === "directory" ? realpathSync(full) : realpathSync(dirname(full));
    const found = checkoutOf(directory) ?? outermost(directory, realpathSync(workingDirectory));
    root = root === undefined ? found : commonDirectory(root, found);
  }
  return root ?? workingDirectory;
}

function checkoutOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
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

function missingTarget(target: string): UsageProblem {
  return /^(docker|podman|nerdctl)\b/.test(target)
    ? {
        problem: `there is no file ${target}`,
        help: "write a run line after --: plimsoll check -- docker run …",
      }
    : {
        problem: `there is no file or directory ${target}`,
        help: "correct the path; - is standard input",
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
