/** Facts from flags: origins, booleans, and unknowns for values that are not known. */

import type { Fact, SetOrigin, Unknown } from "../../model/fact.ts";
import { known, unknownAt, unknownFact } from "../../model/fact.ts";
import type { Argument } from "./argument.ts";
import { unknownText } from "./argument.ts";
import type { Option } from "./parse-flags.ts";

/** What options leave unknown. */
export interface Report {
  readonly unknowns: Unknown[];
}

/** A fact that a flag sets stands where the flag stands. */
export function originOf(option: Option): SetOrigin {
  const { derived, through } = option.value ?? option.flag ?? {};
  return {
    kind: "set",
    span: option.span,
    ...(through === undefined || through.length === 0 ? {} : { through }),
    ...(derived === undefined ? {} : { derived }),
  };
}

export function why(value: Argument | undefined): string {
  const text = value === undefined ? "" : unknownText(value);
  return text === "" ? "its value is not known here" : `the value of ${text} is not known here`;
}

/** Says that a flag's value is not known. */
export function reportUnknown(report: Report, option: Option, what: string): void {
  const settle = `write the value out, or set the variable in this file`;
  report.unknowns.push(unknownAt(option.span, what, why(option.value), settle));
}

/** Says that a flag's value cannot be read. */
export function reportMalformed(
  report: Report,
  option: Option,
  what: string,
  reason: string,
): void {
  report.unknowns.push(unknownAt(option.span, what, reason, `correct ${option.written}`));
}

/** The value of a flag, or an unknown fact when it is not known. */
export function factOf<T>(option: Option, read: (text: string) => T): Fact<T> {
  const origin = originOf(option);
  if (option.value?.dynamic !== true) return known(read(option.value?.text ?? ""), origin);
  return unknownFact(why(option.value), `write the value of ${option.written} out`, origin);
}

/** A boolean as Go's strconv.ParseBool reads it; named alone it is true; what is no boolean is refused, so unknown. */
export function booleanFact(option: Option): Fact<boolean> {
  const text = option.value?.text;
  if (text === undefined) return known(true, originOf(option));
  if (option.value?.dynamic !== true) {
    if (["1", "t", "T", "TRUE", "true", "True"].includes(text))
      return known(true, originOf(option));
    if (["0", "f", "F", "FALSE", "false", "False"].includes(text)) {
      return known(false, originOf(option));
    }
    return unknownFact(
      `${option.written} takes true or false`,
      "write true or false",
      originOf(option),
    );
  }
  return unknownFact(
    why(option.value),
    `write true or false for ${option.written}`,
    originOf(option),
  );
}

/** The last of the options with one of the names, which is the one that counts. */
export function last(options: readonly Option[], ...names: readonly string[]): Option | undefined {
  return options.findLast((option) => names.includes(option.name));
}

export function all(options: readonly Option[], ...names: readonly string[]): readonly Option[] {
  return options.filter((option) => names.includes(option.name));
}
