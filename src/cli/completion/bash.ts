/** Completion for bash 4 and later, without the bash-completion package. */

import type { CompletionEntry } from "./entry.ts";

export function bashCompletion(entries: readonly CompletionEntry[]): string {
  const names = entries.map(({ command }) => command.name).join(" ");
  const cases = entries.flatMap((entry) => commandCase(entry));
  return `# bash completion for plimsoll
_plimsoll() {
  local current previous command word
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  command=check
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      ${names.replaceAll(" ", "|")}) command="$word"; break ;;
    esac
  done
  if [[ $COMP_CWORD -eq 1 && "$current" != -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${names}" -- "$current"; compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
    return
  fi
  case "$command" in
${cases.join("\n")}
  esac
}
complete -F _plimsoll plimsoll
`;
}

function commandCase({ command, words }: CompletionEntry): string[] {
  const flags = command.options.flatMap((option) => [
    `--${option.name}`,
    ...(option.short === undefined ? [] : [`-${option.short}`]),
  ]);
  const lines = [`    ${command.name})`, '      case "$previous" in'];
  for (const option of command.options) {
    if (option.value === undefined) continue;
    const spellings = `--${option.name}${option.short === undefined ? "" : `|-${option.short}`}`;
    const values =
      option.choices === undefined
        ? 'compgen -f -- "$current"'
        : `compgen -W "${option.choices.join(" ")}" -- "$current"`;
    lines.push(`        ${spellings}) mapfile -t COMPREPLY < <(${values}); return ;;`);
  }
  lines.push("      esac", '      if [[ "$current" == -* ]]; then');
  lines.push(`        mapfile -t COMPREPLY < <(compgen -W "${flags.join(" ")}" -- "$current")`);
  if (command.completes === "words") {
    lines.push(
      "      else",
      `        mapfile -t COMPREPLY < <(compgen -W "${words.join(" ")}" -- "$current")`,
    );
  } else if (command.completes === "files") {
    lines.push(
      "      else",
      '        mapfile -t COMPREPLY < <(compgen -f -- "$current")',
      "        compopt -o filenames 2>/dev/null",
    );
  }
  lines.push("      fi", "      ;;");
  return lines;
}
