/** The scripts of shell-form commands, and the simple commands in them. */

import type { Span } from "../../model/source.ts";
import type { WrittenText } from "../../model/build-steps.ts";
import type { CommandLine } from "../../model/command.ts";
import type { ShellCommand } from "../../model/shell-command.ts";
import { scriptWords } from "../shell/nested-scripts.ts";
import { parseShell } from "../shell/parse.ts";
import { isShell } from "../shell/shells.ts";
import type { ParsedWord } from "../shell/syntax.ts";
import { baseName } from "../paths.ts";
import { heredocOf } from "./heredoc.ts";
import type { LogicalText } from "./logical-text.ts";
import { joinRanges, spanIn, spansIn } from "./logical-text.ts";
import type { Heredoc, Instruction } from "./syntax.ts";

/** The command line of RUN, CMD, ENTRYPOINT. In shell form one word: the script. */
export function commandLine(instruction: Instruction): CommandLine {
  const { line, words, json, rest } = instruction;
  if (json) {
    return {
      words: words.map(({ text }) => text),
      shell: false,
      span: spanIn(line, rest.start, rest.end),
      spans: words.map(({ start, end }) => spanIn(line, start, end)),
    };
  }
  const { text } = scriptOf(instruction);
  return {
    words: text === "" ? [] : [text],
    shell: true,
    span: spanIn(line, rest.start, rest.end),
  };
}

/** `HEALTHCHECK CMD …` as the command that stands behind its first word. */
export function withoutFirstWord(instruction: Instruction): Instruction {
  const { line, words, rest } = instruction;
  const start = words[0]?.end ?? rest.start;
  const blanks = /^\s*/.exec(line.text.slice(start, rest.end))?.[0].length ?? 0;
  const from = start + blanks;
  const text = line.text.slice(from, rest.end);
  return { ...instruction, words: words.slice(1), rest: { text, start: from, end: rest.end } };
}

/** The script of a shell-form instruction, heredocs put in as BuildKit does, with its places. */
function scriptOf(instruction: Instruction): LogicalText {
  const { line, rest, heredocs } = instruction;
  const { file } = line;
  const at = line.offsets[0] ?? 0;
  const first = heredocs[0];
  const last = heredocs.at(-1);
  if (first !== undefined && heredocOf(rest.text) !== undefined) return heredocText(line, first);
  const ranges = spansIn(line, rest.start, rest.end).map(({ start, end }): [number, number] => [
    start,
    end,
  ]);
  if (first !== undefined && last !== undefined) {
    // The line ending before the first body comes with it.
    const from =
      file.text.charAt(first.bodyStart - 1) === "\n" ? first.bodyStart - 1 : first.bodyStart;
    const newline = file.text.indexOf("\n", last.bodyEnd);
    const end = last.terminated && newline >= 0 ? newline : file.text.length;
    ranges.push([from, file.text.charAt(end - 1) === "\r" ? end - 1 : end]);
  }
  return joinRanges(file, ranges, at);
}

/** The bodies of an instruction's heredocs at their places, as written. */
export function heredocBodies({ line, heredocs }: Instruction): readonly WrittenText[] {
  const { file } = line;
  return heredocs.map(({ bodyStart, bodyEnd }) => ({
    text: file.text.slice(bodyStart, bodyEnd),
    span: { file, start: bodyStart, end: bodyEnd },
  }));
}

/** The content of a heredoc; `<<-` drops leading tabs. */
export function heredocText(line: LogicalText, heredoc: Heredoc): LogicalText {
  const { file } = line;
  const { bodyStart, bodyEnd } = heredoc;
  if (!heredoc.stripTabs) return joinRanges(file, [[bodyStart, bodyEnd]], bodyStart);
  const ranges: [number, number][] = [];
  for (let at = bodyStart; at < bodyEnd;) {
    const newline = file.text.indexOf("\n", at);
    const end = newline < 0 || newline >= bodyEnd ? bodyEnd : newline + 1;
    while (at < end && file.text.charCodeAt(at) === 9) at++;
    ranges.push([at, end]);
    at = end;
  }
  return joinRanges(file, ranges, bodyStart);
}

/**
 * The simple commands of a RUN, CMD or ENTRYPOINT. Empty for scripts of other languages: another SHELL,
 * another interpreter behind `#!`.
 */
export function commandsOf(
  instruction: Instruction,
  shell: readonly string[] | undefined,
): readonly ShellCommand[] {
  if (instruction.json) return execCommands(instruction);
  if (instruction.words.length === 0) return [];
  if (shell !== undefined && !runsScripts(shell[0] ?? "")) return [];
  return shellCommands(scriptOf(instruction));
}

/** The commands of a shell script, unless its first line names another interpreter. */
export function shellCommands(script: LogicalText): readonly ShellCommand[] {
  const interpreter = /^#![ \t]*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(script.text);
  if (interpreter !== null) {
    const [, program = "", argument = ""] = interpreter;
    if (!runsScripts(baseName(program) === "env" ? argument : program)) return [];
  }
  return parseShell(script.text, (start, end) => spanIn(script, start, end));
}

/** `busybox sh` is a shell too. */
function runsScripts(program: string): boolean {
  return isShell(program) || baseName(program) === "busybox";
}

/** Exec form: one command, and those of the script when it is `sh -c`. */
function execCommands({ line, words, rest }: Instruction): readonly ShellCommand[] {
  if (words.length === 0) return [];
  const parsed = words.map((word): ParsedWord => {
    const span = spanIn(line, word.start, word.end);
    const { text } = word;
    return { text, dynamic: false, span, parts: [{ kind: "literal", text, quoted: true, span }] };
  });
  const span = spanIn(line, rest.start, rest.end);
  const command = { words: parsed, assignments: [], redirects: [], span };
  const script = scriptWords(command)[0];
  const index = script === undefined ? -1 : parsed.indexOf(script);
  const word = words[index];
  if (word === undefined) return [command];
  return [command, ...parseShell(word.text, jsonSpans(line, word))];
}

/** Places within a JSON string: exact where it holds no escapes, else the whole string. */
function jsonSpans(
  line: LogicalText,
  word: { readonly text: string; readonly start: number; readonly end: number },
): (start: number, end: number) => Span {
  const exact = word.end - word.start === word.text.length;
  return exact
    ? (start, end) => spanIn(line, word.start + start, word.start + end)
    : () => spanIn(line, word.start, word.end);
}
