/** Secrets of one line of a configuration file, by the names that are given to them in any way. */

import type { AssignedSecret } from "./assigned-line.ts";
import { assignedSecret } from "./assigned-line.ts";
import { findConfigPairs, findListedPairs, isComment } from "./config-lines.ts";
import { withoutOverlaps } from "./find-secrets.ts";
import { findJsonPairs, findSourcePairs, findUnitPairs } from "./named-pairs.ts";

/** A line of nsswitch.conf, which every image has: where users come from. */
const NAME_SERVICE = /^passwd:[ \t]+(?:files|compat|db|nis|sss|ldap|winbind)\b/;

/** Secrets of a line, or of one that names a value and the next, which gives it. */
export function findInLines(text: string): AssignedSecret[] {
  if (NAME_SERVICE.test(text)) return [];
  const newline = text.indexOf("\n");
  const line = newline < 0 ? text : text.slice(0, newline);
  const pairs = [
    ...findJsonPairs(line),
    ...findUnitPairs(line),
    ...findListedPairs(text),
    ...findConfigPairs(line),
    ...(isComment(line) ? [] : findSourcePairs(line)),
  ];
  const assigned = assignedSecret(line, 0, line.length);
  // What is seen inside of a value tells better where the secret stands than the value as a whole.
  const whole =
    assigned === undefined || pairs.some(({ end }) => end > assigned.start) ? [] : [assigned];
  return withoutOverlaps([...pairs, ...whole]);
}
