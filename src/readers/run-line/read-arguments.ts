/** Reads a run line that was given as words: the command line after `--`. */

import { unknownAt } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import type { ReadContext, Reading } from "../contract.ts";
import type { Argument } from "./argument.ts";
import { makeArgument } from "./argument.ts";
import { collectWords, newCollection, readingOf } from "./collect.ts";
import { NO_RUN_LINE } from "./command-line.ts";
import { newVariables } from "./variables.ts";

/** The name under which the command line is reported. */
export const COMMAND_LINE = "<command line>";

/** The shell has split and expanded the words already; each is literal. */
export function readArguments(words: readonly string[], context: ReadContext): Reading {
  const written = words.map(quote);
  const file: SourceFile = { path: COMMAND_LINE, text: written.join(" ") };
  const args: Argument[] = [];
  let start = 0;
  for (const [index, word] of words.entries()) {
    const text = written[index] ?? "";
    const span = { file, start, end: start + text.length };
    const inner = text === word ? span : { file, start: start + 1, end: span.end - 1 };
    args.push(makeArgument([{ text: word, span: inner }], span));
    start += text.length + 1;
  }
  const collection = newCollection(file, context);
  const scope = { context, bases: ["."], variables: newVariables() };
  if (!collectWords(collection, args, scope)) {
    const span = { file, start: 0, end: file.text.length };
    collection.unknowns.push(
      unknownAt(
        span,
        "command line",
        NO_RUN_LINE,
        "give a whole line such as `docker run --rm nginx:1.29`",
      ),
    );
  }
  return readingOf(collection);
}

/** As one would type it. */
function quote(word: string): string {
  if (/^[\w@%+=:,./~{}-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
