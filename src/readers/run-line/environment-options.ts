/**
 * `-e` and `--env-file`.
 * Source: docker/cli v28 opts/env.go and pkg/kvfile/kvfile.go: no quotes and no interpolation in the file.
 */

import type { SetOrigin } from "../../model/fact.ts";
import { unknownAt } from "../../model/fact.ts";
import type { EnvironmentVariable } from "../../model/environment-variable.ts";
import type { ReadContext } from "../contract.ts";
import { joinPath } from "../paths.ts";
import { mayRead } from "../repeated-reading.ts";
import type { Argument } from "./argument.ts";
import { pairOf, unknownText, wholeExpansion } from "./argument.ts";
import type { Report } from "./option-facts.ts";
import { originOf, reportUnknown } from "./option-facts.ts";
import type { Option } from "./parse-flags.ts";
import type { Variables } from "./variables.ts";

type Surface = EnvironmentVariable["surface"];

/** A variable that a flag sets; undefined when not even its name is known. */
export function variableOf(
  option: Option,
  surface: Surface,
  variables: Variables,
  report: Report,
): EnvironmentVariable | undefined {
  if (option.value === undefined) return undefined;
  const { name, value } = pairOf(option.value);
  if (name.dynamic) {
    reportUnknown(report, option, "environment variable");
    return undefined;
  }
  const origin = originOf(option);
  if (value === undefined) return inherited(name.text, surface, origin, variables);
  return { name: name.text, ...valueOf(value), surface, origin, valueSpan: value.span };
}

/** What stands behind the `=`: a literal, or something that comes from elsewhere. */
export function valueOf(
  value: Argument,
): Pick<EnvironmentVariable, "value" | "from" | "reference"> {
  if (!value.dynamic) return { value: value.text, from: "literal" };
  const secret = secretReference(value.text);
  if (secret !== undefined) return { from: "reference", reference: secret };
  if (wholeExpansion(value) !== undefined) return { from: "unresolved" };
  // Part of it is written here, and that part may hold a secret.
  return { value: value.text, from: "literal" };
}

/** `${{ secrets.NAME }}`. */
function secretReference(text: string): EnvironmentVariable["reference"] {
  const name = /\$\{\{\s*secrets\.([\w-]+)/.exec(text)?.[1];
  return name === undefined ? undefined : { kind: "secret", name: `secrets.${name}` };
}

/** `-e NAME`: from the caller, where the file may say what it is. */
function inherited(
  name: string,
  surface: Surface,
  origin: SetOrigin,
  variables: Variables,
): EnvironmentVariable {
  const setting = variables.settings.get(name);
  const only = setting?.pieces.length === 1 ? setting.pieces[0] : undefined;
  if (setting === undefined || only === undefined || setting.ambiguous === true) {
    return { name, from: "inherited", surface, origin };
  }
  const reference = secretReference(only.text);
  if (reference !== undefined) return { name, from: "reference", reference, surface, origin };
  if (only.unknown !== undefined) return { name, from: "inherited", surface, origin };
  const through =
    setting.span === undefined ? [] : [{ span: setting.span, label: `${name} is set here` }];
  return {
    name,
    value: only.text,
    from: "literal",
    surface,
    origin: { ...origin, derived: `value of ${name} in the calling script`, through },
    valueSpan: only.span,
  };
}

/** The variables of an environment file, each with its place there. */
export function variablesOfFile(
  option: Option,
  context: ReadContext,
  bases: readonly string[],
  report: Report,
): readonly EnvironmentVariable[] {
  const { value } = option;
  if (value === undefined) return [];
  if (value.dynamic) {
    reportUnknown(report, option, `environment file ${unknownText(value)}`);
    return [];
  }
  let why = "it does not exist";
  for (const base of value.text.startsWith("/") ? [""] : bases) {
    const read = context.files.read(base === "" ? value.text : joinPath(base, value.text));
    if (!read.ok) {
      why = read.why;
      continue;
    }
    const through = [{ span: option.span, label: "the file is named here" }];
    const { lines, cutAt } = readLines(read.file.text);
    const granted = mayRead(context.files, read.file, lines.length, MAX_TAKEN);
    if (!granted || cutAt !== undefined) {
      const start = granted ? (cutAt ?? 0) : 0;
      report.unknowns.push(
        unknownAt(
          { file: read.file, start, end: start },
          `environment file ${value.text}`,
          granted
            ? `it has more than ${MAX_LINES} lines`
            : "so many run lines take it that it was not read for all of them",
          "split the file",
        ),
      );
    }
    return (granted ? lines : []).map(({ name, text, start }) => {
      const valueStart = start + name.length + 1;
      const { file } = read;
      const end = text === undefined ? start + name.length : valueStart + text.length;
      const origin: SetOrigin = { kind: "set", span: { file, start, end }, through };
      return {
        name,
        ...(text === undefined
          ? { from: "inherited" as const }
          : { value: text, from: "literal" as const, valueSpan: { file, start: valueStart, end } }),
        surface: "env-file" as const,
        origin,
      };
    });
  }
  report.unknowns.push(
    unknownAt(
      option.span,
      `environment file ${value.text}`,
      why,
      "check where the file is at hand, or make sure that it holds no secret",
    ),
  );
  return [];
}

/** The most lines that are read of an environment file. */
const MAX_LINES = 10_000;
/** The most variables that all run lines together take from one file. */
const MAX_TAKEN = 50_000;

interface Lines {
  readonly lines: readonly { name: string; text?: string; start: number }[];
  /** Where reading stopped at the bound. */
  readonly cutAt?: number;
}

function readLines(text: string): Lines {
  const found: { name: string; text?: string; start: number }[] = [];
  let start = text.startsWith("\ufeff") ? 1 : 0;
  while (start < text.length && found.length < MAX_LINES) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, "");
    const indent = line.length - line.trimStart().length;
    const body = line.slice(indent);
    if (body !== "" && !body.startsWith("#")) {
      const equals = body.indexOf("=");
      const name = equals < 0 ? body : body.slice(0, equals);
      const value = equals < 0 ? {} : { text: body.slice(equals + 1) };
      if (/^[\w.-]+$/.test(name)) found.push({ name, ...value, start: start + indent });
    }
    start = end + 1;
  }
  return { lines: found, ...(start < text.length ? { cutAt: start } : {}) };
}
