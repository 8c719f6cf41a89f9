/** Paths inside an image as a build sees them: relative ones start at the WORKDIR above. */

import type { Origin } from "../../model/fact.ts";
import type { CopyStep } from "../../model/build-steps.ts";
import type { Build } from "../../model/build.ts";
import { dirName, joinPath } from "../../readers/paths.ts";

export interface ImagePaths {
  readonly absolute: (path: string, at: Origin) => string;
  /** Whether something was copied to this path or below it. */
  readonly holdsCopies: (path: string) => boolean;
}

/** Longer than any path of a real image; a chain of relative WORKDIRs must not grow without end. */
const MAX_PATH = 512;

/** Linear in the number of steps: a hostile Dockerfile may have very many. */
export function imagePaths(build: Build, copies: readonly CopyStep[]): ImagePaths {
  const directories = workingDirectories(build);
  const absolute = (path: string, at: Origin): string =>
    joinPath("/", directoryAt(directories, at), path);
  const holding = new Set<string>();
  for (const { target, origin } of copies) {
    if (target.length > MAX_PATH) continue;
    // A parent that is known has its own parents known too.
    let path = absolute(target, origin);
    while (!holding.has(path)) {
      holding.add(path);
      path = dirName(path);
    }
  }
  return { absolute, holdsCopies: (path) => holding.has(path) };
}

interface WorkingDirectory {
  readonly file: string;
  readonly start: number;
  readonly path: string;
}

/** By file, then place, each with the path that it leads to. */
function workingDirectories(build: Build): readonly WorkingDirectory[] {
  const written = build.paths
    .flatMap(({ what, path, origin: { span } }) =>
      what === "WORKDIR" && span !== undefined
        ? [{ file: span.file.path, start: span.start, path }]
        : [],
    )
    .sort((left, right) => order(left, right.file, right.start));
  let current = "/";
  let file = "";
  return written.map((directory) => {
    const joined = joinPath(directory.file === file ? current : "/", directory.path);
    current = joined.length > MAX_PATH ? current : joined;
    file = directory.file;
    return { ...directory, path: current };
  });
}

function order(left: WorkingDirectory, file: string, start: number): number {
  return left.file === file ? left.start - start : left.file < file ? -1 : 1;
}

/** The last WORKDIR before a place of the same file. */
function directoryAt(directories: readonly WorkingDirectory[], { span }: Origin): string {
  if (span === undefined) return "/";
  const { path: file } = span.file;
  let low = 0;
  let high = directories.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const directory = directories[middle];
    if (directory !== undefined && order(directory, file, span.start) < 0) low = middle + 1;
    else high = middle;
  }
  const before = directories[low - 1];
  return before?.file === file ? before.path : "/";
}
