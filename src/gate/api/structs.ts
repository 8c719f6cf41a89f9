/** The schema's structs: what upstream describes, corrected and with the legacy fields. */

import { corrections } from "./by-hand/corrections.ts";
import { legacyFields } from "./by-hand/legacy-fields.ts";
import { describedDefinitions } from "./generated/definitions.ts";
import { wireType, type WireType } from "./types.ts";

export interface Field {
  readonly name: string;
  readonly type: WireType;
  /** The struct that declares it, for the class table: an embedding struct shares its entry. */
  readonly owner: string;
  /** Unknown at and above this minor version of API 1. */
  readonly until?: number;
  /** Accepted and never written. */
  readonly dropped?: true;
  /** Another spelling of this field. */
  readonly writtenAs?: string;
}

export interface Struct {
  readonly name: string;
  /** In the order in which they are written. */
  readonly fields: ReadonlyMap<string, Field>;
}

/** `1.52` to 52. */
export function minorOf(version: `1.${number}`): number {
  return Number(version.slice(2));
}

function buildStruct(name: string): Struct | undefined {
  const described = describedDefinitions[name];
  const corrected = corrections[name];
  if (typeof described === "string" || (described === undefined && corrected === undefined)) {
    return undefined;
  }
  const fields = new Map<string, Field>();
  const embeds = [
    ...(described?.embeds ?? []),
    ...(corrected ?? []).flatMap((row) => row.embeds ?? []),
  ];
  for (const embedded of embeds) {
    for (const [key, field] of buildStruct(embedded)?.fields ?? []) fields.set(key, field);
  }
  const own = [described?.fields ?? {}, ...(corrected ?? []).map((row) => row.fields)];
  for (const [key, expression] of own.flatMap((rows) => Object.entries(rows))) {
    if (expression === null) fields.delete(key);
    else fields.set(key, { name: key, type: wireType(expression), owner: name });
  }
  for (const legacy of legacyFields.filter(({ struct }) => struct === name)) {
    fields.set(legacy.field, {
      name: legacy.field,
      type: wireType(legacy.type),
      owner: name,
      ...(legacy.until === undefined ? {} : { until: minorOf(legacy.until) }),
      ...(legacy.dropped === undefined ? {} : { dropped: legacy.dropped }),
      ...(legacy.writtenAs === undefined ? {} : { writtenAs: legacy.writtenAs }),
    });
  }
  return { name, fields };
}

const names = [...new Set([...Object.keys(describedDefinitions), ...Object.keys(corrections)])];

export const structs: ReadonlyMap<string, Struct> = new Map(
  names.flatMap((name) => {
    const struct = buildStruct(name);
    return struct === undefined ? [] : [[name, struct]];
  }),
);

/** Names for types that are not structs, such as `PortMap`. */
const aliases: ReadonlyMap<string, WireType> = new Map(
  Object.entries(describedDefinitions).flatMap(([name, definition]) =>
    typeof definition === "string" ? [[name, wireType(definition)]] : [],
  ),
);

/** The type behind a name: a struct, or what an alias stands for. */
export function resolve(type: WireType): Struct | Exclude<WireType, { kind: "named" }> {
  let current = type;
  while (current.kind === "named") {
    const struct = structs.get(current.name);
    if (struct !== undefined) return struct;
    const alias = aliases.get(current.name);
    if (alias === undefined) throw new Error(`the schema has no ${current.name}`);
    current = alias;
  }
  return current;
}

/** Every struct that a value of the type can hold, itself included. */
export function reachableStructs(type: WireType, seen = new Set<Struct>()): ReadonlySet<Struct> {
  const resolved = resolve(type);
  if ("fields" in resolved) {
    if (seen.has(resolved)) return seen;
    seen.add(resolved);
    for (const field of resolved.fields.values()) reachableStructs(field.type, seen);
  } else if (resolved.kind === "list" || resolved.kind === "map") {
    reachableStructs(resolved.of, seen);
  } else if (resolved.kind === "pointer") {
    reachableStructs(resolved.to, seen);
  }
  return seen;
}
