import { expect, test } from "vitest";
import { finding, plainOptions, report, shopReport, spanOf } from "../testing.ts";
import { gitlabFormat } from "./format.ts";

test("every issue has what GitLab asks for, and a fingerprint of its own", () => {
  const one = shopReport();
  const issues = JSON.parse(
    gitlabFormat(report({ ...one, findings: [...one.findings, ...one.findings] }), plainOptions),
  );
  expect(issues).toHaveLength(2 * 6 + 2 + 1);
  expect(new Set(issues.map((issue: { fingerprint: string }) => issue.fingerprint)).size).toBe(
    issues.length,
  );
  for (const issue of issues) {
    expect(issue).toEqual({
      description: expect.stringMatching(/./),
      check_name: expect.stringMatching(/./),
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      severity: expect.stringMatching(/^(?:info|minor|major|critical|blocker)$/),
      location: {
        path: expect.not.stringMatching(/^\.\//),
        lines: { begin: expect.any(Number), end: expect.any(Number) },
      },
    });
  }
});

test("severities keep their order and a path loses its `./`", () => {
  const file = { path: "./compose.yaml", text: "a\nb\n" };
  const span = spanOf(file, "b");
  const severities = ["critical", "high", "medium", "low", "info"] as const;
  const findings = severities.map((severity) =>
    finding("some-rule", span, { severity, subject: severity }),
  );
  const issues = JSON.parse(gitlabFormat(report({ findings }), plainOptions));
  expect(issues.map((issue: { severity: string }) => issue.severity)).toEqual([
    "blocker",
    "critical",
    "major",
    "minor",
    "info",
  ]);
  expect(issues[0].location).toEqual({ path: "compose.yaml", lines: { begin: 2, end: 2 } });
});

test("nothing found is an empty list", () => {
  expect(JSON.parse(gitlabFormat(report({}), plainOptions))).toEqual([]);
});
