/** The examples and this repository, checked as a user would check them. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { rules } from "../src/rules/registry.ts";
import { runIn } from "./support/cli.ts";

const root = join(import.meta.dirname, "..");

interface JsonReport {
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly location: { readonly path: string };
  }[];
  readonly unknowns: readonly unknown[];
}

async function check(...words: string[]): Promise<JsonReport> {
  return JSON.parse((await runIn(root, ["check", "-f", "json", ...words])).out) as JsonReport;
}

test("the shop has mistakes in every kind of file, and every one is placed", async () => {
  const { findings } = await check("examples/shop");
  const files = new Set(
    findings.map((finding) => finding.location.path.replace("examples/shop/", "")),
  );
  expect([...files].sort()).toEqual([
    ".github/workflows/ci.yml",
    "Makefile",
    "README.md",
    "api/.env",
    "api/Dockerfile",
    "compose.override.yaml",
    "compose.yaml",
    "k8s/api.yaml",
    "k8s/log-agent.yaml",
    "scripts/backup.sh",
    "web/Dockerfile",
    "worker/Dockerfile",
  ]);
  const found = new Set(findings.map((finding) => finding.rule));
  expect(found.size).toBeGreaterThan(20);
  expect(rules.filter((rule) => rule.severity === "critical" && !found.has(rule.id))).toEqual([]);
});

test("the hardened shop is clean, and nothing in it is unknown", async () => {
  const { status } = await runIn(root, [
    "check",
    "examples/shop-hardened",
    "--fail-on",
    "low",
    "--strict",
  ]);
  expect(status).toBe(0);
});

test("the hardened shop's API meets the restricted Pod Security Standard, the shop's does not", async () => {
  const judge = async (path: string): Promise<number> =>
    (
      await runIn(root, [
        "check",
        path,
        "--standard",
        "pod-security:restricted",
        "--fail-on",
        "none",
      ])
    ).status;
  expect(await judge("examples/shop-hardened/k8s/api.yaml")).toBe(0);
  expect(await judge("examples/shop/k8s/api.yaml")).toBe(1);
});

test("no secret of the shop appears in any format", async () => {
  const values = [
    "shop-db-pw-7Qx2",
    "shop-jwt-signing-key-2b7e1516",
    "9d5ed678fe57bcca610140957afab571",
    "pk-8f14e45fceea167a5a36dedd4bea2543",
  ];
  for (const format of ["terminal", "json", "sarif", "junit", "github", "gitlab", "markdown"]) {
    const { out } = await runIn(root, [
      "check",
      "examples/shop",
      "-f",
      format,
      "--posture",
      "--show-suppressed",
    ]);
    expect(out.length).toBeGreaterThan(1000);
    for (const value of values) {
      for (let start = 0; start + 8 <= value.length; start += 4) {
        expect([format, out.includes(value.slice(start, start + 8))]).toEqual([format, false]);
      }
    }
  }
});

test("this repository passes its own check", async () => {
  const { status, out } = await runIn(root, ["check", "."]);
  expect([status, status === 0 ? "" : out]).toEqual([0, ""]);
});
