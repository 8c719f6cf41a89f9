/** From offsets in the text of a block scalar to places in the file. */

import type { Span } from "../../model/source.ts";
import { spanText } from "../../model/source.ts";
import type { YamlScalar } from "../yaml/node.ts";

/**
 * A function from a range of the scalar's text to its place. Exact for a literal block (`|`) in which
 * no variable was substituted; the whole scalar for every other form.
 */
export function literalLocator(scalar: YamlScalar): (start: number, end: number) => Span {
  const { span, text } = scalar;
  const starts = literalLines(scalar);
  if (starts === undefined) return () => span;
  const lines: number[] = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  const place = (offset: number): number => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const start = starts[low];
    return start === undefined ? span.end : start + offset - (lines[low] ?? 0);
  };
  return (start, end) => {
    const from = Math.min(place(start), span.end);
    return { file: span.file, start: from, end: Math.min(Math.max(from, place(end)), span.end) };
  };
}

/** The offset in the file at which each line of the text begins; undefined when lines do not correspond. */
function literalLines({ span, text, style }: YamlScalar): number[] | undefined {
  const written = spanText(span);
  if (style !== "block" || !written.startsWith("|")) return undefined;
  const starts: number[] = [];
  let position = written.indexOf("\n") + 1;
  if (position === 0) return undefined;
  for (const line of text.split("\n")) {
    const end = written.indexOf("\n", position);
    const raw = written.slice(position, end < 0 ? undefined : end).replace(/\r$/, "");
    if (!raw.endsWith(line)) return undefined;
    starts.push(span.start + position + raw.length - line.length);
    if (end < 0) break;
    position = end + 1;
  }
  return starts;
}
