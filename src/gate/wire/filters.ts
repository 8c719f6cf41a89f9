/**
 * The `filters` parameter: dockerd takes `{"label":["a"]}` and `{"label":{"a":true}}`
 * (moby daemon/internal/filters/parse.go). Here both are one set of values per key, and the second
 * shape, with true, is written.
 */

import { type Outcome, accept, refuse } from "./refusal.ts";
import { parseJsonText } from "./json/parse.ts";
import { isJsonList, isJsonObject, type JsonValue } from "./json/value.ts";
import { writeJson } from "./json/write.ts";

export type Filters = ReadonlyMap<string, ReadonlySet<string>>;

const BOUNDS = { bytes: 64 * 1024, depth: 4, nodes: 4096 };

export function parseFilters(text: string, at = "filters"): Outcome<Filters> {
  if (text === "") return accept(new Map());
  const parsed = parseJsonText(text, BOUNDS);
  if (!parsed.ok) return refuse(parsed.refusal.code, at, `filters: ${parsed.refusal.message}`);
  if (parsed.value === null) return accept(new Map());
  if (!isJsonObject(parsed.value)) return refuse("wrong-type", at, "filters are a JSON object");
  const filters = new Map<string, Set<string>>();
  let shape: "list" | "object" | undefined;
  for (const [key, values] of parsed.value) {
    const own = isJsonList(values) ? "list" : "object";
    // Go decodes the whole text as one shape or the other.
    shape ??= own;
    const set = own === shape ? valuesOf(values) : undefined;
    if (set === undefined) {
      return refuse(
        "wrong-type",
        at,
        "a filter is a list of texts, or an object of texts and true",
      );
    }
    filters.set(key, set);
  }
  return accept(filters);
}

/**
 * `{"a":false}` is refused: the engine's own matchers disagree on whether it counts.
 */
function valuesOf(values: JsonValue): Set<string> | undefined {
  if (isJsonList(values)) {
    const texts = values.filter((value) => typeof value === "string");
    return texts.length === values.length ? new Set(texts) : undefined;
  }
  if (!isJsonObject(values)) return undefined;
  const entries = [...values];
  return entries.every(([, on]) => on === true) ? new Set(entries.map(([key]) => key)) : undefined;
}

export function writeFilters(filters: Filters): string {
  return writeJson(
    new Map(
      [...filters].map(([key, values]) => [
        key,
        new Map([...values].map((value) => [value, true])),
      ]),
    ),
  );
}
