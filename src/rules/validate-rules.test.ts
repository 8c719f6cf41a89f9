import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rule } from "./contract.ts";
import { pageExamples } from "./page-examples.ts";
import { pageHeadings, pageProblems, sectionOf, validateRules } from "./validate-rules.ts";

const rule = (id: string): Rule => ({
  id,
  title: id,
  layer: "user",
  severity: "low",
  references: [],
  check: () => [],
});

test("an id must be its folder's name and in kebab-case", () => {
  expect(validateRules({ "a-b": rule("a-b") }).map(({ id }) => id)).toEqual(["a-b"]);
  expect(() => validateRules({ "a-b": rule("a-c") })).toThrow("rule a-c stands in folder a-b");
  expect(() => validateRules({ aB: rule("aB") })).toThrow("kebab-case");
});

const page = (headings: readonly string[]): string =>
  `# a-b\n\n${headings.map((heading) => `## ${heading}\n\ntext\n`).join("\n")}`;

test("a page needs its headings, in order, each with text", () => {
  expect(pageProblems("a-b", page(pageHeadings))).toEqual([]);
  expect(pageProblems("a-b", undefined)).toEqual(["a-b has no page"]);
  expect(pageProblems("x", page(pageHeadings))).toHaveLength(1);
  expect(pageProblems("a-b", page(pageHeadings.toReversed()))).toHaveLength(1);
  expect(pageProblems("a-b", page(pageHeadings).replace("text", ""))).toEqual([
    'a-b: the section "What" is empty',
  ]);
});

test("headings inside of fenced code are code", () => {
  const text = page(pageHeadings).replace("text", "```sh\n## not a heading\n```");
  expect(pageProblems("a-b", text)).toEqual([]);
  expect(sectionOf(text, "References")).toBe("text");
});

test("an example takes the files before it along", () => {
  const text =
    "```text with=.env\nA=1\n```\n\n```yaml compose bad\nservices: {}\n```\n\n```sh\nls\n```\n";
  expect(pageExamples(text)).toEqual([
    {
      form: "compose",
      verdict: "bad",
      files: { ".env": "A=1\n", "compose.yaml": "services: {}\n" },
      line: 5,
    },
  ]);
});

test("any text is read", () => {
  const piece = fc.constantFrom("```", "````", "\n", "dockerfile bad", "## What", "with=x", "x");
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const text = pieces.join("");
      expect(Array.isArray(pageExamples(text))).toBe(true);
      expect(Array.isArray(pageProblems("a-b", text))).toBe(true);
    }),
  );
});
