/** Reads texts that are at hand: for rule pages, tests and editors. */

import type { FileKind } from "./classify.ts";
import { readCompose } from "./compose/read.ts";
import { readDockerfile } from "./dockerfile/read.ts";
import { readKubernetes } from "./kubernetes/read.ts";
import { memoryFiles } from "./memory-files.ts";
import { readOciConfig } from "./oci-config/read.ts";
import type { ReadOutcome } from "./read-files.ts";
import { openFiles, readOpened } from "./read-files.ts";
import type { Readers } from "./readers.ts";
import { readRunLines } from "./run-line/read.ts";

const readers: Readers = {
  dockerfile: readDockerfile,
  compose: readCompose,
  kubernetes: readKubernetes,
  "run-lines": readRunLines,
  "oci-config": readOciConfig,
};

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
  const context = { files: memoryFiles(table), environment: {} };
  return readOpened(openFiles(requests, context), readers, context);
}
