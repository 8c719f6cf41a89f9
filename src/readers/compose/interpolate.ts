/**
 * `$VAR`, `${VAR}` and its operators, as Compose substitutes them before anything else has meaning.
 *
 * Semantics: compose-spec/compose-go template/template.go (e70e961).
 */

import type { RelatedPlace } from "../../model/fact.ts";

/** Where variables get their values. */
export interface Variables {
  readonly lookup: (name: string) => VariableValue | undefined;
}

export interface VariableValue {
  readonly value: string;
  /** For people: "the environment", ".env". */
  readonly from: string;
  /** Where it is written, when it is in a file. */
  readonly place?: RelatedPlace;
}

export interface Interpolated {
  readonly text: string;
  /** Whether anything was substituted. */
  readonly changed: boolean;
  /** Variables without a value, in order; nothing stands in their place. */
  readonly unresolved: readonly string[];
  /** Variables whose value or default was taken. */
  readonly used: readonly UsedVariable[];
  /** A `${` that is no substitution (Compose refuses the file), or a text that grows beyond bounds. */
  readonly invalid: boolean;
}

export interface UsedVariable {
  readonly name: string;
  /** `default` when the text after the operator was taken. */
  readonly by: "value" | "default";
  readonly found?: VariableValue;
}

/** How long a text may become by substitution, beyond its own length. */
const MAX_GROWTH = 64 * 1024;
/** How deep substitutions may nest. */
const MAX_NESTING = 50;

interface Output {
  text: string;
  unresolved: string[];
  used: UsedVariable[];
  invalid: boolean;
}

interface Reader {
  readonly template: string;
  readonly variables: Variables;
  position: number;
}

/** Substitutes all variables of a text in one pass. */
export function interpolate(template: string, variables: Variables): Interpolated {
  if (!template.includes("$")) {
    return { text: template, changed: false, unresolved: [], used: [], invalid: false };
  }
  const reader: Reader = { template, variables, position: 0 };
  const output = readText(reader, 0);
  return { ...output, changed: output.text !== template || output.used.length > 0 };
}

function empty(): Output {
  return { text: "", unresolved: [], used: [], invalid: false };
}

/** Reads to the end, or (nested) to the brace that closes the substitution. */
function readText(reader: Reader, nesting: number): Output {
  const { template } = reader;
  const output = empty();
  let braces = 0;
  let literalFrom = reader.position;
  const flush = (to: number): void => {
    output.text += template.slice(literalFrom, to);
  };
  while (reader.position < template.length) {
    const character = template[reader.position];
    if (nesting > 0 && character === "}") {
      if (braces === 0) break;
      braces -= 1;
    } else if (nesting > 0 && character === "{") {
      braces += 1;
    } else if (character === "$") {
      flush(reader.position);
      append(output, readDollar(reader, nesting), template.length + MAX_GROWTH);
      literalFrom = reader.position;
      continue;
    }
    reader.position += 1;
  }
  flush(reader.position);
  return output;
}

function append(output: Output, part: Output, limit: number): void {
  if (output.text.length + part.text.length > limit) output.invalid = true;
  else output.text += part.text;
  for (const name of part.unresolved) output.unresolved.push(name);
  for (const used of part.used) output.used.push(used);
  output.invalid ||= part.invalid;
}

/** What stands at a `$`: an escape, a name, a braced substitution, or only a dollar sign. */
function readDollar(reader: Reader, nesting: number): Output {
  const { template } = reader;
  const next = template[reader.position + 1];
  if (next === "$") {
    reader.position += 2;
    return { ...empty(), text: "$" };
  }
  if (next === "{") return readBraced(reader, nesting);
  const name = nameAt(template, reader.position + 1);
  reader.position += 1 + name.length;
  return name === "" ? { ...empty(), text: "$" } : valueOf(reader.variables, name);
}

function nameAt(template: string, start: number): string {
  const pattern = /[A-Za-z_][A-Za-z0-9_]*/y;
  pattern.lastIndex = start;
  return pattern.exec(template)?.[0] ?? "";
}

function valueOf(variables: Variables, name: string): Output {
  const found = variables.lookup(name);
  if (found === undefined) return { ...empty(), unresolved: [name] };
  return { ...empty(), text: found.value, used: [{ name, by: "value", found }] };
}

function readBraced(reader: Reader, nesting: number): Output {
  const { template, variables } = reader;
  const start = reader.position;
  const name = nameAt(template, start + 2);
  const invalid = (): Output => {
    reader.position = Math.max(reader.position, start + 2);
    return { ...empty(), text: template.slice(start, reader.position), invalid: true };
  };
  if (name === "") return invalid();
  reader.position = start + 2 + name.length;
  if (template[reader.position] === "}") {
    reader.position += 1;
    return valueOf(variables, name);
  }
  const operator = operatorAt(template, reader.position);
  if (operator === undefined || nesting >= MAX_NESTING) return invalid();
  reader.position += operator.length;
  const alternative = readText(reader, nesting + 1);
  if (template[reader.position] !== "}") return invalid();
  reader.position += 1;
  return choose(variables, name, operator, alternative);
}

const OPERATORS = [":-", ":?", ":+", "-", "?", "+"] as const;
type Operator = (typeof OPERATORS)[number];

function operatorAt(template: string, position: number): Operator | undefined {
  return OPERATORS.find((operator) => template.startsWith(operator, position));
}

function choose(
  variables: Variables,
  name: string,
  operator: Operator,
  alternative: Output,
): Output {
  const found = variables.lookup(name);
  const counts = found !== undefined && (found.value !== "" || !operator.startsWith(":"));
  const taken = (): Output => ({
    ...alternative,
    used: [{ name, by: "default" }, ...alternative.used],
  });
  if (operator === ":+" || operator === "+") {
    if (counts) return taken();
    return { ...empty(), used: [{ name, by: "default" }] };
  }
  if (counts && found !== undefined) {
    return { ...empty(), text: found.value, used: [{ name, by: "value", found }] };
  }
  if (operator === ":?" || operator === "?") return { ...empty(), unresolved: [name] };
  return taken();
}
