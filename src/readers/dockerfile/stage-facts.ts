/** What building one stage of a Dockerfile gives: for the Dockerfile itself and for those who build it. */

import type { Fact, Origin, RelatedPlace, Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import type { Build, BuildArgument } from "../../model/build.ts";
import type { Command } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import type { PrivilegeDrop } from "../../model/privilege-drop.ts";
import type { User } from "../../model/user.ts";
import type { Exec } from "../../model/workload.ts";
import type { ReadContext } from "../contract.ts";
import { tooLong } from "../length-bound.ts";
import { mayRead } from "../repeated-reading.ts";
import type { BuildContext } from "./build-context.ts";
import { buildContext, probableContext } from "./build-context.ts";
import { privilegeDropOf } from "./entrypoint.ts";
import { evaluate } from "./evaluate.ts";
import { buildGraph } from "./graph.ts";
import { heredocOf } from "./heredoc.ts";
import { commandFact, environments, healthCheckOf } from "./image-config.ts";
import { TEMPLATE_LINE } from "./instruction.ts";
import { spanIn } from "./logical-text.ts";
import { parseDockerfile } from "./parse.ts";
import { remapSpans } from "./remap-spans.ts";
import type { Stage, StageList } from "./stages.ts";
import { findTarget, splitStages, stageLabel, stageSpan } from "./stages.ts";
import type { Dockerfile } from "./syntax.ts";

/** How a Dockerfile is built. */
export interface StageOptions {
  /** A stage's name in any case, or its index; the last stage when absent. */
  readonly target?: string;
  /** Build arguments that the caller passes (`from: "passed"`). Without a value: one that is not in the source. */
  readonly args?: readonly BuildArgument[];
  /** The directory of the build context, as `files` takes it. When absent the likely one is looked for. */
  readonly contextDirectory?: string;
  /** Named contexts (`--build-context`, Compose `additional_contexts`): `docker-image://…`, a path, a URL. */
  readonly contexts?: Readonly<Record<string, string>>;
}

export interface StageFacts {
  readonly path: string;
  /** The stage's name, else its index. */
  readonly stage: string;
  /** Whether the stage has a name. */
  readonly named: boolean;
  /** Its FROM line. */
  readonly source: Span;
  readonly platform: "linux" | "windows";
  /** The image at the root of the stage's chain. */
  readonly image: Fact<ImageReference>;
  readonly user: Fact<User>;
  readonly command: Fact<Command>;
  readonly privilegeDrop?: PrivilegeDrop;
  /** HEALTHCHECK, as the stage's user runs it. */
  readonly healthCheck?: Exec;
  /** ENV as it holds at the end, without the base image's. */
  readonly env: readonly EnvironmentVariable[];
  readonly build: Build;
  /** Absolute; absent while only the base image knows it. */
  readonly workdir?: string;
  /** EXPOSE, as written after expansion: `80`, `53/udp`. */
  readonly ports: readonly { readonly text: string; readonly origin: Origin }[];
  /** For findings of a service that is built from it: where the stage begins. */
  readonly places: readonly RelatedPlace[];
  readonly unknowns: readonly Unknown[];
}

export type ResolvedStage =
  | { readonly ok: true; readonly stage: StageFacts }
  /** There is no such stage, or none at all. `unknowns` holds the problem and those of the file. */
  | { readonly ok: false; readonly problem: Unknown; readonly unknowns: readonly Unknown[] };

/** Characters that are evaluated when several builds use one file. */
const MAX_EVALUATED = 1024 * 1024;
/** Stages that one file may have. */
const MAX_STAGES = 1000;
/** Instructions that one file may have: the facts of a step take some KiB. */
const MAX_INSTRUCTIONS = 5000;
/** Problems of one file that are told one by one. */
const MAX_PROBLEMS = 50;
/** Characters that all expansions of one file may give together. */
const MAX_EXPANDED = 32 * 1024 * 1024;

/** Characters of files that are kept parsed for their next build: what is parsed takes some two hundred times its text. */
const MAX_KEPT = 128 * 1024;

interface ParsedFile {
  readonly tree: Dockerfile;
  readonly list: StageList;
}

const parsed = new Map<SourceFile, ParsedFile>();
let charactersKept = 0;

function parse(file: SourceFile): ParsedFile {
  const earlier = parsed.get(file);
  if (earlier !== undefined) return earlier;
  const tree = parseDockerfile(file);
  const result = { tree, list: splitStages(tree) };
  parsed.set(file, result);
  charactersKept += file.text.length;
  for (const oldest of parsed.keys()) {
    if (charactersKept <= MAX_KEPT) break;
    parsed.delete(oldest);
    charactersKept -= oldest.text.length;
  }
  return result;
}

/** The facts of the stage that a build with these options ends in. */
export function resolveStage(
  file: SourceFile,
  context: ReadContext,
  options: StageOptions = {},
): ResolvedStage {
  const oversized = tooLong(file, "dockerfile");
  if (oversized !== undefined) return { ok: false, problem: oversized, unknowns: [oversized] };
  if (!mayRead(context.files, file, file.text.length, MAX_EVALUATED)) {
    const why = "so many builds use it that this one was not worked out";
    const settle = "check this build by itself";
    const problem: Unknown = { path: file.path, what: `build of ${file.path}`, why, settle };
    return { ok: false, problem, unknowns: [problem] };
  }
  const { tree, list } = parse(file);
  const excess = list.stages[MAX_STAGES];
  if (excess !== undefined) {
    const why = `it has more than ${MAX_STAGES} stages`;
    const problem = unknownAt(stageSpan(excess), "Dockerfile", why, "split the file");
    return { ok: false, problem, unknowns: [problem] };
  }
  const beyond = tree.instructions[MAX_INSTRUCTIONS];
  if (beyond !== undefined) {
    const why = `it has more than ${MAX_INSTRUCTIONS} instructions`;
    const at = spanIn(beyond.line, beyond.keyword.start, beyond.keyword.end);
    const problem = unknownAt(at, "Dockerfile", why, "split the file, or write scripts into files");
    return { ok: false, problem, unknowns: [problem] };
  }
  const target = findTarget(list.stages, options.target);
  if (target === undefined || "why" in target) {
    const { why, settle } = target ?? {
      why: "it has no stage: no FROM line was found",
      settle: "write a FROM line",
    };
    const problem: Unknown = { path: file.path, what: `build of ${file.path}`, why, settle };
    return { ok: false, problem, unknowns: limited([...tree.problems, ...list.problems], file) };
  }
  const passed = new Map((options.args ?? []).map((argument) => [argument.name, argument]));
  const graphOptions = {
    escape: tree.escape,
    passed,
    target: options.target === undefined ? undefined : stageLabel(target),
    contexts: new Map(
      Object.entries(options.contexts ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    budget: { characters: MAX_EXPANDED },
    images: context.images,
  };
  const graph = buildGraph(list, graphOptions);
  const node = graph.nodes[target.index];
  const built = contextOf(file, list, context, options);
  if (node === undefined) throw new Error("a stage has no node in its graph");
  const evaluation = evaluate(graph, list.globals, graphOptions, node, built);
  const state = evaluation.states[target.index];
  if (state === undefined) throw new Error("a stage was not evaluated");
  const drop = privilegeDropOf(state, built);
  const unknowns = [
    ...tree.problems,
    ...list.problems,
    ...evaluation.problems,
    ...(built?.unknowns() ?? []),
  ];
  const source = stageSpan(target);
  const stage: StageFacts = {
    path: file.path,
    stage: stageLabel(target),
    named: target.name !== undefined,
    source,
    platform: state.platform,
    image: node.image,
    user: state.user,
    command: commandFact(state),
    ...(drop === undefined ? {} : { privilegeDrop: drop }),
    ...(state.healthCheck === undefined
      ? {}
      : { healthCheck: healthCheckOf(state, state.healthCheck) }),
    ...environments(evaluation, state, target),
    ...(state.workdir === undefined ? {} : { workdir: state.workdir }),
    ports: evaluation.ports
      .filter(({ inImage }) => inImage)
      .map(({ text, origin }) => ({ text, origin })),
    places: [{ span: source, label: `built from ${describeStage(target, file)}` }],
    unknowns: limited(unknowns, file),
  };
  return { ok: true, stage };
}

/**
 * A Dockerfile that stands as text within another file (Compose `dockerfile_inline`). `locate` gives the
 * place in that file of a range of the text; without it spans are of a file of their own called `path`.
 */
export function readDockerfileText(
  path: string,
  text: string,
  context: ReadContext,
  options: StageOptions & { readonly locate?: (start: number, end: number) => Span } = {},
): ResolvedStage {
  const file: SourceFile = { path, text };
  const resolved = resolveStage(file, context, options);
  return options.locate === undefined ? resolved : remapSpans(resolved, file, options.locate);
}

function describeStage(stage: Stage, file: SourceFile): string {
  return stage.name === undefined ? file.path : `stage ${stage.name} of ${file.path}`;
}

function contextOf(
  file: SourceFile,
  list: StageList,
  { files }: ReadContext,
  options: StageOptions,
): BuildContext | undefined {
  const sources: string[] = [];
  for (const { instructions } of list.stages) {
    for (const instruction of instructions) {
      const { name, words, flags } = instruction.trigger ?? instruction;
      if ((name !== "COPY" && name !== "ADD") || flags.some((flag) => flag.name === "from"))
        continue;
      for (const { text } of words.slice(0, -1)) {
        if (!/[$"']|^[a-z+]+:\/\//i.test(text) && heredocOf(text) === undefined) sources.push(text);
      }
    }
  }
  const directory = options.contextDirectory ?? probableContext(files, file.path, sources);
  return directory === undefined ? undefined : buildContext(files, file.path, directory);
}

/** What unknowns are about that follow from lines of a template language. */
const OF_A_TEMPLATE = /^(?:template line$|instruction\b|Dockerfile$|line$|heredoc of )/;

function limited(problems: readonly Unknown[], file: SourceFile): readonly Unknown[] {
  const place = ({ span }: Unknown): number => span?.start ?? file.text.length + 1;
  // One placeholder of a template says it for all of them, and for the lines that make no sense unrendered.
  const template = problems.find(({ what }) => what === TEMPLATE_LINE);
  const sorted = problems
    .filter(
      (problem) =>
        problem === template || template === undefined || !OF_A_TEMPLATE.test(problem.what),
    )
    .sort((left, right) => place(left) - place(right));
  if (sorted.length <= MAX_PROBLEMS) return sorted;
  const more = {
    path: file.path,
    what: "Dockerfile",
    why: `it has ${sorted.length - MAX_PROBLEMS} more problems like these`,
    settle: "correct the first ones; is it a Dockerfile at all?",
  };
  return [...sorted.slice(0, MAX_PROBLEMS), more];
}
