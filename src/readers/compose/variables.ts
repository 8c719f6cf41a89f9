/** Where a Compose project takes the values of its variables from, and the substitution over a whole tree. */

import type { RelatedPlace, Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { YamlEntry, YamlNode, YamlScalar } from "../yaml/node.ts";
import { parseDotenv } from "./dotenv.ts";
import { interpolate } from "./interpolate.ts";
import type { Interpolated, Variables, VariableValue } from "./interpolate.ts";

/** Home and project directory stay symbolic, so that a verdict does not depend on who runs the check. */
const SYMBOLIC: Readonly<Record<string, string>> = { HOME: "~", PWD: "." };

/** The caller's environment. */
export function environmentVariables(environment: Readonly<Record<string, string>>): Variables {
  return {
    lookup: (name) => {
      const symbolic = Object.hasOwn(SYMBOLIC, name) ? SYMBOLIC[name] : undefined;
      const value = symbolic ?? (Object.hasOwn(environment, name) ? environment[name] : undefined);
      return value === undefined ? undefined : { value, from: "the environment" };
    },
  };
}

/** The variables of an environment file below those that are there already, which win. */
export function withDotenv(outer: Variables, file: SourceFile, unknowns: Unknown[]): Variables {
  const parsed = parseDotenv(file, outer);
  unknowns.push(...parsed.unknowns);
  const values = new Map<string, VariableValue>();
  for (const { name, value, span } of parsed.entries) {
    if (value === undefined) continue;
    const place: RelatedPlace = { span, label: `${name} is set here` };
    values.set(name, { value, from: file.path, place });
  }
  return { lookup: (name) => outer.lookup(name) ?? values.get(name) };
}

/** How many characters substitution may still add to a project. */
export interface GrowthBudget {
  left: number;
}

/** Substitutes variables in every text of a tree; keys stay as they are. Parts without `$` are shared. */
export function interpolateTree(
  node: YamlNode,
  variables: Variables,
  unknowns: Unknown[],
  budget: GrowthBudget,
): YamlNode {
  if (node.kind === "scalar") return interpolateScalar(node, variables, unknowns, budget);
  if (node.kind === "list") {
    let changed = false;
    const items = node.items.map((item) => {
      const result = interpolateTree(item, variables, unknowns, budget);
      changed ||= result !== item;
      return result;
    });
    return changed ? { ...node, items } : node;
  }
  let changed = false;
  const entries = new Map<string, YamlEntry>();
  for (const [name, entry] of node.entries) {
    const value = interpolateTree(entry.value, variables, unknowns, budget);
    changed ||= value !== entry.value;
    entries.set(name, value === entry.value ? entry : { key: entry.key, value });
  }
  return changed ? { ...node, entries } : node;
}

function interpolateScalar(
  scalar: YamlScalar,
  variables: Variables,
  unknowns: Unknown[],
  budget: GrowthBudget,
): YamlScalar {
  if (typeof scalar.value !== "string" || !scalar.text.includes("$")) return scalar;
  const result = interpolate(scalar.text, variables);
  budget.left -= Math.max(0, result.text.length - scalar.text.length);
  if (result.invalid || budget.left < 0) {
    unknowns.push(
      unknownAt(
        scalar.span,
        "variable",
        result.invalid
          ? "the text holds a `${` that is no substitution, or its variables make it too long"
          : "the variables of the project make it longer than is read",
        "write `$$` for a dollar sign, or correct the substitution",
      ),
    );
    return { ...scalar, unresolved: ["${"] };
  }
  if (!result.changed && result.unresolved.length === 0) return scalar;
  const places = result.used.flatMap((used) => used.found?.place ?? []);
  const through = [...(scalar.through ?? []), ...places];
  const derived = describeUse(result);
  return {
    ...scalar,
    value: result.text,
    text: result.text,
    ...(through.length === 0 ? {} : { through }),
    ...(derived === undefined ? {} : { derived }),
    ...(result.unresolved.length === 0 ? {} : { unresolved: result.unresolved }),
  };
}

/** "default of ${UID}", "value of ${UID} from .env". The values themselves may be secret. */
function describeUse({ used }: Interpolated): string | undefined {
  if (used.length === 0) return undefined;
  const parts = used.map(({ name, by, found }) =>
    by === "default" || found === undefined
      ? `default of \${${name}}`
      : `value of \${${name}} from ${found.from}`,
  );
  return [...new Set(parts)].slice(0, 5).join(", ");
}
