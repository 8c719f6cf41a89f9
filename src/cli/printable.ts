/** Text from outside, made safe for a terminal. */

import { withoutOldCommands } from "../report/sanitize.ts";

/** Escapes control characters other than newline and tab, and bidirectional overrides. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same on one line, so that no text can begin a line of its own (a workflow command, say). */
export function printableLine(text: string): string {
  return withoutOldCommands(printable(text).replace(/[\r\n\u2028\u2029]+/g, " "));
}
