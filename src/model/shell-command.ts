/** Commands of a shell, as far as their text tells. */

import type { Span } from "./source.ts";

/** One simple command of a script: assignments before it, its words, its redirections. */
export interface ShellCommand {
  readonly assignments: readonly {
    readonly name: string;
    readonly value: string;
    readonly span: Span;
  }[];
  readonly words: readonly ShellWord[];
  readonly redirects: readonly {
    readonly operator: string;
    readonly target: string;
    readonly span: Span;
  }[];
  /** What joins it to the command before: `;`, `&&`, `||`, `|`, newline; absent on the first. */
  readonly joinedBy?: string;
  readonly span: Span;
}

export interface ShellWord {
  /** Quotes removed; expansions kept as written. */
  readonly text: string;
  /** Whether the word holds an expansion (`$x`, `$(…)`, backticks) and so is not literal. */
  readonly dynamic: boolean;
  readonly span: Span;
}
