/** What went wrong with an engine, as a value. */

import { clip } from "../model/clip.ts";

export interface EngineProblem {
  /** A clause for people: "nobody listens at tcp://build:2375". */
  readonly problem: string;
  /** What settles it. */
  readonly settle: string;
  /** The status of the answer, where the engine answered: 404 is what it does not have. */
  readonly status?: number;
}

export function isProblem(value: object): value is EngineProblem {
  return "problem" in value && "settle" in value;
}

const MAX_SHOWN = 300;

/** Control characters, line breaks, and what hides or reorders text. Source: Unicode UAX #44. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]+/gu;

/** Text from an engine or the environment on one line, bounded, with nothing that a terminal obeys. */
export function shown(text: string, length = MAX_SHOWN): string {
  return clip(
    text
      .slice(0, length * 4)
      .replace(UNSAFE, " ")
      .trim(),
    length,
  );
}
