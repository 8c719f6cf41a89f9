/** Redirections, and heredocs that they announce. */

import type { Span } from "../../model/source.ts";
import type { Cursor } from "./cursor.ts";
import { match, skipBlanks } from "./cursor.ts";
import { PLACEHOLDER } from "./placeholders.ts";
import type { ParsedCommand, ParsedRedirect } from "./syntax.ts";
import { readWord } from "./words.ts";

/** A heredoc whose body has not been read yet. */
export interface Heredoc {
  readonly delimiter: string;
  readonly stripTabs: boolean;
  readonly expands: boolean;
  readonly redirect: { body?: Span };
  /** The command that it belongs to; set when that is complete. */
  command: ParsedCommand | undefined;
}

export const REDIRECT =
  /(?:\d{1,9}|\{[A-Za-z_]\w{0,30}\})?(?:<<<|<<-|<<|<>|<&|<|>>|>&|>\||>)|&>>|&>/y;

/** Reads a redirection with its target; false when none stands here. */
export function readRedirect(
  cursor: Cursor,
  redirects: (ParsedRedirect & { body?: Span })[],
  heredocs: Heredoc[],
): boolean {
  const operator = match(cursor, REDIRECT);
  if (operator === "") return false;
  const after = cursor.text[cursor.at + operator.length];
  if ((operator === "<" || operator === ">") && after === "(") return false;
  if (cursor.placeholders && operator === "<" && match(cursor, PLACEHOLDER) !== "") {
    return false;
  }
  const start = cursor.at;
  cursor.at += operator.length;
  skipBlanks(cursor);
  const target = readWord(cursor);
  const redirect: ParsedRedirect & { body?: Span } = {
    operator,
    target: target?.text ?? "",
    span: cursor.spanOf(start, cursor.at),
  };
  redirects.push(redirect);
  if (target !== undefined && /(?:^|[^<])<<-?$/.test(operator)) {
    heredocs.push({
      delimiter: target.text,
      stripTabs: operator.endsWith("-"),
      expands: target.parts.every((part) => !part.quoted),
      redirect,
      command: undefined,
    });
  }
  return true;
}
