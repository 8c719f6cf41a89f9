import fc from "fast-check";
import { expect, test } from "vitest";
import { NEWEST_MINOR } from "./checks.ts";
import { parseStandard } from "./parse-standard.ts";

test.each([
  ["pod-security:restricted@1.29", "pod-security:restricted@1.29"],
  ["pod-security:restricted@v1.29", "pod-security:restricted@1.29"],
  ["pod-security:baseline@1.0", "pod-security:baseline@1.0"],
  ["pod-security:baseline", `pod-security:baseline@1.${NEWEST_MINOR}`],
  ["pod-security:baseline@latest", `pod-security:baseline@1.${NEWEST_MINOR}`],
  [" Pod-Security:Privileged@1.5 ", "pod-security:privileged@1.5"],
])("%j is %s", (text, name) => {
  expect(parseStandard(text)).toMatchObject({ ok: true, standard: { name } });
});

test.each([
  ["pod-security:restrictd", 'pod-security has no level "restrictd"', "pod-security:restricted"],
  ["pod-security:base@1.2", 'pod-security has no level "base"', "pod-security:baseline"],
  ["pod-security", "pod-security needs a level", "pod-security:restricted"],
  ["restricted", 'there is no standard named "restricted"', "pod-security:restricted"],
  ["baseline@1.20", 'there is no standard named "baseline"', "pod-security:baseline"],
  ["cis", 'there is no standard named "cis"', "pod-security:restricted"],
  ["", 'there is no standard named ""', "pod-security:restricted"],
  [
    "pod-security:baseline@2.0",
    '"2.0" is no version of Kubernetes: write 1.29 or latest',
    "pod-security:baseline@1.37",
  ],
  [
    "pod-security:baseline@1.029",
    '"1.029" is no version of Kubernetes: write 1.29 or latest',
    "pod-security:baseline@1.37",
  ],
  ["pod-security:baseline@1.99", "the newest known version is 1.37", "pod-security:baseline@1.37"],
  [
    "pod-security:baseline@1.1@1.2",
    "a standard is written as pod-security:LEVEL@VERSION",
    "pod-security:restricted",
  ],
  [
    "pod-security:baseline:1.2",
    "a standard is written as pod-security:LEVEL@VERSION",
    "pod-security:restricted",
  ],
])("%j is refused with a reason, and the likeliest name first", (text, why, first) => {
  const parsed = parseStandard(text);
  expect(parsed).toMatchObject({ ok: false, why });
  expect(!parsed.ok && parsed.suggestions[0]).toBe(first);
  expect(!parsed.ok && parsed.settle).toContain(first);
});

test("any text is a standard or an error, and every suggestion is a standard", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const parsed = parseStandard(text);
      if (parsed.ok) return;
      for (const suggestion of parsed.suggestions) expect(parseStandard(suggestion).ok).toBe(true);
    }),
  );
});
