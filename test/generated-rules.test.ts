import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedFiles } from "../scripts/generate-rules.ts";

const folder = new URL("../src/rules/", import.meta.url);

for (const [name, text] of Object.entries(generatedFiles())) {
  test(`src/rules/${name} is up to date (npx node scripts/generate-rules.ts writes it)`, () => {
    expect(readFileSync(new URL(name, folder), "utf8")).toBe(text);
  });
}

test("a folder that has a rule has its page, and the other way round", () => {
  const halves = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, readdirSync(new URL(name, folder))] as const)
    .filter(([, files]) => files.includes("rule.ts") !== files.includes("rule.md"))
    .map(([name]) => name);
  expect(halves).toEqual([]);
});
