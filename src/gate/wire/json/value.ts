/** JSON values without JavaScript's surprises: objects are Maps, integers bigints, other numbers text. */

export type JsonValue =
  | null
  | boolean
  | string
  | bigint
  | JsonDecimal
  | readonly JsonValue[]
  | JsonObject;

export type JsonObject = ReadonlyMap<string, JsonValue>;

/** A number as it was written. Before it is checked against a type, every number is one. */
export class JsonDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return value instanceof Map;
}

export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
