/** What the shell parser gives: the commands of the model, with the parts that evaluation needs. */

import type { Span } from "../../model/source.ts";
import type { ShellCommand, ShellWord } from "../../model/shell-command.ts";

/** Where a range of the parsed text stands in a file. */
export type SpanOf = (start: number, end: number) => Span;

/** A piece of a word. Where its span is as long as its text, the two agree character by character. */
export type WordPart = LiteralPart | ExpansionPart;

export interface LiteralPart {
  readonly kind: "literal";
  /** Quotes and escapes removed. */
  readonly text: string;
  /** Whether quotes or a backslash protect it from splitting, globbing and tilde expansion. */
  readonly quoted: boolean;
  readonly span: Span;
}

export interface ExpansionPart {
  readonly kind: "expansion";
  /** As written: `$x`, `${x:-y}`, `$(date)`. */
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
  /** For a plain variable: its name, and what stands in for it when it has no value. */
  readonly variable?: {
    readonly name: string;
    readonly fallback?: readonly WordPart[];
    /** `${x[@]}`: one word for each element, even in quotes. */
    readonly each?: boolean;
  };
  /** `$(…)` and backticks: the text of the command, trimmed. */
  readonly substitution?: string;
}

export interface ParsedWord extends ShellWord {
  readonly parts: readonly WordPart[];
  /** Where it is used, when `span` may be where a variable that brought it is set; see `ShellOptions.useOf`. */
  readonly use?: Span;
}

export interface ParsedAssignment {
  readonly name: string;
  readonly value: string;
  readonly span: Span;
  /** The value alone, without the name. */
  readonly valueSpan: Span;
  readonly parts: readonly WordPart[];
  /** `x+=y`. */
  readonly append: boolean;
  /** The elements of `x=(a b)`. */
  readonly elements?: readonly ParsedWord[];
}

export interface ParsedRedirect {
  /** With its file descriptor: `2>`, `<<-`. */
  readonly operator: string;
  readonly target: string;
  readonly span: Span;
  /** The text of a heredoc. */
  readonly body?: Span;
}

export interface ParsedCommand extends ShellCommand {
  readonly words: readonly ParsedWord[];
  /** Before the command, by `export`, `local` and the like, and by `env`. */
  readonly assignments: readonly ParsedAssignment[];
  readonly redirects: readonly ParsedRedirect[];
}

export interface ParsedScript {
  readonly commands: readonly ParsedCommand[];
  /** Where parsing stopped because a bound was hit. */
  readonly stoppedAt?: Span;
}

export interface ShellOptions {
  /** Read `<name>` as a placeholder, as documentation writes it, and not as a redirection. */
  readonly placeholders?: boolean;
  /** For text with variables put in already: where a range is used, as `spanOf` says where it is written. */
  readonly useOf?: SpanOf;
}
