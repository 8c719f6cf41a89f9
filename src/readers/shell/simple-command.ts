/** Reads one simple command: assignments, words, redirections; and the reserved words of the grammar. */

import type { Span } from "../../model/source.ts";
import { readAssignment, wholeParts } from "./assignments.ts";
import type { Cursor } from "./cursor.ts";
import { match, peek, skipBlanks } from "./cursor.ts";
import type { Heredoc } from "./redirects.ts";
import { readRedirect } from "./redirects.ts";
import type {
  ParsedAssignment,
  ParsedCommand,
  ParsedRedirect,
  ParsedWord,
  WordPart,
} from "./syntax.ts";
import { makeWord, readWord } from "./words.ts";

/** Reserved words after which a command follows. Those of `case`, `for` and functions are treated apart. */
const RESERVED = new Set([
  "if",
  "then",
  "elif",
  "else",
  "fi",
  "while",
  "until",
  "do",
  "done",
  "{",
  "}",
  "!",
  "coproc",
]);

const DECLARATIONS = new Set(["export", "declare", "typeset", "local", "readonly", "env"]);

/**
 * One simple command; or the reserved word that stands here. `word`: something was read that is no
 * command (a reserved word, the head of a loop or a function).
 */
export function readCommand(
  cursor: Cursor,
  pending: Heredoc[],
  joinedBy: string | undefined,
): ParsedCommand | "case" | "esac" | "word" | undefined {
  const start = cursor.at;
  const words: ParsedWord[] = [];
  const assignments: ParsedAssignment[] = [];
  const redirects: (ParsedRedirect & { body?: Span })[] = [];
  const heredocs: Heredoc[] = [];
  let end = start;
  let inTest = false;
  while (cursor.at < cursor.end && cursor.budget.left > 0) {
    const char = peek(cursor);
    if (char === "#" && isWordStart(cursor)) break;
    if (!inTest && readRedirect(cursor, redirects, heredocs)) {
      end = cursor.at;
      skipBlanks(cursor);
      continue;
    }
    if (words.length === 0) {
      const assignment = readAssignment(cursor);
      if (assignment !== undefined) {
        assignments.push(assignment);
        end = cursor.at;
        skipBlanks(cursor);
        continue;
      }
    }
    const wordStart = cursor.at;
    const declares = words[0] !== undefined && DECLARATIONS.has(words[0].text);
    const declared = declares ? readAssignment(cursor) : undefined;
    if (declared !== undefined) {
      assignments.push(declared);
      words.push(makeWord(cursor, wholeParts(cursor, declared, wordStart), wordStart, cursor.at));
      end = cursor.at;
      skipBlanks(cursor);
      continue;
    }
    const word = readWord(cursor, inTest);
    if (word === undefined) {
      if (
        inTest &&
        /[\r\n]/.test(char) &&
        /^(?:\[\[|&&|\|\||\(|!)$/.test(words.at(-1)?.text ?? "")
      ) {
        cursor.at++;
        continue;
      }
      break;
    }
    if (words.length === 0 && assignments.length === 0 && redirects.length === 0) {
      const reserved = readReserved(cursor, word);
      if (reserved !== undefined) return reserved;
      if (isPlain(word, "[[")) inTest = true;
      if (isPlain(word, "for") || isPlain(word, "select")) {
        return readLoopHead(cursor, start, joinedBy);
      }
    }
    words.push(word);
    end = cursor.at;
    if (inTest && isPlain(word, "]]")) inTest = false;
    skipBlanks(cursor);
  }
  if (words.length === 0 && assignments.length === 0 && redirects.length === 0) return undefined;
  const command: ParsedCommand = {
    assignments,
    words,
    redirects,
    ...(joinedBy === undefined ? {} : { joinedBy }),
    span: cursor.spanOf(start, end),
  };
  for (const heredoc of heredocs) {
    heredoc.command = command;
    pending.push(heredoc);
  }
  return command;
}

function isWordStart(cursor: Cursor): boolean {
  const before = cursor.at === 0 ? " " : (cursor.text[cursor.at - 1] ?? " ");
  return /[\s;&|()]/.test(before);
}

function isPlain(word: ParsedWord, text: string): boolean {
  const part = word.parts[0];
  return (
    word.text === text &&
    word.parts.every((piece) => piece.kind === "literal" && !piece.quoted) &&
    part !== undefined
  );
}

/** A reserved word, or the head of `case` or of a function. */
function readReserved(cursor: Cursor, word: ParsedWord): "case" | "esac" | "word" | undefined {
  if (RESERVED.has(word.text) && isPlain(word, word.text)) return "word";
  if (isPlain(word, "esac")) return "esac";
  if (isPlain(word, "case")) {
    skipBlanks(cursor);
    readWord(cursor);
    for (let lines = 0; lines < 100; lines++) {
      skipBlanks(cursor);
      if (peek(cursor) !== "\n") break;
      cursor.at++;
    }
    const keyword = match(cursor, /in(?=\s|$)/y);
    cursor.at += keyword.length;
    return keyword === "" ? "word" : "case";
  }
  if (isPlain(word, "function")) {
    skipBlanks(cursor);
    readWord(cursor);
    cursor.at += match(cursor, /[ \t]*\([ \t]*\)/y).length;
    return "word";
  }
  const parentheses = match(cursor, /[ \t]{0,20}\([ \t]{0,20}\)/y);
  if (parentheses === "" || word.dynamic) return undefined;
  cursor.at += parentheses.length;
  return "word";
}

/** `for x in a b`: the variable is set to what cannot be told, which is what the assignment says. */
function readLoopHead(
  cursor: Cursor,
  start: number,
  joinedBy: string | undefined,
): ParsedCommand | "word" {
  skipBlanks(cursor);
  if (peek(cursor) === "(") {
    if (peek(cursor, 1) === "(") skipArithmeticCommand(cursor);
    return "word";
  }
  const name = readWord(cursor);
  for (;;) {
    skipBlanks(cursor);
    if (peek(cursor) === "(" || readWord(cursor) === undefined) break;
  }
  if (name === undefined || name.dynamic) return "word";
  const text = `$${name.text}`;
  const part: WordPart = { kind: "expansion", text, quoted: false, span: name.span };
  const assignment: ParsedAssignment = {
    name: name.text,
    value: text,
    span: name.span,
    valueSpan: name.span,
    parts: [part],
    append: false,
  };
  return {
    assignments: [assignment],
    words: [],
    redirects: [],
    ...(joinedBy === undefined ? {} : { joinedBy }),
    span: cursor.spanOf(start, cursor.at),
  };
}

/** `((…))` as a command; false when it does not close so. */
export function skipArithmeticCommand(cursor: Cursor): boolean {
  let depth = 0;
  const limit = Math.min(cursor.end, cursor.at + 400);
  for (let index = cursor.at; index < limit; index++) {
    const char = cursor.text[index];
    if (char === "(") depth++;
    else if (char === ")" && --depth === 0) {
      if (cursor.text[index - 1] !== ")") return false;
      cursor.at = index + 1;
      return true;
    }
  }
  return false;
}
