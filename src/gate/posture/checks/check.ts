/** A check of one field, by name. What has none and is not harmless by its class is refused. */

import type { JsonValue } from "../../wire/json/value.ts";
import type { Judging } from "../judging.ts";

/** Says what is wrong with a value. It is asked only for values that are not neutral. */
export type Judge = (value: JsonValue, at: string, judging: Judging) => void;

export interface FieldCheck {
  /** For people: what is looked at. */
  readonly name: string;
  /**
   * `parts`: each field inside has its own check. `with X`: the check of field X looks at this one too, and
   * it never comes here by another way.
   */
  readonly judge: Judge | "parts" | `with ${string}`;
  /** An empty list means something here. */
  readonly evenEmpty?: true;
}

/** struct, its fields, name, judge */
export type CheckRow = readonly [
  struct: string,
  fields: string,
  name: string,
  judge: FieldCheck["judge"],
  evenEmpty?: true,
];

/** What the policy lets pass: the check is that the field was thought of. */
export const harmless: Judge = () => undefined;

/** What another step of the judgement decides, before this one. */
export const ownership: Judge = () => undefined;

/** For fields that nobody is granted. */
export function refuseAlways(rule: string, message: string, help: string): Judge {
  return (_value, at, judging) => judging.deny({ rule, at, message, help });
}
