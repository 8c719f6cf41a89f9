import { expect, test } from "vitest";
import type { Finding } from "../src/model/finding.ts";
import type { Span } from "../src/model/source.ts";
import type { Workload } from "../src/model/workload.ts";
import { spanText } from "../src/model/source.ts";
import { readContainer } from "../src/readers/container/read.ts";
import { memoryFiles } from "../src/readers/memory-files.ts";
import { readText } from "../src/readers/read-text.ts";
import { readArguments } from "../src/readers/run-line/read-arguments.ts";
import { checkWorkloads } from "../src/rules/check-workload.ts";
import { rules } from "../src/rules/registry.ts";
import { namedRules, whyNot } from "./metamorphic/cannot.ts";
import type { Carried } from "./metamorphic/carriers.ts";
import { carriers, commandOf, wordsOf } from "./metamorphic/carriers.ts";
import { exemptions, isExempt } from "./metamorphic/exemptions.ts";
import type { Files, Row, Verdict } from "./metamorphic/forms.ts";
import { formNames } from "./metamorphic/forms.ts";
import { build } from "./metamorphic/build.ts";
import { capabilities } from "./metamorphic/capabilities.ts";
import { engine } from "./metamorphic/engine.ts";
import { kernelAndResources } from "./metamorphic/kernel-and-resources.ts";
import { mountsAndDevices } from "./metamorphic/mounts-and-devices.ts";
import { namespacesAndPorts } from "./metamorphic/namespaces-and-ports.ts";
import { secrets } from "./metamorphic/secrets.ts";
import { users } from "./metamorphic/users.ts";
import { refusedValues } from "./metamorphic/refused-values.ts";

const rows: readonly Row[] = [
  ...users,
  ...capabilities,
  ...engine,
  ...mountsAndDevices,
  ...kernelAndResources,
  ...namespacesAndPorts,
  ...secrets,
  ...build,
];

const kinds = { "pod.yaml": "kubernetes" } as const;

const placesOf = ({ primary, related }: Finding): readonly Span[] => [
  primary,
  ...related.map(({ span }) => span),
];

/** Whether a place reaches into, or borders on, what the hardened file has otherwise. */
function touchesChange({ file, start, end }: Span, benign: Files): boolean {
  const { text } = file;
  const other = benign[file.path];
  if (other === undefined) return false;
  let same = 0;
  while (same < text.length && text[same] === other[same]) same++;
  let after = 0;
  const most = Math.min(text.length, other.length) - same;
  while (after < most && text.at(-1 - after) === other.at(-1 - after)) after++;
  return end >= same && start <= text.length - after;
}

/** What one rule says of files: severities, with the confidence where it is not high. */
function verdictOf(rule: string, carried: Carried): Verdict[] {
  return findingsOf(rule, carried).map(said);
}

function findingsOf(rule: string, { files, only }: Carried): readonly Finding[] {
  const answer = files["container:app"];
  const { workloads } = answer === undefined ? readText(files, kinds) : readContainer(answer);
  return judge(
    rule,
    workloads.filter(({ id }) => only === undefined || id.includes(only)),
  );
}

function judge(rule: string, workloads: readonly Workload[]): readonly Finding[] {
  expect(workloads.length, "the files hold a workload").toBeGreaterThan(0);
  const own = rules.filter(({ id }) => id === rule);
  return checkWorkloads(workloads, own);
}

function said({ severity, confidence, primary }: Finding): Verdict {
  expect(spanText(primary), "the finding points at something").not.toBe("");
  return confidence === "high" ? severity : `${severity}, ${confidence} confidence`;
}

for (const row of rows) {
  const { rule, weakness, verdict, forms, spellings = {} } = row;
  for (const [form, written] of Object.entries({ ...forms, ...spellings })) {
    test(`${rule}: ${weakness}, as ${form}`, () => {
      expect(verdictOf(rule, { files: written.bad })).toEqual(verdict);
      expect(verdictOf(rule, { files: written.benign })).toEqual([]);
      if (row.pointsAbove?.includes(form) !== true) {
        for (const finding of findingsOf(rule, { files: written.bad })) {
          const touched = placesOf(finding).some((place) => touchesChange(place, written.benign));
          expect(touched, "the finding shows what is written otherwise in the hardened file").toBe(
            true,
          );
        }
      }
    });
  }
}

for (const row of rows) {
  const { rule, weakness, verdict, forms } = row;
  for (const form of formNames) {
    const written = forms[form];
    for (const [name, carry] of Object.entries(carriers[form] ?? {})) {
      if (written === undefined || isExempt(row, form, name)) continue;
      const bad = carry(written.bad);
      const benign = carry(written.benign);
      if (bad === undefined || benign === undefined) continue;
      test(`${rule}: ${weakness}, as ${form}, carried by ${name}`, () => {
        expect(verdictOf(rule, bad)).toEqual(verdict);
        expect(verdictOf(rule, benign)).toEqual([]);
      });
    }
  }
}

/** The words of a line after `--` on Plimsoll's own command line. */
for (const { rule, weakness, verdict, forms } of rows) {
  for (const form of ["run-line", "service-create", "exec-line", "build-line"] as const) {
    const written = forms[form];
    if (written === undefined) continue;
    test(`${rule}: ${weakness}, as ${form} after --`, () => {
      for (const [files, expected] of [
        [written.bad, verdict],
        [written.benign, []],
      ] as const) {
        const context = { files: memoryFiles(files), environment: {} };
        const { workloads } = readArguments(wordsOf(commandOf(files)), context);
        expect(judge(rule, workloads).map(said)).toEqual(expected);
      }
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

test("every rule has, for every form, a case or the reason why that form cannot express it", () => {
  const gaps: string[] = [];
  for (const { id } of rules) {
    for (const form of formNames) {
      const written = rows.some(({ rule, forms }) => rule === id && forms[form] !== undefined);
      const reason = whyNot(id, form);
      if (written && reason !== undefined) gaps.push(`${id} as ${form}: written, and "${reason}"`);
      if (!written && reason === undefined) gaps.push(`${id} as ${form}: neither case nor reason`);
    }
  }
  expect(gaps.join("\n")).toBe("");
});

test("every row, reason and exemption speaks of a rule that exists", () => {
  const known = new Set(rules.map(({ id }) => id));
  const named = [
    ...rows.map(({ rule }) => rule),
    ...namedRules,
    ...exemptions.map(({ rule }) => rule),
  ];
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

test("what is said of forms, spellings and carriers names some that exist", () => {
  const nowhere = rows.flatMap(({ rule, forms, spellings, pointsAbove = [] }) =>
    pointsAbove
      .filter((name) => !Object.hasOwn({ ...forms, ...spellings }, name))
      .map((name) => `${rule} as ${name}`),
  );
  expect(nowhere).toEqual([]);
  const unheard = exemptions.filter(
    ({ form, carrier }) => !Object.hasOwn(carriers[form] ?? {}, carrier),
  );
  expect(unheard).toEqual([]);
});
