import fc from "fast-check";
import { expect, test } from "vitest";
import type { Format } from "./contract.ts";
import { formatNames, isFormatName, loadFormat, wholeText } from "./index.ts";
import { finding, plainOptions, report, shopReport } from "./testing.ts";

type Arguments = Parameters<Format>;
const all = await Promise.all(
  formatNames.map(async (name) => {
    const format = await loadFormat(name);
    return [name, (...given: Arguments): string => wholeText(format(...given))] as const;
  }),
);

test("only formats are formats", () => {
  expect(isFormatName("sarif")).toBe(true);
  expect(isFormatName("toString")).toBe(false);
});

const everything = { ...plainOptions, showSuppressed: true, posture: true };

for (const [name, format] of all) {
  test(`${name} shows no secret of the source`, () => {
    const shown = format(shopReport(), everything);
    expect(shown).not.toMatch(/correct-horse|s3cr3t/);
    expect(shown).toContain("DB_PASSWORD");
  });

  test(`${name} names every unknown`, () => {
    const shown = format(shopReport(), plainOptions);
    expect(shown).toContain("Helm template that was not rendered");
    expect(shown).toMatch(/nothing sets a user and the image example\/worker:2 is not at hand/);
  });

  test(`${name} shows suppressed findings when asked, and is the same each time`, () => {
    expect(format(shopReport(), everything)).toContain("writable-root-filesystem");
    expect(format(shopReport(), everything)).toBe(format(shopReport(), everything));
  });

  test(`${name} lets no control, bidi or invisible character of the input through`, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 80 }), (text) => {
        const primary = { file: { path: text, text }, start: 0, end: text.length };
        const shown = format(
          report({
            findings: [
              finding(text, primary, {
                message: text,
                detail: text,
                help: text,
                label: text,
                subject: text,
                workloads: [text],
              }),
            ],
            unknowns: [{ path: text, what: text, why: text, settle: text }],
          }),
          everything,
        );
        expect(shown).not.toMatch(
          /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/,
        );
        expect(shown.isWellFormed()).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test(`${name} writes 10,000 findings in seconds`, () => {
    const text = Array.from({ length: 10_000 }, (_, index) => `  service-${index}:\n`).join("");
    const file = { path: "compose.yaml", text };
    let start = 0;
    const findings = Array.from({ length: 10_000 }, (_, index) => {
      start = text.indexOf(`service-${index}:`, start);
      return finding(
        "runs-as-root",
        { file, start, end: start + 10 },
        { message: `message ${index}`, detail: "x".repeat(150) },
      );
    });
    const begin = performance.now();
    format(report({ findings }), plainOptions);
    expect(performance.now() - begin).toBeLessThan(8000);
  });
}
