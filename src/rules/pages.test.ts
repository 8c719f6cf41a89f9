import { expect, test } from "vitest";
import { readText } from "../readers/read-text.ts";
import { checkWorkloads } from "./check-workload.ts";
import type { DescribedImage } from "./image-testing.ts";
import { describedImage } from "./image-testing.ts";
import { pageExamples } from "./page-examples.ts";
import { pages } from "./pages.ts";
import { rules } from "./registry.ts";
import { pageProblems, sectionOf } from "./validate-rules.ts";

const kinds = { "manifest.yaml": "kubernetes", "run.sh": "run-lines" } as const;

for (const rule of rules) {
  const page = pages[rule.id] ?? "";

  test(`${rule.id}: the page has every section in order`, () => {
    expect(pageProblems(rule.id, pages[rule.id])).toEqual([]);
  });

  test(`${rule.id}: the page lists the rule's references`, () => {
    const listed = sectionOf(page, "References").split("\n");
    expect(listed).toEqual(rule.references.map(({ standard, id }) => `- ${standard}: ${id}`));
  });

  test(`${rule.id}: the page shows what is wrong and what is right`, () => {
    const verdicts = pageExamples(page).map(({ verdict }) => verdict);
    expect(verdicts).toContain("bad");
    expect(verdicts).toContain("good");
  });

  for (const { form, verdict, files, line } of pageExamples(page)) {
    test(`${rule.id}: the ${verdict} ${form} example on line ${line}`, async () => {
      const workloads =
        form === "image"
          ? [await describedImage(JSON.parse(files["image.json"] ?? "") as DescribedImage)]
          : readText(files, kinds).workloads;
      expect(workloads.length).toBeGreaterThan(0);
      const findings = checkWorkloads(workloads, [rule]);
      const found = findings.map(({ message }) => message);
      expect({ verdict: found.length === 0 ? "good" : "bad", found }).toMatchObject({ verdict });
      for (const { message, detail, help } of findings) {
        expect(message, "a short reason has no full stop").not.toMatch(/\.$/);
        expect(detail, "a detail is sentences").toMatch(/[.)]$/);
        expect(help, "help begins like a sentence").toMatch(/^[A-Z]/);
      }
    });
  }
}
