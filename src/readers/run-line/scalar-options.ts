/** Flags from configuration: what a YAML or JSON file says in keys instead of on a command line. */

import type { Span } from "../../model/source.ts";
import { mapText } from "../shell/mapped-text.ts";
import { parseShell } from "../shell/parse.ts";
import { asScalar, entriesOf, itemsOf } from "../yaml/access.ts";
import type { YamlEntry, YamlNode, YamlScalar } from "../yaml/node.ts";
import type { Argument, ArgumentPiece } from "./argument.ts";
import { makeArgument, slice, split } from "./argument.ts";
import type { FlagTable } from "./flag-tables.ts";
import type { Option, ParsedFlags } from "./parse-flags.ts";
import { parseFlags } from "./parse-flags.ts";
import { scalarPieces } from "./scalar-text.ts";
import type { Variables } from "./variables.ts";
import { evaluateWord } from "./variables.ts";

/** `${{ … }}` of workflows, `${…}` of devcontainers and CI variables. */
const EXPRESSION = /\$\{\{[^\n]{0,500}?\}\}|\$\{[^}\n]{0,200}\}|\$[A-Za-z_]\w*/g;

/** A scalar as one word; expressions in it are evaluated where the file sets them. */
export function scalarArgument(scalar: YamlScalar, variables: Variables): Argument {
  const pieces = scalarPieces(scalar).flatMap((piece) => expressionPieces(piece, variables));
  return makeArgument(pieces.slice(0, 1000), scalar.span);
}

function expressionPieces(piece: ArgumentPiece, variables: Variables): readonly ArgumentPiece[] {
  const { text, span } = piece;
  if (!text.includes("$")) return [piece];
  const exact = span.end - span.start === text.length;
  const place = (from: number, to: number): Span =>
    exact ? { file: span.file, start: span.start + from, end: span.start + to } : span;
  const pieces: ArgumentPiece[] = [];
  let start = 0;
  for (const found of text.matchAll(EXPRESSION)) {
    const { index } = found;
    const [written] = found;
    const end = index + written.length;
    if (index > start) pieces.push({ text: text.slice(start, index), span: place(start, index) });
    start = end;
    const name = /^\$\{\{\s*env\.(\w+)\s*\}\}$|^\$\{?(\w+)\}?$/.exec(written);
    const variable = name?.[1] ?? name?.[2];
    const setting = variable === undefined ? undefined : variables.settings.get(variable);
    if (setting !== undefined && setting.ambiguous !== true && setting.elements === undefined) {
      for (const value of setting.pieces) pieces.push({ ...value, use: place(index, end) });
    } else {
      const unknown = variable === undefined ? {} : { name: variable };
      pieces.push({ text: written, span: place(index, end), unknown });
    }
  }
  if (start < text.length)
    pieces.push({ text: text.slice(start), span: place(start, text.length) });
  return pieces;
}

/** One flag for a scalar. */
export function scalarOption(
  name: string,
  node: YamlNode | undefined,
  variables: Variables,
  written: string = name,
): readonly Option[] {
  const scalar = asScalar(node);
  if (scalar === undefined || scalar.value === null) return [];
  return [{ name, written, value: scalarArgument(scalar, variables), span: scalar.span }];
}

/** One flag for each item of a list, or for a lone scalar. */
export function listOptions(
  name: string,
  node: YamlNode | undefined,
  variables: Variables,
  written: string = name,
): readonly Option[] {
  const items = node?.kind === "list" ? itemsOf(node) : [node];
  return items.flatMap((item) => scalarOption(name, item, variables, written));
}

/** One flag `KEY=VALUE` for each entry of a map. */
export function mapOptions(
  name: string,
  node: YamlNode | undefined,
  variables: Variables,
  written: string = name,
): readonly Option[] {
  return entriesOf(node).flatMap(([key, entry]) => {
    const argument = pairArgument(key, entry, variables);
    return argument === undefined ? [] : [{ name, written, value: argument, span: argument.span }];
  });
}

function pairArgument(name: string, entry: YamlEntry, variables: Variables): Argument | undefined {
  const scalar = asScalar(entry.value);
  if (scalar === undefined) return undefined;
  const { span } = entry.key;
  const value = scalar.value === null ? undefined : scalarArgument(scalar, variables);
  const pieces: ArgumentPiece[] = [
    { text: name, span },
    { text: "=", span: { ...span, start: span.end } },
    ...(value?.pieces ?? []),
  ];
  const end = scalar.span.file === span.file ? Math.max(span.end, scalar.span.end) : span.end;
  return makeArgument(pieces, { ...span, end });
}

/** One flag for each line of a text: the inputs of build actions. */
export function lineOptions(
  name: string,
  node: YamlNode | undefined,
  variables: Variables,
  separator = "\n",
): readonly Option[] {
  const scalar = asScalar(node);
  if (scalar === undefined || scalar.value === null) return [];
  return split(scalarArgument(scalar, variables), separator).flatMap((line) => {
    const trimmed = trim(line);
    return trimmed.text === "" ? [] : [{ name, written: name, value: trimmed, span: trimmed.span }];
  });
}

function trim(argument: Argument): Argument {
  const { text } = argument;
  const start = text.length - text.trimStart().length;
  return slice(argument, start, Math.max(start, text.trimEnd().length));
}

/** The words of a text as a shell splits them, read as flags. */
export function flagsOfText(
  node: YamlNode | undefined,
  variables: Variables,
  table: FlagTable,
): ParsedFlags {
  const scalar = asScalar(node);
  if (scalar === undefined || scalar.value === null) return parseFlags([], table);
  const pieces = scalarPieces(scalar).map((piece) => ({
    ...piece,
    text: piece.text.replaceAll(/[\r\n]/g, " "),
  }));
  const { text, spanOf } = mapText(pieces, scalar.span);
  const words = parseShell(text, spanOf).flatMap((command) => command.words);
  return parseFlags(
    words.flatMap((word) => evaluateWord(word, variables)),
    table,
  );
}

/** A list of words read as flags. */
export function flagsOfList(
  node: YamlNode | undefined,
  variables: Variables,
  table: FlagTable,
): ParsedFlags {
  const words = itemsOf(node).flatMap((item) => {
    const scalar = asScalar(item);
    return scalar === undefined ? [] : [scalarArgument(scalar, variables)];
  });
  return parseFlags(words, table);
}
