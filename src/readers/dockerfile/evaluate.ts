/** Goes through the stages in order and works out what each instruction does. */

import type { Fact } from "../../model/fact.ts";
import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import { parseUser } from "../../model/user.ts";
import type { User } from "../../model/user.ts";
import { imageFacts } from "../image-facts.ts";
import { joinPath } from "../paths.ts";
import type { BuildContext } from "./build-context.ts";
import { addArgument, declareArgument, setEnvironment, variablePair } from "./environment.ts";
import type { Evaluation, Evaluator, SetCommand, StageState } from "./evaluator.ts";
import { resolveWord, wordOrigin } from "./evaluator.ts";
import type { GraphOptions, StageGraph, StageNode } from "./graph.ts";
import { isTemplate } from "./instruction.ts";
import { commandLine, withoutFirstWord } from "./run-script.ts";
import { scopeBeside, scopeWithin, setVariable } from "./scope.ts";
import { keywordSpan, stageLabel } from "./stages.ts";
import { readCopy, readRun } from "./steps.ts";
import type { Instruction, Word } from "./syntax.ts";

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
  const state = initialState(node, parent, inImage, evaluator);
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
  { graph, options }: Evaluator,
): StageState {
  const common = { node, inImage, env: [], copies: [], triggers: [] };
  if (parent === undefined) {
    const facts = imageFacts(node.image, node.imageSpan, options);
    const scope = scopeBeside(graph.globals);
    for (const [name, value] of Object.entries(facts.env ?? {})) {
      setVariable(scope, name, { kind: "ENV", value });
    }
    const isScratch = node.image.known && node.image.value.repository === "scratch";
    return {
      ...common,
      scope,
      user: facts.user,
      ...(facts.privilegeDrop === undefined ? {} : { baseDrop: facts.privilegeDrop }),
      ...(isScratch ? { workdir: "/" } : {}),
      platform: node.platform,
    };
  }
  const { workdir, shell, entrypoint, command, healthCheck, baseDrop } = parent;
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
    ...(healthCheck === undefined ? {} : { healthCheck }),
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
        declareArgument(evaluator, state, instruction, pair);
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
    case "HEALTHCHECK":
      if (word?.text.toUpperCase() === "CMD")
        state.healthCheck = setHealthCheck(state, instruction);
      else delete state.healthCheck;
      return;
    case "RUN":
      evaluator.runs.push(readRun(evaluator, state, instruction));
      return;
    case "COPY":
    case "ADD":
      readCopy(evaluator, state, instruction);
  }
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
  if (isTemplate(word.text)) {
    return unknownFact(
      "the USER line holds a placeholder of a template",
      "render the template and check the result",
      origin,
    );
  }
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

/** HEALTHCHECK CMD reads on like CMD. */
function setHealthCheck(state: StageState, instruction: Instruction): SetCommand {
  return setCommand(state, withoutFirstWord(instruction));
}
