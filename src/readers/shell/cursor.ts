/** Where a script is being read, and the steps that all its readers take. */

import type { ExpansionPart, LiteralPart, SpanOf, WordPart } from "./syntax.ts";

/** The place in the text, the bounds, and what must be read later. Everything only moves forward. */
export interface Cursor {
  readonly text: string;
  readonly spanOf: SpanOf;
  readonly placeholders: boolean;
  readonly useOf?: SpanOf;
  at: number;
  /** The length of the text. */
  readonly end: number;
  depth: number;
  /** Words and commands that may still be read. */
  readonly budget: { left: number };
  /** Reads the commands of `$(…)` up to and including the closing parenthesis. */
  readonly substitution: (cursor: Cursor) => void;
  /** Reads the commands of a text that is not a contiguous range: backticks. */
  readonly embedded: (cursor: Cursor, parts: readonly LiteralPart[]) => void;
}

/** Matches a sticky pattern at an offset; empty when it does not match. */
export function match(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text)?.[0] ?? "";
}

export function peek(cursor: Cursor, ahead = 0): string {
  const index = cursor.at + ahead;
  return index < cursor.end ? (cursor.text[index] ?? "") : "";
}

/** The length of a line ending at the cursor after a backslash, or 0. */
export function continuation(cursor: Cursor): number {
  if (peek(cursor) !== "\\") return 0;
  if (peek(cursor, 1) === "\n") return 2;
  return peek(cursor, 1) === "\r" && peek(cursor, 2) === "\n" ? 3 : 0;
}

/** Moves over blanks and line continuations, but not over newlines. */
export function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const char = peek(cursor);
    const joined = continuation(cursor);
    if (char === " " || char === "\t" || char === "\v" || char === "\f" || char === "\u00a0") {
      cursor.at++;
    } else if (char === "\r" && (peek(cursor, 1) === "\n" || cursor.at + 1 >= cursor.end)) {
      cursor.at++;
    } else if (joined > 0) {
      cursor.at += joined;
    } else return;
  }
}

/** Adds what stands between two offsets as it is. */
export function addLiteral(
  cursor: Cursor,
  parts: WordPart[],
  start: number,
  end: number,
  quoted: boolean,
): void {
  if (end <= start) return;
  const text = cursor.text.slice(start, end);
  parts.push({ kind: "literal", text, quoted, span: cursor.spanOf(start, end) });
}

/** Adds what stands between an offset and the cursor as an expansion. */
export function addExpansion(
  cursor: Cursor,
  parts: WordPart[],
  start: number,
  quoted: boolean,
  rest: Pick<ExpansionPart, "variable" | "substitution"> = {},
): void {
  const text = cursor.text.slice(start, cursor.at);
  const span = cursor.spanOf(start, cursor.at);
  parts.push({ kind: "expansion", text, quoted, span, ...rest });
}
