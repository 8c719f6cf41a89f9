/** `--security-opt`, with `=` and with `:`. */

import { unknownAt } from "../../model/fact.ts";
import type { ReadContext } from "../contract.ts";
import type { FileRead } from "../files.ts";
import { joinPath } from "../paths.ts";
import type { SecurityEntry, SecurityFacts } from "../docker-syntax/security-options.ts";
import { readSecurityOptions } from "../docker-syntax/security-options.ts";
import type { Report } from "./option-facts.ts";
import { originOf, why } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";

/** Facts that the options set, over what holds without them. Profiles are looked for in `bases`. */
export function securityFacts(
  options: readonly Option[],
  engine: "docker" | "podman",
  defaults: SecurityFacts,
  context: ReadContext,
  bases: readonly string[],
  report: Report,
): SecurityFacts {
  const given = options.filter(({ value }) => value !== undefined);
  const { facts, strangers } = readSecurityOptions(given.map(entryOf), engine, defaults, (name) =>
    readProfile(name, context, bases),
  );
  for (const { index, why: reason, settle } of strangers) {
    const option = given[index];
    if (option === undefined) continue;
    report.unknowns.push(unknownAt(option.span, "security option", reason, settle));
  }
  return facts;
}

function entryOf(option: Option): SecurityEntry {
  const { value, written } = option;
  const entry = { text: value?.text ?? "", origin: originOf(option) };
  if (value?.dynamic !== true) return entry;
  return { ...entry, doubt: { why: why(value), settle: `write the value of ${written} out` } };
}

function readProfile(name: string, context: ReadContext, bases: readonly string[]): FileRead {
  const paths = name.startsWith("/") ? [name] : bases.map((base) => joinPath(base, name));
  let read: FileRead = { ok: false, why: "it does not exist", settle: "" };
  for (const path of paths) {
    read = context.files.read(path);
    if (read.ok) return read;
  }
  return read;
}
