/** The structure that docs/architecture.md promises, held by a test. */

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** A room may import only from rooms before it. */
const ROOMS = [
  "model",
  "linux",
  "detect",
  "engine",
  "readers",
  "reach",
  "rules",
  "standards",
  "fix",
  "drill",
  "fit",
  "gate",
  "admit",
  "deliver",
  "report",
  "web",
  "cli",
];

/** Rooms that also run in a browser. */
const PURE = new Set(["model", "linux", "detect", "reach", "rules", "standards"]);

interface Import {
  readonly file: string;
  readonly from: string;
}

/** Static imports and re-exports at the start of a line, and dynamic imports. */
const IMPORT = /(?:^(?:import|export)\s(?:[^";]*?\sfrom\s)?|\bimport\()\s*"([^"\n]+)"/gm;

const files = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !file.endsWith(".test.ts"));

const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) => ({ file, from: match[1] ?? "" })),
);

const roomOf = (file: string): string => relative(SRC, file).split("/")[0] ?? "";
const shown = ({ file, from }: Import): string => `${relative(SRC, file)} imports ${from}`;

test("every file stands in a known room", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => !ROOMS.includes(roomOf(file)))).toEqual([]);
});

test("a room imports only from rooms before it", () => {
  const wrong = imports.filter(({ file, from }) => {
    if (!from.startsWith(".")) return false;
    const target = roomOf(resolve(dirname(file), from));
    return ROOMS.indexOf(target) > ROOMS.indexOf(roomOf(file));
  });
  expect(wrong.map(shown)).toEqual([]);
});

test("rooms that run in a browser import nothing of Node's", () => {
  const wrong = imports.filter(
    ({ file, from }) => PURE.has(roomOf(file)) && from.startsWith("node:"),
  );
  expect(wrong.map(shown)).toEqual([]);
});

test("outside packages are only those that docs/dependencies.md gives a reason for", () => {
  const packages = new Set(
    imports
      .map(({ from }) => from)
      .filter((from) => !from.startsWith(".") && !from.startsWith("node:")),
  );
  expect([...packages].sort()).toEqual(["yaml", "zod"]);
  const reasons = readFileSync(join(SRC, "../docs/dependencies.md"), "utf8");
  const manifest = JSON.parse(readFileSync(join(SRC, "../package.json"), "utf8")) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const named = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(named.filter((name) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

test("only the entry point of the command line sets an exit status", () => {
  const setters = files.filter((file) =>
    /\.exitCode\s*=|process\.exit\(/.test(readFileSync(file, "utf8")),
  );
  expect(setters.map((file) => relative(SRC, file))).toEqual(["cli/main.ts"]);
});
