/** Keeps a run from writing over what it read. */

import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Invocation, UsageProblem } from "../../command.ts";
import type { Config } from "../../config/load.ts";
import type { SourceTarget } from "./sources/targets.ts";

/**
 * The output that is one of the files that were read, or another output, under whatever name: by a link, a
 * hard link, `./`. Paths are relative to the working directory.
 */
export function overwritten(
  outputs: readonly string[],
  read: Iterable<string>,
  workingDirectory: string,
): UsageProblem | undefined {
  const identified = new Map<string, string>();
  for (const output of outputs) {
    const full = resolve(workingDirectory, output);
    const id = identityOf(full) ?? full;
    const earlier = identified.get(id);
    if (earlier !== undefined) {
      return {
        problem: `${earlier} and ${output} are one file, and the second would overwrite the first`,
        help: "give each a file of its own",
      };
    }
    identified.set(id, output);
  }
  if (identified.size === 0) return undefined;
  for (const path of read) {
    const id = identityOf(resolve(workingDirectory, path));
    const output = id === undefined ? undefined : identified.get(id);
    if (output === undefined) continue;
    return {
      problem: `${output} is not written: it is one of the files that were read${path === output ? "" : `, ${path}`}`,
      help: "give the report a file of its own: -f json=report.json",
    };
  }
  return undefined;
}

/** What is one and the same for all names of a regular file; undefined when there is none. */
function identityOf(full: string): string | undefined {
  try {
    const status = statSync(full, { bigint: true, throwIfNoEntry: false });
    return status?.isFile() === true ? `${status.dev}:${status.ino}` : undefined;
  } catch {
    return undefined; // Not a path of this system: nothing can lie there.
  }
}

/** Files that a run reads besides those that hold workloads. A baseline may be written over itself. */
export function besides(
  sources: readonly SourceTarget[],
  { options }: Invocation,
  config: Config,
): readonly string[] {
  const archives = sources.filter(({ scheme }) => scheme === "archive").map(({ name }) => name);
  return [config.path, options.text("ca"), ...archives].filter((path) => path !== undefined);
}
