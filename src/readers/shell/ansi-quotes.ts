/** `$'…'`. Source: bash(1), QUOTING. */

import type { Cursor } from "./cursor.ts";
import { peek } from "./cursor.ts";
import type { WordPart } from "./syntax.ts";

const ANSI_ESCAPE =
  /\\(?:x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|c[\s\S]|[\s\S])/g;
const ANSI_CONTROLS: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\u0007",
  b: "\b",
  e: "\u001b",
  E: "\u001b",
  f: "\f",
  v: "\v",
};

/** From the quote up to and including the closing one. */
export function readAnsiQuoted(cursor: Cursor, parts: WordPart[]): void {
  cursor.at++;
  const start = cursor.at;
  while (cursor.at < cursor.end && peek(cursor) !== "'") {
    cursor.at = Math.min(cursor.end, cursor.at + (peek(cursor) === "\\" ? 2 : 1));
  }
  const raw = cursor.text.slice(start, cursor.at);
  const text = raw.replace(ANSI_ESCAPE, (escape) => {
    const kind = escape[1] ?? "";
    if (kind === "x" || kind === "u" || kind === "U") {
      const code = Number.parseInt(escape.slice(2), 16);
      return Number.isNaN(code) || code > 0x10ffff ? escape : String.fromCodePoint(code);
    }
    if (/[0-7]/.test(kind)) return String.fromCharCode(Number.parseInt(escape.slice(1), 8) & 0xff);
    if (kind === "c") return "";
    return ANSI_CONTROLS[kind] ?? kind;
  });
  const span = cursor.spanOf(start, cursor.at);
  if (text !== "") parts.push({ kind: "literal", text, quoted: true, span });
  if (cursor.at < cursor.end) cursor.at++;
}
