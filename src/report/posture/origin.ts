/** Says in a few words where a fact comes from. */

import type { Fact, Origin } from "../../model/fact.ts";
import { positionAt } from "../../model/source.ts";
import type { Span } from "../../model/source.ts";

/** `compose.yaml:12`, `image node`, `Docker's default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case "set":
      return origin.derived === undefined
        ? linePlace(origin.span)
        : `${linePlace(origin.span)} (${origin.derived})`;
    case "inherited":
      return origin.from;
    case "default":
      return `${origin.of}'s default`;
  }
}

/** `path:line` */
export function linePlace(span: Span): string {
  return `${span.file.path}:${positionAt(span.file, span.start).line}`;
}

/** What an unknown fact is shown as. */
export function describeUnknown(fact: Fact<unknown>): string {
  return fact.known ? "" : `unknown: ${fact.why}`;
}
