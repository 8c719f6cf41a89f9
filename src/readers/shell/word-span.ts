/** Places within a word. */

import type { Span } from "../../model/source.ts";
import { mapText } from "./mapped-text.ts";
import type { ParsedWord } from "./syntax.ts";

/** The place of a range of a word's text (quotes removed). */
export function spanWithin(word: ParsedWord, start: number, end: number = word.text.length): Span {
  if (start <= 0 && end >= word.text.length) return word.span;
  const only = word.parts.length === 1 ? word.parts[0] : undefined;
  if (only !== undefined && only.span.end - only.span.start === only.text.length) {
    const { file, start: at } = only.span;
    return { file, start: at + start, end: at + Math.max(start, end) };
  }
  return mapText(word.parts, word.span).spanOf(start, end);
}
