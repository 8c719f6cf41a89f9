import { expect, test } from "vitest";
import { checkWorkloads } from "../check-workload.ts";
import { imageOf, sightingIn } from "../image-contents-testing.ts";
import { rule } from "../secret-in-layer/rule.ts";
import { somewhere } from "../testing.ts";
import { applyExceptions } from "./apply.ts";
import type { Exception } from "./exception.ts";

const workload = imageOf({
  secrets: [sightingIn("/app/test/key.pem"), sightingIn("/app/key.pem")],
});

function suppressed(scope: Exception["scope"]): string[] {
  const findings = checkWorkloads([workload], [rule]);
  const exception: Exception = {
    by: "config",
    rules: [rule.id],
    reason: "made for the tests",
    span: { ...somewhere, file: { path: "plimsoll.yaml", text: "exceptions: []\n" } },
    scope,
  };
  return applyExceptions(findings, {
    exceptions: [exception],
    ruleIds: [rule.id],
    ranRules: [rule.id],
    workloads: [workload],
    today: "2026-11-25",
  })
    .filter((finding) => finding.suppressed !== undefined)
    .map(({ subject }) => subject);
}

test("a path covers what stands there in a layer", () => {
  const path = (each: string): boolean => each.startsWith("app/test/");
  expect(suppressed({ kind: "match", path })).toEqual(["/app/test/key.pem github-token"]);
});

test("a path still covers the target as a whole, and a subject one finding", () => {
  const whole = (each: string): boolean => each === somewhere.file.path;
  expect(suppressed({ kind: "match", path: whole })).toHaveLength(2);
  const subject = "/app/key.pem github-token";
  expect(suppressed({ kind: "match", subject })).toEqual([subject]);
});
