/** Variables of a script as far as it sets them literally, and the evaluation of words with them. */

import type { RelatedPlace } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { mapText } from "../shell/mapped-text.ts";
import type { ParsedAssignment, ParsedCommand, ParsedWord, WordPart } from "../shell/syntax.ts";
import type { Argument, ArgumentPiece } from "./argument.ts";
import { makeArgument } from "./argument.ts";

export interface Setting {
  readonly pieces: readonly ArgumentPiece[];
  /** The elements of an array. */
  readonly elements?: readonly Argument[];
  /** Where it is set. */
  readonly span?: Span;
  /** Set to different values at different places, so that none can be relied on. */
  readonly ambiguous?: boolean;
}

export interface Variables {
  readonly settings: Map<string, Setting>;
  /** Characters that evaluation may still make; stops `x=$x$x`. */
  readonly budget: { left: number };
}

/** Characters that the evaluation of one file may make. */
const MAX_CHARACTERS = 1_000_000;
/** A word of more pieces is taken as a whole. */
const MAX_PARTS = 1000;
/** The longest value that is followed. */
const MAX_VALUE = 20_000;

export function newVariables(): Variables {
  return { settings: new Map(), budget: { left: MAX_CHARACTERS } };
}

/** A copy, for a scope of its own. */
export function innerVariables(outer: Variables): Variables {
  return { settings: new Map(outer.settings), budget: outer.budget };
}

/** Sets a variable to a literal text at a place. */
export function setVariable(variables: Variables, name: string, text: string, span: Span): void {
  variables.settings.set(name, { pieces: [{ text, span }], span });
}

/** Takes note of what a command assigns. */
export function applyAssignments(command: ParsedCommand, variables: Variables): void {
  for (const assignment of command.assignments) assign(assignment, variables);
  const name = command.words[0]?.text;
  if (name === "unset") {
    for (const { text } of command.words.slice(1)) variables.settings.delete(text);
  }
  if (name === ":" || name === "read" || name === "mapfile" || name === "readarray") {
    for (const word of command.words.slice(1)) {
      if (name === ":") applyDefaults(word.parts, variables);
      else if (/^\w+$/.test(word.text))
        variables.settings.set(word.text, { pieces: [], ambiguous: true });
    }
  }
}

/** `: "${X:=default}"`. */
function applyDefaults(parts: readonly WordPart[], variables: Variables): void {
  for (const part of parts) {
    if (part.kind !== "expansion" || part.variable?.fallback === undefined) continue;
    const { name, fallback } = part.variable;
    if (variables.settings.has(name) || !/^:?=/.test(part.text.slice(2 + name.length))) continue;
    variables.settings.set(name, {
      pieces: evaluateParts(fallback, variables).pieces,
      span: part.span,
    });
  }
}

function assign(assignment: ParsedAssignment, variables: Variables): void {
  const { name, span, append } = assignment;
  const { settings } = variables;
  if (name.endsWith("[]")) return;
  const earlier = settings.get(name);
  if (assignment.elements !== undefined) {
    const added = assignment.elements.flatMap((element) => evaluateWord(element, variables));
    const elements = append ? [...(earlier?.elements ?? []), ...added] : added;
    settings.set(name, { pieces: [], elements: elements.slice(0, 1000), span });
    return;
  }
  const { pieces } = evaluateParts(assignment.parts, variables);
  if (append && earlier?.elements === undefined) {
    settings.set(name, bounded({ pieces: [...(earlier?.pieces ?? []), ...pieces], span }));
    return;
  }
  const refersToItself = assignment.parts.some(
    (part) => part.kind === "expansion" && part.variable?.name === name,
  );
  const text = textOf(pieces);
  const differs = earlier !== undefined && textOf(earlier.pieces) !== text;
  const replaces = differs && !refersToItself && textOf(earlier.pieces) !== "";
  settings.set(name, bounded({ pieces, span, ...(replaces ? { ambiguous: true } : {}) }));
}

function bounded(setting: Setting): Setting {
  const tooLong = setting.pieces.length > 500 || textOf(setting.pieces).length > MAX_VALUE;
  return tooLong ? { ...setting, pieces: [], ambiguous: true } : setting;
}

function textOf(pieces: readonly ArgumentPiece[]): string {
  return pieces.map((piece) => piece.text).join("");
}

interface Evaluated {
  readonly pieces: readonly (ArgumentPiece & { readonly splits?: boolean })[];
  readonly notes: Notes;
}

interface Notes {
  readonly derived: string[];
  readonly through: RelatedPlace[];
}

/** The pieces of a value; unknown expansions stay as written. */
function evaluateParts(parts: readonly WordPart[], variables: Variables): Evaluated {
  const pieces: (ArgumentPiece & { splits?: boolean })[] = [];
  const notes: Notes = { derived: [], through: [] };
  for (const part of parts) addPart(part, pieces, notes, variables, 0);
  return { pieces, notes };
}

function addPart(
  part: WordPart,
  pieces: (ArgumentPiece & { splits?: boolean })[],
  notes: Notes,
  variables: Variables,
  depth: number,
): void {
  if (part.kind === "literal") {
    pieces.push({ text: part.text, span: part.span });
    return;
  }
  const { variable, substitution, span, quoted } = part;
  // A comment in backticks, as people write it between continued lines, gives nothing.
  if (substitution !== undefined && /^#[^\n]*$/.test(substitution)) return;
  const splits = !quoted || variable?.each === true;
  const setting = variable === undefined ? undefined : variables.settings.get(variable.name);
  const usable =
    setting !== undefined && setting.ambiguous !== true && setting.elements === undefined;
  const fallback = variable?.fallback;
  if (variable !== undefined && usable && (setting.pieces.length > 0 || fallback === undefined)) {
    const size = textOf(setting.pieces).length;
    variables.budget.left -= size + 1;
    if (variables.budget.left > 0) {
      for (const value of setting.pieces) {
        const piece = named(value, part.text);
        pieces.push({ ...piece, use: span, ...(quoted ? {} : { splits }) });
      }
      notes.derived.push(`value of ${part.text}`);
      if (setting.span !== undefined) {
        notes.through.push({ span: setting.span, label: `${variable.name} is set here` });
      }
      return;
    }
  }
  if (fallback !== undefined && (setting === undefined || usable) && depth < 10) {
    const inner: (ArgumentPiece & { splits?: boolean })[] = [];
    for (const piece of fallback) addPart(piece, inner, notes, variables, depth + 1);
    for (const piece of inner) pieces.push({ ...piece, use: span, ...(quoted ? {} : { splits }) });
    notes.derived.push(`default of ${part.text}`);
    return;
  }
  const unknown = {
    ...(variable === undefined ? {} : { name: variable.name }),
    ...(substitution === undefined ? {} : { substitution }),
    ...(splits ? { splits } : {}),
  };
  pieces.push({ text: part.text, span, unknown });
}

/** The output of a command goes by the name of the variable that holds it. */
function named(piece: ArgumentPiece, text: string): ArgumentPiece {
  return piece.unknown?.substitution === undefined ? piece : { ...piece, text };
}

/** The words that a word gives: none, one or several. */
export function evaluateWord(word: ParsedWord, variables: Variables): readonly Argument[] {
  if (word.parts.length > MAX_PARTS) {
    const unknown = word.dynamic ? { unknown: {} } : {};
    return [makeArgument([{ text: word.text, span: word.span, ...unknown }], word.span)];
  }
  const used = word.use === undefined ? {} : { use: word.use };
  if (!word.dynamic) return [makeArgument(word.parts.map(literalPiece), word.span, used)];
  const elements = elementsOf(word, variables);
  if (elements !== undefined) return elements;
  const { pieces, notes } = evaluateParts(word.parts, variables);
  const rest = {
    ...(notes.derived.length === 0 ? {} : { derived: notes.derived.slice(0, 3).join(", ") }),
    ...(notes.through.length === 0 ? {} : { through: notes.through.slice(0, 5) }),
  };
  const fields = splitFields(
    pieces,
    word.parts.some((part) => part.quoted),
  );
  const whole = fields.length === 1 && word.parts.some((part) => part.kind === "literal");
  return fields.map((field) => {
    if (whole) return makeArgument(field, word.span, { ...rest, ...used });
    const use = field[0]?.use ?? word.use;
    return makeArgument(field, spanOfPieces(field, word.span), {
      ...rest,
      ...(use === undefined ? {} : { use }),
    });
  });
}

function literalPiece(part: WordPart): ArgumentPiece {
  return { text: part.text, span: part.span };
}

function spanOfPieces(pieces: readonly ArgumentPiece[], fallback: Span): Span {
  const mapped = mapText(pieces, fallback);
  return mapped.spanOf(0, mapped.text.length);
}

/** `"${args[@]}"` of an array that is known. */
function elementsOf(word: ParsedWord, variables: Variables): readonly Argument[] | undefined {
  const part = word.parts.length === 1 ? word.parts[0] : undefined;
  if (part?.kind !== "expansion" || part.variable?.each !== true) return undefined;
  const elements = variables.settings.get(part.variable.name)?.elements;
  if (elements === undefined) return undefined;
  variables.budget.left -= elements.reduce((sum, element) => sum + element.text.length + 1, 0);
  if (variables.budget.left <= 0) return undefined;
  const place: RelatedPlace = { span: word.span, label: `${part.text} is used here` };
  return elements.map((element) => ({ ...element, through: [...(element.through ?? []), place] }));
}

/** Splits at the spaces that unquoted expansions brought. */
function splitFields(
  pieces: readonly (ArgumentPiece & { readonly splits?: boolean })[],
  keepEmpty: boolean,
): ArgumentPiece[][] {
  const fields: ArgumentPiece[][] = [];
  let field: ArgumentPiece[] = [];
  for (const { splits, ...piece } of pieces) {
    if (splits !== true || piece.unknown !== undefined || !/\s/.test(piece.text)) {
      if (piece.text !== "") field.push(piece);
      continue;
    }
    const exact = piece.span.end - piece.span.start === piece.text.length;
    let offset = 0;
    for (const text of piece.text.split(/(\s+)/)) {
      const { file, start } = piece.span;
      const span = exact
        ? { file, start: start + offset, end: start + offset + text.length }
        : piece.span;
      offset += text.length;
      if (/^\s+$/.test(text)) {
        if (field.length > 0) fields.push(field);
        field = [];
      } else if (text !== "") field.push({ ...piece, text, span });
    }
  }
  if (field.length > 0 || (fields.length === 0 && keepEmpty)) fields.push(field);
  return fields;
}
