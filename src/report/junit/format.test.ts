import fc from "fast-check";
import { expect, test } from "vitest";
import { finding, plainOptions, report, shopReport } from "../testing.ts";
import { junitFormat } from "./format.ts";

test("a suite a file, a case a finding", () => {
  expect(junitFormat(shopReport(), { ...plainOptions, showSuppressed: true }))
    .toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="plimsoll" tests="10" failures="7" errors="2" skipped="1">
      <testsuite name="chart/templates/web.yaml" tests="1" failures="0" errors="1" skipped="0">
        <testcase name="unknown: file at chart/templates/web.yaml" classname="chart/templates/web.yaml" file="chart/templates/web.yaml">
          <error type="unknown" message="file: it is a Helm template that was not rendered">chart/templates/web.yaml
    why: it is a Helm template that was not rendered
    to settle it: run \`helm template\` and check its output</error>
        </testcase>
      </testsuite>
      <testsuite name="compose.yaml" tests="9" failures="7" errors="1" skipped="1">
        <testcase name="engine-socket at line 5 (compose.yaml#services.proxy)" classname="compose.yaml" file="compose.yaml">
          <failure type="critical[engine-socket]" message="the engine&apos;s socket is mounted">critical: the engine&apos;s socket is mounted
    compose.yaml:5:9
    with compose.yaml:2:3 service proxy
    Whoever reaches this socket is root on the host: it takes one request to start a privileged container. Read-only does not help, since a socket is written to by connecting.
    fix: Put a filtering proxy before the socket and mount the proxy&apos;s instead, or drop the mount.</failure>
        </testcase>
        <testcase name="dangerous-capability at line 12 (compose.yaml#services.api)" classname="compose.yaml" file="compose.yaml">
          <failure type="critical[dangerous-capability]" message="SYS_ADMIN is added">critical: SYS_ADMIN is added
    compose.yaml:12:15
    with compose.yaml:6:3 service api
    With SYS_ADMIN an attacker can mount the host&apos;s disks.
    fix: Remove SYS_ADMIN from \`cap_add\`.</failure>
        </testcase>
        <testcase name="secret-in-env at line 10 (compose.yaml#services.api)" classname="compose.yaml" file="compose.yaml">
          <failure type="high[secret-in-env]" message="DB_PASSWORD holds a password in clear">high: DB_PASSWORD holds a password in clear
    compose.yaml:10:7
    with compose.yaml:6:3 service api
    Everyone who can read the file, or inspect the container, can read it.
    fix: Move it to a secret:
    secrets:
      - db_password</failure>
        </testcase>
        <testcase name="runs-as-root at line 6 (compose.yaml#services.api)" classname="compose.yaml" file="compose.yaml">
          <failure type="high[runs-as-root]" message="runs as root">high: runs as root
    compose.yaml:6:3
    with Dockerfile:1:1 the base image&apos;s user is root
    The image node:22 sets no user.
    fix: Write \`USER node\` at the end of the Dockerfile.</failure>
        </testcase>
        <testcase name="no-resource-limits at line 6 (compose.yaml#services.api)" classname="compose.yaml" file="compose.yaml">
          <failure type="medium[no-resource-limits]" message="no limit on processes">medium: no limit on processes
    compose.yaml:6:3
    fix: Set \`pids_limit: 200\`.</failure>
        </testcase>
        <testcase name="no-resource-limits at line 14 (compose.yaml#services.worker)" classname="compose.yaml" file="compose.yaml">
          <failure type="medium[no-resource-limits]" message="no limit on processes">medium: no limit on processes
    compose.yaml:14:3
    fix: Set \`pids_limit: 200\`.</failure>
        </testcase>
        <testcase name="writable-root-filesystem at line 14 (compose.yaml#services.worker)" classname="compose.yaml" file="compose.yaml">
          <skipped message="the root file system can be written: writes a cache">low: the root file system can be written
    compose.yaml:14:3
    fix: Set \`read_only: true\`.</skipped>
        </testcase>
        <testcase name="unknown: user of service worker at compose.yaml:15:12" classname="compose.yaml" file="compose.yaml">
          <error type="unknown" message="user of service worker: nothing sets a user and the image example/worker:2 is not at hand">compose.yaml:15:12
    why: nothing sets a user and the image example/worker:2 is not at hand
    to settle it: set \`user:\` on the service, or check where the image can be read</error>
        </testcase>
        <testcase name="pod-security:restricted@1.37: Deployment web" classname="compose.yaml" file="compose.yaml">
          <failure type="pod-security:restricted@1.37" message="unrestricted capabilities">capabilities_restricted: unrestricted capabilities: container &quot;api&quot; must set capabilities.drop to ALL</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "
  `);
});

test("workloads without findings pass, and no report is empty", () => {
  const { workloads } = shopReport();
  expect(junitFormat(report({ workloads }), plainOptions)).toContain('tests="3" failures="0"');
  expect(junitFormat(report({}), plainOptions)).toContain('tests="1" failures="0"');
});

test("input never leaves its attribute or element", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom("]]></failure><x>", '"/><x a="', "<!-- x", "&lt;", "\x00\x0b\ufffe", "\ud800"),
  );
  fc.assert(
    fc.property(text, text, (field, path) => {
      const span = { file: { path, text: "a" }, start: 0, end: 1 };
      const findings = [
        finding(field, span, {
          message: field,
          detail: field,
          help: field,
          related: [{ span, label: field }],
        }),
      ];
      const xml = junitFormat(
        report({ findings, unknowns: [{ path, what: field, why: field, settle: field }] }),
        plainOptions,
      );
      // XML 1.0 characters only, and markup only of ours.
      expect(xml).toMatch(/^[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u);
      const tags = xml.match(/<[^>]*>/g)?.map((tag) => /^<[?/]?([\w]+)/.exec(tag)?.[1]);
      expect(new Set(tags)).toEqual(
        new Set(["xml", "testsuites", "testsuite", "testcase", "failure", "error"]),
      );
      const bare = xml.replace(/<[^>]*>/g, "").replace(/&(?:amp|lt|gt|quot|apos);/g, "");
      expect(bare).not.toMatch(/[<>&]/);
    }),
  );
});

test("a name with line breaks begins no line, and no line is a command", () => {
  const { file } = shopReport().findings[0]?.primary ?? {};
  if (file === undefined) throw new Error("the shop has no finding");
  const name = "a\n::error::x\n\u00a0::warning::y\n##[error]z";
  const span = { file, start: 0, end: 1 };
  const out = junitFormat(
    report({
      findings: [finding("privileged", span, { message: name, related: [{ span, label: name }] })],
      unknowns: [{ path: name, what: name, why: name, settle: name }],
      standards: [
        {
          standard: "pod-security:baseline@1.32",
          pod: name,
          source: span,
          failures: [{ check: "c", reason: name, detail: name, fields: [] }],
        },
      ],
    }),
    plainOptions,
  );
  expect(out).not.toMatch(/^\s*(::|error|warning|##)/m);
  expect(out).not.toContain("##[");
});
