import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { spanText } from "../../model/source.ts";
import type { Span } from "../../model/source.ts";
import { entryOf, get, nodeAt, spanAt, toPlain } from "./access.ts";
import type { YamlNode } from "./node.ts";
import type { ParseOptions } from "./parse.ts";
import { MAX_DEPTH, parseYaml } from "./parse.ts";

const read = (text: string, options?: ParseOptions) => parseYaml({ path: "a.yaml", text }, options);
const plain = (text: string, options?: ParseOptions): unknown => {
  const value = toPlain(read(text, options).documents[0]?.root);
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
};
const rootOf = (text: string): YamlNode => {
  const root = read(text).documents[0]?.root;
  if (root === undefined) throw new Error("no root");
  return root;
};
const reasons = (text: string): string[] => read(text).unknowns.map((unknown) => unknown.why);

test.each([
  ["yes", true, "yes"],
  ["No", false, "No"],
  ["on", true, "on"],
  ["OFF", false, "OFF"],
  ["y", true, "y"],
  ["n", false, "n"],
  ["yEs", "yEs", "yEs"],
  ["True", true, true],
  ["0755", 493, 493],
  ["0o755", 493, 493],
  ["-0755", -493, -493],
  ["0x1F", 31, 31],
  ["0b101", 5, 5],
  ["1_000", 1000, 1000],
  ["0_755", 493, 493],
  ["08", 8, 8],
  ["1.5e3", 1500, 1500],
  [".5", 0.5, 0.5],
  ["22:22", "22:22", "22:22"],
  ["1.2.3", "1.2.3", "1.2.3"],
  ["2024-01-01", "2024-01-01", "2024-01-01"],
  ["~", null, null],
  ["Null", null, null],
  ['"yes"', "yes", "yes"],
  ["'0755'", "0755", "0755"],
  ["!!str 0755", "0755", "0755"],
  ['!!int "12"', 12, 12],
  ["+5", 5, 5],
])("%s is resolved as go-yaml does", (written, kubernetes, compose) => {
  expect(plain(`a: ${written}`)).toEqual({ a: kubernetes });
  expect(plain(`a: ${written}`, { booleans: "yaml-1.2" })).toEqual({ a: compose });
});

test("keys stay text", () => {
  expect(plain("y: 1\nno: 2\n0755: 3\n~: 4")).toEqual({ y: 1, no: 2, "0755": 3, "~": 4 });
});

test("merge keys: own entries win, earlier maps win, the list form too", () => {
  const text =
    "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\nd: {<<: *b, z: 4}";
  expect(nodeAt(rootOf(text), ["c"])?.kind).toBe("map");
  expect(plain(text)).toMatchObject({ c: { x: 3, y: 1, z: 2 }, d: { y: 2, z: 4 } });
  expect(plain('"<<": {a: 1}')).toEqual({ "<<": { a: 1 } });
});

test("an alias says through which place each of its nodes came", () => {
  const text = "a: &a {b: {c: 1}}\nd: *a\n";
  const node = nodeAt(rootOf(text), ["d", "b", "c"]);
  expect(node && spanText(node.span)).toBe("1");
  expect(node?.through?.map((place) => spanText(place.span))).toEqual(["*a"]);
});

test("spans cover a node's own text, with a byte order mark and CRLF", () => {
  const text =
    "\uFEFFa: 'x y' # no\r\nb:\r\n  - 1\r\n  - {c: d}\r\n  # trailing\r\ne: |\r\n  f\r\n";
  const root = rootOf(text);
  expect(spanText(spanAt(root, ["a"]))).toBe("a: 'x y'");
  expect(spanText(get(root, "b")?.span ?? root.span)).toBe("- 1\r\n  - {c: d}");
  expect(spanText(spanAt(root, ["b", 1, "c"]))).toBe("c: d");
  expect(spanText(spanAt(root, ["b", 1, "zzz"]))).toBe("{c: d}");
  expect(entryOf(root, "e")?.key.text).toBe("e");
});

test("custom tags are kept", () => {
  const root = rootOf("a: !reset null\nb: !override\n  - 1\nc: !!binary aGk=");
  expect(get(root, "a")?.tag).toBe("!reset");
  expect(get(root, "b")?.tag).toBe("!override");
  expect(get(root, "c")?.tag).toBe("!!binary");
});

test("several documents, empty ones among them, and JSON", () => {
  const { documents } = read("a: 1\n---\n---\n- b\n...\n");
  expect(documents.map(({ root }) => root?.kind)).toEqual(["map", undefined, "list"]);
  expect(plain('{"a": [1, true, null, "x"]}')).toEqual({ a: [1, true, null, "x"] });
  expect(read("").documents).toEqual([]);
});

test("a broken document does not stop the others", () => {
  const { documents, unknowns } = read("a: 'x\n---\nb: 1\n---\nc: [1");
  expect(unknowns.length).toBeGreaterThan(0);
  for (const unknown of unknowns) expect(unknown.span).toBeDefined();
  expect(documents.length).toBeGreaterThan(0);
  const other = read("a: b: c\n---\nd: 1\n");
  expect(other.documents.map(({ root }) => root?.kind)).toEqual([undefined, "map"]);
  expect(other.unknowns).toHaveLength(1);
});

test("errors never repeat the text, which may be secret", () => {
  const unknowns = read("password: 'hunter2' hunter2\ntoken: hunter2: hunter2\n").unknowns;
  expect(unknowns.length).toBeGreaterThan(0);
  expect(
    JSON.stringify(unknowns.map(({ what, why, settle }) => [what, why, settle])),
  ).not.toContain("hunter2");
});

test.each([
  "{{- if .Values.x }}\na: 1\n{{- end }}\n",
  "a: {{ .Values.x }}\n",
  "{{ template }}\n",
  "{{ x }}\n".repeat(50),
])("a template is one unknown: %s", (text) => {
  const { documents, unknowns } = read(text);
  expect(unknowns.map(({ what }) => what)).toEqual(["unrendered template"]);
  expect(documents.every(({ root }) => root === undefined)).toBe(true);
});

test("a quoted template action is only text", () => {
  expect(plain('a: "{{ x }}"')).toEqual({ a: "{{ x }}" });
});

test.each([
  ["a: 1\na: 2", "second time"],
  ["a: *b", "no anchor"],
  ["a: &a [*a]", "no end"],
  ["<<: 1", "takes a map"],
  ["? [a]\n: 1", "used as a key"],
])("%s is reported with its place", (text, why) => {
  const { unknowns } = read(text);
  expect(unknowns.map((unknown) => unknown.why).join()).toContain(why);
  expect(unknowns[0]?.span).toBeDefined();
});

const bomb = (levels: number): string =>
  Array.from({ length: levels }, (_, level) => {
    const item = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(item).join(", ")}]`;
  }).join("\n");

test.each<[string, string, string | undefined]>([
  ["deep brackets", "[".repeat(50_000), "nest deeper"],
  ["deep lists", "- ".repeat(50_000), "nest deeper"],
  [
    "deep maps",
    Array.from({ length: 2000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    "nest deeper",
  ],
  ["alias bomb", bomb(20), "multiply"],
  ["token flood", `[${"a,".repeat(3_000_000)}]`, "tokens"],
  ["document flood", "---\n".repeat(1_000_000), "documents"],
  ["directive flood", "%a b\n".repeat(100_000), "directives"],
  ["key flood", Array.from({ length: 80_000 }, (_, i) => `k${i}: v`).join("\n"), undefined],
  ["too large", "a".repeat(9_000_000), "8 MiB"],
  ["binary", "a\0b", "NUL"],
])("%s is bounded", (_, text, why) => {
  const start = performance.now();
  const found = reasons(text);
  expect(performance.now() - start).toBeLessThan(6000);
  expect(found.join()).toContain(why ?? "");
  expect(found.length > 0).toBe(why !== undefined);
});

test("the deepest nesting that is allowed is read", () => {
  const depth = MAX_DEPTH - 1;
  expect(reasons("[".repeat(depth) + "]".repeat(depth))).toEqual([]);
});

/** Every place that a node and those below it name. */
const spansOf = (node: YamlNode): Span[] => [
  node.span,
  ...(node.through ?? []).map((place) => place.span),
  ...(node.kind === "list" ? node.items.flatMap(spansOf) : []),
  ...(node.kind === "map"
    ? [...node.entries.values()].flatMap(({ key, value }) => [...spansOf(key), ...spansOf(value)])
    : []),
];

const pieces = fc.constantFrom(
  ..."a: |b: |- |\n|\n  |\n    |[|]|{|}|, |&a |*a|<<: |!reset |? |: |# c\n|'|\"|\\|---\n|...\n|%|>-\n|{{ x }}|\t|\r\n|0755|yes|\uFEFF|é|😀".split(
    "|",
  ),
  "|\n",
);

test("any text gives nodes and unknowns inside the file, never an exception", () => {
  const texts = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 40 }).map((list) => list.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { documents, unknowns } = read(text);
      const spans = [
        ...documents.flatMap(({ root, span }) =>
          root === undefined ? [span] : [span, ...spansOf(root)],
        ),
        ...unknowns.flatMap(({ span }) => span ?? []),
      ];
      const outside = spans.filter(
        ({ start, end, file }) =>
          start < 0 || start > end || end > text.length || file.text !== text,
      );
      expect(outside).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test("JSON means what JSON.parse says", () => {
  const noNulls = fc
    .jsonValue()
    .filter(
      (value) => !JSON.stringify(value).includes("-0") && !JSON.stringify(value).includes('"<<"'),
    );
  fc.assert(
    fc.property(noNulls, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      if (value === null || parse(text) === undefined) return;
      expect(plain(text)).toEqual(JSON.parse(text));
    }),
    { numRuns: 150 },
  );
});
