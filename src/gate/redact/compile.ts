/** From the table and the schema to one function per answer; none where an answer holds nothing to hide. */

import { resolve, type Struct } from "../api/structs.ts";
import type { WireType } from "../api/types.ts";
import { classifyName, SECRET_SCORE } from "../../detect/classify-name.ts";
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "../wire/json/value.ts";
import { answerFields } from "./answer-types.ts";
import { redactions } from "./table.ts";
import { hide, keep, labels, mapped, mappedValues, path, search, variables } from "./treatments.ts";

export type Level = "secrets" | "strict";

/** `owner` is the client's, where it has ownership. */
export type Redact = (value: JsonValue, owner: string | undefined) => JsonValue;

/** Undefined where nothing of the type is ever hidden at the level. */
export function compileRedaction(type: WireType, level: Level): Redact | undefined {
  return new Compiler(level).compile(type);
}

class Compiler {
  readonly #level: Level;
  readonly #structs = new Map<string, Redact>();
  readonly #matters = new Map<string, boolean>();

  constructor(level: Level) {
    this.#level = level;
  }

  compile(type: WireType): Redact | undefined {
    const resolved = resolve(type);
    if ("fields" in resolved) return this.#hasHidden(resolved) ? this.#struct(resolved) : undefined;
    if (resolved.kind === "pointer") return this.compile(resolved.to);
    if (resolved.kind !== "list" && resolved.kind !== "map") return undefined;
    const inner = this.compile(resolved.of);
    if (inner === undefined) return undefined;
    return resolved.kind === "list"
      ? (value, owner) => (isJsonList(value) ? mapped(value, (item) => inner(item, owner)) : value)
      : (value, owner) =>
          isJsonObject(value) ? mappedValues(value, (item) => inner(item, owner)) : value;
  }

  #struct(struct: Struct): Redact {
    const known = this.#structs.get(struct.name);
    if (known !== undefined) return known;
    const strict = this.#level === "strict";
    const fields = answerFields(struct);
    const changes = new Map<
      string,
      (value: JsonValue, owner: string | undefined, object: JsonObject) => JsonValue
    >();
    const redact: Redact = (value, owner) => {
      if (!isJsonObject(value)) return value;
      return mappedValues(value, (inner, key) => {
        const change = changes.get(key);
        if (change !== undefined) return change(inner, owner, value);
        return fields.has(key) ? inner : unknownField(key, inner, strict);
      });
    };
    this.#structs.set(struct.name, redact);
    for (const [key, field] of fields) {
      const treatment = redactions.get(`${field.owner}.${field.name}`)?.[this.#level] ?? keep;
      const inner = this.compile(field.type);
      if (treatment === keep && inner === undefined) continue;
      changes.set(key, (value, owner, object) => {
        const treated = treatment(value, {
          strict,
          object,
          ...(owner === undefined ? {} : { owner }),
        });
        return inner === undefined ? treated : inner(treated, owner);
      });
    }
    return redact;
  }

  #hasHidden(struct: Struct): boolean {
    const known = this.#matters.get(struct.name);
    if (known !== undefined) return known;
    // For a struct that holds itself: by itself it hides nothing.
    this.#matters.set(struct.name, false);
    const hidden = [...answerFields(struct).values()].some(({ owner, name, type }) => {
      const treatment = redactions.get(`${owner}.${name}`)?.[this.#level];
      return (treatment !== undefined && treatment !== keep) || this.#typeHasHidden(type);
    });
    this.#matters.set(struct.name, hidden);
    return hidden;
  }

  #typeHasHidden(type: WireType): boolean {
    const resolved = resolve(type);
    if ("fields" in resolved) return this.#hasHidden(resolved);
    if (resolved.kind === "pointer") return this.#typeHasHidden(resolved.to);
    return (
      (resolved.kind === "list" || resolved.kind === "map") && this.#typeHasHidden(resolved.of)
    );
  }
}

const MASKED = new Set([
  "data",
  "jointoken",
  "jointokens",
  "password",
  "secret",
  "signingcakey",
  "unlockkey",
]);

/** A field of a newer or older engine: judged by its name, and by what it looks like. */
function unknownField(key: string, value: JsonValue, strict: boolean): JsonValue {
  const site = { strict, object: new Map<string, JsonValue>() };
  if (MASKED.has(key.toLowerCase()) || classifyName(key).score >= SECRET_SCORE) {
    return hide(value, site);
  }
  if (/^env$/i.test(key)) return variables(value, site);
  if (/^labels$/i.test(key)) return labels(value, site);
  if (isJsonObject(value)) {
    return mappedValues(value, (inner, name) => unknownField(name, inner, strict));
  }
  if (isJsonList(value)) return mapped(value, (item) => unknownField("", item, strict));
  const searched = search(value, site);
  return strict ? path(searched, site) : searched;
}
