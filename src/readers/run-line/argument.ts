/** Words of a command line after evaluation: what is literal, what is not known, and where it stands. */

import type { RelatedPlace } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import type { ShellWord } from "../../model/shell-command.ts";
import { mapText } from "../shell/mapped-text.ts";
import type { TextPiece } from "../shell/mapped-text.ts";

export interface ArgumentPiece extends TextPiece {
  /** Set for an expansion whose value is not known; `text` is then the expansion as written. */
  readonly unknown?: UnknownExpansion;
}

export interface UnknownExpansion {
  /** The variable's name, for a plain one. */
  readonly name?: string;
  /** The command of `$(…)`. */
  readonly substitution?: string;
  /** Whether it may give no word or several: it stands without quotes, or is `"${x[@]}"`. */
  readonly splits?: boolean;
}

/** One word. `dynamic` when a piece of it is not known. */
export interface Argument extends ShellWord {
  readonly pieces: readonly ArgumentPiece[];
  /** How the value was worked out when it is not what is written. */
  readonly derived?: string;
  /** Where a variable brought the word in, when `span` is where its text is written. */
  readonly use?: Span;
  /** The other places that took part. */
  readonly through?: readonly RelatedPlace[];
}

export function makeArgument(
  pieces: readonly ArgumentPiece[],
  span: Span,
  rest: Pick<Argument, "derived" | "through" | "use"> = {},
): Argument {
  return {
    text: pieces.map((piece) => piece.text).join(""),
    dynamic: pieces.some((piece) => piece.unknown !== undefined),
    span,
    pieces,
    ...rest,
  };
}

/** A word that is literal and stands at a place. */
export function literalArgument(text: string, span: Span): Argument {
  return makeArgument([{ text, span }], span);
}

/** The part of a word from one offset of its text to another, with its place. */
export function slice(argument: Argument, start: number, end = argument.text.length): Argument {
  if (start <= 0 && end >= argument.text.length) return argument;
  const pieces: ArgumentPiece[] = [];
  let offset = 0;
  for (const piece of argument.pieces) {
    const from = Math.max(0, start - offset);
    const to = Math.min(piece.text.length, end - offset);
    offset += piece.text.length;
    if (from >= to) continue;
    if (from === 0 && to === piece.text.length) {
      pieces.push(piece);
      continue;
    }
    const { span, text } = piece;
    const exact = span.end - span.start === text.length;
    const part = exact ? { file: span.file, start: span.start + from, end: span.start + to } : span;
    pieces.push({ ...piece, text: text.slice(from, to), span: part });
  }
  const { derived, through } = argument;
  const place = mapText(argument.pieces, argument.span).spanOf(start, Math.max(start, end));
  return makeArgument(pieces, place, {
    ...(derived === undefined ? {} : { derived }),
    ...(through === undefined ? {} : { through }),
  });
}

/** The offset of a character in the known pieces of a word, or -1. */
export function indexOf(argument: Argument, char: string, from = 0): number {
  let offset = 0;
  for (const piece of argument.pieces) {
    if (piece.unknown === undefined) {
      const found = piece.text.indexOf(char, Math.max(0, from - offset));
      if (found >= 0 && offset + found >= from) return offset + found;
    }
    offset += piece.text.length;
  }
  return -1;
}

/** Splits at a character, but not within what is not known. At most `limit` parts; the last takes the rest. */
export function split(argument: Argument, char: string, limit = 200): Argument[] {
  const parts: Argument[] = [];
  let start = 0;
  while (parts.length < limit - 1) {
    const found = indexOf(argument, char, start);
    if (found < 0) break;
    parts.push(slice(argument, start, found));
    start = found + 1;
  }
  parts.push(slice(argument, start));
  return parts;
}

/** Fields that are read of one value. */
const MAX_FIELDS = 200;

/** Fields of a CSV line; a field in double quotes may hold commas. */
export function csvFields(value: Argument): readonly Argument[] {
  const fields: Argument[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index <= value.text.length && fields.length < MAX_FIELDS; index++) {
    const char = value.text[index];
    if (char === '"') quoted = !quoted;
    if (char !== undefined && (char !== "," || quoted)) continue;
    const field = slice(value, start, index);
    const bare = field.text.startsWith('"') && field.text.endsWith('"') && field.text.length > 1;
    fields.push(bare ? slice(field, 1, field.text.length - 1) : field);
    start = index + 1;
  }
  return fields;
}

/** `name=value`; no value when there is no `=`. */
export function pairOf(argument: Argument): { readonly name: Argument; readonly value?: Argument } {
  const equals = indexOf(argument, "=");
  if (equals < 0) return { name: argument };
  return { name: slice(argument, 0, equals), value: slice(argument, equals + 1) };
}

/** The one expansion that a word consists of, when it is not known. */
export function wholeExpansion(argument: Argument): UnknownExpansion | undefined {
  return argument.pieces.length === 1 ? argument.pieces[0]?.unknown : undefined;
}

/** The expansions of a word that are not known, as written, for messages: "$TAG". */
export function unknownText(argument: Argument): string {
  const written = argument.pieces.flatMap(({ text, unknown }) =>
    unknown === undefined ? [] : [displayExpansion(text, unknown).slice(0, 60)],
  );
  return [...new Set(written)].slice(0, 3).join(", ");
}

/** A word for names and messages: on one line, short, and without the text of commands in it. */
export function display(argument: Argument): string {
  const text = argument.pieces
    .map((piece) =>
      piece.unknown === undefined ? piece.text : displayExpansion(piece.text, piece.unknown),
    )
    .join("");
  return text.replaceAll(/\s+/g, " ").slice(0, 80);
}

/** The text of a word with a `$` for every character that is not known. */
export function opaque(argument: Argument): string {
  return argument.pieces
    .map(({ text, unknown }) => (unknown === undefined ? text : "$".repeat(text.length)))
    .join("");
}

/** A word with a `$` for every character that is not known, and as long as its text for messages. */
export function outlineOf(argument: Argument): {
  readonly shown: string;
  readonly outline: string;
} {
  let [shown, outline] = ["", ""];
  for (const { text, unknown } of argument.pieces) {
    const piece = unknown === undefined ? text : displayExpansion(text, unknown);
    shown += piece;
    outline += unknown === undefined ? piece : "$".repeat(piece.length);
  }
  return { shown, outline };
}

/** Commands may hold anything, secrets too; only that there is one is told. */
function displayExpansion(text: string, unknown: UnknownExpansion): string {
  if (text.startsWith("${MAKE_")) return "$(…)";
  const isCommand = unknown.substitution !== undefined || /[`(]/.test(text);
  return isCommand && /^[$`]/.test(text) && !text.startsWith("${{") ? "$(…)" : text;
}
