/**
 * A small parser of POSIX shell and bash: it finds every simple command of a script, wherever it
 * stands, with its words, assignments and redirections. One pass, any text in, no errors.
 *
 * Commands come in the order of the text, with two exceptions: the commands of `$(…)` come before the
 * pipeline that uses them, and the commands of `sh -c "…"`, `eval` and a heredoc for a shell come
 * after it. The first command of each such list has no `joinedBy`.
 */

import type { Span } from "../../model/source.ts";
import { mapText } from "./mapped-text.ts";
import type { TextPiece } from "./mapped-text.ts";
import { baseName } from "../paths.ts";
import type { Cursor } from "./cursor.ts";
import { match, peek, skipBlanks } from "./cursor.ts";
import { effectiveWords } from "./effective-words.ts";
import { readsScript, scriptWords } from "./nested-scripts.ts";
import type { Heredoc } from "./redirects.ts";
import { REDIRECT } from "./redirects.ts";
import { readCommand, skipArithmeticCommand } from "./simple-command.ts";
import type { ParsedCommand, ParsedScript, ShellOptions, SpanOf } from "./syntax.ts";
import { readExpansions, readWord } from "./words.ts";

/** Words that are read of one script; parsing stops there. */
const MAX_WORDS = 100_000;
/** How often a script may stand in a word of a script. */
const MAX_SCRIPTS_DEEP = 6;

/** Finds the commands of a script. `spanOf` gives the place of a range of `text`. */
export function parseShell(
  text: string,
  spanOf: SpanOf,
  options: ShellOptions = {},
): readonly ParsedCommand[] {
  return parseScript(text, spanOf, options).commands;
}

/** As `parseShell`, and says where it stopped when the script is too large. */
export function parseScript(
  text: string,
  spanOf: SpanOf,
  options: ShellOptions = {},
): ParsedScript {
  const budget = { left: MAX_WORDS };
  const run: Run = { budget, placeholders: options.placeholders === true, scripts: 0 };
  const { commands, stoppedAt } = parseText(text, spanOf, run, "script", options.useOf);
  return {
    commands,
    ...(stoppedAt === undefined ? {} : { stoppedAt }),
  };
}

/** What all texts of one call share. */
interface Run {
  readonly budget: { left: number };
  readonly placeholders: boolean;
  /** How many texts are open within each other. */
  scripts: number;
}

interface ListState {
  readonly cursor: Cursor;
  readonly run: Run;
  /** Commands of substitutions, not yet placed. */
  nested: ParsedCommand[];
  heredocs: Heredoc[];
}

function parseText(
  text: string,
  spanOf: SpanOf,
  run: Run,
  as: "script" | "heredoc" = "script",
  useOf?: SpanOf,
): ParsedScript {
  run.scripts++;
  const state: ListState = {
    run,
    nested: [],
    heredocs: [],
    cursor: {
      text,
      spanOf,
      placeholders: run.placeholders,
      ...(useOf === undefined ? {} : { useOf }),
      at: text.startsWith("\ufeff") ? 1 : 0,
      end: text.length,
      depth: 0,
      budget: run.budget,
      substitution: () => {
        for (const command of parseList(state, true)) state.nested.push(command);
      },
      embedded: (cursor, parts) => {
        for (const command of parsePieces(parts, cursor.spanOf(cursor.at, cursor.at), run)) {
          state.nested.push(command);
        }
      },
    },
  };
  if (as === "heredoc") readExpansions(state.cursor);
  const commands = as === "heredoc" ? state.nested : parseList(state, false);
  run.scripts--;
  const { at } = state.cursor;
  return { commands, ...(at < text.length ? { stoppedAt: spanOf(at, text.length) } : {}) };
}

/** Parses a script that was put together from pieces. */
function parsePieces(
  pieces: readonly TextPiece[],
  fallback: Span,
  run: Run,
): readonly ParsedCommand[] {
  if (run.scripts >= MAX_SCRIPTS_DEEP || pieces.length === 0) return [];
  const mapped = mapText(pieces, fallback);
  return parseText(mapped.text, mapped.spanOf, run).commands;
}

const OPERATOR = /&&|\|\||\|&|;;&|;;|;&|[;&|]/y;
/** Reads a list up to the end of the text, or up to and including the closing parenthesis. */
function parseList(state: ListState, inParentheses: boolean): ParsedCommand[] {
  const { cursor } = state;
  const outerNested = state.nested;
  const outerHeredocs = state.heredocs;
  state.nested = [];
  state.heredocs = [];
  const out: ParsedCommand[] = [];
  let pipeline: ParsedCommand[] = [];
  const open: ("(" | "case" | "pattern")[] = [];
  let joiner: string | undefined;

  const flush = (): void => {
    for (const command of state.nested) out.push(command);
    for (const command of pipeline) out.push(command);
    for (const command of pipeline) {
      for (const inner of scriptOf(command, state)) out.push(inner);
    }
    state.nested = [];
    pipeline = [];
  };
  const join = (by: string): void => {
    if (by !== "|") flush();
    if (joiner === undefined && out.length + pipeline.length > 0) joiner = by;
  };

  while (cursor.at < cursor.end && cursor.budget.left > 0) {
    skipBlanks(cursor);
    const char = peek(cursor);
    if (char === "") break;
    if (char === "#") {
      const line = cursor.text.indexOf("\n", cursor.at);
      cursor.at = line < 0 ? cursor.end : line;
      continue;
    }
    if (char === "\n" || char === "\r") {
      cursor.at++;
      join("\n");
      if (char === "\n" && state.heredocs.length > 0) readHeredocs(state, out);
      continue;
    }
    if (open.at(-1) === "pattern") {
      readPattern(state, open);
      continue;
    }
    if (char === ")") {
      cursor.at++;
      cursor.budget.left--;
      if (open.at(-1) === "(") open.pop();
      else if (inParentheses) break;
      continue;
    }
    if (char === "(") {
      cursor.budget.left--;
      if (peek(cursor, 1) === "(" && skipArithmeticCommand(cursor)) continue;
      cursor.at++;
      open.push("(");
      continue;
    }
    const redirect = match(cursor, REDIRECT);
    const operator = redirect === "" ? match(cursor, OPERATOR) : "";
    if (operator !== "") {
      cursor.at += operator.length;
      cursor.budget.left--;
      if (operator.startsWith(";;") || operator === ";&") {
        join(";");
        if (open.at(-1) === "case") open[open.length - 1] = "pattern";
      } else join(operator === "|&" ? "|" : operator);
      continue;
    }
    const { at } = cursor;
    const read = readCommand(cursor, state.heredocs, joiner);
    if (read === undefined) {
      // No word can begin here; step over the character.
      if (cursor.at === at) cursor.at++;
      cursor.budget.left--;
    } else if (read === "case") {
      open.push("pattern");
    } else if (read === "esac") {
      if (open.at(-1) === "case") open.pop();
    } else if (read !== "word") {
      pipeline.push(read);
      joiner = undefined;
    }
  }
  flush();
  if (state.heredocs.length > 0) readHeredocs(state, out);
  state.nested = outerNested;
  state.heredocs = outerHeredocs;
  return out;
}

/** A pattern of `case`, up to its parenthesis; or `esac`. */
function readPattern(state: ListState, open: ("(" | "case" | "pattern")[]): void {
  const { cursor } = state;
  if (peek(cursor) === "(") cursor.at++;
  for (;;) {
    skipBlanks(cursor);
    const char = peek(cursor);
    if (char === "") return;
    if (char === "\n" || char === "\r") return;
    if (char === ")") {
      cursor.at++;
      open[open.length - 1] = "case";
      return;
    }
    const word = readWord(cursor);
    if (word === undefined) cursor.at++;
    else if (!word.dynamic && word.text === "esac" && peek(cursor) !== ")") {
      open.pop();
      return;
    }
  }
}

/** At the beginning of a line: the bodies of the heredocs of the line before. */
function readHeredocs(state: ListState, out: ParsedCommand[]): void {
  const { cursor, run } = state;
  const pending = state.heredocs;
  state.heredocs = [];
  for (const heredoc of pending) {
    const start = cursor.at;
    let end = cursor.end;
    while (cursor.at < cursor.end) {
      const found = cursor.text.indexOf("\n", cursor.at);
      const lineEnd = found < 0 ? cursor.end : found;
      let line = cursor.text.slice(cursor.at, lineEnd);
      if (line.endsWith("\r")) line = line.slice(0, -1);
      if (heredoc.stripTabs) line = line.replace(/^\t+/, "");
      const lineStart = cursor.at;
      cursor.at = Math.min(cursor.end, lineEnd + 1);
      if (line === heredoc.delimiter) {
        end = lineStart;
        break;
      }
    }
    if (end < start) end = start;
    heredoc.redirect.body = cursor.spanOf(start, end);
    const body = cursor.text.slice(start, end);
    const piece: TextPiece = { text: body, span: cursor.spanOf(start, end) };
    if (heredoc.command !== undefined && isScriptFor(heredoc.command, out)) {
      for (const command of parsePieces([piece], piece.span, run)) out.push(command);
    } else if (heredoc.expands && run.scripts < MAX_SCRIPTS_DEEP && /\$\(|`/.test(body)) {
      const { text, spanOf } = mapText([piece], piece.span);
      for (const command of parseText(text, spanOf, run, "heredoc").commands) out.push(command);
    }
  }
}

/** Commands that pass on what they read. */
const PASSES_ON = new Set(["cat", "tee", "sed", "envsubst"]);
/** In longer pipes no shell is looked for. */
const MAX_PIPE = 50;

/** Whether a shell reads the heredoc of a command: itself, or behind a pipe (`cat <<EOF | sh`). */
function isScriptFor(command: ParsedCommand, out: readonly ParsedCommand[]): boolean {
  if (readsScript(command)) return true;
  const recent = out.slice(-MAX_PIPE);
  let at = recent.lastIndexOf(command);
  if (at < 0) return false;
  for (let from = recent[at]; from !== undefined; from = recent[at]) {
    const name = baseName(effectiveWords(from)[0]?.text ?? "");
    const next = recent[++at];
    if (!PASSES_ON.has(name) || next?.joinedBy !== "|") return false;
    if (readsScript(next)) return true;
  }
  return false;
}

/** The commands of a script that a command is given as a word. */
function scriptOf(command: ParsedCommand, state: ListState): readonly ParsedCommand[] {
  if (command.words.length < 2 || state.run.scripts >= MAX_SCRIPTS_DEEP) return [];
  const words = scriptWords(command);
  const pieces: TextPiece[] = [];
  for (const word of words) {
    if (pieces.length > 0) {
      const { file, start } = word.span;
      pieces.push({ text: " ", span: { file, start, end: start } });
    }
    for (const part of word.parts) pieces.push(part);
  }
  return parsePieces(pieces, command.span, state.run);
}
