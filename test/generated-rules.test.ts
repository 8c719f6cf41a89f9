import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedFiles } from "../scripts/generate-rules.ts";

for (const [name, text] of Object.entries(generatedFiles())) {
  test(`src/rules/${name} is up to date (npx node scripts/generate-rules.ts writes it)`, () => {
    const path = new URL(`../src/rules/${name}`, import.meta.url);
    expect(readFileSync(path, "utf8")).toBe(text);
  });
}
