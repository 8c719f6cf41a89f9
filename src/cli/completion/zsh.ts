/** Completion for zsh, by _arguments. */

import type { Option } from "../command.ts";
import type { CompletionEntry } from "./entry.ts";
import { optionText } from "../help.ts";

export function zshCompletion(entries: readonly CompletionEntry[]): string {
  const descriptions = entries.map(
    ({ command }) => `    ${quote(`${command.name}:${command.summary}`)}`,
  );
  const cases = entries.map(
    ({ command, words }) => `    ${command.name})
      _arguments -s -S \\
${command.options.map((option) => `        ${specification(option)} \\`).join("\n")}
        ${argumentsOf(command.completes, words)}
      ;;`,
  );
  return `#compdef plimsoll
# zsh completion for plimsoll
_plimsoll() {
  local -a commands
  commands=(
${descriptions.join("\n")}
  )
  if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then
    _describe -t commands command commands
    _files
    return
  fi
  local command=\${words[2]}
  if (( ! \${commands[(I)$command:*]} )); then
    command=check
  else
    shift words
    (( CURRENT-- ))
  fi
  case $command in
${cases.join("\n")}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _plimsoll "$@"
else
  compdef _plimsoll plimsoll
fi
`;
}

function specification(option: Option): string {
  const text = optionText(option).replace(/[[\]:]/g, "\\$&");
  const value =
    option.value === undefined
      ? ""
      : `:${option.value.replace(/[[\]=]/g, " ").trim()}:${option.choices === undefined ? "_files" : `(${option.choices.join(" ")})`}`;
  const star = option.repeatable === true ? "*" : "";
  const equals = option.value === undefined ? "" : "=";
  if (option.short === undefined || option.short === "")
    return quote(`${star}--${option.name}${equals}[${text}]${value}`);
  const plus = option.value === undefined ? "" : "+";
  return `${quote(`${star}-${option.short}${plus}[${text}]${value}`)} ${quote(`${star}--${option.name}${equals}[${text}]${value}`)}`;
}

function argumentsOf(completes: "files" | "words" | "none", words: readonly string[]): string {
  if (completes === "files") return quote("*:target:_files");
  return completes === "words" ? quote(`1:word:(${words.join(" ")})`) : "";
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
