/** RUN, COPY and ADD as steps of the build. */

import type { Fact, Origin } from "../../model/fact.ts";
import { known, setAt, unknownAt, unknownFact } from "../../model/fact.ts";
import { parseImageReference } from "../../model/image-reference.ts";
import type { Span } from "../../model/source.ts";
import type { CopyStep, RunStep } from "../../model/build-steps.ts";
import type { ImageUse } from "../../model/build.ts";
import type { ImageReference } from "../../model/image-reference.ts";
import { joinPath } from "../paths.ts";
import type { Evaluator, StageState } from "./evaluator.ts";
import { resolveWord } from "./evaluator.ts";
import { contextImage } from "./graph.ts";
import { heredocOf } from "./heredoc.ts";
import { spanIn } from "./logical-text.ts";
import { deviceName, parseMount } from "./mounts.ts";
import { commandLine, commandsOf, heredocBodies } from "./run-script.ts";
import { resolve } from "./scope.ts";
import { stageLabel } from "./stages.ts";
import type { Flag, Instruction, Word } from "./syntax.ts";

export function readRun(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
): RunStep {
  const { line, flags } = instruction;
  const { escape, budget } = evaluator.options;
  const expandValue = (text: string): string => resolve(text, state.scope, escape, budget).text;
  const mounts = flags
    .filter(({ name, value }) => name === "mount" && value !== undefined)
    .map((flag) => {
      const { type, options } = parseMount(flag.value ?? "", expandValue);
      const from = options["from"];
      if (from !== undefined && from !== "") {
        useSource(evaluator, state, instruction, flag, from, "RUN --mount from");
      }
      return { type, options, origin: flagOrigin(instruction, flag) };
    });
  const network = flagValue(instruction, "network");
  const security = flagValue(instruction, "security");
  const heredocs = heredocBodies(instruction);
  return {
    stage: stageLabel(state.node.stage),
    inImage: state.inImage,
    user: state.user,
    ...(network === "host" || network === "none" || network === "default" ? { network } : {}),
    ...(security === "insecure" || security === "sandbox" ? { security } : {}),
    mounts,
    devices: flags
      .filter(({ name }) => name === "device")
      .map(({ value }) => deviceName(value ?? "")),
    command: commandLine(instruction),
    commands: state.platform === "windows" ? [] : commandsOf(instruction, state.shell),
    ...(heredocs.length === 0 ? {} : { heredocs }),
    origin: setAt(spanIn(line, instruction.keyword.start, stepEnd(instruction))),
  };
}

export function readCopy(evaluator: Evaluator, state: StageState, instruction: Instruction): void {
  const { line, words, json } = instruction;
  const last = words.at(-1);
  if (last === undefined || words.length < 2) return;
  const what = instruction.name === "ADD" ? "ADD" : "COPY";
  const sources: { text: string; span: Span }[] = [];
  let certain = true;
  for (const word of words.slice(0, -1)) {
    if (!json && heredocOf(word.text) !== undefined) continue;
    const resolved = resolveWord(evaluator, state, instruction, word);
    if (resolved.doubt !== undefined) certain = false;
    sources.push({ text: resolved.text, span: spanIn(line, word.start, word.end) });
  }
  const destination = resolveWord(evaluator, state, instruction, last);
  const fromFlag = instruction.flags.find(({ name }) => name === "from");
  const from = fromFlag?.value;
  const fromStage =
    fromFlag === undefined || from === undefined || from === ""
      ? undefined
      : useSource(evaluator, state, instruction, fromFlag, from, "COPY --from");
  const local = sources.map(({ text }) => text).filter((text) => !isRemote(text));
  const fromContext = from === undefined || from === "";
  const credentialFiles = !fromContext
    ? undefined
    : certain
      ? evaluator.context?.credentials({
          sources: local,
          excludes: instruction.flags.flatMap(({ name, value }) =>
            name === "exclude" && value !== undefined ? [value] : [],
          ),
          parents: instruction.flags.some(
            ({ name, value }) => name === "parents" && value?.toLowerCase() !== "false",
          ),
        })
      : undefined;
  const harmlessSources = fromContext
    ? local.filter((source) => evaluator.context?.isHarmless(source) === true)
    : [];
  const flag = (name: "chown" | "chmod" | "checksum"): { [key in typeof name]?: string } => {
    const found = instruction.flags.find((one) => one.name === name);
    if (found?.value === undefined) return {};
    const word: Word = { text: found.value, start: found.valueStart, end: found.end };
    return { [name]: resolveWord(evaluator, state, instruction, word).text };
  };
  const step: CopyStep = {
    what,
    stage: stageLabel(state.node.stage),
    inImage: state.inImage,
    sources,
    ...(instruction.heredocs.length === 0 ? {} : { contents: heredocBodies(instruction) }),
    target: imagePath(state, destination.text),
    ...(fromContext ? {} : { from }),
    ...flag("chown"),
    ...flag("chmod"),
    ...flag("checksum"),
    ...(credentialFiles === undefined ? {} : { credentialFiles }),
    ...(harmlessSources.length === 0 ? {} : { harmlessSources }),
    user: state.user,
    origin: setAt(spanIn(line, instruction.keyword.start, stepEnd(instruction))),
  };
  evaluator.copies.push(step);
  state.copies.push({ step, instruction, ...(fromStage === undefined ? {} : { fromStage }) });
}

/** A path in the image; relative ones stand below WORKDIR, where that is known. A final slash stays. */
function imagePath(state: StageState, text: string): string {
  const isDirectory = /(^|\/)\.?$/.test(text);
  const base = text.startsWith("/") ? "/" : state.workdir;
  if (base === undefined || /^[A-Za-z]:/.test(text) || text.includes("$")) return text;
  const path = joinPath(base, text);
  return isDirectory && path !== "/" ? `${path}/` : path;
}

function isRemote(source: string): boolean {
  return /^(https?:\/\/|git@|git:\/\/|ssh:\/\/|oci-layout:\/\/)/i.test(source);
}

/** The stage that `--from` means. An image is recorded among those that the build pulls. */
function useSource(
  evaluator: Evaluator,
  state: StageState,
  instruction: Instruction,
  flag: Flag,
  from: string,
  what: ImageUse["what"],
): StageState | undefined {
  const origin = setAt(valueSpan(instruction, flag, from));
  const refuse = (why: string, settle: string): void => {
    const span = spanIn(instruction.line, flag.start, flag.end);
    evaluator.problems.push(unknownAt(span, `instruction ${instruction.name}`, why, settle));
  };
  const add = (image: Fact<ImageReference>): void => {
    evaluator.images.push({ image, what, origin });
  };
  if (from.includes("$")) {
    const why = "BuildKit expands no variables there";
    const settle = "name a stage with FROM and the variable, and copy from that stage";
    refuse(why, settle);
    add(unknownFact(why, settle, origin));
    return undefined;
  }
  const context = evaluator.options.contexts.get(from.toLowerCase());
  if (context !== undefined) {
    if (context.startsWith("docker-image://")) {
      add(contextImage(context, spanIn(instruction.line, flag.start, flag.end)));
    }
    return undefined;
  }
  const index = what === "COPY --from" && /^[+-]?\d+$/.test(from) ? Number(from) : undefined;
  const node =
    index === undefined ? evaluator.byName.get(from.toLowerCase()) : evaluator.graph.nodes[index];
  if (node !== undefined) {
    const own = state.node.stage.index;
    if (node.stage.index < own) return evaluator.states[node.stage.index];
    refuse(
      node.stage.index === own
        ? "a stage cannot copy from itself"
        : "the stage is defined only further down; BuildKit refuses that",
      "copy from an earlier stage",
    );
    return undefined;
  }
  if (index !== undefined) {
    refuse("there is no stage with this number", "name the stage instead");
    return undefined;
  }
  const reference = parseImageReference(from);
  if (reference?.repository === "scratch") return undefined;
  add(
    reference === undefined
      ? unknownFact("it is no image name", "name a stage or an image", origin)
      : known(reference, origin),
  );
  return undefined;
}

/** The place of a value within a flag; the whole flag where quotes or escapes hide it. */
function valueSpan(instruction: Instruction, flag: Flag, value: string): Span {
  const { line } = instruction;
  const at = line.text.lastIndexOf(value, flag.end - value.length);
  return at >= flag.valueStart && value !== ""
    ? spanIn(line, at, at + value.length)
    : spanIn(line, flag.start, flag.end);
}

function flagValue(instruction: Instruction, name: string): string | undefined {
  return instruction.flags.find((flag) => flag.name === name)?.value;
}

function flagOrigin(instruction: Instruction, flag: Flag): Origin {
  return setAt(spanIn(instruction.line, flag.start, flag.end));
}

function stepEnd({ keyword, rest, flags }: Instruction): number {
  return Math.max(keyword.end, rest.end, flags.at(-1)?.end ?? 0);
}
