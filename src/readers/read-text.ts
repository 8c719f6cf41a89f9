/** Reads texts that are at hand: for rule pages, tests and editors. */

import type { FileKind } from "./classify.ts";
import { memoryFiles } from "./memory-files.ts";
import type { ReadOutcome } from "./read-files.ts";
import { readFiles } from "./read-files.ts";

/**
 * Reads a table of path to text as if it were a directory. `kinds` says what a path is when its name
 * and content do not.
 */
export function readText(
  table: Readonly<Record<string, string>>,
  kinds: Readonly<Record<string, FileKind>> = {},
): ReadOutcome {
  const requests = Object.keys(table).map((path) => {
    const kind = kinds[path];
    return kind === undefined ? { path } : { path, kind };
  });
  return readFiles(requests, { files: memoryFiles(table), environment: {} });
}
