/** Query parameters by the operation's schema: read once as Go's url.ParseQuery does, and written anew. */

import type { Operation, QueryRule } from "../api/operations.ts";
import { resolve } from "../api/structs.ts";
import { parseFilters, writeFilters, type Filters } from "./filters.ts";
import { checkJson } from "./json/check.ts";
import { parseJsonText } from "./json/parse.ts";
import type { JsonValue } from "./json/value.ts";
import { writeJson } from "./json/write.ts";
import { percentDecode, percentEncode } from "./percent.ts";
import { type Outcome, type RefusalCode, accept, refuse, shownKey } from "./refusal.ts";

export type QueryValue =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean; readonly empty: boolean }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "filters"; readonly filters: Filters }
  | { readonly kind: "json"; readonly value: JsonValue };

/** In the order of the operation's schema. A single parameter has a list of one. */
export type Query = ReadonlyMap<string, readonly QueryValue[]>;

const MOST_PAIRS = 1024;

export function parseQuery(operation: Operation, raw: string, minor: number): Outcome<Query> {
  const pairs = splitQuery(raw);
  if (!pairs.ok) return pairs;
  const found = new Map<string, QueryValue[]>();
  const seen = new Set<string>();
  for (const [key, text] of pairs.value) {
    const rule = operation.query.get(key);
    if (rule === undefined) {
      if (isRepeatedBody(operation, key)) continue;
      return refuse("unknown-parameter", shownKey(key), "this request has no such query parameter");
    }
    if (seen.has(key) && !rule.list) {
      return refuse("repeated-parameter", key, "the parameter stands more than once");
    }
    seen.add(key);
    const value = readValue(rule, text, minor);
    if (!value.ok) return value;
    if (value.value === undefined) continue;
    const values = found.get(key);
    if (values === undefined) found.set(key, [value.value]);
    else values.push(value.value);
  }
  const missing = [...operation.query.values()].find(
    ({ name, required }) => required && !found.has(name),
  );
  if (missing !== undefined) {
    return refuse("missing-parameter", missing.name, "the parameter is required");
  }
  const rules = [...operation.query.keys()];
  return accept(new Map(rules.flatMap((name) => entryOf(name, found))));
}

/**
 * dockerode writes what it sends as the body into the query too, where no engine looks. It is left out: the body
 * alone says what is meant.
 */
function isRepeatedBody({ body }: Operation, key: string): boolean {
  if (body.kind !== "json") return false;
  const type = resolve(body.type);
  return "fields" in type && type.fields.has(key);
}

function entryOf(
  name: string,
  found: ReadonlyMap<string, readonly QueryValue[]>,
): [string, readonly QueryValue[]][] {
  const values = found.get(name);
  return values === undefined ? [] : [[name, values]];
}

/** golang/go 1.26, src/net/url/url.go, parseQuery: `;` is an error, empty pairs are skipped. */
function splitQuery(raw: string): Outcome<readonly (readonly [string, string])[]> {
  const pieces = raw.split("&").filter((piece) => piece !== "");
  if (pieces.length > MOST_PAIRS) {
    return refuse("too-many", "query", `the query has over ${MOST_PAIRS} parameters`);
  }
  const pairs: [string, string][] = [];
  for (const piece of pieces) {
    if (piece.includes(";")) return refuse("bad-query", "query", "the query holds a semicolon");
    const equals = piece.indexOf("=");
    const key = percentDecode(equals === -1 ? piece : piece.slice(0, equals), "query");
    const value = percentDecode(equals === -1 ? "" : piece.slice(equals + 1), "query");
    if (key === undefined || value === undefined) {
      return refuse("bad-query", "query", "a percent escape in the query is broken");
    }
    pairs.push([key, value]);
  }
  return accept(pairs);
}

const INTEGER = /^-?[0-9]{1,19}$/;
/** Go's unicode.IsSpace: JavaScript's, with U+0085 and without U+FEFF. */
const SPACE_AROUND = /^(?:(?!\uFEFF)[\s\u0085])+|(?:(?!\uFEFF)[\s\u0085])+$/gu;
const FALSE = new Set(["", "0", "no", "false", "none"]);
const PARSED_TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const PARSED_FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);
const LIMITS: Readonly<Record<"integer" | "uint32" | "uint64", readonly [bigint, bigint]>> = {
  integer: [-(2n ** 63n), 2n ** 63n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
const JSON_BOUNDS = { bytes: 64 * 1024, depth: 8, nodes: 8192 };

/** Undefined where an empty text means the same as no parameter, or nobody reads it. */
function readValue(rule: QueryRule, text: string, minor: number): Outcome<QueryValue | undefined> {
  switch (rule.kind) {
    case "ignored":
      return accept(undefined);
    case "string":
      return accept({ kind: "text", text });
    case "timestamp":
      return text === "" || /^[0-9A-Za-z.:+-]{1,64}$/.test(text)
        ? accept({ kind: "text", text })
        : bad(rule, "a point in time is wanted");
    case "boolean":
      return text.length > 32
        ? bad(rule, "true or false is wanted")
        : accept({ kind: "boolean", value: goBool(text), empty: text === "" });
    case "strict-boolean":
      return readStrictBoolean(rule, text);
    case "integer":
    case "uint32":
    case "uint64":
      return text === "" ? accept(undefined) : readInteger(rule, rule.kind, text);
    case "filters": {
      const filters = parseFilters(text, rule.name);
      return filters.ok ? accept({ kind: "filters", filters: filters.value }) : filters;
    }
    default:
      return text === "" && !rule.list ? accept(undefined) : readJson(rule, text, minor);
  }
}

function bad(rule: QueryRule, message: string, code: RefusalCode = "bad-value"): Outcome<never> {
  return refuse(code, rule.name, message);
}

/** moby daemon/server/httputils/form.go, BoolValue: anything but a few words is true. For short texts. */
export function goBool(text: string): boolean {
  return !FALSE.has(text.replaceAll(SPACE_AROUND, "").toLowerCase());
}

function readStrictBoolean(rule: QueryRule, text: string): Outcome<QueryValue | undefined> {
  if (text === "") return accept(undefined);
  const value = PARSED_TRUE.has(text);
  return value || PARSED_FALSE.has(text)
    ? accept({ kind: "boolean", value, empty: false })
    : bad(rule, "true or false is wanted");
}

function readInteger(
  rule: QueryRule,
  kind: "integer" | "uint32" | "uint64",
  text: string,
): Outcome<QueryValue> {
  if (!(kind === "uint64" ? /^[0-9]{1,20}$/ : INTEGER).test(text)) {
    return bad(rule, "an integer is wanted");
  }
  const value = BigInt(text);
  const [least, most] = LIMITS[kind];
  return value < least || value > most
    ? bad(rule, "the number is out of range", "out-of-range")
    : accept({ kind: "integer", value });
}

function readJson(rule: QueryRule, text: string, minor: number): Outcome<QueryValue> {
  if (text.length > JSON_BOUNDS.bytes) return bad(rule, "the JSON is too long", "too-large");
  const parsed = parseJsonText(text, JSON_BOUNDS);
  if (!parsed.ok) return bad(rule, parsed.refusal.message, parsed.refusal.code);
  // Go leaves the field as it was: the same as no parameter, and the docker CLI sends it.
  if (parsed.value === null || rule.type === undefined)
    return accept({ kind: "json", value: null });
  const checked = checkJson(parsed.value, rule.type, minor);
  if (checked.ok) return accept({ kind: "json", value: checked.value });
  const { code, at, message } = checked.refusal;
  return refuse(code, at === "" ? rule.name : `${rule.name}: ${at}`, message);
}

/** What goes upstream, without the question mark. */
export function writeQuery(query: Query): string {
  return [...query]
    .flatMap(([name, values]) =>
      values.map((value) => `${percentEncode(name)}=${percentEncode(shown(value), "/:,@")}`),
    )
    .join("&");
}

function shown(value: QueryValue): string {
  switch (value.kind) {
    case "text":
      return value.text;
    case "boolean":
      if (value.empty) return "";
      return value.value ? "1" : "0";
    case "integer":
      return String(value.value);
    case "filters":
      return writeFilters(value.filters);
    default:
      return writeJson(value.value);
  }
}
