/** The lines of a Makefile: which of them are recipes, and where those begin. */

import type { SourceFile } from "../../model/source.ts";

/** A line that sets a variable: its name and the operator. */
export const ASSIGNMENT =
  /^[ ]*(?:(?:export|override|private|unexport)[ \t]+)*([A-Za-z_][\w.-]*)[ \t]*(\?=|\+=|:{0,3}=)[ \t]*/;
export interface Line {
  readonly start: number;
  readonly end: number;
  /** Where the recipe begins, with its prefix; absent for a line that is none. */
  readonly recipe?: number;
}

const RECIPE_PREFIX = /^\.RECIPEPREFIX[ ]*(?::{0,3}=|\?=)[ \t]*(\S?)/;

/** Lines with their continuations, and which of them are recipes. */
export function readLines(file: SourceFile): Line[] {
  let prefix = "\t";
  return logicalLines(file).map((line): Line => {
    if (file.text.startsWith(prefix, line.start)) return { ...line, recipe: line.start };
    const text = textOf(file, line);
    const changed = RECIPE_PREFIX.exec(text);
    if (changed !== null)
      prefix = changed[1] === undefined || changed[1] === "" ? "\t" : changed[1];
    const after = recipeAfterSemicolon(text);
    return after === undefined ? line : { ...line, recipe: line.start + after };
  });
}

/** Where the recipe of `target: prerequisite ; command` begins. */
function recipeAfterSemicolon(text: string): number | undefined {
  const semicolon = text.indexOf(";");
  if (semicolon < 0) return undefined;
  const head = text.slice(0, semicolon);
  if (!RULE.test(head) || ASSIGNMENT.test(head)) return undefined;
  return semicolon + 1;
}

/** Lines with their continuations. */
function logicalLines(file: SourceFile): Line[] {
  const { text } = file;
  const lines: Line[] = [];
  let start = 0;
  while (start < text.length) {
    let end = start;
    for (;;) {
      const newline = text.indexOf("\n", end);
      if (newline < 0) {
        end = text.length;
        break;
      }
      const before = text[newline - 1] === "\r" ? newline - 2 : newline - 1;
      end = newline;
      if (text[before] !== "\\" || before < start) break;
      end = newline + 1;
    }
    lines.push({ start, end });
    start = end + 1;
  }
  return lines;
}

/** Targets, a colon, prerequisites: no comment, no assignment for a target. */
const RULE = /^(?![ ]*(?:#|define\b|endef\b))[^#=:]{1,2000}::?[^#=:]{0,2000}$/;
export function textOf(file: SourceFile, line: Line | undefined): string {
  return line === undefined ? "" : file.text.slice(line.start, line.end);
}
