/**
 * Checks a parsed value against a type of the schema, and gives its canonical form: integers as bigints,
 * struct fields in the schema's order and without nulls (Go reads null as absent there), map keys
 * sorted. What Go would match loosely or drop is refused.
 */

import { resolve, type Field, type Struct } from "../../api/structs.ts";
import type { WireType } from "../../api/types.ts";
import { type Outcome, accept, refuse } from "../refusal.ts";
import { foldName } from "./fold.ts";
import { shownPath } from "./parse.ts";
import { checkScalar, wrong, zeroOf } from "./scalars.ts";
import { isJsonList, isJsonObject, type JsonValue } from "./value.ts";

/** `minor` is that of the request's API version: legacy fields end at one. */
export function checkJson(value: JsonValue, type: WireType, minor: number): Outcome<JsonValue> {
  return new Checker(minor).check(value, type);
}

class Checker {
  readonly #minor: number;
  readonly #path: (string | number)[] = [];

  constructor(minor: number) {
    this.#minor = minor;
  }

  get #at(): string {
    return shownPath(this.#path);
  }

  check(value: JsonValue, type: WireType): Outcome<JsonValue> {
    const resolved = resolve(type);
    if ("fields" in resolved) return this.#struct(value, resolved);
    switch (resolved.kind) {
      case "pointer":
        return this.check(value, resolved.to);
      case "list":
        return this.#list(value, resolved.of, resolved.length);
      case "map":
        return this.#map(value, resolved.of, resolved.keys);
      case "scalar":
        return checkScalar(value, resolved.scalar, this.#at);
      default:
        return refuse("unknown-field", this.#at, "the schema does not say what may stand here");
    }
  }

  #struct(value: JsonValue, struct: Struct): Outcome<JsonValue> {
    if (!isJsonObject(value)) return wrong(value, "an object", this.#at);
    const found = new Map<string, JsonValue>();
    for (const [key, inner] of value) {
      this.#path.push(key);
      const field = struct.fields.get(key);
      if (field === undefined || (field.until !== undefined && field.until <= this.#minor)) {
        const refused = this.#unknown(key, inner, struct);
        if (refused !== undefined) return refused;
      } else if (inner !== null) {
        const checked = this.check(inner, field.type);
        if (!checked.ok) return checked;
        const name = field.writtenAs ?? key;
        if (found.has(name)) {
          return refuse(
            "duplicate-key",
            this.#at,
            `the engine would read this key as ${name} again`,
          );
        }
        if (field.dropped !== true) found.set(name, checked.value);
      }
      this.#path.pop();
    }
    return accept(inSchemaOrder(found, struct.fields));
  }

  /** Nothing to refuse where null stands at a key that no field folds to: clients send that. */
  #unknown(key: string, value: JsonValue, struct: Struct): Outcome<never> | undefined {
    const folded = foldName(key);
    const meant = [...struct.fields.keys()].find((name) => foldName(name) === folded);
    if (meant !== undefined && meant !== key) {
      return refuse(
        "wrong-case",
        this.#at,
        `the engine would read this key as ${meant}: write it so`,
      );
    }
    if (value === null) return undefined;
    return refuse(
      "unknown-field",
      this.#at,
      meant === undefined
        ? "the Engine API has no such field here"
        : "this version of the Engine API no longer has this field",
    );
  }

  #list(value: JsonValue, of: WireType, length?: number): Outcome<JsonValue> {
    if (!isJsonList(value)) return wrong(value, "a list", this.#at);
    if (length !== undefined && value.length !== length) {
      return refuse("wrong-type", this.#at, `a list of ${length} is wanted`);
    }
    const items: JsonValue[] = [];
    for (const [index, item] of value.entries()) {
      this.#path.push(index);
      if (item === null) return refuse("wrong-type", this.#at, "null may not stand in a list");
      const checked = this.check(item, of);
      if (!checked.ok) return checked;
      items.push(checked.value);
      this.#path.pop();
    }
    return accept(items);
  }

  #map(value: JsonValue, of: WireType, keys: "string" | "port"): Outcome<JsonValue> {
    if (!isJsonObject(value)) return wrong(value, "an object", this.#at);
    const found: [string, JsonValue][] = [];
    const ports = new Set<string>();
    for (const [key, inner] of value) {
      this.#path.push(key);
      if (keys === "port") {
        const port = canonicalPort(key);
        if (port === undefined) return refuse("bad-value", this.#at, "the key is no port/protocol");
        if (ports.has(port)) return refuse("duplicate-key", this.#at, "the port stands twice");
        ports.add(port);
      }
      const checked = inner === null ? accept(nullInMap(of)) : this.check(inner, of);
      if (!checked.ok) return checked;
      found.push([key, checked.value]);
      this.#path.pop();
    }
    found.sort(([a], [b]) => (a < b ? -1 : 1));
    return accept(new Map(found));
  }
}

function inSchemaOrder(
  found: ReadonlyMap<string, JsonValue>,
  fields: ReadonlyMap<string, Field>,
): JsonValue {
  const ordered = new Map<string, JsonValue>();
  if (found.size > 0) {
    for (const name of fields.keys()) {
      const value = found.get(name);
      if (value !== undefined) ordered.set(name, value);
    }
  }
  return ordered;
}

/** Go makes a fresh element for each key: null leaves its zero value there. */
function nullInMap(of: WireType): JsonValue {
  const resolved = resolve(of);
  if ("fields" in resolved) return new Map();
  return resolved.kind === "scalar" ? zeroOf(resolved.scalar) : null;
}

const PORT = /^([0-9]{1,5})(?:-([0-9]{1,5}))?(?:\/(tcp|udp|sctp))?$/i;

/** Equal for keys that the engine takes for the same port: `80`, `080/tcp` and `80/TCP`. */
function canonicalPort(key: string): string | undefined {
  const match = PORT.exec(key);
  if (match === null) return undefined;
  const [, first, last = first, protocol = "tcp"] = match;
  if (Number(first) > 65_535 || Number(last) > 65_535) return undefined;
  return `${Number(first)}-${Number(last)}/${protocol.toLowerCase()}`;
}
