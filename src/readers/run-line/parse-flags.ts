/** Reads flags as the engines' command lines do (github.com/spf13/pflag v1.0.6, flag.go). */

import type { Unknown } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { Span } from "../../model/source.ts";
import { sameSpan, spanText } from "../../model/source.ts";
import { nearest } from "../../model/nearest.ts";
import type { Argument } from "./argument.ts";
import { indexOf, slice, wholeExpansion } from "./argument.ts";
import type { FlagTable } from "./flag-tables.ts";

/** One flag as given. */
export interface Option {
  /** The long name: `volume` for `-v`. */
  readonly name: string;
  /** As written, for messages: `-v`, `--volume`. */
  readonly written: string;
  /** Absent for a boolean that is only named. */
  readonly value?: Argument;
  /** From the flag to the end of its value. */
  readonly span: Span;
  /** The word that holds the flag's name. */
  readonly flag?: Argument;
}

export interface ParsedFlags {
  readonly options: readonly Option[];
  readonly operands: readonly Argument[];
  /** Words in the place of flags whose value is not known, so that they may be any flags. */
  readonly opaque: readonly Argument[];
  /** Whether an unknown flag makes it unclear where the operands begin. */
  readonly unclear: boolean;
  readonly unknowns: readonly Unknown[];
}

/** Unknown flags that are reported of one line. */
const MAX_UNKNOWN_FLAGS = 5;

interface Reading {
  readonly args: readonly Argument[];
  readonly table: FlagTable;
  readonly options: Option[];
  readonly operands: Argument[];
  readonly opaque: Argument[];
  readonly unknowns: Unknown[];
  unclear: boolean;
}

/** Reads the words after the command: flags up to the first operand, or flags and operands mixed. */
export function parseFlags(args: readonly Argument[], table: FlagTable): ParsedFlags {
  const reading: Reading = {
    args,
    table,
    options: [],
    operands: [],
    opaque: [],
    unknowns: [],
    unclear: false,
  };
  let index = 0;
  while (index < args.length) {
    const argument = args[index];
    if (argument === undefined) break;
    const { text } = argument;
    if (text === "--") {
      for (const operand of args.slice(index + 1)) reading.operands.push(operand);
      break;
    }
    if (text.startsWith("--")) index = readLong(reading, argument, index);
    else if (text.startsWith("-") && text.length > 1) index = readShorts(reading, argument, index);
    else if (isOpaque(args, index)) {
      reading.opaque.push(argument);
      index++;
    } else if (table.interspersed) {
      reading.operands.push(argument);
      index++;
    } else {
      for (const operand of args.slice(index)) reading.operands.push(operand);
      break;
    }
  }
  const { options, operands, opaque, unclear, unknowns } = reading;
  return { options, operands, opaque, unclear, unknowns };
}

const NAMED_LIKE_IMAGE = /IMAGE|IMG|TAG|REPO|REGISTRY|CONTAINER|NAME$/i;
const NAMED_LIKE_FLAGS =
  /OPT|ARG|FLAG|PARAM|ENV|VOL|MOUNT|PORT|EXTRA|TTY|INTERACTIVE|NETWORK|GPU|USER/i;

/**
 * Whether a word whose value is not known stands for flags: `$DOCKER_OPTS`, `"${args[@]}"`. An image
 * may be such a word too; the name and what follows decide.
 */
function isOpaque(args: readonly Argument[], index: number): boolean {
  const argument = args[index];
  const whole = argument === undefined ? undefined : wholeExpansion(argument);
  if (whole === undefined || whole.splits !== true) return false;
  const next = args[index + 1];
  if (whole.name === "@" || whole.name === "*") return next !== undefined;
  const name = whole.name ?? whole.substitution ?? argument?.text ?? "";
  if (NAMED_LIKE_FLAGS.test(name) && !/IMAGE|IMG/i.test(name)) return true;
  if (next === undefined || NAMED_LIKE_IMAGE.test(name)) return false;
  return next.text.startsWith("-") || /^[\w.-]+[/:]\w|^\$\{?\w*(IMAGE|IMG)/i.test(next.text);
}

function readLong(reading: Reading, argument: Argument, index: number): number {
  const { table, args } = reading;
  const equals = indexOf(argument, "=");
  const written = equals < 0 ? argument : slice(argument, 0, equals);
  const name = written.text.slice(2);
  const attached = equals < 0 ? undefined : slice(argument, equals + 1);
  if (written.dynamic) {
    reading.opaque.push(argument);
    return index + 1;
  }
  const option = { name, written: written.text };
  if (table.booleans.has(name)) {
    reading.options.push({
      ...option,
      flag: argument,
      span: argument.span,
      ...(attached === undefined ? {} : { value: attached }),
    });
    return index + 1;
  }
  if (table.values.has(name)) {
    const value = attached ?? args[index + 1];
    if (value === undefined) return index + 1;
    const span = attached === undefined ? joinWords(argument, value) : argument.span;
    reading.options.push({ ...option, value, span });
    return index + (attached === undefined ? 2 : 1);
  }
  reportUnknown(reading, written, name);
  if (attached !== undefined) return index + 1;
  reading.unclear = true;
  // Whether it takes a value cannot be told; a known flag further on shows that this word is no image.
  const [value, next] = [args[index + 1], args[index + 2]];
  const isValue = value !== undefined && !value.text.startsWith("-") && isKnownFlag(next, table);
  return index + (isValue ? 2 : 1);
}

function isKnownFlag(argument: Argument | undefined, table: FlagTable): boolean {
  const name = /^--([\w-]+)/.exec(argument?.text ?? "")?.[1];
  if (name !== undefined) return table.values.has(name) || table.booleans.has(name);
  return table.shorts.has(/^-(\w)/.exec(argument?.text ?? "")?.[1] ?? "");
}

/** `-itd`, `-p80:80`, `-e=A=b`, `-v x`. */
function readShorts(reading: Reading, argument: Argument, index: number): number {
  const { table, args, options } = reading;
  const { text } = argument;
  for (let at = 1; at < text.length; at++) {
    const letter = text[at] ?? "";
    const name = table.shorts.get(letter);
    if (name === undefined) {
      if (slice(argument, at).dynamic) reading.opaque.push(argument);
      else {
        reportUnknown(reading, argument, letter);
        reading.unclear = true;
      }
      return index + 1;
    }
    const written = `-${letter}`;
    const rest = at + 1 < text.length ? slice(argument, at + 1) : undefined;
    if (table.booleans.has(name)) {
      if (rest?.text.startsWith("=") === true) {
        options.push({ name, written, value: slice(rest, 1), span: argument.span });
        return index + 1;
      }
      options.push({ name, written, flag: argument, span: argument.span });
      continue;
    }
    if (rest !== undefined) {
      const value = rest.text.startsWith("=") ? slice(rest, 1) : rest;
      options.push({ name, written, value, span: argument.span });
      return index + 1;
    }
    const value = args[index + 1];
    if (value === undefined) return index + 1;
    options.push({ name, written, value, span: joinWords(argument, value) });
    return index + 2;
  }
  return index + 1;
}

function reportUnknown(reading: Reading, argument: Argument, name: string): void {
  const { table, unknowns } = reading;
  if (unknowns.length >= MAX_UNKNOWN_FLAGS) return;
  const near = name.length < 2 ? undefined : nearest(name, [...table.values, ...table.booleans]);
  const written = argument.text.slice(0, 60);
  unknowns.push(
    unknownAt(
      argument.span,
      `flag ${written}`,
      "no such flag is known for this command, so it is not known what it does",
      near === undefined ? "check its spelling" : `check its spelling: did you mean --${near}?`,
    ),
  );
}

/** From one word to another: where they are written when one variable brought both, else where they are used. */
export function joinWords(first: Argument, last: Argument): Span {
  const used = join(first.use ?? first.span, last.use ?? last.span);
  if (first.use === undefined || last.use === undefined) return used;
  if (!sameSpan(first.use, last.use)) return used;
  const written = join(first.span, last.span);
  // Two variables of one variable stand on lines of their own.
  return /[^\\\r]\r?\n/.test(spanText(written)) ? used : written;
}

/** From the start of one span to the end of another, when they stand in one file in that order. */
export function join(first: Span, last: Span): Span {
  if (first.file !== last.file || last.end < first.start) return first;
  return { file: first.file, start: first.start, end: Math.max(first.end, last.end) };
}
