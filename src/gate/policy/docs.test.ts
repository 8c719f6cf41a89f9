/** The policy's pages: what they show compiles, and what they say of it is what the code does. */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { describePolicy } from "./describe.ts";
import { actions, closed, sections } from "./environment-table.ts";
import { compiled, mistakesOf } from "./policy-testing.ts";
import { presetNames } from "./preset-names.ts";
import { presets } from "./presets.ts";
import { gateJsonSchema } from "./schema/gate.ts";
import { forceSchema, grantSchema } from "./schema/grant.ts";
import { gateSchema } from "./schema/gate.ts";
import { areaNames, areasWithAll, wordsIn } from "./words.ts";

const docs = join(import.meta.dirname, "../../../docs");
const page = (name: string): string => readFileSync(join(docs, name), "utf8");

const blocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(
    (match) => match[1] ?? "",
  );

const pages = ["gate-policy.md", ...presetNames.map((name) => `gate-presets/${name}.md`)];
const isValid = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  gateJsonSchema() as object,
);

describe.each(pages)("docs/%s", (name) => {
  test.each(blocks(page(name), "yaml").map((text, index) => ({ text, index })))(
    "example $index compiles, and the schema for editors takes it",
    ({ text }) => {
      expect(mistakesOf(text)).toEqual([]);
      isValid(parse(text));
      expect(isValid.errors ?? []).toEqual([]);
    },
  );
});

test("every preset has a page, and its example is read back in the page's words", () => {
  const files = readdirSync(join(docs, "gate-presets")).toSorted();
  expect(files).toEqual(presetNames.map((name) => `${name}.md`).toSorted());
  for (const name of presetNames) {
    const text = page(`gate-presets/${name}.md`);
    const [example = ""] = blocks(text, "yaml");
    const [shown = ""] = blocks(text, "text check");
    expect(compiled(example).clients[0]?.preset).toBe(name);
    expect(`${describePolicy(compiled(example)).join("\n")}\n`.endsWith(`\n${shown}`)).toBe(true);
  }
});

describe("docs/gate-policy.md", () => {
  const text = page("gate-policy.md");

  test("shows how the first example is read back", () => {
    const [example = ""] = blocks(text, "yaml");
    const [shown = ""] = blocks(text, "text");
    expect(`${describePolicy(compiled(example)).join("\n")}\n`.startsWith(shown)).toBe(true);
  });

  test("shows how mistakes are told", () => {
    const [wrong = ""] = blocks(text, "yaml wrong");
    const [shown = ""] = blocks(text, "text mistakes");
    const told = mistakesOf(wrong).map((line) => `gate.yaml:${line.replace(" -> ", "\n  ")}\n`);
    expect(shown).toBe(told.join(""));
    isValid(parse(wrong));
    expect(isValid.errors?.length).toBeGreaterThan(2);
  });

  test("names every word", () => {
    for (const area of areaNames) {
      const words = wordsIn(area)
        .map((word) => `\`${word}\``)
        .join(", ");
      expect(text).toContain(`| \`${area}\` | ${words} |`);
    }
    expect(areasWithAll).toEqual(["containers", "images", "networks", "volumes"]);
  });

  test("names every key", () => {
    const keys = [gateSchema, grantSchema, forceSchema].flatMap((schema) =>
      Object.keys(schema.shape),
    );
    for (const key of keys) expect(text).toContain(`\`${key}\``);
  });

  test("names every preset with its summary, and every variable", () => {
    for (const name of presetNames)
      expect(text).toContain(`| [${name}](gate-presets/${name}.md) | ${presets[name].summary} |`);
    for (const name of [
      ...[...sections, ...actions].map((one) => one.name),
      ...Object.keys(closed),
    ])
      expect(text).toContain(`\`${name}\``);
  });
});
