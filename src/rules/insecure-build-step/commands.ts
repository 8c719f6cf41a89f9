/** Weaknesses that single commands of a build step bring. */

import type { RunStep } from "../../model/build-steps.ts";
import type { ShellCommand, ShellWord } from "../../model/shell-command.ts";
import { baseName } from "../../readers/paths.ts";
import { effectiveWords, prefixesOf } from "../../readers/shell/effective-words.ts";
import type { FindingDraft } from "../contract.ts";
import { downloadChecks } from "./download-checks.ts";
import { EMPTY_PASSWORD, fileChecks } from "./file-checks.ts";
import { commandSwitches } from "./switches.ts";
import { draft } from "./weakness.ts";
import { writtenSettings } from "./written-settings.ts";

const CHECKS = [...downloadChecks, ...fileChecks];

/** Findings on the commands of a step. */
export function commandWeaknesses(run: RunStep): FindingDraft[] {
  const removed = removedPaths(run);
  return run.commands.flatMap((command, index) => [
    ...judge(command, run, removed),
    ...writtenSettings(command, run.inImage),
    ...emptyChpasswd(command, run.commands[index - 1], run),
    ...commandSwitches(command),
  ]);
}

function judge(command: ShellCommand, run: RunStep, removed: ReadonlySet<string>): FindingDraft[] {
  const [first, ...rest] = innermost(effectiveWords(command));
  const program = baseName(first?.text ?? "");
  const texts = rest.map(({ text }) => text);
  const found = CHECKS.filter(
    (check) =>
      check.programs.test(program) &&
      (check.leaves !== true || (run.inImage && !isRemovedAgain(texts, removed))) &&
      check.shows(texts, command),
  );
  return found.map(({ weakness, subject }) =>
    draft({
      ...weakness,
      confidence: prefixesOf(command).length > 3 ? "medium" : (weakness.confidence ?? "high"),
      at: command.span,
      subject,
    }),
  );
}

/** The command that `find … -exec` starts. */
function innermost(words: readonly ShellWord[]): readonly ShellWord[] {
  if (baseName(words[0]?.text ?? "") !== "find") return words;
  const at = words.findIndex(({ text }) => /^-(?:exec|execdir|ok|okdir)$/.test(text));
  if (at < 0) return words;
  const end = words.findIndex(({ text }, index) => index > at && (text === ";" || text === "+"));
  return effectiveWords({ words: words.slice(at + 1, end < 0 ? words.length : end) });
}

/** Paths that a step removes again. */
function removedPaths(run: RunStep): ReadonlySet<string> {
  return new Set(
    run.commands.flatMap((command) => {
      const [program, ...words] = effectiveWords(command);
      return baseName(program?.text ?? "") === "rm" ? words.map(({ text }) => text) : [];
    }),
  );
}

/** Whether all paths that a command names are removed by the step that makes them. */
function isRemovedAgain(texts: readonly string[], removed: ReadonlySet<string>): boolean {
  const paths = texts.filter((text) => /^["']?(?:\/|\$)/.test(text));
  return paths.length > 0 && paths.every((path) => removed.has(path));
}

/** `echo root: | chpasswd`. */
function emptyChpasswd(
  command: ShellCommand,
  before: ShellCommand | undefined,
  run: RunStep,
): FindingDraft[] {
  const program = baseName(effectiveWords(command)[0]?.text ?? "");
  const last: ShellWord | undefined = before?.words.at(-1);
  if (!run.inImage || program !== "chpasswd" || command.joinedBy !== "|" || last === undefined)
    return [];
  if (last.dynamic || !/^[\w.-]+:$/.test(last.text)) return [];
  return [draft({ ...EMPTY_PASSWORD, at: command.span, subject: "empty password" })];
}
