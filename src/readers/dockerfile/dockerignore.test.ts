import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryFiles } from "../memory-files.ts";
import { dockerignorePatterns, readDockerignore } from "./dockerignore.ts";
import { matchesPath, matchPath, matchSegment, patternMatcher } from "./pattern-matcher.ts";

const ignored = (text: string, path: string): boolean =>
  matchesPath(patternMatcher(dockerignorePatterns(text)), path);

// The verdicts are those of moby/patternmatcher for the same pattern and path.
test.each<[string, string, boolean]>([
  ["**", "file", true],
  ["**", "dir/file", true],
  ["**/", "dir/file", true],
  ["**/**", "dir/file", true],
  ["dir/**", "dir/file", true],
  ["dir/**", "dir/dir2/file", true],
  ["dir/**", "dir", false],
  ["**/dir2/*", "dir/dir2/file", true],
  ["**/dir2/**", "dir/dir2/dir2/file", true],
  ["**file", "file", true],
  ["**file", "dir/file", true],
  ["**/file", "file", true],
  ["**/file", "dir/dir/file", true],
  ["**/file*", "dir/dir/file.txt", true],
  ["**/file*txt*", "dir/dir/file.txt.bak", true],
  ["a**/*.txt", "a/file.txt", true],
  ["a**/*.txt", "a/dir/dir/file.txt", true],
  ["a/*.txt", "a/dir/file.txt", false],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/x/y/b", true],
  ["a[b-d]e", "ace", true],
  ["a[b-d]e", "aee", false],
  ["a[^b]e", "ace", true],
  ["a\\*b", "a*b", true],
  ["a\\*b", "axb", false],
  ["*", "a", true],
  ["*\n!a", "a", false],
  ["*\n!a/b", "a/b", false],
  ["*\n!a/b", "a/c", true],
  ["a\n!a/b", "a/b", false],
  ["!a\na", "a", true],
  ["/a", "a", true],
  ["./a/", "a/b", true],
  ["  a  ", "a", true],
  ["# a", "# a", false],
  ["a ", "a", true],
  [".env*", ".env.local", true],
  [".env*", "x/.env", false],
  ["**/.env", "x/.env", true],
  ["*.go", "x/a.go", false],
  ["x.y", "xzy", false],
  ["a+b(c)|d$", "a+b(c)|d$", true],
  ["..\\a", "..a", true],
  ["node_modules", "node_modules/x/y", true],
  ["node_modules", "x/node_modules", false],
])("%j judges %s: %s", (text, path, wanted) => {
  expect(ignored(text, path)).toBe(wanted);
});

test("patterns that the build refuses are told", () => {
  expect(patternMatcher(["[", "a\\", "!", "[]a]", "[a-]", "ok"]).refused).toEqual([
    "[",
    "a\\",
    "!",
    "[]a]",
    "[a-]",
  ]);
});

test("the file beside the Dockerfile wins over the context's", () => {
  const table = { "app/x.Dockerfile.dockerignore": "a", ".dockerignore": "b" };
  expect(readDockerignore(memoryFiles(table), "app/x.Dockerfile", ".").file?.text).toBe("a");
  expect(readDockerignore(memoryFiles(table), "app/Dockerfile", ".").file?.text).toBe("b");
  expect(readDockerignore(memoryFiles({}), "Dockerfile", ".").file).toBeUndefined();
});

const segment = fc.stringMatching(/^[ab.]{1,3}$/);
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const pattern = fc
  .array(fc.constantFrom("a", "b", "*", "**", "?", "/", ".", "[ab]", "!", "\\", "["), {
    maxLength: 8,
  })
  .map((parts) => parts.join(""));

test("going down directory by directory gives the same as the path at once", () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 5 }), path, (texts, whole) => {
      const matcher = patternMatcher(texts);
      let info: readonly boolean[] = [];
      let matched = false;
      const parts = whole.split("/");
      for (let count = 1; count <= parts.length; count++) {
        ({ matched, info } = matchPath(matcher, parts.slice(0, count).join("/"), info));
      }
      expect(matched).toBe(matchesPath(matcher, whole));
    }),
  );
});

test("a pattern agrees with the regular expression that it means", () => {
  const simple = fc
    .array(fc.constantFrom("a", "b", "*", "?", "/", "**/", "."), { minLength: 1, maxLength: 7 })
    .map((parts) => parts.join(""))
    .filter((text) => !/^\*\*|\*\*$|\*{3}|^\/|\/$|\/\/|^\.|\/\.|!/.test(text));
  fc.assert(
    fc.property(simple, path, (text, whole) => {
      const source = text
        .replaceAll(".", "\\.")
        // `**` with or without its slash, and at the end, where it takes everything.
        .replace(/\*\*\/?$/, "\u0001")
        .replaceAll(/\*\*\/?/g, "\u0000")
        .replaceAll("*", "[^/]*")
        .replaceAll("?", "[^/]")
        .replaceAll("\u0000", "(.*/)?")
        .replaceAll("\u0001", ".*");
      const { patterns } = patternMatcher([text]);
      expect(patterns[0]?.matches(whole)).toBe(new RegExp(`^${source}$`).test(whole));
    }),
    { numRuns: 500 },
  );
});

test("any pattern and any path come to an end", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, whole) => {
      expect(typeof ignored(text, whole)).toBe("boolean");
      expect(typeof matchSegment(text, whole)).toBe("boolean");
    }),
  );
  const start = performance.now();
  expect(ignored(`${"**/a*".repeat(200)}/b`, `${"a/".repeat(1000)}c`)).toBe(false);
  expect(ignored("*a".repeat(200), "a".repeat(4000))).toBe(true);
  expect(performance.now() - start).toBeLessThan(4000);
});
