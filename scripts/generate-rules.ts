/**
 * Writes `src/rules/registry.ts` and `src/rules/pages.ts` from the folders of `src/rules`.
 *
 *     npx node scripts/generate-rules.ts
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pageProblems } from "../src/rules/validate-rules.ts";

const RULES = fileURLToPath(new URL("../src/rules/", import.meta.url));
const NOTICE =
  "// Generated from the folders of src/rules by scripts/generate-rules.ts. Do not edit.\n";

/** The generated files, by path below `src/rules`, as they should be now. Throws when a page is wrong. */
export function generatedFiles(): Readonly<Record<string, string>> {
  const folders = readdirSync(RULES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((folder) => {
      const names = readdirSync(RULES + folder);
      return names.includes("rule.ts") && names.includes("rule.md");
    })
    .sort();
  const pages = folders.map((folder): readonly [string, string] => {
    const page = readFileSync(`${RULES}${folder}/rule.md`, "utf8");
    const problems = pageProblems(folder, page);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return [folder, page];
  });
  return { "registry.ts": registrySource(folders), "pages.ts": pagesSource(pages) };
}

function registrySource(folders: readonly string[]): string {
  const imports = folders.map(
    (folder) => `import { rule as ${camelCase(folder)} } from "./${folder}/rule.ts";\n`,
  );
  const entries = folders.map((folder) => `  ${keyOf(folder)}: ${camelCase(folder)},\n`);
  return [
    NOTICE,
    "\n",
    `import type { Rule } from "./contract.ts";\n`,
    ...imports,
    `import { validateRules } from "./validate-rules.ts";\n`,
    "\n/** Every rule, by id in alphabetical order. */\n",
    `export const rules: readonly Rule[] = validateRules({\n${entries.join("")}});\n`,
  ].join("");
}

function pagesSource(pages: readonly (readonly [string, string])[]): string {
  const entries = pages.map(([id, page]) => `  ${keyOf(id)}: \`${escapeTemplate(page)}\`,\n`);
  return [
    NOTICE,
    "\n/** The page of every rule, in Markdown, by id. */\n",
    `export const pages: Readonly<Record<string, string>> = {\n${entries.join("")}};\n`,
  ].join("");
}

function camelCase(folder: string): string {
  return folder.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function keyOf(id: string): string {
  return /^[a-z]+$/.test(id) ? id : `"${id}"`;
}

function escapeTemplate(text: string): string {
  return text.replaceAll(/[\\`]|\$\{/g, (match) => `\\${match}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(generatedFiles())) writeFileSync(RULES + path, text);
}
