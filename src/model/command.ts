/** What a container starts. */

import type { Span } from "./source.ts";

export interface Command {
  readonly entrypoint?: CommandLine;
  readonly command?: CommandLine;
}

export interface CommandLine {
  /** Exec form: the words. Shell form: one word, the script. */
  readonly words: readonly string[];
  readonly shell: boolean;
  readonly span?: Span;
  /** The span of each word, where words have places of their own. */
  readonly spans?: readonly Span[];
}
