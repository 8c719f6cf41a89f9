/**
 * Files as the readers see them, and places in them.
 *
 * Offsets are UTF-16 code units into `text`, which is the file decoded as UTF-8 with its byte order
 * mark, line endings and trailing newline kept. `byteOffset` turns an offset into a byte of the file.
 */

import { lastAtOrBefore } from "./bisect.ts";

/** A file that was read. `path` is as reported: relative to the working directory, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A half-open range of UTF-16 offsets in one file: `start` included, `end` excluded. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** A place as people and reports name it. Lines and columns count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A span with its positions worked out; the form in which reports carry it. */
export interface Location {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

/** Offsets at which lines begin. A line ends with `\n`, `\r\n` or a lone `\r`. Computed once per file. */
export function lineStarts(file: SourceFile): readonly number[] {
  const known = lineStartsOf.get(file);
  if (known !== undefined) return known;
  const starts = [0];
  const { text } = file;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1);
  }
  lineStartsOf.set(file, starts);
  return starts;
}

/** The position of an offset. An offset beyond the end gives the position of the end. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file);
  const wanted = Math.max(0, Math.min(offset, file.text.length));
  const index = lastAtOrBefore(starts, wanted);
  return { line: index + 1, column: wanted - (starts[index] ?? 0) + 1 };
}

/** The text of a line (counted from 1) without its line ending; empty when there is no such line. */
export function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  const start = starts[line - 1];
  if (start === undefined) return "";
  const end = starts[line] ?? file.text.length;
  return file.text.slice(start, end).replace(/(\r\n|\n|\r)$/, "");
}

/** A span with its positions worked out. */
export function locationOf(span: Span): Location {
  const start = positionAt(span.file, span.start);
  const end = positionAt(span.file, Math.max(span.start, span.end));
  return {
    path: span.file.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}

/** The text that a span covers. */
export function spanText(span: Span): string {
  return span.file.text.slice(span.start, span.end);
}

/** Whether two spans are the same range of the same file. */
export function sameSpan(left: Span, right: Span): boolean {
  return left.start === right.start && left.end === right.end && left.file.path === right.file.path;
}

/** The byte at which a UTF-16 offset stands when the text is encoded as UTF-8. */
export function byteOffset(file: SourceFile, offset: number): number {
  let bytes = 0;
  for (let index = 0; index < offset && index < file.text.length; index++) {
    const code = file.text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00 && isLowSurrogate(file.text, index + 1)) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
}

function isLowSurrogate(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code < 0xe000;
}
