/** The heredocs that a line opens. Follows moby/buildkit 73ed6825c, parser.go: heredocsFromLine, ParseHeredoc. */

import { expand } from "./expand.ts";
import type { Failure } from "./words.ts";

export interface HeredocStart {
  readonly name: string;
  readonly stripTabs: boolean;
}

const noVariables = { escape: "\\", lookup: () => undefined, unset: "keep-all" } as const;

/** All heredocs of a logical line, in order. A line whose quotes do not close opens none. */
export function heredocsOf(line: string): readonly HeredocStart[] | Failure {
  if (!line.includes("<<")) return [];
  const { words } = expand(line, { ...noVariables, keepQuotes: true, keepEscapes: true });
  const found: HeredocStart[] = [];
  for (const word of words) {
    const heredoc = heredocOf(word);
    if (heredoc === undefined) continue;
    if ("error" in heredoc) return heredoc;
    found.push(heredoc);
  }
  return found;
}

/** A word as a heredoc: `<<EOF`, `3<<-"EOF"`. The escape character is a backslash whatever the file says. */
export function heredocOf(word: string): HeredocStart | Failure | undefined {
  if (!word.includes("<<")) return undefined;
  const match = /^\d*<<(-?)([^<]*)$/.exec(word);
  const rest = (match?.[2] ?? "").trimStart();
  if (match === null || rest === "") return undefined;
  const plain = expand(rest, noVariables);
  if (plain.error !== undefined) return { error: `the name of a heredoc: ${plain.error}` };
  const name = plain.words[0];
  if (plain.words.length !== 1 || name === undefined) return undefined;
  return { name, stripTabs: match[1] === "-" };
}
