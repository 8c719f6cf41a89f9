/** Places within the strings of a JSON document. */

import type { Span } from "../../../model/source.ts";

/** Longer ones are never shown. */
const MAX_LENGTH = 32_768;

/** The span of `[start, end)` of a JSON string's value; `string` runs from quote to quote. Source: RFC 8259, section 7. */
export function spanInString(string: Span, start: number, end: number): Span {
  const { text } = string.file;
  if (text[string.start] !== '"' || string.end - string.start > MAX_LENGTH) return string;
  let at = string.start + 1;
  let from = string.end - 1;
  // Every character and every escape is one UTF-16 code unit of the value.
  for (let unit = 0; unit < end && at < string.end - 1; unit++) {
    if (unit === start) from = at;
    if (text[at] !== "\\") at += 1;
    else at += text[at + 1] === "u" ? 6 : 2;
  }
  return from < at ? { file: string.file, start: from, end: Math.min(at, string.end - 1) } : string;
}
