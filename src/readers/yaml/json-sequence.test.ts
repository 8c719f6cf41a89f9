import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { get, toPlain } from "./access.ts";
import { parseManifests } from "./json-sequence.ts";
import { parseYaml } from "./parse.ts";

const of = (text: string) => parseManifests({ path: "a.json", text });
const plain = (text: string): unknown[] => of(text).documents.map(({ root }) => toPlain(root));

test.each([['{"a":1}{"a":2}'], ['{"a":1}\n{"a":2}\n'], ['\uFEFF{"a":1}\r\n\r\n{"a":2}']])(
  "objects that follow each other in %j are documents",
  (text) => {
    expect(JSON.stringify(plain(text))).toBe('[{"a":1},{"a":2}]');
    expect(of(text).unknowns).toEqual([]);
  },
);

test("braces and quotes within strings close nothing", () => {
  expect(plain('{"a":"}{\\"}"}{"b":["{"]}')).toHaveLength(2);
});

test("places are those in the whole file", () => {
  const text = '{"a":"x"}\n{"b":"yy"}';
  const [, second] = of(text).documents;
  const node = get(second?.root, "b");
  expect(node === undefined ? "" : spanText(node.span)).toBe('"yy"');
  expect(second === undefined ? "" : spanText(second.span)).toBe('{"b":"yy"}');
  expect(node?.span.file.text).toBe(text);
});

test("one that does not close is an unknown at its place, and the others are read", () => {
  const text = '{"a":1}\n{"b":';
  const { documents, unknowns } = of(text);
  expect(toPlain(documents[0]?.root)).toMatchObject({ a: 1 });
  expect(documents[1]?.root).toBeUndefined();
  expect(unknowns).toHaveLength(1);
  expect(unknowns[0]?.span?.start).toBeGreaterThanOrEqual(text.indexOf("{", 1));
});

test("a long sequence is cut off, and that is told", () => {
  const one = `{"a":"${"x".repeat(100_000)}"}\n`;
  const { documents, unknowns } = of(one.repeat(30));
  expect(documents.length).toBeLessThan(30);
  expect(unknowns).toMatchObject([{ what: "the rest of the file" }]);
});

test.each(["a: 1\n---\nb: 2\n", "{a: 1}", "{a: 1}\n---\n{b: 2}\n", "[{}, {}]", "", "{", "}{"])(
  "%j is read as YAML is",
  (text) => {
    const file = { path: "a.json", text };
    expect(parseManifests(file)).toEqual(parseYaml(file));
  },
);

test("any text: no crash, and places inside of it", () => {
  const part = fc.constantFrom("{", "}", "[", "]", '"', "\\", ",", ":", "\n", '"a":1', "{}", "a");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      const { documents, unknowns } = of(text);
      for (const span of [...documents, ...unknowns].map((one) => one.span)) {
        if (span === undefined) continue;
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});
