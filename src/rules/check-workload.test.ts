import { expect, test } from "vitest";
import type { SourceFile } from "../model/source.ts";
import type { Workload } from "../model/workload.ts";
import { readText } from "../readers/read-text.ts";
import { checkWorkloads } from "./check-workload.ts";
import type { Rule } from "./contract.ts";

const file: SourceFile = { path: "a.yaml", text: "x-common: &common\n  privileged: true\n" };

function workloads(count: number, at: (index: number) => number): Workload[] {
  const [sample] = readText({ "a.sh": "docker run nginx\n" }).workloads;
  if (sample === undefined) throw new Error("the sample has no workload");
  return Array.from({ length: count }, (_, index) => ({
    ...sample,
    id: `w${index}`,
    name: `w${index}`,
    source: { file, start: at(index), end: at(index) + 1 },
  }));
}

const rule: Rule = {
  id: "privileged",
  title: "",
  layer: "capabilities",
  severity: "high",
  references: [],
  check: ({ id }) => [
    {
      severity: id === "w1" ? "critical" : "high",
      confidence: "high",
      message: `seen by ${id}`,
      detail: "d".repeat(10_000),
      help: "",
      at: { file, start: 20, end: 36 },
      subject: "privileged",
    },
  ],
};

test("one weakness seen through several workloads is one finding, as grave as its gravest", () => {
  const [finding, ...others] = checkWorkloads(
    workloads(3, (index) => index),
    [rule],
  );
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    severity: "critical",
    message: "seen by w1",
    workloads: ["w0", "w1", "w2"],
  });
  expect(finding?.related.map(({ label }) => label)).toEqual(["w1", "w0", "w2"]);
});

test("its fingerprint is that of the first workload, whatever the others are", () => {
  const fingerprint = (count: number): string | undefined =>
    checkWorkloads(
      workloads(count, () => 0),
      [rule],
    )[0]?.fingerprint;
  expect(fingerprint(1)).toBe(fingerprint(3));
});

test("texts that repeat what a file says are cut", () => {
  const [finding] = checkWorkloads(
    workloads(1, () => 0),
    [rule],
  );
  expect(finding?.detail).toHaveLength(3000);
});

test("very many workloads that share one place take linear time", () => {
  const start = process.cpuUsage();
  checkWorkloads(
    workloads(20_000, (index) => index % file.text.length),
    [rule],
  );
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(3);
});
