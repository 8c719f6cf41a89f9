import fc from "fast-check";
import { expect, test } from "vitest";
import { spanText } from "../../model/source.ts";
import { parseDotenv } from "./dotenv.ts";
import { interpolate } from "./interpolate.ts";

const variables = {
  lookup: (name: string) => {
    const value = ({ A: "a", EMPTY: "", B: "b" } as Record<string, string>)[name];
    return value === undefined ? undefined : { value, from: "test" };
  },
};

test.each<[string, string, string[]]>([
  ["plain", "plain", []],
  ["$A-${A}", "a-a", []],
  ["$$A $${A}", "$A ${A}", []],
  ["${N}", "", ["N"]],
  ["x${N}y$M", "xy", ["N", "M"]],
  ["${N:-d}${N-d}${EMPTY:-d}${EMPTY-d}${A:-d}", "ddda", []],
  ["${N:+r}${N+r}${EMPTY:+r}${EMPTY+r}${A:+r}", "rr", []],
  ["${N:?why}${EMPTY:?why}${EMPTY?why}${A?why}", "a", ["N", "EMPTY"]],
  ["${N:-${M:-${A}}}", "a", []],
  ["${N:-${M}}", "", ["M"]],
  ["${A:-${M}}", "a", []],
  ['${N:-{"x": {}}}', '{"x": {}}', []],
  ["${N:-$$x}", "$x", []],
  ["$1 $ $-", "$1 $ $-", []],
])("%s", (template, text, unresolved) => {
  expect(interpolate(template, variables)).toMatchObject({ text, unresolved, invalid: false });
});

test.each(["${", "${}", "${1}", "${A", "${A:-x", "${A!x}", "${A:-${B}"])(
  "%s is refused",
  (template) => {
    expect(interpolate(template, variables).invalid).toBe(true);
  },
);

test("any template is read in one pass, and a text without dollar is itself", () => {
  const parts = fc.array(
    fc.constantFrom("$", "{", "}", "A", "N", ":-", ":+", "?", "$$", "${", " "),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(parts, (list) => {
      const template = list.join("");
      const { text, changed } = interpolate(template, variables);
      expect(text === template || template.includes("$")).toBe(true);
      expect(changed || text === template).toBe(true);
    }),
  );
});

test("nesting and growth are bounded", () => {
  const start = performance.now();
  expect(interpolate("${N:-".repeat(100_000) + "}".repeat(100_000), variables).invalid).toBe(true);
  const big = { lookup: () => ({ value: "x".repeat(10_000), from: "test" }) };
  expect(interpolate("$A".repeat(10_000), big).text.length).toBeLessThan(200_000);
  expect(performance.now() - start).toBeLessThan(2000);
});

const dotenv = (text: string, raw = false) => parseDotenv({ path: ".env", text }, variables, raw);

test.each<[string, string | undefined]>([
  ["K=v", "v"],
  ["export K=v", "v"],
  ["K: v", "v"],
  ["K = v ", "v"],
  ["K=v # c", "v"],
  ["K=v#c", "v#c"],
  ["K='a b' # c", "a b"],
  ["K='$A'", "$A"],
  ['K="$A\\n\\$A"', "a\n$A"],
  ["K=$A$N", "a"],
  ['K="two\nlines"', "two\nlines"],
  ["K=", ""],
  ["K", undefined],
  ["K=v\r", "v"],
])("%j in an environment file", (text, value) => {
  const { entries, unknowns } = dotenv(text);
  expect(unknowns).toEqual([]);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ name: "K" });
  expect(entries[0]?.value).toBe(value);
});

test("what is wrong in an environment file is told without its text", () => {
  const { entries, unknowns } = dotenv("GOOD=1\nhunter2 hunter2\n=hunter2\nK='hunter2\nLAST=2\n");
  expect(entries.map(({ name }) => name)).toEqual(["GOOD", "LAST"]);
  expect(unknowns).toHaveLength(3);
  expect(JSON.stringify(unknowns.map(({ why, settle }) => why + settle))).not.toContain("hunter2");
});

test("raw files are taken as they are; spans are exact", () => {
  const { entries } = dotenv('A="$B" # c\nB=\n', true);
  expect(entries.map(({ value }) => value)).toEqual(['"$B" # c', ""]);
  expect(entries[0] && spanText(entries[0].valueSpan)).toBe('"$B" # c');
});

test("any environment file gives spans inside it", () => {
  const text = fc.array(
    fc.constantFrom(
      "A",
      "=",
      "'",
      '"',
      "\n",
      "$",
      "{",
      "}",
      "#",
      " ",
      "\\",
      "export ",
      "\r\n",
      "é",
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(text, fc.boolean(), (list, raw) => {
      const file = list.join("");
      const { entries, unknowns } = dotenv(file, raw);
      for (const { span, valueSpan } of entries) {
        expect(0 <= span.start && span.start <= span.end && span.end <= file.length).toBe(true);
        expect(valueSpan.start <= valueSpan.end && valueSpan.end <= file.length).toBe(true);
      }
      for (const { span } of unknowns) expect(span && span.end <= file.length).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
