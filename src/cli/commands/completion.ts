/** `plimsoll completion`: scripts for shells, made from the command table. */

import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";
import type { CompletionEntry } from "../completion/entry.ts";
import type { ExitStatus, Invocation } from "../command.ts";
import { printable } from "../printable.ts";

const shells: Readonly<Record<string, (entries: readonly CompletionEntry[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export async function runCompletion({
  arguments: [shell],
  commands,
  io,
}: Invocation): Promise<ExitStatus> {
  const script = shell !== undefined && Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (script === undefined) {
    const problem =
      shell === undefined
        ? "completion needs a shell"
        : `there is no completion for ${printable(shell)}`;
    io.err(`plimsoll: ${problem}\n  shells are bash, zsh and fish\n`);
    return 2;
  }
  const entries: CompletionEntry[] = [];
  for (const command of commands) {
    entries.push({ command, words: command.words === undefined ? [] : await command.words() });
  }
  io.out(script(entries));
  return 0;
}
