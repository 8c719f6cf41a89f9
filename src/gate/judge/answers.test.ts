import fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonObject, type JsonValue } from "../wire/json/value.ts";
import { combinePlans, rewriteDocument, streamRewriter } from "./answers.ts";
import { PASS } from "./contract.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);
const keep = (value: JsonValue): JsonValue => value;

test("an answer that does not change is the engine's own, byte for byte", () => {
  const bytes = bytesOf('{ "a" : 1e3, "b":"\\u003c" }\n');
  expect(rewriteDocument(bytes, keep)).toBe(bytes);
});

test("numbers of an answer that does change stay as they were written", () => {
  const rewritten = rewriteDocument(
    bytesOf('{"big":123456789012345678901,"f":1.50,"x":1}'),
    (value) => (isJsonObject(value) ? new Map([...value].filter(([key]) => key !== "x")) : value),
  );
  expect(textOf(rewritten)).toBe('{"big":123456789012345678901,"f":1.50}\n');
});

test("an answer that cannot be read does not pass", () => {
  expect(rewriteDocument(bytesOf('{"a":1} {"b":2}'), keep)).toBeUndefined();
  expect(rewriteDocument(bytesOf("<html>"), keep)).toBeUndefined();
});

const dropSecret = (value: JsonValue): JsonValue | undefined =>
  isJsonObject(value) && value.get("secret") === true ? undefined : value;

test.each(["\n", "", "\r\n", " \n"])("values are cut however they come, %j between", (between) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          secret: fc.boolean(),
          text: fc.string({ unit: "grapheme" }),
          list: fc.array(fc.oneof(fc.integer(), fc.string(), fc.constant({ "}": '"{' }))),
        }),
        { maxLength: 8 },
      ),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (values, sizes) => {
        const bytes = bytesOf(values.map((value) => JSON.stringify(value) + between).join(""));
        const rewriter = streamRewriter(dropSecret);
        let got = "";
        for (let at = 0; at < bytes.byteLength;) {
          const size = sizes.next().value ?? 1;
          const piece = rewriter.push(bytes.subarray(at, at + size));
          expect(piece).toBeDefined();
          got += Buffer.from(piece ?? []).toString("latin1");
          at += size;
        }
        const wanted = values
          .filter(({ secret }) => !secret)
          .map((value) => `${JSON.stringify(value)}\n`);
        expect(Buffer.from(got, "latin1").toString("utf8")).toBe(wanted.join(""));
      },
    ),
  );
});

test("record separators stay", () => {
  const rewriter = streamRewriter(dropSecret);
  expect(
    textOf(rewriter.push(bytesOf('\u001e{"a":1}\n\u001e{"secret":true}\n\u001e{"b":2}\n'))),
  ).toBe('\u001e{"a":1}\n\u001e{"b":2}\n');
});

test("what is no stream of objects ends", () => {
  expect(streamRewriter(dropSecret).push(bytesOf("[1,2]"))).toBeUndefined();
  expect(streamRewriter(dropSecret).push(bytesOf("{]"))).toBeUndefined();
  const endless = streamRewriter(dropSecret);
  expect(endless.push(bytesOf(`{"a":"`))).toBeDefined();
  expect(endless.push(new Uint8Array(9 << 20).fill(0x61))).toBeUndefined();
});

test("plans follow one another", () => {
  expect(combinePlans([PASS, PASS])).toBe(PASS);
  const add = (name: string) => ({
    kind: "json" as const,
    rewrite: (value: JsonValue): JsonValue =>
      isJsonObject(value) ? new Map([...value, [name, true]]) : value,
  });
  const plan = combinePlans([add("a"), PASS, add("b")]);
  expect(plan.kind === "json" ? textOf(rewriteDocument(bytesOf("{}"), plan.rewrite)) : "").toBe(
    '{"a":true,"b":true}\n',
  );
});
