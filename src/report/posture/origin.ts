/** Says in a few words where a fact comes from. */

import type { Fact, Origin } from "../../model/fact.ts";
import { positionAt } from "../../model/source.ts";
import type { Span } from "../../model/source.ts";

/** `compose.yaml:12`, `image node`, `Docker's default`. */
export function describeOrigin(origin: Origin): string {
  if (origin.kind === "default") return `${origin.of}'s default`;
  if (origin.kind === "inherited") {
    const { from, span } = origin;
    return span !== undefined && from === span.file.path ? linePlace(span) : from;
  }
  const derived = origin.derived === undefined ? "" : ` (${origin.derived})`;
  return `${linePlace(origin.span)}${derived}`;
}

/** `path:line` */
export function linePlace(span: Span): string {
  return `${span.file.path}:${positionAt(span.file, span.start).line}`;
}

/** What an unknown fact is shown as. */
export function describeUnknown(fact: Fact<unknown>): string {
  return fact.known ? "" : `unknown: ${fact.why}`;
}
