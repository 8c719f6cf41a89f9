/** Reads `# plimsoll: ignore[rule-id] reason… until=2027-01-31` out of a file's comments. */

import type { SourceFile } from "../../model/source.ts";
import { lineStarts, lineText } from "../../model/source.ts";
import type { Exception } from "./exception.ts";
import { parseReason } from "./exception.ts";

const DIRECTIVE =
  /(?<mark>#|\/\/|<!--)[ \t]*plimsoll:[ \t]*ignore(?:\[(?<rules>[^\]\n]*)\])?(?<rest>[^\n]*)/;

/**
 * Exceptions in a file. A comment at the end of a line covers that line; a comment on lines of its
 * own covers the next line that is neither empty nor a comment. In Markdown only HTML comments count,
 * since code blocks are documentation; one above a code block covers the block.
 */
export function inlineExceptions(file: SourceFile): readonly Exception[] {
  if (!file.text.includes("plimsoll:")) return [];
  const exceptions: Exception[] = [];
  const starts = lineStarts(file);
  const markdown = isMarkdown(file);
  for (let line = 1; line <= starts.length; line++) {
    const text = lineText(file, line);
    const match = text.includes("plimsoll:") ? DIRECTIVE.exec(text) : null;
    const groups = match?.groups;
    if (match === null || groups === undefined) continue;
    if (markdown && groups["mark"] !== "<!--") continue;
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
        lines: own ? [line, ...coveredBelow(file, line + 1, starts.length)] : [line],
      },
    });
  }
  return exceptions;
}

/** The next line of code; in Markdown, when that opens a code block, every line of the block. */
function coveredBelow(file: SourceFile, from: number, last: number): readonly number[] {
  let line = from;
  while (line < last && /^\s*(#|\/\/|<!--|$)/.test(lineText(file, line))) line++;
  const fence = isMarkdown(file) ? /^\s*(`{3,}|~{3,})/.exec(lineText(file, line))?.[1] : undefined;
  if (fence === undefined) return [line];
  const lines = [line];
  while (line < last && !lineText(file, ++line).trim().startsWith(fence)) lines.push(line);
  return lines;
}

function isMarkdown(file: SourceFile): boolean {
  return /\.(md|markdown|mdx)$/i.test(file.path);
}
