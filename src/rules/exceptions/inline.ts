/** Reads `# plimsoll: ignore[rule-id] reason… until=2027-01-31` out of a file's comments. */

import type { SourceFile } from "../../model/source.ts";
import { lineStarts, lineText } from "../../model/source.ts";
import type { Exception } from "./exception.ts";
import { parseReason } from "./exception.ts";

const DIRECTIVE =
  /(?<mark>#|\/\/|<!--)[ \t]*plimsoll:[ \t]*ignore(?:\[(?<rules>[^\]\n]*)\])?(?<rest>[^\n]*)/;

/**
 * Exceptions in a file. A comment at the end of a line covers that line; a comment on lines of its
 * own covers the next line that is neither empty nor a comment.
 */
export function inlineExceptions(file: SourceFile): readonly Exception[] {
  if (!file.text.includes("plimsoll:")) return [];
  const exceptions: Exception[] = [];
  const starts = lineStarts(file);
  for (let line = 1; line <= starts.length; line++) {
    const text = lineText(file, line);
    const match = text.includes("plimsoll:") ? DIRECTIVE.exec(text) : null;
    const groups = match?.groups;
    if (match === null || groups === undefined) continue;
    const own = /^[\s@-]*$/.test(text.slice(0, match.index));
    const start = (starts[line - 1] ?? 0) + match.index;
    const rest = (groups["rest"] ?? "").replace(/-->\s*$/, "");
    exceptions.push({
      by: "inline",
      rules: (groups["rules"] ?? "")
        .split(",")
        .map((rule) => rule.trim())
        .filter((rule) => rule !== ""),
      ...parseReason(rest),
      span: { file, start, end: start + match[0].length },
      scope: {
        kind: "lines",
        path: file.path,
        lines: own ? [line, nextCodeLine(file, line + 1, starts.length)] : [line],
      },
    });
  }
  return exceptions;
}

function nextCodeLine(file: SourceFile, from: number, last: number): number {
  for (let line = from; line <= last; line++) {
    if (!/^\s*(#|\/\/|<!--|$)/.test(lineText(file, line))) return line;
  }
  return last;
}
