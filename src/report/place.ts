/** Places as text. */

import type { Span } from "../model/source.ts";
import { positionAt } from "../model/source.ts";
import { plainLine } from "./sanitize.ts";

/** `path:line:column`, plain. */
export function placeOf(span: Span): string {
  const { line, column } = positionAt(span.file, span.start);
  return `${plainLine(span.file.path)}:${line}:${column}`;
}
