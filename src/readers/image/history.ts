/**
 * The build steps that an image's history tells, with the build arguments that stand in them.
 * Sources: buildkit 73ed6825c frontend/dockerfile/dockerfile2llb/convert.go (commitToHistory,
 * runCommandString, dispatchArg); moby b985e2313a daemon/builder/dockerfile/dispatchers.go (classic).
 */

export interface HistoryStep {
  /** `ARG`, `RUN`, `ENV`…; undefined when it is not to be told. */
  readonly instruction?: string;
  /** Variables in it with their values: of `ARG K=V`, `ENV K=V`, `LABEL k=v` and `RUN |N K=V`. */
  readonly variables: readonly HistoryVariable[];
  /** The command of a RUN without its build arguments, or the rest of another instruction. */
  readonly rest: string;
}

export interface HistoryVariable {
  readonly name: string;
  readonly value: string;
  /** Where the value stands in `created_by`. */
  readonly start: number;
  readonly end: number;
}

const CLASSIC = /^\/bin\/sh -c #\(nop\) {1,2}/;
const INSTRUCTION =
  /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\s+/;

/**
 * Reads one `created_by`. `known` are the names of build arguments that earlier steps declared: without
 * quotes, only they tell where the value of one ends and the next begins.
 */
export function parseHistoryStep(createdBy: string, known: ReadonlySet<string>): HistoryStep {
  const classic = CLASSIC.exec(createdBy)?.[0].length ?? 0;
  const instruction = INSTRUCTION.exec(createdBy.slice(classic, classic + 100));
  const start = classic + (instruction?.[0].length ?? 0);
  const withArguments = /^\|(\d{1,4}) /.exec(createdBy.slice(start, start + 10));
  if (withArguments !== null && (instruction === null || instruction[1] === "RUN")) {
    return runStep(createdBy, start + withArguments[0].length, Number(withArguments[1]), known);
  }
  const name = instruction?.[1];
  if (name === undefined) {
    return {
      ...(createdBy.startsWith("/bin/sh -c ") ? { instruction: "RUN" } : {}),
      variables: [],
      rest: createdBy,
    };
  }
  const end = endOf(createdBy);
  const variables =
    name === "ARG"
      ? single(createdBy, start, end)
      : name === "ENV" || name === "LABEL"
        ? pairs(createdBy, start, end)
        : [];
  return { instruction: name, variables, rest: createdBy.slice(start, end) };
}

/** BuildKit marks steps that ran by a comment at the end. */
function endOf(createdBy: string): number {
  const mark = " # buildkit";
  return createdBy.endsWith(mark) ? createdBy.length - mark.length : createdBy.length;
}

function single(text: string, start: number, end: number): HistoryVariable[] {
  const equals = text.indexOf("=", start);
  if (equals < 0 || equals >= end) return [];
  return [
    { name: text.slice(start, equals), value: text.slice(equals + 1, end), start: equals + 1, end },
  ];
}

const NAME = /(?:^|\s)([A-Za-z_][\w.-]{0,200})=/g;

/** `A=1 B=two words`: a value goes on up to the next name. */
function pairs(text: string, start: number, end: number): HistoryVariable[] {
  const names = [...text.slice(start, end).matchAll(NAME)];
  return names.map((match, index) => {
    const from = start + match.index + match[0].length;
    const next = names[index + 1];
    const to = next === undefined ? end : start + next.index;
    return { name: match[1] ?? "", value: text.slice(from, to), start: from, end: to };
  });
}

/** `|2 A=1 B=two words /bin/sh -c command` */
function runStep(
  text: string,
  start: number,
  count: number,
  known: ReadonlySet<string>,
): HistoryStep {
  const end = endOf(text);
  const all = [...text.slice(start, end).matchAll(NAME)];
  const declared = all.filter(([, name = ""]) => known.has(name));
  const names = (declared.length >= count ? declared : all).slice(0, count);
  const last = names.at(-1);
  if (last === undefined)
    return { instruction: "RUN", variables: [], rest: text.slice(start, end) };
  const lastStart = start + last.index + last[0].length;
  const command = commandStart(text, lastStart, end);
  const variables = names.map((match, index): HistoryVariable => {
    const from = start + match.index + match[0].length;
    const next = names[index + 1];
    const to = next === undefined ? command : start + next.index;
    return { name: match[1] ?? "", value: text.slice(from, to), start: from, end: to };
  });
  return { instruction: "RUN", variables, rest: text.slice(command, end).trimStart() };
}

/** Where the command begins: at the shell, or after the value's first word. */
function commandStart(text: string, from: number, end: number): number {
  const shell =
    /\s(?:\/\S*\/)?(?:sh|bash|ash|dash|zsh|ksh|pwsh|powershell|cmd)(?:\.exe)? (?:-\S+ )*(?:-\S*c|\/S|-Command)\s/.exec(
      text.slice(from, end),
    );
  if (shell !== null) return from + shell.index;
  const space = text.indexOf(" ", from);
  return space < 0 || space > end ? end : space;
}
