/** What is known while the stages are gone through. */

import type { Fact, Origin, Unknown } from "../../model/fact.ts";
import { setAt, unknownAt } from "../../model/fact.ts";
import type { CopyStep, RunStep } from "../../model/build-steps.ts";
import type { BuildArgument, ImageUse } from "../../model/build.ts";
import type { CommandLine } from "../../model/command.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { PrivilegeDrop } from "../../model/privilege-drop.ts";
import type { User } from "../../model/user.ts";
import type { BuildContext } from "./build-context.ts";
import type { GraphOptions, StageGraph, StageNode } from "./graph.ts";
import { spanIn } from "./logical-text.ts";
import type { Resolved, Scope } from "./scope.ts";
import { resolve } from "./scope.ts";
import type { Instruction, Word } from "./syntax.ts";

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
  /** The last HEALTHCHECK of the chain; absent after NONE. */
  healthCheck?: SetCommand;
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
