/** Words that hold a script: `sh -c "…"`, `eval …`, `ssh host …`. */

import type { ShellWord } from "../../model/shell-command.ts";
import { baseName } from "../paths.ts";
import { effectiveWords } from "./effective-words.ts";
import { isShell } from "./shells.ts";

/** ssh(1): options that take a value. */
const SSH_VALUES = "BbcDEeFIiJLlmOoPpQRSWw";

/**
 * The words that together (joined by spaces) are a script which the command runs. Empty when there is none.
 */
export function scriptWords<Word extends ShellWord>(command: {
  readonly words: readonly Word[];
}): readonly Word[] {
  let words = effectiveWords(command);
  if (baseName(words[0]?.text ?? "") === "busybox") words = words.slice(1);
  const name = words[0] === undefined ? "" : baseName(words[0].text);
  if (isShell(name)) return shellScript(words);
  if (name === "eval" || name === "watch") return skipOptions(words, "n");
  if (name === "trap") return words.slice(1, 2);
  if (name === "ssh") return skipOptions(words, SSH_VALUES).slice(1);
  if (["su", "runuser", "script", "flock"].includes(name))
    return afterOption(words, ["-c", "--command"]);
  if (name === "nix-shell") return afterOption(words, ["--run", "--command"]);
  return [];
}

/** Whether the command reads a script from standard input: `bash -s <<EOF`, `ssh host <<EOF`. */
export function readsScript(command: { readonly words: readonly ShellWord[] }): boolean {
  const words = effectiveWords(command);
  const name = baseName(words[0]?.text ?? "");
  if (name === "ssh") return skipOptions(words, SSH_VALUES).length === 1;
  if (!isShell(name)) return false;
  const operand = words.slice(1).find((word) => !/^[-+]/.test(word.text));
  return operand === undefined || words.some((word) => /^-[a-z]*s[a-z]*$/.test(word.text));
}

/** bash(1): options come first, `-o` and `-O` take a value, the script is the first operand after `-c`. */
function shellScript<Word extends ShellWord>(words: readonly Word[]): readonly Word[] {
  let given = false;
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? "";
    if (text === "--") return given ? words.slice(index + 1, index + 2) : [];
    if (text === "--rcfile" || text === "--init-file") index++;
    else if (text.startsWith("--")) continue;
    else if (/^[-+]./.test(text)) {
      given ||= text.startsWith("-") && text.includes("c");
      if (/[oO]/.test(text)) index++;
    } else return given ? words.slice(index, index + 1) : [];
  }
  return [];
}

/** The words after the command's name and its options; `values` are the letters that take the next word. */
function skipOptions<Word extends ShellWord>(
  words: readonly Word[],
  values: string,
): readonly Word[] {
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? "";
    if (text === "--") return words.slice(index + 1);
    if (!/^-./.test(text)) return words.slice(index);
    const letter = text.slice(1).search(new RegExp(`[${values}]`));
    if (letter >= 0 && letter === text.length - 2) index++;
  }
  return [];
}

function afterOption<Word extends ShellWord>(
  words: readonly Word[],
  options: readonly string[],
): readonly Word[] {
  const index = words.findIndex((word) => options.includes(word.text));
  return index < 0 ? [] : words.slice(index + 1, index + 2);
}
