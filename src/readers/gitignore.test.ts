import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ignores, parseGitignore } from "./gitignore.ts";

test.each([
  ["*.log", "a/b.log", false, true],
  ["/*.log", "a/b.log", false, undefined],
  ["build/", "build", true, true],
  ["build/", "build", false, undefined],
  ["a/**/z", "a/b/c/z", false, true],
  ["a/**/z", "a/z", false, true],
  ["**/node_modules", "x/y/node_modules", true, true],
  ["docs/**", "docs/x/y", false, true],
  ["docs/**", "docs", true, undefined],
  ["!keep.log", "keep.log", false, false],
  ["\\#file", "#file", false, true],
  ["# comment", "# comment", false, undefined],
  ["file\\ ", "file ", false, true],
  ["[ab].txt", "a.txt", false, true],
  ["[!ab].txt", "a.txt", false, undefined],
])("%s against %s", (pattern, path, isDirectory, expected) => {
  expect(ignores(parseGitignore(pattern), path, isDirectory)).toBe(expected);
});

test("git agrees, on many patterns at once", () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-gitignore-"));
  try {
    const paths = ["a", "b.txt", "d/a", "d/b.txt", "d/e/a", "d/e/b.txt", "d/e/f/a.log", "x.log"];
    for (const path of paths) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), "");
    }
    execFileSync("git", ["init", "-q", folder]);
    const piece = fc.constantFrom(
      "a",
      "b.txt",
      "d",
      "e",
      "*",
      "**",
      "*.log",
      "?",
      "/",
      "!",
      "[a-d]",
      "f",
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(piece, { minLength: 1, maxLength: 5 }), { maxLength: 3 }),
        (lines) => {
          const text = lines.map((line) => line.join("")).join("\n");
          writeFileSync(join(folder, ".gitignore"), text);
          const rules = parseGitignore(text);
          const ignored = new Set(gitIgnored(folder, paths));
          for (const path of paths) {
            expect([text, path, effective(rules, path)]).toEqual([text, path, ignored.has(path)]);
          }
        },
      ),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A file is ignored when it or a directory above it is. */
function effective(rules: ReturnType<typeof parseGitignore>, path: string): boolean {
  const parts = path.split("/");
  return parts.some(
    (_, index) =>
      ignores(rules, parts.slice(0, index + 1).join("/"), index < parts.length - 1) === true,
  );
}

function gitIgnored(folder: string, paths: readonly string[]): string[] {
  try {
    const out = execFileSync("git", ["-C", folder, "check-ignore", "--no-index", ...paths], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return out.split("\n").filter((line) => line !== "");
  } catch {
    return []; // Status 1: none is ignored.
  }
}

test("hostile patterns are matched in no time", () => {
  const rules = parseGitignore(`${"**/a/".repeat(200)}b\n${"*a".repeat(100)}b`);
  expect(ignores(rules, `${"a/".repeat(2000)}c`, false)).toBeUndefined();
  expect(ignores(rules, "a".repeat(5000), false)).toBeUndefined();
});
