/** For tests: reads Compose projects from text. */

import type { Fact } from "../../model/fact.ts";
import { spanText } from "../../model/source.ts";
import type { Runtime } from "../../model/runtime.ts";
import type { Workload } from "../../model/workload.ts";
import type { Reading } from "../contract.ts";
import { memoryFiles } from "../memory-files.ts";
import { readCompose } from "./read.ts";

/** Reads `compose.yaml`, with the other files of the table at hand; `over` are merged on top. */
export function readProject(
  table: Readonly<Record<string, string>>,
  over: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Reading {
  const files = memoryFiles(table);
  const sources = ["compose.yaml", ...over].map((path) => {
    const read = files.read(path);
    if (!read.ok) throw new Error(`${path} is not in the table`);
    return read.file;
  });
  return readCompose(sources, { files, environment });
}

/** The one service `a` that has these lines. */
export function readService(
  lines: string,
  table: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string>> = {},
): Workload & { readonly runtime: Runtime } {
  const body = lines.replace(/^/gm, "    ");
  const image = /^(?:image|build):/m.test(lines) ? "" : "    image: x\n";
  const text = `services:\n  a:\n${image}${body}\n${table["more"] ?? ""}`;
  return serviceOf(readProject({ ...table, "compose.yaml": text }, [], environment), "a");
}

export function serviceOf(
  reading: Reading,
  name: string,
): Workload & { readonly runtime: Runtime } {
  const workload = reading.workloads.find((one) => one.name === `service ${name}`);
  if (workload?.runtime === undefined) throw new Error(`there is no service ${name}`);
  return { ...workload, runtime: workload.runtime };
}

/** A fact's value, `unknown`, and the text at its origin. */
export function shown(fact: Fact<unknown>): { value: unknown; at: string | undefined } {
  const { span } = fact.origin;
  return {
    value: fact.known ? fact.value : "unknown",
    at: fact.origin.kind === "default" || span === undefined ? undefined : spanText(span),
  };
}
