/** The stages of a Dockerfile, and which of them a name means. */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import { nearest } from "../../model/nearest.ts";
import type { Span } from "../../model/source.ts";
import { checkInstruction } from "./check-instruction.ts";
import { printableWord } from "./instruction.ts";
import { spanIn } from "./logical-text.ts";
import type { Dockerfile, Instruction, Word } from "./syntax.ts";

/** A FROM line and the instructions behind it. Stages are told apart by their index, never by their text. */
export interface Stage {
  readonly index: number;
  /** As written behind AS. */
  readonly name?: string;
  readonly from: Instruction;
  /** The word that names the base. */
  readonly base: Word;
  readonly instructions: readonly Instruction[];
}

export interface StageList {
  /** ARG lines before the first FROM. */
  readonly globals: readonly Instruction[];
  readonly stages: readonly Stage[];
  readonly problems: readonly Unknown[];
}

/** Splits a Dockerfile into stages and checks every instruction. */
export function splitStages(dockerfile: Dockerfile): StageList {
  const globals: Instruction[] = [];
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  const problems: Unknown[] = [];
  for (const instruction of dockerfile.instructions) {
    for (const problem of checkInstruction(instruction)) problems.push(problem);
    const base = instruction.words[0];
    const current = stages.at(-1);
    if (instruction.name === "FROM") {
      if (base === undefined) {
        const settle = "write FROM image";
        problems.push(
          unknownAt(keywordSpan(instruction), "instruction FROM", "it names no image", settle),
        );
      }
      const name = stageName(instruction);
      stages.push({
        index: stages.length,
        ...(name === undefined ? {} : { name }),
        from: instruction,
        base: base ?? { text: "", start: instruction.keyword.end, end: instruction.keyword.end },
        instructions: [],
      });
    } else if (current !== undefined) current.instructions.push(instruction);
    else if (instruction.name === "ARG") globals.push(instruction);
    else if (!instruction.broken) {
      const what = `instruction ${instruction.name}`;
      const settle = "move it behind FROM; only ARG may stand before";
      problems.push(
        unknownAt(keywordSpan(instruction), what, "it stands before the first FROM", settle),
      );
    }
  }
  if (stages.length === 0 && dockerfile.instructions.length > 0) {
    const why = "no FROM line was found, so it builds no image";
    const span = { file: dockerfile.file, start: 0, end: 0 };
    problems.push(unknownAt(span, "Dockerfile", why, "write a FROM line"));
  }
  return { globals, stages, problems };
}

function stageName(from: Instruction): string | undefined {
  const as = from.words.findIndex(({ text }, index) => index > 0 && text.toLowerCase() === "as");
  return as < 0 ? undefined : from.words[as + 1]?.text;
}

/** For people and in facts: its name, else its index. */
export function stageLabel(stage: Stage): string {
  return stage.name ?? String(stage.index);
}

/** The place that names a stage: its FROM line without comment and line ending. */
export function stageSpan(stage: Stage): Span {
  const { line, keyword, rest } = stage.from;
  return spanIn(line, keyword.start, Math.max(keyword.end, rest.end));
}

export function keywordSpan(instruction: Instruction): Span {
  return spanIn(instruction.line, instruction.keyword.start, instruction.keyword.end);
}

/** The stage that `--target` means: a name in any case, else an index; the last stage when nothing is asked. */
export function findTarget(
  stages: readonly Stage[],
  target: string | undefined,
): Stage | { readonly why: string; readonly settle: string } | undefined {
  if (target === undefined || target === "") return stages.at(-1);
  const wanted = target.toLowerCase();
  const named = stages.findLast((stage) => stage.name?.toLowerCase() === wanted);
  if (named !== undefined) return named;
  const indexed = /^\d{1,6}$/.test(target) ? stages[Number(target)] : undefined;
  if (indexed !== undefined) return indexed;
  const names = stages.flatMap((stage) => (stage.name === undefined ? [] : [stage.name]));
  const suggestion = nearest(target, names);
  return {
    why: `it has no stage \`${printableWord(target)}\``,
    settle:
      suggestion !== undefined
        ? `did you mean \`${suggestion}\`?`
        : names.length === 0
          ? "name a stage with `FROM image AS name`"
          : `name one of its stages: ${names.slice(0, 12).join(", ")}`,
  };
}
