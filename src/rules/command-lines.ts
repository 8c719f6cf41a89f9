/** Every command that a workload's source spells out, in one shape: build steps, start commands, hooks and probes. */

import type { Span } from "../model/source.ts";
import { spanText } from "../model/source.ts";
import type { RunStep } from "../model/build-steps.ts";
import type { CommandLine } from "../model/command.ts";
import type { ShellCommand, ShellWord } from "../model/shell-command.ts";
import type { Workload } from "../model/workload.ts";
import { scriptWords } from "../readers/shell/nested-scripts.ts";
import { parseShell } from "../readers/shell/parse.ts";

export interface CommandLines {
  /** For people: "RUN step", "start command", "liveness probe". */
  readonly what: string;
  /** Set for a build step. */
  readonly run?: RunStep;
  readonly commands: readonly ShellCommand[];
  /** The text pieces as written, each at its place, for a search by value. */
  readonly texts: readonly { readonly text: string; readonly span: Span }[];
}

/** All commands of a workload. */
export function commandLinesOf(workload: Workload): CommandLines[] {
  const steps = (workload.build?.runs ?? []).map((run): CommandLines => {
    const { span } = run.origin;
    const texts = span === undefined ? [] : [{ text: spanText(span), span }];
    return { what: "RUN step", run, commands: run.commands, texts };
  });
  return [...steps, ...startedLines(workload).map(readLine)];
}

/** A command line that starts a process in the container. */
export interface StartedLine {
  readonly what: string;
  readonly line: CommandLine;
  /** The line's place, or the workload's when it has none. */
  readonly span: Span;
}

/** The start command, lifecycle hooks, probes and `docker exec`. */
export function startedLines(workload: Workload): StartedLine[] {
  const lines = startCommand(workload).map((line) => ({
    what: "start command",
    line,
    span: line.span ?? workload.source,
  }));
  for (const { what, command: line, origin } of workload.execs) {
    if (line === undefined) continue;
    lines.push({ what, line, span: line.span ?? origin.span ?? workload.source });
  }
  return lines;
}

/** Entrypoint and command in exec form are one command. */
function startCommand(workload: Workload): readonly CommandLine[] {
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

/** The commands of a line, with those of a script in it. */
export function readLine({ what, line, span: fallback }: StartedLine): CommandLines {
  const texts = line.words.map((text, index) => ({ text, span: line.spans?.[index] ?? fallback }));
  if (line.shell) {
    return {
      what,
      texts,
      commands: texts.flatMap(({ text, span }) => parseShell(text, within(text, span))),
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
      ...scriptWords({ words }).flatMap(({ text, span }) => parseShell(text, within(text, span))),
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
