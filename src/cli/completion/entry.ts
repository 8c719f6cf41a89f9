/** What a completion script is made from. */

import type { Command } from "../command.ts";

/** A command with the words that complete its arguments. */
export interface CompletionEntry {
  readonly command: Command;
  readonly words: readonly string[];
}
