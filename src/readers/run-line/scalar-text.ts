/** The text of a YAML or JSON string, with the way back to the file for every character. */

import type { Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { TextPiece } from "../shell/mapped-text.ts";
import type { YamlScalar } from "../yaml/node.ts";

/**
 * The pieces of a scalar's text. Where the mapping cannot be worked out exactly (folded lines with odd
 * indentation, rare escapes) every place is the scalar as a whole.
 */
export function scalarPieces(scalar: YamlScalar): readonly TextPiece[] {
  const { text, span } = scalar;
  const raw = spanText(span);
  const pieces =
    scalar.style === "block"
      ? blockPieces(span, raw)
      : scalar.style === "single"
        ? quotedPieces(span, raw, /''|\r?\n/g)
        : scalar.style === "double"
          ? quotedPieces(span, raw, /\\[\s\S]|\r?\n/g)
          : [{ text: raw, span }];
  const joined = pieces.map((piece) => piece.text).join("");
  // A block keeps or drops newlines at its end; those carry nothing.
  if (joined === text) return pieces;
  if (joined.trimEnd() === text.trimEnd()) return pieces;
  if (scalar.style === "plain") {
    const folded = foldedLines(span, raw);
    if (folded.map((piece) => piece.text).join("") === text) return folded;
  }
  return [{ text, span }];
}

function at(span: Span, start: number, end: number): Span {
  return { file: span.file, start: span.start + start, end: span.start + end };
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function linesOf(raw: string, from: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  while (start < raw.length) {
    const newline = raw.indexOf("\n", start);
    const end = newline < 0 ? raw.length : newline;
    lines.push({ text: raw.slice(start, end).replace(/\r$/, ""), start });
    start = end + 1;
  }
  return lines;
}

/** `|` and `>` with indicators, then lines of one indentation. */
function blockPieces(span: Span, raw: string): readonly TextPiece[] {
  const header = /^([|>])([-+0-9]*)[^\n]*\n/.exec(raw);
  if (header === null) return [{ text: raw, span }];
  const folds = header[1] === ">";
  const lines = linesOf(raw, header[0].length);
  const first = lines.find((line) => line.text.trim() !== "");
  const indent = first === undefined ? 0 : first.text.length - first.text.trimStart().length;
  const bodyOf = (line: Line): string => line.text.slice(Math.min(indent, line.text.length));
  const pieces: TextPiece[] = [];
  for (const [index, line] of lines.entries()) {
    const body = bodyOf(line);
    const start = line.start + (line.text.length - body.length);
    const end = start + body.length;
    const next = lines[index + 1];
    pieces.push({ text: body, span: at(span, start, end) });
    if (next === undefined && !raw.endsWith("\n")) break;
    const text = folds && next !== undefined ? foldedBreak(body, bodyOf(next)) : "\n";
    pieces.push({ text, span: at(span, end, end + 1) });
  }
  return pieces;
}

/** What a line break of a folded block becomes (YAML 1.2, 8.1.3). */
function foldedBreak(line: string, next: string): string {
  if (line === "" || /^[ \t]/.test(line) || /^[ \t]/.test(next)) return "\n";
  return next === "" ? "" : " ";
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  '"': '"',
  "\\": "\\",
  "/": "/",
  " ": " ",
  "'": "'",
};

/** A quoted string: runs without escapes map exactly. */
function quotedPieces(span: Span, raw: string, special: RegExp): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  const end = raw.length > 1 ? raw.length - 1 : raw.length;
  let start = 1;
  const body = raw.slice(0, end);
  for (const found of body.matchAll(special)) {
    if (found.index < start) continue;
    const [text] = found;
    if (found.index > start) {
      pieces.push({ text: body.slice(start, found.index), span: at(span, start, found.index) });
    }
    start = found.index + text.length;
    const value = text === "''" ? "'" : text.startsWith("\\") ? ESCAPES[text.slice(1)] : " ";
    if (value === undefined) return [{ text: raw, span }];
    pieces.push({ text: value, span: at(span, found.index, start) });
  }
  pieces.push({ text: body.slice(start), span: at(span, start, end) });
  return pieces;
}

/** A plain scalar over several lines: each line break and the indentation after it is one space. */
function foldedLines(span: Span, raw: string): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const line of linesOf(raw, 0)) {
    const body = line.text.trim();
    if (body === "") return [];
    const start = line.start + (line.text.length - line.text.trimStart().length);
    if (pieces.length > 0) pieces.push({ text: " ", span: at(span, start, start) });
    pieces.push({ text: body, span: at(span, start, start + body.length) });
  }
  return pieces;
}
