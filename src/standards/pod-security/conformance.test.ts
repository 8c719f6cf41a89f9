import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { podSecurityChecks } from "./checks.ts";
import type { PolicyLevel } from "./evaluate.ts";
import { evaluatePod } from "./evaluate.ts";
import { asFields } from "./pod.ts";
import type { PodData } from "./pod.ts";

const corpus = new URL("../../../../shared/corpora/pod-security/", import.meta.url);

test.skipIf(!existsSync(new URL("cases.tsv", corpus)))(
  "gives the published verdict, with the published check among the failing ones, in every reference case",
  () => {
    const pods = new Map<string, PodData>();
    const podOf = (file: string): PodData => {
      const known = pods.get(file);
      if (known !== undefined) return known;
      const manifest = asFields(parse(readFileSync(new URL(`pods/${file}`, corpus), "utf8")));
      const pod = { metadata: asFields(manifest["metadata"]), spec: asFields(manifest["spec"]) };
      pods.set(file, pod);
      return pod;
    };
    const wrong: string[] = [];
    let count = 0;
    const lines = readFileSync(new URL("cases.tsv", corpus), "utf8").trimEnd().split("\n").slice(1);
    for (const line of lines) {
      const [level = "", version = "", verdict = "", check = "", file = ""] = line.split("\t");
      const failures = evaluatePod(
        podOf(file),
        level as PolicyLevel,
        Number(version.replace("v1.", "")),
      );
      const failing = failures
        .flatMap((failure) => [failure.check, ...(failure.overrides ?? [])])
        .map((id) => id.toLowerCase());
      const right = verdict === "pass" ? failing.length === 0 : failing.includes(check);
      const named = failures.every(({ fields }) => fields.length > 0);
      if (!right || !named) wrong.push(`${line}: failing ${failing.join(", ")}`);
      count++;
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(4537);
    const covered = new Set(lines.map((line) => line.split("\t")[3]));
    for (const { id } of podSecurityChecks) expect(covered).toContain(id.toLowerCase());
  },
);
