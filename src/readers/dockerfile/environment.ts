/** ARG, ENV and LABEL: what they declare and what they set. Nothing said here quotes a value. */

import type { RelatedPlace } from "../../model/fact.ts";
import { setAt } from "../../model/fact.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { Evaluator, StageState } from "./evaluator.ts";
import { resolveWord } from "./evaluator.ts";
import { variableOf } from "./graph.ts";
import { spanIn } from "./logical-text.ts";
import type { Resolved, Scope } from "./scope.ts";
import { findVariable, passedVariable, resolve, setVariable } from "./scope.ts";
import { keywordSpan } from "./stages.ts";
import type { Instruction, Pair } from "./syntax.ts";

/** ARG in a stage: a caller's value, else its default, else the global ARG's, else none. */
export function declareArgument(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
  { key, value }: Pair,
): void {
  const span = spanIn(instruction.line, key.start, value?.end ?? key.end);
  const argument = evaluator.options.passed.get(key.text);
  const global = findVariable(evaluator.graph.globals, key.text);
  if (argument !== undefined) setVariable(state.scope, key.text, passedVariable(argument));
  else if (value !== undefined) {
    setVariable(
      state.scope,
      key.text,
      variableOf("ARG", resolveWord(evaluator, state, instruction, value), span),
    );
  } else if (global !== undefined && global.declared !== true)
    setVariable(state.scope, key.text, global);
  else if (findVariable(state.scope, key.text) === undefined) {
    setVariable(state.scope, key.text, { kind: "ARG", declared: true, span });
  }
}

/** Records a declared build argument. Nothing here quotes its value. */
export function addArgument(
  evaluator: Evaluator,
  instruction: Instruction,
  { key, value }: Pair,
  scope: Scope,
): void {
  const { escape, budget } = evaluator.options;
  const resolved = value === undefined ? undefined : resolve(value.text, scope, escape, budget);
  const literal = resolved === undefined ? undefined : literalValue(resolved);
  evaluator.args.push({
    name: key.text,
    from: "declared",
    ...(literal === undefined ? {} : { value: literal }),
    ...(resolved !== undefined && literal === undefined ? { reference: true } : {}),
    origin: setAt(spanIn(instruction.line, key.start, value?.end ?? key.end)),
    ...(value === undefined || value.end === value.start
      ? {}
      : { valueSpan: spanIn(instruction.line, value.start, value.end) }),
  });
}

/** The text of a value, undefined when nothing of it but references is in the source. */
function literalValue(resolved: Resolved): string | undefined {
  if (resolved.doubt === undefined) return resolved.text;
  const rest = resolved.text.replaceAll(/\$(\w+|\{[^{}]*\})/g, "");
  return /[\p{L}\p{N}]/u.test(rest) ? resolved.text : undefined;
}

/** All values of one ENV line see the environment before the line. */
export function setEnvironment(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
): void {
  const surface = state.inImage ? "image-env" : "build-env";
  const set = instruction.pairs.map((pair) =>
    variablePair(evaluator, state, instruction, pair, surface),
  );
  for (const { variable, resolved } of set) {
    const span = variable.origin.span ?? keywordSpan(instruction);
    state.env.push(variable);
    setVariable(state.scope, variable.name, variableOf("ENV", resolved, span));
  }
}

export function variablePair(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
  { key, value }: Pair,
  surface: EnvironmentVariable["surface"],
): { variable: EnvironmentVariable; resolved: Resolved } {
  const name = resolveWord(evaluator, state, instruction, key).text;
  const resolved =
    value === undefined
      ? { text: "", through: [] }
      : resolveWord(evaluator, state, instruction, value);
  const literal = literalValue(resolved);
  const span = spanIn(instruction.line, key.start, value?.end ?? key.end);
  const through: readonly RelatedPlace[] = resolved.through;
  const variable: EnvironmentVariable = {
    name,
    ...(literal === undefined ? {} : { value: literal }),
    from: literal === undefined ? "unresolved" : "literal",
    surface,
    origin: { ...setAt(span), ...(through.length === 0 ? {} : { through }) },
    ...(value === undefined || value.end === value.start
      ? {}
      : { valueSpan: spanIn(instruction.line, value.start, value.end) }),
  };
  return { variable, resolved };
}
