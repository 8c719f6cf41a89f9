/** What others put in before a shell sees the text: templates, and words in angle brackets. */

import type { Cursor } from "./cursor.ts";
import { addExpansion, match, peek } from "./cursor.ts";
import type { WordPart } from "./syntax.ts";

/** `<name>`, `<path to data>`, `</path/to/data>`; `</dev/null >x` is none. */
export const PLACEHOLDER = /<(?:[A-Za-z][\w.:/ -]{0,60}|\/[\w./-]{1,60})>/y;

/** `{{ … }}` of templates, which is replaced before the shell sees it. */
export function readTemplate(cursor: Cursor, parts: WordPart[], quoted: boolean): boolean {
  if (peek(cursor, 1) !== "{") return false;
  const found = match(cursor, /\{\{[^{}\n]{0,300}\}\}/y);
  if (!found.endsWith("}}")) return false;
  const start = cursor.at;
  cursor.at += found.length;
  addExpansion(cursor, parts, start, quoted);
  return true;
}

export function readPlaceholder(cursor: Cursor, parts: WordPart[]): boolean {
  const found = match(cursor, PLACEHOLDER);
  if (!found.endsWith(">")) return false;
  const start = cursor.at;
  cursor.at += found.length;
  addExpansion(cursor, parts, start, false);
  return true;
}
