/** `NAME=value` before a command, or as a word of `export` and its like. */

import type { Cursor } from "./cursor.ts";
import { match, peek, skipBlanks } from "./cursor.ts";
import type { ParsedAssignment, ParsedWord, WordPart } from "./syntax.ts";
import { readWord } from "./words.ts";

const ASSIGNMENT_NAME = /[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]\s'"$`]{0,100}\])?\+?=/y;

/** Reads one, with the elements of an array; undefined when none stands here. */
export function readAssignment(cursor: Cursor): ParsedAssignment | undefined {
  const head = match(cursor, ASSIGNMENT_NAME);
  if (head === "") return undefined;
  const start = cursor.at;
  const append = head.endsWith("+=");
  const name = head.slice(0, append ? -2 : -1).replace(/\[.*$/, "");
  const indexed = head.includes("[");
  cursor.at += head.length;
  const valueStart = cursor.at;
  const elements = peek(cursor) === "(" ? readElements(cursor) : undefined;
  const word = elements === undefined ? readWord(cursor) : undefined;
  const parts = word?.parts ?? [];
  const value =
    elements === undefined ? (word?.text ?? "") : cursor.text.slice(valueStart, cursor.at);
  return {
    name: indexed ? `${name}[]` : name,
    value,
    span: cursor.spanOf(start, cursor.at),
    valueSpan: cursor.spanOf(valueStart, cursor.at),
    parts,
    append,
    ...(elements === undefined ? {} : { elements }),
  };
}

/** The elements of an array, up to and including the closing parenthesis. */
function readElements(cursor: Cursor): ParsedWord[] {
  const elements: ParsedWord[] = [];
  cursor.at++;
  while (cursor.at < cursor.end && cursor.budget.left > 0) {
    skipBlanks(cursor);
    const char = peek(cursor);
    if (char === ")") {
      cursor.at++;
      break;
    }
    if (char === "#") {
      const line = cursor.text.indexOf("\n", cursor.at);
      cursor.at = line < 0 ? cursor.end : line;
      continue;
    }
    const word = readWord(cursor);
    if (word !== undefined) elements.push(word);
    else if (char === "") break;
    else cursor.at++;
  }
  return elements;
}

/** The parts of `name=value` as one word. */
export function wholeParts(
  cursor: Cursor,
  assignment: ParsedAssignment,
  start: number,
): readonly WordPart[] {
  const length = assignment.name.length + (assignment.append ? 2 : 1);
  const text = `${assignment.name}${assignment.append ? "+=" : "="}`;
  const span = cursor.spanOf(start, start + length);
  const head: WordPart = { kind: "literal", text, quoted: false, span };
  return [head, ...assignment.parts];
}
