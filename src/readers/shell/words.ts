/**
 * Reads words: quotes, escapes and expansions.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 and 2.6; bash(1), QUOTING and EXPANSION.
 */

import { readAnsiQuoted } from "./ansi-quotes.ts";
import type { Cursor } from "./cursor.ts";
import { addExpansion, addLiteral, continuation, match, peek } from "./cursor.ts";
import { readPlaceholder, readTemplate } from "./placeholders.ts";
import type { ExpansionPart, LiteralPart, ParsedWord, WordPart } from "./syntax.ts";

/** How deep expansions may nest. Deeper ones are taken as plain text. */
const MAX_DEPTH = 60;

const PLAIN = /[^\s;&|()<>'"\\$`{]+/y;
const PLAIN_IN_QUOTES = /[^"\\$`{]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
/**
 * Reads one word. Undefined when none begins here. In a test (`[[ … ]]`) operators belong to words.
 */
export function readWord(cursor: Cursor, inTest = false): ParsedWord | undefined {
  const start = cursor.at;
  const parts: WordPart[] = [];
  let opened = false;
  while (cursor.at < cursor.end) {
    const char = peek(cursor);
    const joined = continuation(cursor);
    if (joined > 0) {
      cursor.at += joined;
    } else if (char === "'") {
      opened = true;
      readSingleQuoted(cursor, parts);
    } else if (char === '"') {
      opened = true;
      cursor.at++;
      readDoubleQuoted(cursor, parts);
    } else if (char === "$" && (peek(cursor, 1) === "'" || peek(cursor, 1) === '"')) {
      opened = true;
      cursor.at++;
      if (peek(cursor) === "'") readAnsiQuoted(cursor, parts);
      else {
        cursor.at++;
        readDoubleQuoted(cursor, parts);
      }
    } else if (char === "\\") {
      const last = cursor.at + 1 === cursor.end;
      addLiteral(cursor, parts, cursor.at + (last ? 0 : 1), cursor.at + (last ? 1 : 2), true);
      cursor.at += last ? 1 : 2;
    } else if (char === "$" || char === "`") {
      readExpansion(cursor, parts, false);
    } else if (char === "{" && readTemplate(cursor, parts, false)) {
      continue;
    } else if ((char === "<" || char === ">") && !inTest) {
      if (cursor.placeholders && char === "<" && readPlaceholder(cursor, parts)) continue;
      if (peek(cursor, 1) !== "(") break;
      readProcessSubstitution(cursor, parts);
    } else if (isBlank(char) || (!inTest && ";&|()".includes(char))) {
      break;
    } else {
      const found = match(cursor, PLAIN);
      const length = found === "" ? 1 : found.length;
      addLiteral(cursor, parts, cursor.at, cursor.at + length, false);
      cursor.at += length;
    }
  }
  if (cursor.at === start || (parts.length === 0 && !opened)) return undefined;
  cursor.budget.left--;
  return makeWord(cursor, parts, start, cursor.at);
}

export function makeWord(
  cursor: Cursor,
  parts: readonly WordPart[],
  start: number,
  end: number,
): ParsedWord {
  const use = cursor.useOf === undefined ? {} : { use: cursor.useOf(start, end) };
  return { ...summary(parts), span: cursor.spanOf(start, end), parts, ...use };
}

/** Reads the whole text as a heredoc's: only expansions count, quotes are ordinary. */
export function readExpansions(cursor: Cursor): void {
  while (cursor.at < cursor.end && cursor.budget.left > 0) {
    const char = peek(cursor);
    if (char === "\\") cursor.at = Math.min(cursor.end, cursor.at + 2);
    else if (char === "$" || char === "`") readExpansion(cursor, [], false);
    else cursor.at += match(cursor, /[^\\$`]+/y).length || 1;
  }
}

/** The text of parts and whether it is literal. */
function summary(parts: readonly WordPart[]): {
  readonly text: string;
  readonly dynamic: boolean;
} {
  const only = parts[0];
  if (parts.length === 1 && only !== undefined) {
    return { text: only.text, dynamic: only.kind === "expansion" };
  }
  return {
    text: parts.map((part) => part.text).join(""),
    dynamic: parts.some((part) => part.kind === "expansion"),
  };
}

function isBlank(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || /\s/.test(char);
}

function readSingleQuoted(cursor: Cursor, parts: WordPart[]): void {
  const open = cursor.at + 1;
  const found = cursor.text.indexOf("'", open);
  const close = found < 0 ? cursor.end : found;
  addLiteral(cursor, parts, open, close, true);
  cursor.at = Math.min(cursor.end, close + 1);
}

/** After the opening quote, up to and including the closing one. */
function readDoubleQuoted(cursor: Cursor, parts: WordPart[]): void {
  while (cursor.at < cursor.end) {
    const char = peek(cursor);
    const next = peek(cursor, 1);
    const joined = continuation(cursor);
    if (char === '"') {
      cursor.at++;
      return;
    }
    if (joined > 0) {
      cursor.at += joined;
    } else if (char === "\\" && next !== "" && '$`"\\'.includes(next)) {
      addLiteral(cursor, parts, cursor.at + 1, cursor.at + 2, true);
      cursor.at += 2;
    } else if (char === "$" || char === "`") {
      readExpansion(cursor, parts, true);
    } else if (char === "{" && readTemplate(cursor, parts, true)) {
      continue;
    } else {
      const length = match(cursor, PLAIN_IN_QUOTES).length || 1;
      addLiteral(cursor, parts, cursor.at, cursor.at + length, true);
      cursor.at += length;
    }
  }
}

/** At `$` or a backtick. A `$` that begins no expansion is literal. */
function readExpansion(cursor: Cursor, parts: WordPart[], quoted: boolean): void {
  const start = cursor.at;
  if (peek(cursor) === "`") {
    readBackticks(cursor, parts, quoted);
    return;
  }
  const next = peek(cursor, 1);
  if (next === "(" && cursor.depth < MAX_DEPTH) {
    cursor.depth++;
    if (peek(cursor, 2) === "(" && isArithmetic(cursor)) {
      cursor.at += 3;
      readArithmetic(cursor);
      addExpansion(cursor, parts, start, quoted);
    } else {
      cursor.at += 2;
      cursor.substitution(cursor);
      const inner = cursor.text.slice(start + 2, Math.min(cursor.at - 1, start + 202)).trim();
      addExpansion(cursor, parts, start, quoted, { substitution: inner });
    }
    cursor.depth--;
    return;
  }
  if (next === "{" && cursor.depth < MAX_DEPTH) {
    cursor.depth++;
    cursor.at += 2;
    const variable = readBraced(cursor);
    addExpansion(cursor, parts, start, quoted, variable === undefined ? {} : { variable });
    cursor.depth--;
    return;
  }
  cursor.at++;
  const name = match(cursor, NAME);
  if (name !== "") {
    cursor.at += name.length;
    addExpansion(cursor, parts, start, quoted, { variable: { name } });
  } else if (next !== "" && "@*#?$!-0123456789".includes(next)) {
    cursor.at++;
    addExpansion(cursor, parts, start, quoted, {
      variable: { name: next, ...(next === "@" ? { each: true } : {}) },
    });
  } else if (next === "(" || next === "{") {
    cursor.at++;
    addExpansion(cursor, parts, start, quoted);
  } else {
    addLiteral(cursor, parts, start, cursor.at, quoted);
  }
}

/** Whether `$((` closes with `))`; looks only a little ahead. */
function isArithmetic(cursor: Cursor): boolean {
  let depth = 0;
  const limit = Math.min(cursor.end, cursor.at + 400);
  for (let index = cursor.at + 1; index < limit; index++) {
    const char = cursor.text[index];
    if (char === "(") depth++;
    else if (char === ")" && --depth === 0) return cursor.text[index - 1] === ")";
    else if (char === "\n" && depth < 2) return false;
  }
  return false;
}

function readArithmetic(cursor: Cursor): void {
  let depth = 0;
  while (cursor.at < cursor.end) {
    const char = peek(cursor);
    if (char === "$" || char === "`") {
      readExpansion(cursor, [], true);
      continue;
    }
    cursor.at++;
    if (char === "(") depth++;
    else if (char === ")") {
      if (depth === 0) {
        if (peek(cursor) === ")") cursor.at++;
        return;
      }
      depth--;
    }
  }
}

const WORKFLOW_EXPRESSION = /\{(?:[^}\n$]|\}(?!\})|\$(?!\{)){0,1000}\}\}/y;
const BRACED_NAME = /[#!]?(?:[A-Za-z_][A-Za-z0-9_]*|[@*#?$!-]|\d+)/y;
const BRACED_INDEX = /\[[@*]\]/y;
const FALLBACK = /:?[-=]/y;

/** After `${`, up to and including `}`. Gives the variable when its value is simply its own or a default. */
function readBraced(cursor: Cursor): ExpansionPart["variable"] {
  if (peek(cursor) === "{") {
    // `${{ … }}` of workflow files, which is replaced before the shell sees it.
    const found = match(cursor, WORKFLOW_EXPRESSION);
    if (found !== "") {
      cursor.at += found.length;
      return undefined;
    }
  }
  const written = match(cursor, BRACED_NAME);
  cursor.at += written.length;
  const index = match(cursor, BRACED_INDEX);
  cursor.at += index.length;
  const each = index === "[@]" || written === "@";
  const plain = !/^[#!]./.test(written) && written !== "" && index !== "[*]";
  if (peek(cursor) === "}") {
    cursor.at++;
    return plain ? { name: written, ...(each ? { each } : {}) } : undefined;
  }
  const operator = match(cursor, FALLBACK);
  cursor.at += operator.length;
  const rest = readBracedRest(cursor);
  if (!plain || operator === "" || index !== "") return undefined;
  return { name: written, fallback: rest };
}

/** The text of an operator's word, up to and including the closing brace. */
function readBracedRest(cursor: Cursor): WordPart[] {
  const parts: WordPart[] = [];
  while (cursor.at < cursor.end) {
    const char = peek(cursor);
    if (char === "}") {
      cursor.at++;
      return parts;
    }
    if (char === "\\") {
      addLiteral(cursor, parts, cursor.at + 1, Math.min(cursor.end, cursor.at + 2), true);
      cursor.at = Math.min(cursor.end, cursor.at + 2);
    } else if (char === "'") {
      readSingleQuoted(cursor, parts);
    } else if (char === '"') {
      cursor.at++;
      readDoubleQuoted(cursor, parts);
    } else if (char === "$" || char === "`") {
      readExpansion(cursor, parts, false);
    } else {
      const length = match(cursor, /[^}\\'"$`]+/y).length || 1;
      addLiteral(cursor, parts, cursor.at, cursor.at + length, false);
      cursor.at += length;
    }
  }
  return parts;
}

function readBackticks(cursor: Cursor, parts: WordPart[], quoted: boolean): void {
  const start = cursor.at;
  cursor.at++;
  const pieces: LiteralPart[] = [];
  while (cursor.at < cursor.end && peek(cursor) !== "`") {
    const next = peek(cursor, 1);
    if (
      peek(cursor) === "\\" &&
      next !== "" &&
      ("`$\\".includes(next) || (quoted && next === '"'))
    ) {
      const escapesExpansion = next === "$";
      const from = escapesExpansion ? cursor.at : cursor.at + 1;
      addLiteral(cursor, pieces, from, cursor.at + 2, false);
      cursor.at += 2;
    } else {
      const length = match(cursor, /[^`\\]+/y).length || 1;
      addLiteral(cursor, pieces, cursor.at, cursor.at + length, false);
      cursor.at += length;
    }
  }
  if (cursor.at < cursor.end) cursor.at++;
  cursor.embedded(cursor, pieces);
  const substitution = pieces.length === 1 ? (pieces[0]?.text.slice(0, 200).trim() ?? "") : "";
  addExpansion(cursor, parts, start, quoted, substitution === "" ? {} : { substitution });
}

/** `<(…)` and `>(…)`. */
function readProcessSubstitution(cursor: Cursor, parts: WordPart[]): void {
  const start = cursor.at;
  if (cursor.depth >= MAX_DEPTH) {
    cursor.at += 2;
  } else {
    cursor.depth++;
    cursor.at += 2;
    cursor.substitution(cursor);
    cursor.depth--;
  }
  addExpansion(cursor, parts, start, false);
}
