/**
 * Environment files (`.env`, `env_file`) as Compose reads them, with a place for every variable.
 *
 * Semantics: compose-spec/compose-go dotenv/parser.go (e70e961). Values are never part of a message.
 */

import { unknownAt } from "../../model/fact.ts";
import type { Unknown } from "../../model/fact.ts";
import type { SourceFile, Span } from "../../model/source.ts";
import { interpolate } from "./interpolate.ts";
import type { Variables } from "./interpolate.ts";

export interface DotenvEntry {
  readonly name: string;
  /** Undefined when the file only names the variable and it has no value in the environment. */
  readonly value?: string;
  /** The name alone stands there; the value comes from the environment. */
  readonly inherited: boolean;
  /** The value is put together from other variables. */
  readonly derived: boolean;
  /** Variables in the value that have no value. */
  readonly unresolved: readonly string[];
  readonly span: Span;
  readonly valueSpan: Span;
}

export interface Dotenv {
  readonly entries: readonly DotenvEntry[];
  readonly unknowns: readonly Unknown[];
}

/** How many variables a file may set. */
const MAX_ENTRIES = 20_000;
/** How long all values of a file may be together, variables put in. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads an environment file. `raw` is the format in which nothing is quoted or substituted.
 * A later entry of the same name wins.
 */
export function parseDotenv(file: SourceFile, variables: Variables, raw = false): Dotenv {
  const entries: DotenvEntry[] = [];
  const unknowns: Unknown[] = [];
  const own = new Map<string, string>();
  const scope: Variables = {
    lookup: (name) => {
      const outer = variables.lookup(name);
      const inner = own.get(name);
      return outer ?? (inner === undefined ? undefined : { value: inner, from: file.path });
    },
  };
  let characters = 0;
  let position = file.text.startsWith("\uFEFF") ? 1 : 0;
  while (position < file.text.length) {
    if (entries.length >= MAX_ENTRIES || unknowns.length >= 20 || characters > MAX_CHARACTERS) {
      const span = { file, start: position, end: file.text.length };
      const why = "the rest of the file is not read: there is too much in it or too much is wrong";
      unknowns.push(unknownAt(span, "environment file", why, "shorten or correct the file"));
      break;
    }
    const statement = readStatement(file, position, raw);
    position = statement.next;
    if (statement.problem !== undefined) {
      unknowns.push(
        unknownAt(
          statement.span,
          "environment file",
          statement.problem,
          "write lines of the form NAME=value",
        ),
      );
      continue;
    }
    if (statement.name === "") continue;
    const entry = toEntry(statement, scope, raw);
    if (entry.value !== undefined) own.set(entry.name, entry.value);
    characters += entry.value?.length ?? 0;
    entries.push(entry);
  }
  return { entries, unknowns };
}

interface Statement {
  readonly next: number;
  readonly span: Span;
  readonly name: string;
  readonly valueSpan?: Span;
  readonly text?: string;
  readonly quote?: '"' | "'";
  readonly problem?: string;
}

function toEntry(statement: Statement, scope: Variables, raw: boolean): DotenvEntry {
  const { name, span, valueSpan = span, text, quote } = statement;
  if (text === undefined) {
    const found = scope.lookup(name);
    const value = found === undefined ? {} : { value: found.value };
    return { name, ...value, inherited: true, derived: false, unresolved: [], span, valueSpan };
  }
  if (raw || quote === "'") {
    return { name, value: text, inherited: false, derived: false, unresolved: [], span, valueSpan };
  }
  const result = interpolate(quote === '"' ? expandEscapes(text) : text, scope);
  const { text: value, used } = result;
  const unresolved = result.invalid ? [...result.unresolved, name] : result.unresolved;
  const derived = used.some((variable) => variable.found !== undefined);
  return { name, value, inherited: false, derived, unresolved, span, valueSpan };
}

function readStatement(file: SourceFile, from: number, raw: boolean): Statement {
  const { text } = file;
  const start = skip(text, from, /\s/);
  const lineEnd = endOfLine(text, start);
  const span: Span = { file, start, end: trimEnd(text, start, lineEnd) };
  const nothing: Statement = { next: lineEnd + 1, span, name: "" };
  if (start >= text.length || text[start] === "#") return nothing;
  const head = /(?:export[ \t]+)?([A-Za-z0-9_.[\]-]+)[ \t]*([=:]?)/y;
  head.lastIndex = start;
  const match = head.exec(text);
  const name = match?.[1];
  const after = head.lastIndex;
  if (match === null || name === undefined) {
    return { ...nothing, problem: "a line does not begin with the name of a variable" };
  }
  if (match[2] === "") {
    if (/\S/.test(text.slice(after, lineEnd))) {
      return {
        ...nothing,
        problem: "there is something after a name that is neither `=` nor the end",
      };
    }
    return { ...nothing, name };
  }
  if (raw) {
    const valueSpan: Span = { file, start: after, end: Math.max(after, span.end) };
    const value = text.slice(after, lineEnd).replace(/\r$/, "");
    return { ...nothing, name, valueSpan, text: value };
  }
  const valueStart = skip(text, after, /[ \t\v\f\r]/);
  const quote = text[valueStart];
  if (quote === '"' || quote === "'") return readQuoted(file, start, name, valueStart, quote);
  const line = text.slice(valueStart, Math.max(valueStart, lineEnd));
  const comment = line.indexOf(" #");
  const value = (comment < 0 ? line : line.slice(0, comment)).trimEnd();
  const valueSpan: Span = { file, start: valueStart, end: valueStart + value.length };
  return { ...nothing, name, valueSpan, text: value };
}

/** A quoted value may go over several lines. */
function readQuoted(
  file: SourceFile,
  start: number,
  name: string,
  open: number,
  quote: '"' | "'",
): Statement {
  const { text } = file;
  let value = "";
  for (let index = open + 1; index < text.length; index++) {
    const character = text[index] ?? "";
    if (character === "\\" && text[index + 1] === quote) {
      value += quote;
      index += 1;
    } else if (character === "\\") {
      value += character + (text[index + 1] ?? "");
      index += 1;
    } else if (character === quote) {
      const valueSpan: Span = { file, start: open, end: index + 1 };
      const span: Span = { file, start, end: index + 1 };
      return { next: index + 1, span, name, valueSpan, text: value, quote };
    } else value += character;
  }
  const lineEnd = endOfLine(text, open);
  const span: Span = { file, start, end: trimEnd(text, start, lineEnd) };
  return { next: lineEnd + 1, span, name: "", problem: "a quoted value has no closing quote" };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  $: "$$",
  '"': '"',
  "\\": "\\",
};

function expandEscapes(text: string): string {
  return text.replace(/\\(?:0[0-7]{1,3}|[abfnrtv$"\\])/g, (escape) =>
    escape.startsWith("\\0")
      ? String.fromCharCode(Number.parseInt(escape.slice(2), 8))
      : (ESCAPES[escape.slice(1)] ?? escape),
  );
}

function skip(text: string, from: number, what: RegExp): number {
  let index = from;
  while (index < text.length && what.test(text.charAt(index))) index += 1;
  return index;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function trimEnd(text: string, start: number, end: number): number {
  let index = end;
  while (index > start && /\s/.test(text.charAt(index - 1))) index -= 1;
  return index;
}
