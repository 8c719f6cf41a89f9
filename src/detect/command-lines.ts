/** Every command that a workload's source spells out, in one shape: build steps, start commands, hooks and probes. */

import type { Span } from "../model/source.ts";
import { spanText } from "../model/source.ts";
import type { CommandLine, RunStep, ShellCommand, ShellWord, Workload } from "../model/workload.ts";

export interface CommandLines {
  /** For people: "RUN step", "start command", "liveness probe". */
  readonly what: string;
  /** Set for a build step. */
  readonly run?: RunStep;
  readonly commands: readonly ShellCommand[];
  /** The text pieces as written, each at its place, for a search by value. */
  readonly texts: readonly { readonly text: string; readonly span: Span }[];
}

/** Finds the commands of a script; `spanOf` gives the place of a range of its text. */
export type ScriptParser = (
  script: string,
  spanOf: (start: number, end: number) => Span,
) => readonly ShellCommand[];

/** How shell scripts are read, and the words of a command that are a script: of `tini -- sh -c SCRIPT`. */
export interface ShellReader {
  readonly parse: ScriptParser;
  readonly scriptWords: (command: { readonly words: readonly ShellWord[] }) => readonly ShellWord[];
}

/** All commands of a workload. */
export function commandLinesOf(workload: Workload, shell: ShellReader): CommandLines[] {
  const lines: CommandLines[] = [];
  for (const run of workload.build?.runs ?? []) {
    const { span } = run.origin;
    lines.push({
      what: "RUN step",
      run,
      commands: run.commands,
      texts: span === undefined ? [] : [{ text: spanText(span), span }],
    });
  }
  for (const line of startLines(workload)) {
    lines.push(ofLine("start command", line, workload.source, shell));
  }
  for (const exec of workload.execs) {
    if (exec.command !== undefined) {
      lines.push(ofLine(exec.what, exec.command, exec.origin.span ?? workload.source, shell));
    }
  }
  return lines;
}

/** Entrypoint and command in exec form are one command. */
function startLines(workload: Workload): readonly CommandLine[] {
  const { entrypoint, command } = workload.command.known ? workload.command.value : {};
  const both = [entrypoint, command].filter((line) => line !== undefined);
  if (entrypoint === undefined || command === undefined || entrypoint.shell || command.shell) {
    return both;
  }
  const spans = both.flatMap((line) =>
    line.words.map((_, index) => line.spans?.[index] ?? line.span ?? workload.source),
  );
  const span = entrypoint.span ?? command.span;
  return [
    {
      words: [...entrypoint.words, ...command.words],
      shell: false,
      spans,
      ...(span === undefined ? {} : { span }),
    },
  ];
}

function ofLine(
  what: string,
  line: CommandLine,
  otherwise: Span,
  { parse, scriptWords }: ShellReader,
): CommandLines {
  const fallback = line.span ?? otherwise;
  const texts = line.words.map((text, index) => ({ text, span: line.spans?.[index] ?? fallback }));
  if (line.shell) {
    return {
      what,
      texts,
      commands: texts.flatMap(({ text, span }) => parse(text, within(text, span))),
    };
  }
  const words: ShellWord[] = texts.map(({ text, span }) => ({
    text,
    span,
    // Kubernetes expands `$(VAR)` in words that no shell sees.
    dynamic: /\$[({A-Za-z_]/.test(text),
  }));
  return {
    what,
    texts,
    commands: [
      { assignments: [], redirects: [], words, span: fallback },
      ...scriptWords({ words }).flatMap(({ text, span }) => parse(text, within(text, span))),
    ],
  };
}

/** Places within a piece of text, exact where it stands in the file as it is. */
function within(text: string, span: Span): (start: number, end: number) => Span {
  if (spanText(span) === text) {
    return (start, end) => ({ file: span.file, start: span.start + start, end: span.start + end });
  }
  const inner = spanText(span).indexOf(text);
  if (inner < 0) return () => span;
  const base = span.start + inner;
  return (start, end) => ({ file: span.file, start: base + start, end: base + end });
}
