import { readdirSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("../src/rules/", import.meta.url);

test("a folder that has a rule has its page, and the other way round", () => {
  const halves = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, readdirSync(new URL(name, folder))] as const)
    .filter(([, files]) => files.includes("rule.ts") !== files.includes("rule.md"))
    .map(([name]) => name);
  expect(halves).toEqual([]);
});
