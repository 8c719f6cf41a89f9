/** For tests: random values of the schema's types, and a second JSON decoder that shares no code. */

import fc from "fast-check";
import { resolve } from "../../../src/gate/api/structs.ts";
import type { Scalar, WireType } from "../../../src/gate/api/types.ts";
import { JsonDecimal, type JsonValue } from "../../../src/gate/wire/json/value.ts";

const bigints = (min: bigint, max: bigint): fc.Arbitrary<JsonValue> => fc.bigInt({ min, max });

const SCALARS: Readonly<Record<Scalar, fc.Arbitrary<JsonValue>>> = {
  string: fc.string({ unit: "grapheme", maxLength: 12 }),
  bool: fc.boolean(),
  int: bigints(-(2n ** 63n), 2n ** 63n - 1n),
  int64: bigints(-(2n ** 63n), 2n ** 63n - 1n),
  uint8: bigints(0n, 255n),
  uint16: bigints(0n, 65_535n),
  uint32: bigints(0n, 2n ** 32n - 1n),
  uint64: bigints(0n, 2n ** 64n - 1n),
  float32: fc.constantFrom("0.5", "1e3", "-0", "12").map((text) => new JsonDecimal(text)),
  addr: fc.constantFrom("", "10.0.0.1", "fe80::1%eth0"),
  prefix: fc.constantFrom("", "10.0.0.0/8", "fd00::/64"),
  mac: fc.constantFrom("", "02:42:ac:11:00:02"),
  bytes: fc.base64String({ maxLength: 12 }),
};

/** Canonical values: what `checkJson` gives back unchanged. */
export function canonical(type: WireType): fc.Arbitrary<JsonValue> {
  const resolved = resolve(type);
  if ("fields" in resolved) {
    const fields = [...resolved.fields.values()].filter(
      ({ until, dropped, writtenAs }) =>
        until === undefined && dropped === undefined && writtenAs === undefined,
    );
    return fc
      .subarray(fields, { maxLength: Math.min(6, fields.length) })
      .chain((chosen) =>
        fc.tuple(
          ...chosen.map((field) =>
            canonical(field.type).map((value) => [field.name, value] as const),
          ),
        ),
      )
      .map((entries) => new Map(entries));
  }
  switch (resolved.kind) {
    case "pointer":
      return canonical(resolved.to);
    case "list":
      return fc.array(
        canonical(resolved.of),
        resolved.length === undefined
          ? { maxLength: 3 }
          : { minLength: resolved.length, maxLength: resolved.length },
      );
    case "map":
      return fc
        .uniqueArray(
          fc.tuple(
            resolved.keys === "port"
              ? fc.constantFrom("80/tcp", "53/udp", "9000")
              : fc.string({ maxLength: 6 }),
            canonical(resolved.of),
          ),
          { selector: ([key]) => key, maxLength: 3 },
        )
        .map((entries) => new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
    case "scalar":
      return SCALARS[resolved.scalar];
    default:
      return fc.constant(null);
  }
}

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}[\],:"]+))/y;

/** Decodes what the gate wrote, by tokens and a stack; throws on anything that is not strict JSON. */
export function referenceDecode(text: string): JsonValue {
  const root: JsonValue[] = [];
  const stack: { put: (value: JsonValue) => void; close: string; keys?: Set<string> }[] = [];
  let put = (value: JsonValue): void => void root.push(value);
  let expectKey = false;
  let entries: Map<string, JsonValue> | undefined;
  const frames: (Map<string, JsonValue> | undefined)[] = [];
  let at = 0;
  const next = (): RegExpExecArray => {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`no token at ${at}`);
    at = TOKEN.lastIndex;
    return match;
  };
  while (at < text.length) {
    const [, mark, quoted, word] = next();
    if (mark === "{" || mark === "[") {
      const inner = mark === "{" ? new Map<string, JsonValue>() : ([] as JsonValue[]);
      put(inner);
      stack.push({ put, close: mark === "{" ? "}" : "]" });
      frames.push(entries);
      entries = inner instanceof Map ? inner : undefined;
      if (!(inner instanceof Map)) put = (value) => void inner.push(value);
      expectKey = inner instanceof Map;
    } else if (mark === "}" || mark === "]") {
      const frame = stack.pop();
      if (frame?.close !== mark) throw new Error("unbalanced");
      ({ put } = frame);
      entries = frames.pop();
      expectKey = false;
    } else if (mark === ",") {
      expectKey = entries !== undefined;
    } else if (expectKey && quoted !== undefined && entries !== undefined) {
      const key = JSON.parse(quoted) as string;
      const owner: Map<string, JsonValue> = entries;
      if (owner.has(key)) throw new Error("a key twice");
      if (next()[1] !== ":") throw new Error("no colon");
      put = (value) => void owner.set(key, value);
      expectKey = false;
    } else if (quoted !== undefined) {
      put(JSON.parse(quoted) as string);
    } else if (word !== undefined) {
      put(wordValue(word));
    } else throw new Error(`a stray ${mark ?? ""}`);
  }
  if (root.length !== 1 || stack.length > 0) throw new Error("not one value");
  return root[0] ?? null;
}

function wordValue(word: string): JsonValue {
  if (word === "true" || word === "false") return word === "true";
  if (word === "null") return null;
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word)) throw new Error("no number");
  return new JsonDecimal(word);
}

/** Every number as text, objects as entries: for comparing values of two decoders. */
export function comparable(value: JsonValue): unknown {
  if (value instanceof JsonDecimal) return { number: value.text };
  if (typeof value === "bigint") return { number: String(value) };
  if (value instanceof Map) {
    return {
      entries: [...value].map(([key, inner]: [string, JsonValue]) => [key, comparable(inner)]),
    };
  }
  return Array.isArray(value) ? value.map((inner: JsonValue) => comparable(inner)) : value;
}
