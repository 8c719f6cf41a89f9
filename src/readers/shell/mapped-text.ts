/** Text that was put together from pieces of a file, and the way back to the places of the pieces. */

import type { Span } from "../../model/source.ts";
import type { SpanOf } from "./syntax.ts";

export interface MappedText {
  readonly text: string;
  readonly spanOf: SpanOf;
}

export interface TextPiece {
  readonly text: string;
  /** Where it comes from. A piece as long as its place is mapped character by character, another as a whole. */
  readonly span: Span;
  /** For text that a variable brought: where the variable is used. */
  readonly use?: Span;
}

/**
 * Joins pieces. A range within one piece gives its place there; a range over several pieces reaches
 * from the place of the first to the place of the last, taking the uses of variables for what they
 * brought, so that the span stays in one file.
 */
export function mapText(pieces: readonly TextPiece[], fallback: Span): MappedText {
  const kept = pieces.filter((piece) => piece.text !== "");
  const starts: number[] = [];
  let length = 0;
  for (const piece of kept) {
    starts.push(length);
    length += piece.text.length;
  }
  const indexAt = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const within = (index: number, start: number, end: number): Span => {
    const piece = kept[index];
    if (piece === undefined) return fallback;
    const { span, text } = piece;
    if (span.end - span.start !== text.length) return span;
    const at = span.start - (starts[index] ?? 0);
    return { file: span.file, start: at + start, end: at + Math.max(start, end) };
  };
  const spanOf = (start: number, end: number): Span => {
    if (kept.length === 0) return fallback;
    const from = Math.max(0, Math.min(start, length));
    const to = Math.max(from, Math.min(end, length));
    const first = indexAt(from);
    const last = to > from ? indexAt(to - 1) : first;
    if (first === last) return within(first, from, to);
    const left = kept[first]?.use ?? within(first, from, from);
    const right = kept[last]?.use ?? within(last, to, to);
    if (left.file !== right.file || right.end < left.start) return left;
    return { file: left.file, start: left.start, end: right.end };
  };
  return { text: kept.map((piece) => piece.text).join(""), spanOf };
}
