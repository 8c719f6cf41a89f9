/**
 * Recipes of a Makefile: what make hands to the shell, with the places of recipes and variables.
 * Source: GNU make 4.4 manual, "Writing Recipes" and "How to Use Variables".
 */

import type { SourceFile, Span } from "../../model/source.ts";
import type { TextPiece } from "../shell/mapped-text.ts";
import { mapText } from "../shell/mapped-text.ts";
import type { Collection } from "./collect.ts";
import { basesOf, collectScript } from "./collect.ts";
import type { Line } from "./makefile-lines.ts";
import { ASSIGNMENT, readLines, textOf } from "./makefile-lines.ts";
import { newVariables } from "./variables.ts";

interface Definition {
  readonly span: Span;
  /** Set to different values, so that none can be relied on. */
  readonly ambiguous?: boolean;
  /** Values added with `+=`. */
  readonly added: readonly Span[];
}

type Definitions = Map<string, Definition>;

/** How deep variables may refer to each other, and how long an expanded recipe line may be. */
const MAX_DEPTH = 12;
const MAX_LENGTH = 60_000;
/** Characters that variables may bring into all recipes together. */
const MAX_EXPANDED = 1_000_000;
/** `$(shell …)` in one line. */
const MAX_SHELL_CALLS = 20;

export function collectMakefile(collection: Collection): void {
  const { file } = collection;
  const lines = readLines(file);
  const definitions = definitionsOf(file, lines);
  const budget = { left: MAX_EXPANDED };
  const oneShell = lines.some(
    (line) => line.recipe === undefined && /^\.ONESHELL[ ]*:/.test(textOf(file, line)),
  );
  for (const group of scriptsOf(file, lines, oneShell)) {
    const pieces: TextPiece[] = [];
    for (const span of group) {
      expand({ definitions, pieces, length: 0, budget }, span, undefined, 0);
      const { end } = span;
      pieces.push({ text: "\n", span: { file, start: end, end } });
    }
    const fallback = group[0] ?? { file, start: 0, end: 0 };
    const { context } = collection;
    const scope = { context, bases: basesOf(file), variables: newVariables() };
    collectScript(collection, mapText(pieces, fallback), scope);
  }
}

/** The scripts of a Makefile: each recipe line, or with `.ONESHELL` each recipe, and what `$(shell …)` runs. */
function scriptsOf(
  file: SourceFile,
  lines: readonly Line[],
  oneShell: boolean,
): readonly (readonly Span[])[] {
  const scripts: Span[][] = [];
  let previous: Line | undefined;
  for (const line of lines) {
    if (line.recipe === undefined) {
      for (const span of shellCalls(file, line)) scripts.push([span]);
      previous = undefined;
      continue;
    }
    const span = recipeSpan({ file, start: line.recipe, end: line.end });
    const recipe = scripts.at(-1);
    if (oneShell && previous !== undefined && recipe !== undefined) recipe.push(span);
    else scripts.push([span]);
    previous = line;
  }
  return scripts;
}

/** The commands of `$(shell …)` in a line that is no recipe: make runs them while it reads the file. */
function shellCalls(file: SourceFile, line: Line): readonly Span[] {
  const text = textOf(file, line);
  if (!text.includes("(shell") || /^[ ]*#/.test(text)) return [];
  const spans: Span[] = [];
  for (const found of text.matchAll(/\$\(shell[ \t]+/g)) {
    if (spans.length >= MAX_SHELL_CALLS) break;
    const end = functionEnd(text, found.index);
    const start = found.index + found[0].length;
    if (end > start) spans.push({ file, start: line.start + start, end: line.start + end - 1 });
  }
  return spans;
}

const DEFINE =
  /^[ ]*(?:(?:export|override)[ \t]+)*define[ \t]+([A-Za-z_][\w.-]*)[ \t]*(?:=|:=|\?=)?[ \t]*\r?$/;

function definitionsOf(file: SourceFile, lines: readonly Line[]): Definitions {
  const definitions: Definitions = new Map();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined || line.recipe !== undefined) continue;
    const text = file.text.slice(line.start, line.end);
    const block = DEFINE.exec(text)?.[1];
    if (block !== undefined) {
      let last = index + 1;
      while (last < lines.length && !/^[ ]*endef\b/.test(textOf(file, lines[last]))) last++;
      const start = lines[index + 1]?.start ?? line.end;
      const end = Math.max(start, (lines[last]?.start ?? file.text.length) - 1);
      define(definitions, block, "=", { file, start, end });
      index = last;
      continue;
    }
    const found = ASSIGNMENT.exec(text);
    if (found === null) continue;
    const [head, name = "", operator = ""] = found;
    const comment = /\s#/.exec(text.slice(head.length));
    const raw = text.slice(head.length, comment === null ? undefined : head.length + comment.index);
    const start = line.start + head.length;
    define(definitions, name, operator, { file, start, end: start + raw.trimEnd().length });
  }
  return definitions;
}

function define(definitions: Definitions, name: string, operator: string, span: Span): void {
  const earlier = definitions.get(name);
  if (operator === "+=" && earlier !== undefined) {
    if (earlier.added.length < 200)
      definitions.set(name, { ...earlier, added: [...earlier.added, span] });
  } else if (operator !== "?=" || earlier === undefined) {
    const textAt = (place: Span): string => place.file.text.slice(place.start, place.end);
    const differs = earlier !== undefined && textAt(earlier.span) !== textAt(span);
    definitions.set(name, { span, added: [], ...(differs ? { ambiguous: true } : {}) });
  }
}

/** Without the prefix and the signs that only tell make what to do. */
function recipeSpan(span: Span): Span {
  const head =
    /^[^\w$({["'/.]?[ \t]*(?:[-@+][ \t]*)*/.exec(
      span.file.text.slice(span.start, span.start + 200),
    )?.[0] ?? "";
  return { ...span, start: Math.min(span.end, span.start + head.length) };
}

interface Expansion {
  readonly definitions: Definitions;
  readonly pieces: TextPiece[];
  length: number;
  readonly budget: { left: number };
}

const REFERENCE =
  /\$(?:\$|\((?<round>[^()$\s]{1,80})\)|\{(?<curly>[^{}$\s]{1,80})\}|(?<automatic>[@<^*+?%|]))|\$[({]/g;

/** Adds the text of a span with variables put in; `use` is where the outermost variable stands. */
function expand(state: Expansion, span: Span, use: Span | undefined, depth: number): void {
  const { file } = span;
  const text = file.text.slice(span.start, span.end);
  let start = 0;
  const add = (piece: string, from: number, to: number): void => {
    if (piece === "") return;
    const place = { file, start: span.start + from, end: span.start + to };
    state.pieces.push({
      text: piece,
      span: place,
      ...(use === undefined ? {} : { use, within: span }),
    });
    state.length += piece.length;
  };
  for (const found of text.matchAll(REFERENCE)) {
    const { index } = found;
    if (index < start) continue;
    add(text.slice(start, index), start, index);
    const [written] = found;
    start = index + written.length;
    const name = found.groups?.["round"] ?? found.groups?.["curly"];
    if (written === "$$") add("$", index, start);
    else if (found.groups?.["automatic"] !== undefined) add("${MAKE_AUTOMATIC}", index, start);
    else if (name === undefined) {
      start = functionEnd(text, index);
      const called = /^\$[({]call[ \t]+([A-Za-z_][\w.-]*)[ \t]*[,)}]/.exec(
        text.slice(index, start),
      );
      const outer = use ?? { file, start: span.start + index, end: span.start + start };
      if (called !== null && put(state, called[1] ?? "", outer, depth)) continue;
      add(functionText(text.slice(index, start)), index, start);
    } else {
      const outer = use ?? { file, start: span.start + index, end: span.start + start };
      if (!put(state, name, outer, depth)) add(variableText(name), index, start);
    }
  }
  add(text.slice(start), start, text.length);
}

/** Puts a variable's value in; false when it is not known. */
function put(state: Expansion, name: string, use: Span, depth: number): boolean {
  const definition = state.definitions.get(name);
  if (definition === undefined || definition.ambiguous === true || depth >= MAX_DEPTH) return false;
  const spans = [definition.span, ...definition.added];
  const size = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  state.budget.left -= size + 1;
  if (state.length + size > MAX_LENGTH || state.budget.left < 0) return false;
  for (const [index, span] of spans.entries()) {
    if (index > 0) state.pieces.push({ text: " ", span: { ...span, end: span.start }, use });
    expand(state, span, use, depth + 1);
  }
  return true;
}

/** What is not known is left to the shell's reader as a variable of the same name. */
function variableText(name: string): string {
  if (name === "CURDIR" || name === "PWD") return "${PWD}";
  return /^[A-Za-z_]\w*$/.test(name) ? `\${${name}}` : "${MAKE_VALUE}";
}

/** The end of `$(function …)`, with its parentheses balanced. */
function functionEnd(text: string, start: number): number {
  const open = text[start + 1] ?? "(";
  const close = open === "(" ? ")" : "}";
  let depth = 0;
  const limit = Math.min(text.length, start + 2000);
  for (let index = start + 1; index < limit; index++) {
    if (text[index] === open) depth++;
    else if (text[index] === close && --depth === 0) return index + 1;
  }
  return limit;
}

/** `$(shell pwd)` is a command; of other functions nothing is known. */
function functionText(written: string): string {
  const command = /^\$\(shell\s+([^()`"']{1,200})\)$/.exec(written)?.[1];
  if (command !== undefined) return `$(${command.replaceAll("$$", "$")})`;
  if (/^\$[({](abspath|realpath|dir)\b/.test(written)) return "${PWD}";
  return "${MAKE_VALUE}";
}
