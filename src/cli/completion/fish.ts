/** Completion for fish. */

import type { CompletionEntry } from "./entry.ts";
import { optionText } from "../help.ts";

export function fishCompletion(entries: readonly CompletionEntry[]): string {
  const names = entries.map(({ command }) => command.name).join(" ");
  const lines = ["# fish completion for plimsoll"];
  for (const { command } of entries) {
    lines.push(
      `complete -c plimsoll -n "not __fish_seen_subcommand_from ${names}" -a ${command.name} -d ${quote(command.summary)}`,
    );
  }
  for (const { command, words } of entries) {
    // `check` is what runs when no command is named.
    const seen =
      command.name === "check"
        ? `__fish_seen_subcommand_from check; or not __fish_seen_subcommand_from ${names}`
        : `__fish_seen_subcommand_from ${command.name}`;
    for (const option of command.options) {
      const short = option.short === undefined ? "" : ` -s ${option.short}`;
      const choices = option.choices === undefined ? "" : ` -xa ${quote(option.choices.join(" "))}`;
      const takes = option.value === undefined || choices !== "" ? "" : " -r";
      lines.push(
        `complete -c plimsoll -n ${quote(seen)} -l ${option.name}${short}${takes}${choices} -d ${quote(optionText(option))}`,
      );
    }
    if (command.completes === "words") {
      lines.push(`complete -c plimsoll -f -n ${quote(seen)} -a ${quote(words.join(" "))}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
