import fc from "fast-check";
import { expect, test } from "vitest";
import type { Expansion } from "./expand.ts";
import { expand } from "./expand.ts";

const variables: Readonly<Record<string, string | null>> = {
  A: "one",
  EMPTY: "",
  PATHS: "a/b/c.tar.gz",
  UNKNOWN: null,
};

function run(source: string, unset: "empty" | "keep-references" = "keep-references"): Expansion {
  return expand(source, {
    escape: "\\",
    unset,
    lookup: (name) => {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      return value === undefined ? undefined : value === null ? {} : { value };
    },
  });
}

test.each([
  ["${A:-x}", "one"],
  ["${NONE:-x}", "x"],
  ["${NONE-x}", "x"],
  ["${EMPTY-x}", ""],
  ["${EMPTY:-x}", "x"],
  ["${A:+x}", "x"],
  ["${NONE:+x}", ""],
  ["${NONE:-${EMPTY:-deep}}", "deep"],
  ["${PATHS#*/}", "b/c.tar.gz"],
  ["${PATHS##*/}", "c.tar.gz"],
  ["${PATHS%.*}", "a/b/c.tar"],
  ["${PATHS%%.*}", "a/b/c"],
  ["${PATHS/b/X}", "a/X/c.tar.gz"],
  ["${PATHS//\\//-}", "a-b-c.tar.gz"],
  ["${PATHS//?ar/Z}", "a/b/c.Z.gz"],
  ["'$A' \"$A\" \\$A", "$A one $A"],
  ["$NONE", "$NONE"],
  ["x$UNKNOWN", "x$UNKNOWN"],
])("%s is %s", (source, wanted) => {
  expect(run(source).text).toBe(wanted);
});

test("what is unresolved is known, and a default that is not used does not count", () => {
  expect(run("$NONE ${UNKNOWN:-x} $A").unresolved).toEqual(["NONE", "UNKNOWN"]);
  expect(run("${A:-$NONE}").unresolved).toEqual([]);
  expect(run("${NONE:-$OTHER}")).toMatchObject({ unresolved: ["OTHER"], defaulted: ["NONE"] });
  expect(run("${A:-$NONE}").used).toEqual(["A"]);
});

test.each(["${NONE:?secret message}", "${", "${A", "'x", '"x', "${A:x}", "${A#\\x}"])(
  "%s is refused without quoting it",
  (source) => {
    const { error, text } = run(source);
    expect(error).toBeDefined();
    expect(error).not.toContain("secret message");
    expect(text).toBe("");
  },
);

test("any text, and any mixture of operators, comes to an end", () => {
  const parts = [
    "$",
    "{",
    "}",
    "A",
    ":-",
    "#",
    "%",
    "/",
    "//",
    "*",
    "?",
    "'",
    '"',
    "\\",
    " ",
    "<<",
    "B",
  ];
  const mixture = fc
    .array(fc.constantFrom(...parts), { maxLength: 30 })
    .map((list) => list.join(""));
  fc.assert(
    fc.property(fc.oneof(mixture, fc.string({ unit: "binary" })), (source) => {
      const { text, words, error } = run(source, "empty");
      expect(error === undefined || text === "").toBe(true);
      for (const word of words) expect(word.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

test("text without anything special stays as it is", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9:./@_-]*$/), (source) => {
      expect(run(source).text).toBe(source);
    }),
  );
});

test("nesting, growth and patterns are bounded", () => {
  const start = performance.now();
  expect(run("${x:-".repeat(20_000) + "}".repeat(20_000)).error).toMatch(/nested/);
  const long = "a".repeat(100_000);
  const lookup = (): { value: string } => ({ value: long });
  expect(expand("$x$x", { escape: "\\", lookup }).error).toMatch(/longer/);
  const pattern = "*a".repeat(3000);
  expect(expand(`\${x//${pattern}/b}`, { escape: "\\", lookup }).error).toMatch(/too long/);
  expect(expand(`\${x##${"*a".repeat(15)}b}`, { escape: "\\", lookup }).text).toBe(long);
  expect(performance.now() - start).toBeLessThan(4000);
});
