/** Goes through the stages in order and works out what each instruction does. */

import type { Fact, Origin, RelatedPlace, Unknown } from "../../model/fact.ts";
import { known, setAt, unknownAt, unknownFact } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type {
  BuildArgument,
  CommandLine,
  CopyStep,
  EnvironmentVariable,
  ImageUse,
  PrivilegeDrop,
  RunStep,
  User,
} from "../../model/workload.ts";
import { imageFacts } from "../image-facts.ts";
import { joinPath } from "../paths.ts";
import type { BuildContext } from "./build-context.ts";
import type { GraphOptions, StageGraph, StageNode } from "./graph.ts";
import { variableOf } from "./graph.ts";
import { spanIn } from "./logical-text.ts";
import { commandLine } from "./run-script.ts";
import type { Resolved, Scope } from "./scope.ts";
import {
  findVariable,
  passedVariable,
  resolve,
  scopeBeside,
  scopeWithin,
  setVariable,
} from "./scope.ts";
import { readCopy, readRun } from "./steps.ts";
import { keywordSpan, stageLabel } from "./stages.ts";
import type { Instruction, Pair, Word } from "./syntax.ts";

/** What a stage is at its end, and on the way there. */
export interface StageState {
  readonly node: StageNode;
  readonly parent?: StageState;
  readonly scope: Scope;
  /** In the chain of the image that results. */
  readonly inImage: boolean;
  user: Fact<User>;
  readonly baseDrop?: PrivilegeDrop;
  /** Absolute; undefined while only the base image knows it. */
  workdir?: string;
  shell?: readonly string[];
  platform: "linux" | "windows";
  entrypoint?: SetCommand;
  command?: SetCommand;
  readonly env: EnvironmentVariable[];
  readonly copies: CopyRecord[];
  readonly triggers: Instruction[];
}

/** An ENTRYPOINT or CMD; without words where ENTRYPOINT has emptied the CMD of the base. */
export interface SetCommand {
  readonly line: CommandLine;
  readonly instruction: Instruction;
  /** The SHELL that holds for it. */
  readonly shell?: readonly string[];
  readonly stage: StageNode;
}

/** A copy with what is needed to find the file behind a path of the image. */
export interface CopyRecord {
  readonly step: CopyStep;
  readonly instruction: Instruction;
  /** Earlier stage of `--from`. */
  readonly fromStage?: StageState;
}

export interface Evaluation {
  readonly states: readonly StageState[];
  readonly images: ImageUse[];
  readonly args: BuildArgument[];
  readonly runs: RunStep[];
  readonly copies: CopyStep[];
  readonly paths: { what: "VOLUME" | "WORKDIR"; path: string; origin: Origin; inImage: boolean }[];
  readonly labels: EnvironmentVariable[];
  readonly ports: { readonly text: string; readonly origin: Origin; readonly inImage: boolean }[];
  readonly problems: Unknown[];
}

export interface Evaluator extends Evaluation {
  readonly graph: StageGraph;
  readonly options: GraphOptions;
  readonly states: StageState[];
  readonly context: BuildContext | undefined;
  /** Stages by lower-case name, the last of a name. */
  readonly byName: ReadonlyMap<string, StageNode>;
  triggersLeft: number;
}

/** ONBUILD triggers that are carried out in all stages together. */
const MAX_TRIGGERS = 10_000;

export function evaluate(
  graph: StageGraph,
  globals: readonly Instruction[],
  options: GraphOptions,
  target: StageNode,
  context: BuildContext | undefined,
): Evaluation {
  const byName = new Map<string, StageNode>();
  for (const node of graph.nodes) {
    if (node.stage.name !== undefined) byName.set(node.stage.name.toLowerCase(), node);
  }
  const evaluator: Evaluator = {
    graph,
    options,
    context,
    byName,
    triggersLeft: MAX_TRIGGERS,
    states: [],
    images: [],
    args: [...options.passed.values()],
    runs: [],
    copies: [],
    paths: [],
    labels: [],
    ports: [],
    problems: [...graph.problems],
  };
  for (const instruction of globals) {
    for (const pair of instruction.pairs) addArgument(evaluator, instruction, pair, graph.globals);
  }
  const chain = new Set<StageNode>();
  for (let node: StageNode | undefined = target; node !== undefined; node = node.parent) {
    chain.add(node);
  }
  for (const node of graph.nodes) evaluateStage(evaluator, node, chain.has(node));
  return evaluator;
}

function evaluateStage(evaluator: Evaluator, node: StageNode, inImage: boolean): void {
  const parent = node.parent === undefined ? undefined : evaluator.states[node.parent.stage.index];
  const state = initialState(node, parent, inImage, evaluator.graph.globals);
  evaluator.states.push(state);
  const { repository } = node.image.known ? node.image.value : { repository: "" };
  if (parent === undefined && repository !== "scratch") {
    evaluator.images.push({ image: node.image, what: "FROM", origin: node.image.origin });
  }
  for (const trigger of parent?.triggers ?? []) {
    if (evaluator.triggersLeft-- <= 0) {
      const why = `more than ${MAX_TRIGGERS} ONBUILD lines are carried out`;
      const settle = "use fewer ONBUILD lines";
      evaluator.problems.push(unknownAt(keywordSpan(node.stage.from), "ONBUILD", why, settle));
      break;
    }
    perform(evaluator, state, trigger);
  }
  for (const instruction of node.stage.instructions) perform(evaluator, state, instruction);
}

function initialState(
  node: StageNode,
  parent: StageState | undefined,
  inImage: boolean,
  globals: Scope,
): StageState {
  const common = { node, inImage, env: [], copies: [], triggers: [] };
  if (parent === undefined) {
    const facts = imageFacts(node.image, node.imageSpan);
    const isScratch = node.image.known && node.image.value.repository === "scratch";
    return {
      ...common,
      scope: scopeBeside(globals),
      user: facts.user,
      ...(facts.privilegeDrop === undefined ? {} : { baseDrop: facts.privilegeDrop }),
      ...(isScratch ? { workdir: "/" } : {}),
      platform: node.platform,
    };
  }
  const { workdir, shell, entrypoint, command, baseDrop } = parent;
  return {
    ...common,
    parent,
    scope: scopeWithin(parent.scope),
    user: inheritUser(parent, node),
    ...(baseDrop === undefined ? {} : { baseDrop }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(shell === undefined ? {} : { shell }),
    ...(entrypoint === undefined ? {} : { entrypoint }),
    ...(command === undefined ? {} : { command }),
    platform: parent.platform,
  };
}

/** The user of a stage, seen from a stage that is based on it. */
function inheritUser(parent: StageState, node: StageNode): Fact<User> {
  const { user } = parent;
  const { origin } = user;
  const from = origin.kind === "inherited" ? origin.from : `stage ${stageLabel(parent.node.stage)}`;
  const link = node.links[0];
  const through = [
    ...(origin.kind === "default" ? [] : (origin.through ?? [])),
    ...(link === undefined ? [] : [link]),
  ].slice(0, 9);
  return {
    ...user,
    origin: {
      kind: "inherited",
      from,
      ...(origin.span === undefined ? {} : { span: origin.span }),
      through,
      ...(origin.kind === "inherited" && origin.source !== undefined
        ? { source: origin.source }
        : {}),
    },
  };
}

function perform(evaluator: Evaluator, state: StageState, instruction: Instruction): void {
  if (instruction.trigger !== undefined && !instruction.broken) {
    const { name } = instruction.trigger;
    if (name !== "FROM" && name !== "MAINTAINER") state.triggers.push(instruction.trigger);
    return;
  }
  if (instruction.broken) return;
  const word = instruction.words[0];
  switch (instruction.name) {
    case "ARG":
      for (const pair of instruction.pairs) {
        addArgument(evaluator, instruction, pair, state.scope);
        declare(evaluator, state, instruction, pair);
      }
      return;
    case "ENV":
      setEnvironment(evaluator, state, instruction);
      return;
    case "LABEL":
      for (const pair of instruction.pairs) {
        const surface = state.inImage ? "image-env" : "build-env";
        const { variable } = variablePair(evaluator, state, instruction, pair, surface);
        evaluator.labels.push(variable);
      }
      return;
    case "USER":
      if (word !== undefined) state.user = userFact(evaluator, state, instruction, word);
      return;
    case "WORKDIR":
      if (word !== undefined) setWorkdir(evaluator, state, instruction, word);
      return;
    case "VOLUME":
    case "EXPOSE":
      for (const one of instruction.words) {
        const resolved = resolveWord(evaluator, state, instruction, one);
        const origin = wordOrigin(instruction, one, resolved);
        const { inImage } = state;
        if (instruction.name === "EXPOSE") {
          evaluator.ports.push({ text: resolved.text, origin, inImage });
        } else {
          evaluator.paths.push({ what: "VOLUME", path: resolved.text.trim(), origin, inImage });
        }
      }
      return;
    case "SHELL":
      setShell(state, instruction);
      return;
    case "ENTRYPOINT":
      state.entrypoint = setCommand(state, instruction);
      if (state.command?.stage !== state.node) {
        const line = { words: [], shell: false };
        state.command = { line, instruction, stage: state.node };
      }
      return;
    case "CMD":
      state.command = setCommand(state, instruction);
      return;
    case "RUN":
      evaluator.runs.push(readRun(evaluator, state, instruction));
      return;
    case "COPY":
    case "ADD":
      readCopy(evaluator, state, instruction);
  }
}

/** Expands a word of an instruction; what BuildKit would refuse is a problem. */
export function resolveWord(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
  word: Word,
): Resolved {
  const { escape, budget } = evaluator.options;
  const resolved = resolve(word.text, state.scope, escape, budget);
  if (resolved.error !== undefined) {
    const span = spanIn(instruction.line, word.start, word.end);
    const settle = resolved.doubt?.settle ?? "correct the word";
    evaluator.problems.push(
      unknownAt(span, `instruction ${instruction.name}`, resolved.error, settle),
    );
  }
  return resolved;
}

/** The origin of a value written as a word. Only for words that are no secrets: it may quote them. */
export function wordOrigin(instruction: Instruction, word: Word, resolved: Resolved): Origin {
  return {
    ...setAt(spanIn(instruction.line, word.start, word.end)),
    ...(resolved.through.length === 0 ? {} : { through: resolved.through }),
    ...(resolved.derived === undefined ? {} : { derived: resolved.derived }),
  };
}

function userFact(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
  word: Word,
): Fact<User> {
  const resolved = resolveWord(evaluator, state, instruction, word);
  const origin = wordOrigin(instruction, word, resolved);
  const { doubt } = resolved;
  return doubt === undefined
    ? known(parseUser(resolved.text), origin)
    : unknownFact(doubt.why, doubt.settle, origin);
}

function setWorkdir(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
  word: Word,
): void {
  const resolved = resolveWord(evaluator, state, instruction, word);
  const { text } = resolved;
  const isAbsolute = text.startsWith("/") || /^[A-Za-z]:/.test(text);
  if (resolved.doubt !== undefined) delete state.workdir;
  else if (isAbsolute) state.workdir = joinPath(text);
  else if (state.workdir !== undefined) state.workdir = joinPath(state.workdir, text);
  evaluator.paths.push({
    what: "WORKDIR",
    path: state.workdir ?? text,
    origin: wordOrigin(instruction, word, resolved),
    inImage: state.inImage,
  });
}

function setShell(state: StageState, instruction: Instruction): void {
  if (!instruction.json || instruction.words.length === 0) return;
  state.shell = instruction.words.map(({ text }) => text);
  if (/(^|[\\/])(powershell|pwsh|cmd)(\.exe)?$/i.test(state.shell[0] ?? "")) {
    // PowerShell runs on Linux too; there its SHELL is an absolute path with slashes.
    if (!(state.shell[0] ?? "").startsWith("/")) state.platform = "windows";
  }
}

function setCommand(state: StageState, instruction: Instruction): SetCommand {
  return {
    line: commandLine(instruction),
    instruction,
    ...(state.shell === undefined ? {} : { shell: state.shell }),
    stage: state.node,
  };
}

/** ARG in a stage: a caller's value, else its default, else the global ARG's, else none. */
function declare(
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
    const { escape, budget } = evaluator.options;
    setVariable(
      state.scope,
      key.text,
      variableOf("ARG", resolve(value.text, state.scope, escape, budget), span),
    );
  } else if (global !== undefined && global.declared !== true)
    setVariable(state.scope, key.text, global);
  else if (findVariable(state.scope, key.text) === undefined) {
    setVariable(state.scope, key.text, { kind: "ARG", declared: true, span });
  }
}

/** Records a declared build argument. Nothing here quotes its value. */
function addArgument(
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
function setEnvironment(evaluator: Evaluator, state: StageState, instruction: Instruction): void {
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

function variablePair(
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
