import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtoMessage, decodeProto, encodeProto, type ProtoValue } from "./codec.ts";
import { SolveRequest, StatusRequest } from "./messages.ts";
import type { Message } from "./schema.ts";

const inner: Message = {
  name: "Inner",
  fields: {
    1: { name: "text", type: "string" },
    2: { name: "flag", type: "bool" },
  },
};
const outer: Message = {
  name: "Outer",
  fields: {
    1: { name: "number", type: "varint" },
    2: { name: "numbers", type: "varint", repeated: true },
    3: { name: "texts", type: "string", repeated: true },
    4: { name: "map", type: { map: "string" } },
    5: { name: "inner", type: inner },
    6: { name: "inners", type: { map: inner } },
    7: { name: "bytes", type: "bytes" },
    2000: { name: "far", type: "bool" },
  },
};

const text = fc.string({ unit: "grapheme" });
const innerValue = fc
  .record({ text, flag: fc.boolean() }, { requiredKeys: [] })
  .map((record) => new ProtoMessage(new Map(Object.entries(record))));
const outerValue = fc
  .record(
    {
      number: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      numbers: fc.array(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { minLength: 1 }),
      texts: fc.array(text, { minLength: 1 }),
      map: fc
        .dictionary(text, text, { minKeys: 1 })
        .map((record) => new Map(Object.entries(record))),
      inner: innerValue,
      inners: fc
        .dictionary(text, innerValue, { minKeys: 1 })
        .map((record) => new Map(Object.entries(record))),
      bytes: fc.uint8Array({ minLength: 1 }),
      far: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((record) => new ProtoMessage(new Map<string, ProtoValue>(Object.entries(record))));

test("what is written is read as it was, and written alike again", () => {
  fc.assert(
    fc.property(outerValue, (value) => {
      const bytes = encodeProto(value, outer);
      const read = decodeProto(bytes, outer);
      if (!read.ok) throw new Error(read.refusal.message);
      expect(Buffer.from(encodeProto(read.value, outer)).equals(bytes)).toBe(true);
      for (const [name, held] of value.fields) {
        const isDefault = held === 0n || held === "" || held === false;
        if (!isDefault) expect(read.value.fields.has(name)).toBe(true);
      }
    }),
  );
});

test("no bytes crash it, and what it takes it writes in a form that it takes again", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = decodeProto(bytes, outer);
      if (read.ok) expect(decodeProto(encodeProto(read.value, outer), outer).ok).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

const hex = (written: string): Uint8Array => Buffer.from(written.replaceAll(" ", ""), "hex");
const refused = (written: string, message = outer): string => {
  const read = decodeProto(hex(written), message);
  return read.ok ? "read" : read.refusal.code;
};

test.each([
  ["a field that the schema does not have", "40 01", "unknown-field"],
  ["a scalar twice, of which the engine takes the last", "08 01 08 02", "duplicate-key"],
  ["a message twice, which the engine merges", "2a 00 2a 00", "duplicate-key"],
  ["a map key twice", "22 06 0a 01 61 12 01 62 22 06 0a 01 61 12 01 63", "duplicate-key"],
  ["a text that is no UTF-8", "1a 01 ff", "invalid-utf8"],
  ["another wire type", "0d 01 00 00 00", "wrong-type"],
  ["a group", "0b 0c", "wrong-type"],
  ["a length beyond the end", "1a 05 61", "bad-value"],
  ["a number that does not end", "08 ff ff ff ff ff ff ff ff ff ff 01", "bad-value"],
  ["a number of 65 bits", "08 ff ff ff ff ff ff ff ff ff 02", "bad-value"],
  ["a boolean that is two", "80 7d 02", "bad-value"],
  ["field number zero", "00 01", "unknown-field"],
])("%s is refused", (_what, written, code) => {
  expect(refused(written)).toBe(code);
});

test("depth is bounded", () => {
  const loop: Message = { name: "Loop", fields: {} };
  (loop as { fields: Record<number, unknown> }).fields[1] = { name: "in", type: loop };
  let bytes: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < 100; depth++) {
    bytes = Buffer.concat([Uint8Array.from([0x0a, bytes.byteLength]), bytes]);
    if (bytes.byteLength > 100) break;
  }
  const read = decodeProto(bytes, loop);
  expect(read.ok ? "read" : read.refusal.code).toBe("too-deep");
});

test("raw build graphs have no place in a Solve", () => {
  expect(refused("12 02 0a 00", SolveRequest)).toBe("unknown-field");
  expect(refused("52 02 0a 00", SolveRequest)).toBe("unknown-field");
  expect(refused("0a 01 61 12 00", StatusRequest)).toBe("unknown-field");
});
