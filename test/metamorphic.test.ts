import { expect, test } from "vitest";
import { readText } from "../src/readers/read-text.ts";
import { checkWorkloads } from "../src/rules/check-workload.ts";
import { rules } from "../src/rules/registry.ts";
import type { Files, Row } from "./metamorphic/forms.ts";
import { kernelAndResources } from "./metamorphic/kernel-and-resources.ts";
import { mountsAndDevices } from "./metamorphic/mounts-and-devices.ts";
import { refusedValues } from "./metamorphic/refused-values.ts";
import { secretsAndBuild } from "./metamorphic/secrets-and-build.ts";
import { userAndCapabilities } from "./metamorphic/user-and-capabilities.ts";

const rows: readonly Row[] = [
  ...userAndCapabilities,
  ...mountsAndDevices,
  ...kernelAndResources,
  ...secretsAndBuild,
];

const kinds = { "pod.yaml": "kubernetes", "run.sh": "run-lines" } as const;

/** The severities of one rule's findings on files. */
function verdictOf(rule: string, files: Files): readonly string[] {
  const { workloads } = readText(files, kinds);
  expect(workloads.length, "the files hold a workload").toBeGreaterThan(0);
  const own = rules.filter(({ id }) => id === rule);
  return checkWorkloads(workloads, own).map(({ severity }) => severity);
}

for (const { rule, weakness, verdict, forms } of rows) {
  for (const [form, { bad, benign }] of Object.entries(forms)) {
    test(`${rule}: ${weakness}, as ${form}`, () => {
      expect(verdictOf(rule, bad)).toEqual(verdict);
      expect(verdictOf(rule, benign)).toEqual([]);
    });
  }
}

for (const { what, value, forms } of refusedValues) {
  for (const [form, files] of Object.entries(forms)) {
    test(`${what} ${value} is not known, as ${form}`, () => {
      const { unknowns } = readText(files, kinds);
      expect(unknowns.filter((unknown) => unknown.what.includes(what))).toHaveLength(1);
    });
  }
}

test("every rule has a row, and every row a rule", () => {
  const covered = new Set(rows.map(({ rule }) => rule));
  expect([...covered].sort()).toEqual(rules.map(({ id }) => id).sort());
});

test("a weakness that runtimes share is written in at least two forms", () => {
  const single = rows.filter(({ forms }) => Object.keys(forms).length < 2);
  expect(single.map(({ rule, weakness }) => `${rule}: ${weakness}`)).toEqual(ONLY_ONE_FORM);
});

/** Weaknesses that exist in one form only. */
const ONLY_ONE_FORM = ["service-account-token: the API token is mounted"];
