/** A word without what stands around it, and whether there is anything in it to hide. */

import { isPureReference } from "./harmless.ts";

/** What needs no hiding: nothing, a variable alone, the directive of a printf. */
export function isOpen(value: string): boolean {
  const bare = trimmed(value, "\"'\\", "\"'\\,])}");
  return (
    bare.trim() === "" ||
    isPureReference(bare) ||
    isPureReference(`${bare}}`) ||
    /^\$\([A-Za-z_]\w*$/.test(bare) ||
    /^(?:%[sdbq]|\\n)+$/.test(bare)
  );
}

/** Without what a list or a subshell puts around a word. */
export function bareWord(text: string): string {
  const short = text.length > 400 ? text.slice(0, 400) : text;
  return trimmed(short, OPENING, CLOSING);
}

function trimmed(text: string, before: string, behind: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && before.includes(text[start] ?? " ")) start += 1;
  while (end > start && behind.includes(text[end - 1] ?? " ")) end -= 1;
  return text.slice(start, end);
}

const OPENING = "[{(,\"'`";
const CLOSING = ",])}\"'`";
