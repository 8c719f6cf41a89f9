/**
 * The concrete syntax tree of a Dockerfile. Items follow each other without a gap and cover the whole
 * text, and so do the pieces of an instruction, so that printing the tree gives the text back.
 */

import type { Unknown } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { LogicalText } from "./logical-text.ts";

export interface Dockerfile {
  readonly file: SourceFile;
  /** The escape character: a backslash, or a backtick after `# escape=`. */
  readonly escape: string;
  readonly items: readonly Item[];
  readonly directives: readonly Directive[];
  readonly instructions: readonly Instruction[];
  /** What BuildKit would refuse the file for, each at its place. */
  readonly problems: readonly Unknown[];
}

export type Item = Trivia | Directive | Instruction;

/** A byte order mark, an empty line or a comment line, with its line ending. */
export interface Trivia {
  readonly kind: "mark" | "blank" | "comment";
  readonly start: number;
  readonly end: number;
}

/** `# syntax=…`, `# escape=…`, `# check=…`. */
export interface Directive {
  readonly kind: "directive";
  readonly start: number;
  readonly end: number;
  readonly name: string;
  readonly value: string;
}

/** A contiguous part of an instruction; offsets into the file. */
export interface Piece {
  readonly kind:
    | "indent"
    | "text"
    | "continuation"
    | "comment"
    | "blank"
    | "line-end"
    | "heredoc-body"
    | "heredoc-end";
  readonly start: number;
  readonly end: number;
}

/** A word of an instruction. Offsets into the instruction's logical text. */
export interface Word {
  /** As written; for exec form, the string that the JSON stands for. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `--name` or `--name=value`, unquoted. Offsets into the instruction's logical text. */
export interface Flag {
  readonly name: string;
  readonly value?: string;
  readonly start: number;
  readonly end: number;
  /** Where the value starts; `end` without a value. */
  readonly valueStart: number;
}

/** `key=value`, or `key value` in the old form of ENV and LABEL. */
export interface Pair {
  readonly key: Word;
  readonly value?: Word;
  /** Written without `=`. */
  readonly legacy: boolean;
}

export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs of the body are dropped. */
  readonly stripTabs: boolean;
  /** The body as written, without the line that ends it. Offsets into the file. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly terminated: boolean;
}

export interface Instruction {
  readonly kind: "instruction";
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
  /** The lines joined as BuildKit joins them, without heredoc bodies. */
  readonly line: LogicalText;
  /** Upper case: `FROM`. */
  readonly name: string;
  readonly keyword: Word;
  readonly flags: readonly Flag[];
  /** Everything after the flags, trimmed. */
  readonly rest: Word;
  /** Exec form: the words come from a JSON array. */
  readonly json: boolean;
  /** Words, unexpanded. A shell-form command, USER, WORKDIR and the like are one word. Empty for ENV and LABEL. */
  readonly words: readonly Word[];
  /** ENV, LABEL and ARG. */
  readonly pairs: readonly Pair[];
  readonly heredocs: readonly Heredoc[];
  /** ONBUILD: the instruction that it keeps. It shares `line` and `heredocs`. */
  readonly trigger?: Instruction;
  /** BuildKit refuses the instruction; what could be read is still here. */
  readonly broken: boolean;
}
