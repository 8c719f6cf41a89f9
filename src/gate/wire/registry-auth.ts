/**
 * Credentials in headers: base64url of JSON (moby api/pkg/authconfig, daemon/server/router/build).
 * Clients write the keys in several cases, and the engine folds them: here they are unified, unknown ones
 * left out, and the header is written anew. Values are secret: no message holds one.
 */

import { structs } from "../api/structs.ts";
import { checkJson } from "./json/check.ts";
import { foldName } from "./json/fold.ts";
import { parseJsonBytes } from "./json/parse.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "./json/value.ts";
import { writeJson } from "./json/write.ts";
import { wireType } from "../api/types.ts";
import { type Outcome, accept, refuse } from "./refusal.ts";

/** For one registry in `X-Registry-Auth`, by registry in `X-Registry-Config`. */
export const CREDENTIAL_HEADERS: ReadonlyMap<string, "one" | "by registry"> = new Map([
  ["x-registry-auth", "one"],
  ["x-registry-config", "by registry"],
]);

const BOUNDS = { bytes: 192 * 1024, depth: 4, nodes: 4096 };
const BASE64URL = /^[A-Za-z0-9_-]*={0,2}$/;
const AUTH = wireType("#AuthConfig");

/** `undefined` for an empty header, which is the same as none. */
export function readCredentials(header: string, value: string): Outcome<JsonValue | undefined> {
  if (value === "") return accept(undefined);
  if (!BASE64URL.test(value) || value.length % 4 !== 0) {
    return refuse("bad-header", header, "base64url with padding is wanted");
  }
  const parsed = parseJsonBytes(Buffer.from(value, "base64url"), BOUNDS);
  if (!parsed.ok) return refuse(parsed.refusal.code, header, parsed.refusal.message);
  if (parsed.value === null) return accept(undefined);
  if (CREDENTIAL_HEADERS.get(header) === "one") return oneOf(parsed.value, header);
  if (!isJsonObject(parsed.value)) return notAnObject(header);
  const all = new Map<string, JsonValue>();
  for (const [registry, inner] of parsed.value) {
    const one = oneOf(inner, header);
    if (!one.ok) return one;
    all.set(registry, one.value);
  }
  return accept(all);
}

export function writeCredentials(value: JsonValue): string {
  const text = Buffer.from(writeJson(value)).toString("base64url");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

const known: ReadonlyMap<string, string> = new Map(
  [...(structs.get("AuthConfig")?.fields.keys() ?? [])].map((name) => [foldName(name), name]),
);

function oneOf(value: JsonValue, header: string): Outcome<JsonValue> {
  if (!isJsonObject(value)) return notAnObject(header);
  const unified = unify(value);
  if (unified === undefined)
    return refuse("duplicate-key", header, "a key stands twice, in two cases");
  const checked = checkJson(unified, AUTH, 0);
  return checked.ok ? checked : refuse(checked.refusal.code, header, checked.refusal.message);
}

function unify(value: JsonObject): JsonObject | undefined {
  const unified = new Map<string, JsonValue>();
  for (const [key, inner] of value) {
    const name = known.get(foldName(key));
    if (name === undefined) continue;
    if (unified.has(name)) return undefined;
    unified.set(name, inner);
  }
  return unified;
}

const notAnObject = (header: string): Outcome<never> =>
  refuse("wrong-type", header, "the header holds no JSON object");
