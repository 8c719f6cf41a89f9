/** The environment of a service: `env_file`, then `environment` over it. */

import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import { joinPath } from "../paths.ts";
import type { ReadContext } from "../contract.ts";
import { asText, get } from "../yaml/access.ts";
import type { YamlEntry, YamlNode } from "../yaml/node.ts";
import { parseDotenv } from "./dotenv.ts";
import type { Dotenv } from "./dotenv.ts";
import type { ServiceScope } from "./facts.ts";
import { originOf, reportUnknown, settledText, toBoolean } from "./facts.ts";
import { pairsOf } from "./pairs.ts";

/** Environment files that were read already, and how much was taken from them. */
export interface EnvFileCache {
  readonly files: Map<string, Dotenv>;
  taken: number;
}

/** How many variables all services of a project may take from files together. */
const MAX_TAKEN = 50_000;

/** All variables; of two with one name the one that holds. */
export function environmentOf(
  scope: ServiceScope,
  context: ReadContext,
  cache: EnvFileCache,
): EnvironmentVariable[] {
  const variables = new Map<string, EnvironmentVariable>();
  const files = get(scope.service, "env_file");
  const items = files?.kind === "list" ? files.items : files === undefined ? [] : [files];
  for (const item of items) {
    for (const variable of fromFile(scope, item, context, cache)) {
      variables.set(variable.name, variable);
    }
  }
  for (const variable of pairVariables(get(scope.service, "environment"), "environment")) {
    variables.set(variable.name, variable);
  }
  return [...variables.values()];
}

/** The variables of a field that is a map or a list of `NAME=value`. */
export function pairVariables(
  node: YamlNode | undefined,
  surface: EnvironmentVariable["surface"],
): EnvironmentVariable[] {
  const pairs = pairsOf(node);
  return [...(pairs?.entries ?? [])].map(([name, entry]) => pairVariable(name, entry, surface));
}

function pairVariable(
  name: string,
  { key, value }: YamlEntry,
  surface: EnvironmentVariable["surface"],
): EnvironmentVariable {
  const origin = originOf(value, key.span);
  const base = { name, surface, origin };
  if (value.kind !== "scalar") return { ...base, from: "unresolved" };
  if (value.value === null) return { ...base, from: "inherited" };
  if (value.unresolved !== undefined) return { ...base, from: "unresolved", valueSpan: value.span };
  return { ...base, value: value.text, from: source(value.derived), valueSpan: value.span };
}

/** A default is a literal of the file; what comes from outside alone is not. */
function source(derived: string | undefined): "literal" | "inherited" {
  return derived === undefined || derived.includes("default of") ? "literal" : "inherited";
}

function fromFile(
  scope: ServiceScope,
  item: YamlNode,
  context: ReadContext,
  cache: EnvFileCache,
): EnvironmentVariable[] {
  const written = item.kind === "map" ? get(item, "path") : item;
  const text = settledText(scope, written, "env_file");
  if (text === undefined) return [];
  const path = joinPath(scope.project.directoryOf(item.span), text);
  const required = toBoolean(asText(get(item, "required")) ?? "true") !== false;
  const raw = asText(get(item, "format")) === "raw";
  if (!required && context.files.kind(path) === "missing") return [];
  const read = context.files.read(path);
  if (!read.ok) {
    reportUnknown(scope, written ?? item, `environment file ${path}`, read.why, read.settle);
    return [];
  }
  const key = `${raw ? "raw" : "dotenv"}\0${read.file.path}`;
  const known = cache.files.get(key);
  const parsed = known ?? parseDotenv(read.file, scope.project.variablesOf(item.span), raw);
  cache.files.set(key, parsed);
  if (known === undefined) scope.unknowns.push(...parsed.unknowns);
  cache.taken += parsed.entries.length;
  if (cache.taken > MAX_TAKEN) {
    const why = "the services together take more variables from files than are read";
    reportUnknown(scope, item, "env_file", why, "use smaller files");
    return [];
  }
  const place = { span: item.span, label: `read by service ${scope.name} here` };
  return parsed.entries.map((entry): EnvironmentVariable => {
    const { name, value, inherited, derived, unresolved, span, valueSpan } = entry;
    const base = {
      name,
      surface: "env-file",
      origin: { kind: "set", span, through: [place] },
    } as const;
    if (inherited) return { ...base, from: "inherited" };
    if (unresolved.length > 0 || value === undefined)
      return { ...base, from: "unresolved", valueSpan };
    return { ...base, value, from: derived ? "inherited" : "literal", valueSpan };
  });
}
