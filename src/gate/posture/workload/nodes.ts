/**
 * JSON values as the nodes that readers take. The place of each is its field: a span of an empty text under the
 * field's own name, such as `HostConfig.Binds[0]`.
 */

import type { Span } from "../../../model/source.ts";
import type { YamlEntry, YamlMap, YamlNode } from "../../../readers/yaml/node.ts";
import { isJsonList, isJsonObject, JsonDecimal, type JsonValue } from "../../wire/json/value.ts";
import { shown } from "../json.ts";

export function fieldSpan(field: string): Span {
  return { file: { path: field, text: "" }, start: 0, end: 0 };
}

/** The field of a span that was made here. */
export function fieldOf(span: Span): string {
  return span.file.path;
}

const PLAIN = /^[A-Za-z_][\w-]{0,63}$/;

export function nodeOf(value: JsonValue, field: string): YamlNode {
  if (isJsonObject(value)) {
    return mapOf(
      [...value].map(([key, inner]) => [key, inner, childField(field, key)] as const),
      field,
    );
  }
  const span = fieldSpan(field);
  if (isJsonList(value)) {
    const items = value.map((item, index) => nodeOf(item, `${field}[${String(index)}]`));
    return { kind: "list", span, items };
  }
  const plain = plainOf(value);
  return { kind: "scalar", span, value: plain, text: String(plain ?? ""), style: "double" };
}

function childField(field: string, key: string): string {
  if (!PLAIN.test(key)) return `${field}["${shown(key)}"]`;
  return field === "" ? key : `${field}.${key}`;
}

/** Entries with fields of their own choice. */
export function mapOf(
  entries: Iterable<readonly [key: string, value: JsonValue | YamlNode | undefined, field: string]>,
  field: string,
): YamlMap {
  const made = new Map<string, YamlEntry>();
  for (const [key, value, own] of entries) {
    if (value === undefined || value === null) continue;
    const node = isNode(value) ? value : nodeOf(value, own);
    // One span for both, so that the place of an entry is its field.
    const { span } = node;
    made.set(key, {
      key: { kind: "scalar", span, value: key, text: key, style: "double" },
      value: node,
    });
  }
  return { kind: "map", span: fieldSpan(field), entries: made };
}

function isNode(value: JsonValue | YamlNode): value is YamlNode {
  return typeof value === "object" && value !== null && "kind" in value;
}

function plainOf(
  value: Exclude<JsonValue, readonly JsonValue[] | ReadonlyMap<string, JsonValue>>,
): string | number | boolean | null {
  if (typeof value === "bigint") return Number(value);
  return value instanceof JsonDecimal ? Number(value.text) : value;
}
