import { existsSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { checkWorkloads } from "../../rules/check-workload.ts";
import { imageOf, sightingIn } from "../../rules/image-contents-testing.ts";
import { rules } from "../../rules/registry.ts";
import type { Report } from "../contract.ts";
import { finding, plainOptions, report, shopReport, spanOf } from "../testing.ts";
import { sarifFormat } from "./format.ts";

/** The official schema, as the development package @microsoft/jest-sarif carries it. */
const schemaFile = new URL(
  "../../../node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
  import.meta.url,
);

const options = { ...plainOptions, showSuppressed: true };
const file = { path: "dir with space/ü#1.yaml", text: "a: b\r\nc: d\r\n" };
const odd = finding("runs-as-root", spanOf(file, "c: d"), {
  message: "see [here](https://example.com)",
  subject: "user",
  suppressed: { by: "config", reason: "known" },
});

function imageReport(): Report {
  const image = imageOf({
    secrets: [
      sightingIn("/app/.npmrc", { state: { is: "deleted", byLayer: 7 } }),
      sightingIn("", {
        place: { image: "image:app:1.0", field: "config.Env[3]" },
        name: "A_TOKEN",
      }),
    ],
  });
  return report({ workloads: [image], findings: checkWorkloads([image], rules) });
}

test("a place in an image is a logical location in the target", () => {
  const [run] = JSON.parse(sarifFormat(imageReport(), options)).runs;
  const inLayer = run.results.find((one: { ruleId: string }) => one.ruleId === "secret-in-layer");
  expect(inLayer.locations[0]).toEqual({
    physicalLocation: { artifactLocation: { uri: "image%3Aapp%3A1.0", uriBaseId: "ROOT" } },
    logicalLocations: [
      {
        name: "/app/.npmrc",
        fullyQualifiedName: `sha256:${"1".repeat(64)}/app/.npmrc`,
        kind: "resource",
      },
    ],
    message: { text: "image:app:1.0 layer 1 /app/.npmrc" },
  });
  expect(inLayer.properties.state).toBe("deleted");
  expect(inLayer.message.text).toContain("detector: github-token, checksum right");
  const inField = run.results.find(
    (one: { ruleId: string }) => one.ruleId === "secret-in-image-config",
  );
  expect(inField.locations[0].logicalLocations[0]).toMatchObject({
    name: "config.Env[3]",
    kind: "property",
  });
  expect(inField.locations[0].physicalLocation.region.startLine).toBe(1);
});

test.skipIf(!existsSync(schemaFile))(
  "is valid by the official schema (skipped without @microsoft/jest-sarif)",
  () => {
    // The schema is of draft 4, whose `id` ajv does not take; nothing else in it differs from draft 7.
    const official = JSON.parse(readFileSync(schemaFile, "utf8")) as Record<string, unknown>;
    const { $schema: _draft, id: _id, ...schema } = official;
    const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    for (const one of [shopReport(), report({}), report({ findings: [odd] }), imageReport()]) {
      expect(validate(JSON.parse(sarifFormat(one, options))) ? [] : validate.errors).toEqual([]);
    }
  },
);

test("a result has severity, place, fingerprint, related places and its rule's page", () => {
  const [run] = JSON.parse(sarifFormat(shopReport(), options)).runs;
  const result = run.results.find((one: { ruleId: string }) => one.ruleId === "runs-as-root");
  expect(result).toMatchObject({
    level: "error",
    partialFingerprints: { "plimsoll/v1": expect.stringMatching(/^[0-9a-f]{32}$/) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: "compose.yaml", uriBaseId: "ROOT" },
          region: { startLine: 6, startColumn: 3, endLine: 6, endColumn: 7 },
        },
      },
    ],
    relatedLocations: [{ id: 1, physicalLocation: { artifactLocation: { uri: "Dockerfile" } } }],
  });
  const rule = run.tool.driver.rules[result.ruleIndex];
  expect(rule.id).toBe("runs-as-root");
  expect(rule.help.markdown).toContain("## How to fix it");
  expect(Number(rule.properties["security-severity"])).toBeGreaterThan(0);
  expect(rule.properties.tags.length).toBeLessThanOrEqual(10);
});

test("a fix is a replacement of a region", () => {
  const [run] = JSON.parse(sarifFormat(shopReport(), options)).runs;
  const [fix] = run.results.flatMap((one: { fixes?: unknown[] }) => one.fixes ?? []);
  const [replacement] = fix.artifactChanges[0].replacements;
  expect(replacement).toMatchObject({
    deletedRegion: { startLine: 12, startColumn: 5, endLine: 12, endColumn: 25 },
    insertedContent: { text: "cap_add: []" },
  });
});

test("a fix that would write a secret is left out", () => {
  const span = spanOf(file, "c: d");
  const leaking = finding("secret-in-env", span, {
    fix: {
      disposition: "review",
      title: "move it",
      edits: [{ span, replacement: "DB_PASSWORD=correct-horse-battery" }],
    },
  });
  const text = sarifFormat(report({ findings: [leaking] }), options);
  expect(text).not.toContain("correct-horse");
  expect(JSON.parse(text).runs[0].results[0].fixes).toBeUndefined();
});

test("unknowns are notifications", () => {
  const [run] = JSON.parse(sarifFormat(shopReport(), options)).runs;
  const unknowns = run.invocations[0].toolExecutionNotifications.filter(
    (one: { descriptor: { id: string } }) => one.descriptor.id === "unknown",
  );
  expect(unknowns).toHaveLength(2);
  expect(unknowns[0]).toMatchObject({
    level: "warning",
    message: { text: expect.stringContaining("not at hand") },
  });
});

test("paths are percent-encoded, links in input are none, exceptions are suppressions when asked for", () => {
  const text = sarifFormat(report({ findings: [odd] }), options);
  const [result] = JSON.parse(text).runs[0].results;
  expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe(
    "dir%20with%20space/%C3%BC%231.yaml",
  );
  expect(result.message.text).not.toMatch(/\]\(/);
  expect(result.suppressions).toEqual([
    { kind: "external", status: "accepted", justification: "known" },
  ]);
  expect(
    JSON.parse(sarifFormat(report({ findings: [odd] }), plainOptions)).runs[0].results,
  ).toEqual([]);
});

test("regions count UTF-16 units and lines of every ending", () => {
  const wide = { path: "a.yaml", text: "# 🎉\r\nx: 世 root\r\n" };
  const [result] = JSON.parse(
    sarifFormat(report({ findings: [finding("runs-as-root", spanOf(wide, "root"))] }), options),
  ).runs[0].results;
  expect(result.locations[0].physicalLocation.region).toEqual({
    startLine: 2,
    startColumn: 6,
    endLine: 2,
    endColumn: 10,
  });
});
