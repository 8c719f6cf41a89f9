/** How much a body may hold. What is judged takes its time, which other clients wait for. */

import type { Denial, GateRequest } from "../judge/contract.ts";
import { isJsonList, isJsonObject, type JsonValue } from "../wire/json/value.ts";
import { shown } from "./json.ts";

/** Entries of one list or map; engines do not start what has more. */
const MOST_ENTRIES = 4096;

/** Lists of words that are only passed on. */
const WORDS = new Set(["Cmd", "Entrypoint", "Command", "Args", "Test"]);

export function tooMuch({ body }: GateRequest): Denial | undefined {
  const at = body === undefined ? undefined : longest(body, "", 0);
  if (at === undefined) return undefined;
  return {
    status: 413,
    rule: "too-many",
    at,
    message: `a list or map here may have ${String(MOST_ENTRIES)} entries`,
  };
}

/** No body that is judged nests deeper where its dangerous parts are. */
const DEEPEST = 8;

/** The place of a list or map with too many entries. */
function longest(value: JsonValue, at: string, depth: number): string | undefined {
  if (depth > DEEPEST) return undefined;
  if (isJsonList(value)) {
    if (value.length > MOST_ENTRIES) return at;
    for (const item of value) {
      const found = typeof item === "object" ? longest(item, at, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
  } else if (isJsonObject(value)) {
    if (value.size > MOST_ENTRIES) return at;
    for (const [key, inner] of value) {
      if (typeof inner !== "object" || WORDS.has(key)) continue;
      const found = longest(inner, at === "" ? shown(key) : `${at}.${shown(key)}`, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
