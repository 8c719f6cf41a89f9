/**
 * The line that made a container, which Podman keeps: it tells what Podman's inspection leaves out (sysctls,
 * single masked paths; before version 5 a namespace of IPC that is the host's). Containers that were made through
 * the API have none.
 */

import type { Origin } from "../../model/fact.ts";
import { setAt } from "../../model/fact.ts";
import type { Runtime } from "../../model/runtime.ts";
import { memoryFiles } from "../memory-files.ts";
import { readArguments } from "../run-line/read-arguments.ts";
import { asString, entryOf, itemsOf } from "../yaml/access.ts";
import type { YamlMap } from "../yaml/node.ts";

export interface CreateCommand {
  readonly runtime: Runtime;
  /** Of what it says: its place in the inspection. */
  readonly origin: Origin;
}

/** Longer lines are not read; the engine takes none of this length either. */
const MAX_WORDS = 20_000;

export function readCreateCommand(config: YamlMap | undefined): CreateCommand | undefined {
  const entry = entryOf(config, "CreateCommand");
  const items = itemsOf(entry?.value);
  if (entry === undefined || items.length === 0 || items.length > MAX_WORDS) return undefined;
  const words = items.map((item) => asString(item) ?? "");
  const { workloads } = readArguments(words, { files: memoryFiles({}), environment: {} });
  const runtime = workloads[0]?.runtime;
  return runtime === undefined ? undefined : { runtime, origin: setAt(entry.key.span) };
}
