/**
 * Protocol buffers by a schema, strictly: a field that the schema does not have, a scalar that stands
 * twice, a broken text or length is refused, where the engine's decoder would skip it or take the last.
 * Source: protobuf.dev, "Encoding".
 */

import { type Outcome, accept, refuse } from "../../wire/refusal.ts";
import type { Field, FieldType, Message } from "./schema.ts";

export type ProtoValue =
  | string
  | Uint8Array
  | boolean
  | bigint
  | ProtoMessage
  | ReadonlyMap<string, string | ProtoMessage>
  | readonly ProtoValue[];

/** Fields by name; absent ones have their default. A class of its own, so that it is told from a map field. */
export class ProtoMessage {
  readonly fields: ReadonlyMap<string, ProtoValue>;

  constructor(fields: ReadonlyMap<string, ProtoValue>) {
    this.fields = fields;
  }

  text(name: string): string {
    const value = this.fields.get(name);
    return typeof value === "string" ? value : "";
  }

  message(name: string): ProtoMessage | undefined {
    const value = this.fields.get(name);
    return value instanceof ProtoMessage ? value : undefined;
  }

  list(name: string): readonly ProtoValue[] {
    const value = this.fields.get(name);
    return Array.isArray(value) ? value : [];
  }

  map(name: string): ReadonlyMap<string, string | ProtoMessage> {
    const value = this.fields.get(name);
    return value instanceof Map ? value : new Map<string, string | ProtoMessage>();
  }

  /** A map field whose values are texts. */
  texts(name: string): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    for (const [key, value] of this.map(name)) if (typeof value === "string") texts.set(key, value);
    return texts;
  }

  /** The same with other values; undefined takes a field out. */
  with(changes: Readonly<Record<string, ProtoValue | undefined>>): ProtoMessage {
    const fields = new Map(this.fields);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) fields.delete(name);
      else fields.set(name, value);
    }
    return new ProtoMessage(fields);
  }
}

const MOST_DEPTH = 24;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

export function decodeProto(bytes: Uint8Array, message: Message): Outcome<ProtoMessage> {
  return decodeMessage(bytes, message, "", 0);
}

function decodeMessage(
  bytes: Uint8Array,
  message: Message,
  path: string,
  depth: number,
): Outcome<ProtoMessage> {
  const refused = (code: "bad-value" | "too-deep", text: string) => refuse(code, path, text);
  if (depth > MOST_DEPTH) return refused("too-deep", "the message nests too deeply");
  const fields = new Map<string, ProtoValue>();
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const tag = reader.varint();
    if (tag === undefined || tag > 0xffff_ffffn) return refused("bad-value", "a tag is broken");
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    const field = message.fields[number];
    if (field === undefined) {
      if (message.skipsUnknown === true && number > 0 && reader.skip(wire)) continue;
      return refuse("unknown-field", path, `${message.name} has no field ${String(number)} here`);
    }
    const at = path === "" ? field.name : `${path}.${field.name}`;
    const taken = takeField(reader, field, wire, at, depth);
    if (!taken.ok) return taken;
    if (field.dropped === true) continue;
    const problem = store(fields, field, taken.value, at);
    if (problem !== undefined) return problem;
  }
  return accept(new ProtoMessage(fields));
}

type Entry = readonly [string, string | ProtoMessage];
type Taken =
  | { readonly kind: "value"; readonly value: ProtoValue }
  | { readonly kind: "values"; readonly values: readonly ProtoValue[] }
  | { readonly kind: "entry"; readonly entry: Entry };

function takeField(
  reader: Reader,
  { type, repeated }: Field,
  wire: number,
  at: string,
  depth: number,
): Outcome<Taken> {
  const broken = () => refuse("bad-value", at, "the field is broken");
  if (type === "varint" || type === "bool") {
    if (wire === LENGTH && repeated === true) {
      // Packed, as proto3 writes lists of numbers.
      const packed = reader.bytes();
      const values = packed === undefined ? undefined : unpack(packed, type);
      return values === undefined ? broken() : accept({ kind: "values", values });
    }
    if (wire !== VARINT) return refuse("wrong-type", at, "the field has another type");
    const value = reader.varint();
    const scalar = value === undefined ? undefined : scalarOf(value, type);
    return scalar === undefined ? broken() : accept({ kind: "value", value: scalar });
  }
  if (wire !== LENGTH) return refuse("wrong-type", at, "the field has another type");
  const bytes = reader.bytes();
  if (bytes === undefined) return broken();
  return takeBytes(bytes, type, at, depth);
}

function takeBytes(
  bytes: Uint8Array,
  type: Exclude<FieldType, "varint" | "bool">,
  at: string,
  depth: number,
): Outcome<Taken> {
  if (type === "bytes") return accept({ kind: "value", value: bytes.slice() });
  if (type === "string") {
    const text = textOf(bytes);
    return text === undefined
      ? refuse("invalid-utf8", at, "the text is not UTF-8")
      : accept({ kind: "value", value: text });
  }
  if ("map" in type) return takeEntry(bytes, type.map, at, depth);
  const inner = decodeMessage(bytes, type, at, depth + 1);
  return inner.ok ? accept({ kind: "value", value: inner.value }) : inner;
}

/** A map is a list of messages with a key and a value. */
function takeEntry(
  bytes: Uint8Array,
  type: "string" | Message,
  at: string,
  depth: number,
): Outcome<Taken> {
  const entry: Message = {
    name: "map entry",
    fields: { 1: { name: "key", type: "string" }, 2: { name: "value", type } },
  };
  const read = decodeMessage(bytes, entry, at, depth + 1);
  if (!read.ok) return read;
  const value =
    type === "string"
      ? read.value.text("value")
      : (read.value.message("value") ?? new ProtoMessage(new Map()));
  return accept({ kind: "entry", entry: [read.value.text("key"), value] });
}

function store(
  fields: Map<string, ProtoValue>,
  { name, repeated }: Field,
  taken: Taken,
  at: string,
): ReturnType<typeof refuse> | undefined {
  const before = fields.get(name);
  if (taken.kind === "entry") {
    const map = new Map(before instanceof Map ? before : []);
    if (map.has(taken.entry[0])) return refuse("duplicate-key", at, "a key stands twice");
    map.set(...taken.entry);
    fields.set(name, map);
  } else if (taken.kind === "values" || repeated === true) {
    const more = taken.kind === "values" ? taken.values : [taken.value];
    fields.set(name, [...(Array.isArray(before) ? before : []), ...more]);
  } else {
    if (before !== undefined) return refuse("duplicate-key", at, "the field stands twice");
    fields.set(name, taken.value);
  }
  return undefined;
}

function scalarOf(value: bigint, type: "varint" | "bool"): bigint | boolean | undefined {
  if (type === "varint") return value;
  return value > 1n ? undefined : value === 1n;
}

function unpack(bytes: Uint8Array, type: "varint" | "bool"): readonly ProtoValue[] | undefined {
  const reader = new Reader(bytes);
  const values: ProtoValue[] = [];
  while (!reader.atEnd) {
    const value = reader.varint();
    const scalar = value === undefined ? undefined : scalarOf(value, type);
    if (scalar === undefined) return undefined;
    values.push(scalar);
  }
  return values;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.byteLength;
  }

  /** Up to 64 bits in at most ten bytes; undefined for a broken one. */
  varint(): bigint | undefined {
    let value = 0n;
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) return undefined;
      this.#at += 1;
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return value < 1n << 64n ? value : undefined;
    }
    return undefined;
  }

  /** Passes over the value of a field; false for a broken one, and for groups. */
  skip(wire: number): boolean {
    if (wire === VARINT) return this.varint() !== undefined;
    if (wire === LENGTH) return this.bytes() !== undefined;
    const size = wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : 0;
    if (size === 0 || this.#at + size > this.#bytes.byteLength) return false;
    this.#at += size;
    return true;
  }

  bytes(): Uint8Array | undefined {
    const length = this.varint();
    if (length === undefined || length > BigInt(this.#bytes.byteLength - this.#at))
      return undefined;
    const start = this.#at;
    this.#at += Number(length);
    return this.#bytes.subarray(start, this.#at);
  }
}

/** The message anew, in the order of its field numbers; default values are left out, as Go does. */
export function encodeProto(value: ProtoMessage, message: Message): Uint8Array {
  const out: Uint8Array[] = [];
  for (const [number, field] of Object.entries(message.fields)) {
    const held = value.fields.get(field.name);
    if (held !== undefined) encodeField(out, Number(number), field.type, held);
  }
  return Buffer.concat(out);
}

function encodeField(
  out: Uint8Array[],
  number: number,
  type: FieldType,
  value: ProtoValue,
  keepsDefault = false,
): void {
  if (Array.isArray(value)) {
    for (const item of value) encodeField(out, number, type, item, true);
  } else if (value instanceof Map && typeof type === "object" && "map" in type) {
    for (const [key, inner] of value) {
      const entry: Uint8Array[] = [];
      encodeField(entry, 1, "string", key, true);
      encodeField(entry, 2, type.map, inner, true);
      writeBytes(out, number, Buffer.concat(entry));
    }
  } else if (value instanceof ProtoMessage && typeof type === "object" && "fields" in type) {
    writeBytes(out, number, encodeProto(value, type));
  } else if (typeof value === "boolean") {
    if (value || keepsDefault)
      out.push(varint(BigInt(number * 8 + VARINT)), varint(value ? 1n : 0n));
  } else if (typeof value === "bigint") {
    if (value !== 0n || keepsDefault) out.push(varint(BigInt(number * 8 + VARINT)), varint(value));
  } else if (typeof value === "string") {
    if (value !== "" || keepsDefault) writeBytes(out, number, Buffer.from(value));
  } else if (value instanceof Uint8Array) {
    if (value.byteLength > 0 || keepsDefault) writeBytes(out, number, value);
  } else {
    throw new Error(`a value does not fit field ${String(number)}`);
  }
}

function writeBytes(out: Uint8Array[], number: number, bytes: Uint8Array): void {
  out.push(varint(BigInt(number * 8 + LENGTH)), varint(BigInt(bytes.byteLength)), bytes);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}
