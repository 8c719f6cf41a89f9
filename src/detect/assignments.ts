/** Finds secrets in the text of configuration files: by value, and by the name that is given to a value. */

import type { AssignedSecret } from "./assigned-line.ts";
import { findSecretsInText } from "./find-secrets.ts";
import { findInLines } from "./named-lines.ts";
import { linesEnd } from "./value-line.ts";

export type { AssignedSecret } from "./assigned-line.ts";

/** Lines longer than this are only searched by value. */
const MAX_LINE = 4096;
const MAX_FOUND = 1000;

/** Secrets of a text in order, without overlaps. */
export function findAssignedSecrets(text: string): AssignedSecret[] {
  const byValue = findSecretsInText(text);
  const found: AssignedSecret[] = byValue.map(({ start, end, title, confidence }) => ({
    start,
    end,
    what: `a ${title}`,
    confidence,
  }));
  let next = 0;
  for (let start = 0; start < text.length && found.length < MAX_FOUND;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    while ((byValue[next]?.end ?? Infinity) <= start) next += 1;
    const last = linesEnd(text, end);
    const named = end - start > MAX_LINE ? [] : findInLines(text.slice(start, last));
    let beyond = next;
    while ((byValue[beyond]?.start ?? Infinity) < last) beyond += 1;
    const known = byValue.slice(next, beyond);
    for (const { what, confidence, ...range } of named) {
      const secret = { start: start + range.start, end: start + range.end, what, confidence };
      if (!known.some((each) => each.start < secret.end && secret.start < each.end))
        found.push(secret);
    }
    start = end + 1;
  }
  return found.toSorted((left, right) => left.start - right.start);
}
