/** Text that was put together from pieces of a file, and the way back to the places of the pieces. */

import { lastAtOrBefore } from "../../model/bisect.ts";
import type { Span } from "../../model/source.ts";
import type { SpanOf } from "./syntax.ts";

export interface MappedText {
  readonly text: string;
  readonly spanOf: SpanOf;
  /** As `spanOf`, but for text that a variable brought: where the variable is used. */
  readonly useOf: SpanOf;
}

export interface TextPiece {
  readonly text: string;
  /** Where it comes from. A piece as long as its place is mapped character by character, another as a whole. */
  readonly span: Span;
  /** For text that a variable brought: where the variable is used. */
  readonly use?: Span;
  /** The value that it is part of: pieces of one value (the same object) are joined within it. */
  readonly within?: Span;
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
  const indexAt = (offset: number): number => lastAtOrBefore(starts, offset);
  const within = (index: number, start: number, end: number): Span => {
    const piece = kept[index];
    if (piece === undefined) return fallback;
    const { span, text } = piece;
    if (span.end - span.start !== text.length) return span;
    const at = span.start - (starts[index] ?? 0);
    return { file: span.file, start: at + start, end: at + Math.max(start, end) };
  };
  const ends = (start: number, end: number): readonly [number, number, number, number] => {
    const from = Math.max(0, Math.min(start, length));
    const to = Math.max(from, Math.min(end, length));
    const first = indexAt(from);
    return [from, to, first, to > from ? indexAt(to - 1) : first];
  };
  const reach = (left: Span, right: Span): Span =>
    left.file !== right.file || right.end < left.start
      ? left
      : { file: left.file, start: left.start, end: right.end };
  const spanOf = (start: number, end: number): Span => {
    if (kept.length === 0) return fallback;
    const [from, to, first, last] = ends(start, end);
    if (first === last) return within(first, from, to);
    const [left, right] = [kept[first], kept[last]];
    const together = left?.within !== undefined && left.within === right?.within;
    if (together) return reach(within(first, from, from), within(last, to, to));
    return reach(left?.use ?? within(first, from, from), right?.use ?? within(last, to, to));
  };
  const useOf = (start: number, end: number): Span => {
    if (kept.length === 0) return fallback;
    const [from, to, first, last] = ends(start, end);
    const left = kept[first]?.use;
    const right = kept[last]?.use;
    if (first === last) return left ?? within(first, from, to);
    return reach(left ?? within(first, from, from), right ?? within(last, to, to));
  };
  return { text: kept.map((piece) => piece.text).join(""), spanOf, useOf };
}
