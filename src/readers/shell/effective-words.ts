/** Commands that only start another command: `sudo`, `env`, `timeout 5`… */

import { baseName } from "../paths.ts";
import type { ShellWord } from "../../model/shell-command.ts";

interface Prefix {
  /** Options that take the next word as their value. A short one may have it attached. */
  readonly values?: readonly string[];
  /** Words that stand before the command: the duration of `timeout`. */
  readonly operands?: number;
  /** Whether `NAME=value` words may stand before the command. */
  readonly assignments?: boolean;
  /** Options with which it starts no command: `command -v docker`. */
  readonly queries?: readonly string[];
  /** The command begins only after `--`. */
  readonly afterDashes?: boolean;
}

const SECRET_WRAPPER: Prefix = { afterDashes: true };

/** Sources: the manual pages of sudo 1.9, GNU coreutils 9, findutils 4.10, util-linux 2.40, bash 5.2, tini and dumb-init. */
const PREFIXES: ReadonlyMap<string, Prefix> = new Map<string, Prefix>([
  [
    "sudo",
    {
      values: [
        ..."ugChprtTUDR".split("").map((letter) => `-${letter}`),
        "--user",
        "--group",
        "--close-from",
        "--host",
        "--prompt",
        "--role",
        "--type",
        "--command-timeout",
        "--other-user",
        "--chdir",
        "--chroot",
      ],
      assignments: true,
      queries: ["-l", "--list", "-e", "--edit", "-v", "--validate", "-V", "--version", "-k", "-K"],
    },
  ],
  ["doas", { values: ["-u", "-C", "-a"] }],
  [
    "env",
    {
      values: ["-u", "--unset", "-C", "--chdir", "-S", "--split-string", "-a", "--argv0"],
      assignments: true,
    },
  ],
  ["exec", { values: ["-a"] }],
  ["time", { values: ["-o", "--output", "-f", "--format"] }],
  ["nice", { values: ["-n", "--adjustment"] }],
  ["ionice", { values: ["-c", "--class", "-n", "--classdata"], queries: ["-p", "--pid"] }],
  ["timeout", { values: ["-k", "--kill-after", "-s", "--signal"], operands: 1 }],
  [
    "xargs",
    {
      values: [
        ..."InPLdaEs".split("").map((letter) => `-${letter}`),
        "--replace",
        "--max-args",
        "--max-procs",
        "--max-lines",
        "--delimiter",
        "--arg-file",
        "--max-chars",
      ],
    },
  ],
  ["nohup", {}],
  ["setsid", {}],
  ["stdbuf", { values: ["-i", "-o", "-e", "--input", "--output", "--error"] }],
  ["command", { queries: ["-v", "-V"] }],
  ["builtin", {}],
  ["noglob", {}],
  ["winpty", {}],
  ["lima", {}],
  ["unbuffer", {}],
  ["chronic", {}],
  ["flock", { values: ["-w", "--timeout", "-E", "--conflict-exit-code", "-c"], operands: 1 }],
  ["tini", { values: ["-p", "-e"] }],
  ["docker-init", { values: ["-p", "-e"] }],
  ["dumb-init", { values: ["-r", "--rewrite"] }],
  ["catatonit", {}],
  ["op", SECRET_WRAPPER],
  ["doppler", SECRET_WRAPPER],
  ["aws-vault", SECRET_WRAPPER],
  ["chamber", SECRET_WRAPPER],
  ["dotenv", SECRET_WRAPPER],
  ["infisical", SECRET_WRAPPER],
]);

const MAX_PREFIXES = 12;
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*=/;

/**
 * The words of the command that is really started, without `sudo`, `exec`, `env X=y`, `time`, `nice`,
 * `timeout 5`, `xargs` and their like before it. Empty when none is started (`command -v docker`).
 */
export function effectiveWords<Word extends ShellWord>(command: {
  readonly words: readonly Word[];
}): readonly Word[] {
  let { words } = command;
  for (let count = 0; count < MAX_PREFIXES; count++) {
    const inner = withoutPrefix(words);
    if (inner === undefined) return words;
    words = inner;
  }
  return words;
}

/** The words without the first prefix and its options; undefined when they begin with none. */
export function withoutPrefix<Word extends ShellWord>(
  words: readonly Word[],
): readonly Word[] | undefined {
  const prefix = prefixOf(words[0]);
  const next = prefix === undefined ? undefined : afterPrefix(words, prefix);
  return next === undefined ? undefined : words.slice(next);
}

/** The names of the prefixes that `effectiveWords` removes: `["sudo", "exec"]`. */
export function prefixesOf(command: { readonly words: readonly ShellWord[] }): string[] {
  const removed = command.words.length - effectiveWords(command).length;
  return command.words
    .slice(0, removed)
    .filter((word) => prefixOf(word) !== undefined)
    .map((word) => baseName(word.text));
}

function prefixOf(word: ShellWord | undefined): Prefix | undefined {
  return word === undefined || word.dynamic ? undefined : PREFIXES.get(baseName(word.text));
}

/** The index of the command's first word, the length when there is none, undefined when it is no prefix after all. */
function afterPrefix(words: readonly ShellWord[], prefix: Prefix): number | undefined {
  if (prefix.afterDashes === true) {
    const dashes = words.findIndex((word) => word.text === "--");
    return dashes < 0 ? undefined : dashes + 1;
  }
  let operands = prefix.operands ?? 0;
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? "";
    if (text === "--") {
      // A second `--` would belong to the command; operands still come first.
      return Math.min(words.length, index + 1 + operands);
    }
    if (text.startsWith("-") && text.length > 1) {
      if (prefix.queries?.includes(text) === true) return words.length;
      if (takesNext(text, prefix.values ?? [])) index++;
    } else if (prefix.assignments === true && ASSIGNMENT.test(text)) {
      continue;
    } else if (operands > 0) {
      operands--;
    } else {
      return index;
    }
  }
  return words.length;
}

/** Whether an option (or the last letter of bundled short ones) takes the next word. */
function takesNext(option: string, values: readonly string[]): boolean {
  if (option.startsWith("--")) return values.includes(option);
  for (let index = 1; index < option.length; index++) {
    if (values.includes(`-${option[index] ?? ""}`)) return index === option.length - 1;
  }
  return false;
}
