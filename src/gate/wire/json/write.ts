/** Writes a canonical value. Order is the value's own: `check.ts` puts struct fields and map keys in order. */

import { JsonDecimal, isJsonList, isJsonObject, type JsonValue } from "./value.ts";

export function writeJson(value: JsonValue): string {
  const out: string[] = [];
  write(value, out);
  return out.join("");
}

const encoder = new TextEncoder();

export function writeJsonBytes(value: JsonValue): Uint8Array {
  return encoder.encode(writeJson(value));
}

function write(value: JsonValue, out: string[]): void {
  if (isJsonObject(value)) {
    let before = "{";
    for (const [key, inner] of value) {
      out.push(before, JSON.stringify(key), ":");
      write(inner, out);
      before = ",";
    }
    out.push(before === "{" ? "{}" : "}");
  } else if (isJsonList(value)) {
    let before = "[";
    for (const inner of value) {
      out.push(before);
      write(inner, out);
      before = ",";
    }
    out.push(before === "[" ? "[]" : "]");
  } else if (value instanceof JsonDecimal) {
    out.push(value.text);
  } else if (typeof value === "string") {
    out.push(JSON.stringify(value));
  } else {
    out.push(String(value));
  }
}
