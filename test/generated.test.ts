/** Files that are made from other files are as they would be made now. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedFiles } from "../scripts/generate.ts";

for (const [path, text] of Object.entries(generatedFiles())) {
  test(`${path} is up to date (npm run generate writes it)`, () => {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")).toBe(text);
  });
}
