/** Text put together from pieces of a file, with the way back from its offsets to the file's. */

import { lastAtOrBefore } from "../../model/bisect.ts";
import type { SourceFile, Span } from "../../model/source.ts";

export interface LogicalText {
  readonly file: SourceFile;
  readonly text: string;
  /** Where each piece starts in `text`, ascending. */
  readonly starts: readonly number[];
  /** Where each piece starts in the file. */
  readonly offsets: readonly number[];
}

/** Joins ranges of a file, given as [start, end) pairs. `at` is the place of an empty text. */
export function joinRanges(
  file: SourceFile,
  ranges: readonly (readonly [number, number])[],
  at: number,
): LogicalText {
  const starts: number[] = [];
  const offsets: number[] = [];
  const parts: string[] = [];
  let length = 0;
  for (const [start, end] of ranges) {
    if (end <= start) continue;
    starts.push(length);
    offsets.push(start);
    parts.push(file.text.slice(start, end));
    length += end - start;
  }
  if (starts.length === 0) {
    starts.push(0);
    offsets.push(at);
  }
  return { file, text: parts.length === 1 ? (parts[0] ?? "") : parts.join(""), starts, offsets };
}

/** The file offset of the character at `offset`; behind the last character at the end. */
function fileOffset(logical: LogicalText, offset: number): number {
  const at = Math.max(0, Math.min(offset, logical.text.length));
  const piece = lastAtOrBefore(logical.starts, at === logical.text.length && at > 0 ? at - 1 : at);
  return (logical.offsets[piece] ?? 0) + at - (logical.starts[piece] ?? 0);
}

/** One span over a range. Over a continued line it also covers the continuation. */
export function spanIn(logical: LogicalText, start: number, end: number): Span {
  const from = fileOffset(logical, start);
  const to = end > start ? fileOffset(logical, end - 1) + 1 : from;
  return { file: logical.file, start: from, end: Math.max(from, to) };
}

/** The spans of a range without what stands between its pieces: the exact characters. */
export function spansIn(logical: LogicalText, start: number, end: number): Span[] {
  const spans: Span[] = [];
  const limit = Math.min(end, logical.text.length);
  for (
    let piece = lastAtOrBefore(logical.starts, start), at = Math.max(0, start);
    at < limit;
    piece++
  ) {
    const stop = Math.min(limit, logical.starts[piece + 1] ?? logical.text.length);
    const offset = (logical.offsets[piece] ?? 0) + at - (logical.starts[piece] ?? 0);
    spans.push({ file: logical.file, start: offset, end: offset + stop - at });
    at = stop;
  }
  return spans;
}
