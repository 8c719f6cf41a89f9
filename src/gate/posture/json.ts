/** Small questions on canonical JSON values, and changes that keep them canonical. None throws. */

import { resolve, structs } from "../api/structs.ts";
import type { WireType } from "../api/types.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import { shownKey } from "../wire/refusal.ts";

const NOTHING: JsonObject = new Map();
const NO_ITEMS: readonly JsonValue[] = [];

/** The text; empty for anything else. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The integer; nought for anything else. */
export function integerOf(value: JsonValue | undefined): bigint {
  return typeof value === "bigint" ? value : 0n;
}

export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : NOTHING;
}

export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonList(value) ? value : NO_ITEMS;
}

export function textsOf(value: JsonValue | undefined): readonly string[] {
  return itemsOf(value).map(textOf);
}

/** What stands at a path of keys. */
export function valueAt(value: JsonValue | undefined, ...path: string[]): JsonValue | undefined {
  let current = value;
  for (const key of path) current = isJsonObject(current) ? current.get(key) : undefined;
  return current;
}

/** Whether the engine takes the value for the same as nothing: false, nought, an empty text, list or map. */
export function isNeutral(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "" || value === 0n) {
    return true;
  }
  if (isJsonList(value)) return value.length === 0;
  return isJsonObject(value) && value.size === 0;
}

/** The same for a struct, which is nothing when all its fields are. In a map, each key is something. */
export function isNeutralAs(value: JsonValue | undefined, type: WireType): boolean {
  if (!isJsonObject(value)) return isNeutral(value);
  const resolved = resolve(type);
  if (!("fields" in resolved)) {
    return resolved.kind === "pointer" ? isNeutralAs(value, resolved.to) : value.size === 0;
  }
  return [...value].every(([name, inner]) => {
    const field = resolved.fields.get(name);
    return field !== undefined && isNeutralAs(inner, field.type);
  });
}

/** A struct with other fields, in the schema's order; undefined takes a field away. */
export function amended(
  struct: string,
  object: JsonObject,
  changes: Readonly<Record<string, JsonValue | undefined>>,
): JsonObject {
  const fields = structs.get(struct)?.fields;
  if (fields === undefined) throw new Error(`the schema has no ${struct}`);
  const made = new Map<string, JsonValue>();
  for (const name of fields.keys()) {
    const value = Object.hasOwn(changes, name) ? changes[name] : object.get(name);
    if (value !== undefined) made.set(name, value);
  }
  return made;
}

/** A map with further entries, in the order of its keys. */
export function withEntries(
  object: JsonObject,
  entries: Iterable<readonly [string, JsonValue]>,
): JsonObject {
  return new Map(
    [...new Map([...object, ...entries])].sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

const UNPRINTABLE = /[^\x20-\x7e\u2026]/gu;

/** A sentence with a client's words in it, safe to print. */
export function printable(text: string): string {
  return text.replaceAll(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A client's text, safe to print and short. */
export function shown(text: string): string {
  return text.length <= 64 ? shownKey(text) : `${shownKey(text.slice(0, 120))}…`.slice(0, 200);
}
