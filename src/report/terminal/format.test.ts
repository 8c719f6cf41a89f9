import fc from "fast-check";
import { expect, test } from "vitest";
import type { SourceFile } from "../../model/source.ts";
import { displayWidth } from "../display-width.ts";
import { finding, plainOptions, report, shopReport, spanOf } from "../testing.ts";
import { terminalFormat } from "./format.ts";

test("at 80 columns", () => {
  expect(terminalFormat(shopReport(), { ...plainOptions, showSuppressed: true }))
    .toMatchInlineSnapshot(`
    "── compose.yaml ── 2 critical, 2 high, 2 medium ────────────────────────────────

    critical[engine-socket]: the engine's socket is mounted
     --> compose.yaml:5:9
      |
    2 |   proxy:
      |   ------ service proxy
    ...
    5 |       - /var/run/docker.sock:/var/run/docker.sock:ro
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the Docker Engine's API
      |
      = note: Whoever reaches this socket is root on the host: it takes one request
              to start a privileged container. Read-only does not help, since a
              socket is written to by connecting.
      = fix: Put a filtering proxy before the socket and mount the proxy's instead,
             or drop the mount.

    critical[dangerous-capability]: SYS_ADMIN is added
      --> compose.yaml:12:15
       |
     6 |   api:
       |   ---- service api
    ...
    12 |     cap_add: [SYS_ADMIN]
       |               ^^^^^^^^^ lets it mount file systems
       |
       = note: With SYS_ADMIN an attacker can mount the host's disks.
       = fix: Remove SYS_ADMIN from \`cap_add\`.
       = edit: remove SYS_ADMIN (needs review)

    high[runs-as-root]: runs as root
     --> compose.yaml:6:3
      |
    6 |   api:
      |   ^^^^
      |
     --> Dockerfile:1:1
      |
    1 | FROM node:22
      | ------------ the base image's user is root
      |
      = note: The image node:22 sets no user.
      = fix: Write \`USER node\` at the end of the Dockerfile.

    high[secret-in-env]: DB_PASSWORD holds a password in clear
      --> compose.yaml:10:7
       |
     6 |   api:
       |   ---- service api
    ...
    10 |       DB_PASSWORD: ••••
       |       ^^^^^^^^^^^^^^^^^ the value stands here
       |
       = note: Everyone who can read the file, or inspect the container, can read
               it.
       = fix: Move it to a secret:
              secrets:
                - db_password

    medium[no-resource-limits]: no limit on processes
     --> compose.yaml:6:3
      |
    6 |   api:
      |   ^^^^
      |
      = fix: Set \`pids_limit: 200\`.
      = also at: 1 more place
        --> compose.yaml:14:3 service worker

    suppressed low[writable-root-filesystem]: the root file system can be written
      --> compose.yaml:14:3
       |
    14 |   worker:
       |   ^^^^^^^
       |
       = fix: Set \`read_only: true\`.
       = exception: writes a cache (inline, until 2027-01-31)

    ── not known, so not safe ── 2 unknown ─────────────────────────────────────────

    unknown: user of service worker
      --> compose.yaml:15:12
       |
    15 |     image: example/worker:2
       |            ^^^^^^^^^^^^^^^^
       |
       = why: nothing sets a user and the image example/worker:2 is not at hand
       = settle: set \`user:\` on the service, or check where the image can be read

    unknown: file
      --> chart/templates/web.yaml
       = why: it is a Helm template that was not rendered
       = settle: run \`helm template\` and check its output

    ── standards ── 1 of 1 fail ────────────────────────────────────────────────────

    fails[pod-security:restricted@1.37]: Deployment web fails 1 check
      --> compose.yaml:12:15
       |
     6 |   api:
       |   ---- Deployment web
    ...
    12 |     cap_add: [SYS_ADMIN]
       |               ^^^^^^^^^ capabilities.add
       |
       = capabilities_restricted: unrestricted capabilities: container "api"
             must set capabilities.drop to ALL

    2 critical, 2 high, 2 medium, 0 low, 0 info;
    2 unknown, 1 suppressed, 1 fixable; 3 workloads, 2 files
    pod-security:restricted@1.37: 0 of 1 pods pass
    next: plimsoll explain engine-socket
    "
  `);
});

test("at 120 columns", () => {
  expect(terminalFormat(shopReport(), { ...plainOptions, width: 120 })).toMatchInlineSnapshot(`
    "── compose.yaml ── 2 critical, 2 high, 2 medium ────────────────────────────────────────────────────────────────────────

    critical[engine-socket]: the engine's socket is mounted
     --> compose.yaml:5:9
      |
    2 |   proxy:
      |   ------ service proxy
    ...
    5 |       - /var/run/docker.sock:/var/run/docker.sock:ro
      |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the Docker Engine's API
      |
      = note: Whoever reaches this socket is root on the host: it takes one request to start a privileged container.
              Read-only does not help, since a socket is written to by connecting.
      = fix: Put a filtering proxy before the socket and mount the proxy's instead, or drop the mount.

    critical[dangerous-capability]: SYS_ADMIN is added
      --> compose.yaml:12:15
       |
     6 |   api:
       |   ---- service api
    ...
    12 |     cap_add: [SYS_ADMIN]
       |               ^^^^^^^^^ lets it mount file systems
       |
       = note: With SYS_ADMIN an attacker can mount the host's disks.
       = fix: Remove SYS_ADMIN from \`cap_add\`.
       = edit: remove SYS_ADMIN (needs review)

    high[runs-as-root]: runs as root
     --> compose.yaml:6:3
      |
    6 |   api:
      |   ^^^^
      |
     --> Dockerfile:1:1
      |
    1 | FROM node:22
      | ------------ the base image's user is root
      |
      = note: The image node:22 sets no user.
      = fix: Write \`USER node\` at the end of the Dockerfile.

    high[secret-in-env]: DB_PASSWORD holds a password in clear
      --> compose.yaml:10:7
       |
     6 |   api:
       |   ---- service api
    ...
    10 |       DB_PASSWORD: ••••
       |       ^^^^^^^^^^^^^^^^^ the value stands here
       |
       = note: Everyone who can read the file, or inspect the container, can read it.
       = fix: Move it to a secret:
              secrets:
                - db_password

    medium[no-resource-limits]: no limit on processes
     --> compose.yaml:6:3
      |
    6 |   api:
      |   ^^^^
      |
      = fix: Set \`pids_limit: 200\`.
      = also at: 1 more place
        --> compose.yaml:14:3 service worker

    ── not known, so not safe ── 2 unknown ─────────────────────────────────────────────────────────────────────────────────

    unknown: user of service worker
      --> compose.yaml:15:12
       |
    15 |     image: example/worker:2
       |            ^^^^^^^^^^^^^^^^
       |
       = why: nothing sets a user and the image example/worker:2 is not at hand
       = settle: set \`user:\` on the service, or check where the image can be read

    unknown: file
      --> chart/templates/web.yaml
       = why: it is a Helm template that was not rendered
       = settle: run \`helm template\` and check its output

    ── standards ── 1 of 1 fail ────────────────────────────────────────────────────────────────────────────────────────────

    fails[pod-security:restricted@1.37]: Deployment web fails 1 check
      --> compose.yaml:12:15
       |
     6 |   api:
       |   ---- Deployment web
    ...
    12 |     cap_add: [SYS_ADMIN]
       |               ^^^^^^^^^ capabilities.add
       |
       = capabilities_restricted: unrestricted capabilities: container "api" must set capabilities.drop to ALL

    2 critical, 2 high, 2 medium, 0 low, 0 info; 2 unknown, 1 suppressed, 1 fixable; 3 workloads, 2 files
    pod-security:restricted@1.37: 0 of 1 pods pass
    next: plimsoll explain engine-socket
    "
  `);
});

test("colours and links are the only escape sequences", () => {
  const options = { ...plainOptions, color: true, links: true, root: "file:///home/me/shop/" };
  const colored = terminalFormat(shopReport(), options);
  expect(colored).toContain("\x1b[1;35mcritical[engine-socket]\x1b[0m");
  expect(colored).toContain(
    "\x1b]8;;file:///home/me/shop/compose.yaml\x1b\\compose.yaml:5:9\x1b]8;;\x1b\\",
  );
  const plain = terminalFormat(shopReport(), plainOptions);
  expect(colored.replace(/\x1b\[[\d;]*m|\x1b\]8;;[^\x1b]*\x1b\\/g, "")).toBe(plain);
});

test("nothing found is said, and nothing known is not the same", () => {
  const one = shopReport();
  const clean = report({ workloads: one.workloads });
  expect(terminalFormat(clean, plainOptions)).toMatchInlineSnapshot(`
    "0 critical, 0 high, 0 medium, 0 low, 0 info; 0 unknown, 0 suppressed;
    3 workloads, 1 file
    Nothing was found.
    "
  `);
  expect(
    terminalFormat(report({ unknowns: one.unknowns, workloads: one.workloads }), plainOptions),
  ).toContain("unknown is not safe");
  expect(terminalFormat(report({ files: 0 }), plainOptions)).toContain("Nothing to check");
});

test("the same finding in many workloads is one block that names every place", () => {
  const names = Array.from({ length: 50 }, (_, index) => `service-${index}`);
  const file: SourceFile = {
    path: "compose.yaml",
    text: names.map((name) => `  ${name}:\n`).join(""),
  };
  const other: SourceFile = { path: "Dockerfile", text: "FROM node:22\n" };
  const findings = names.map((name, index) =>
    finding("runs-as-root", spanOf(file, `${name}:`), {
      workloads: [name],
      message: "runs as root",
      related:
        index === 7 ? [{ span: spanOf(other, "FROM node:22"), label: "the base image" }] : [],
    }),
  );
  const shown = terminalFormat(report({ findings }), plainOptions);
  expect(shown.match(/high\[runs-as-root\]/g)).toHaveLength(1);
  expect(shown).toContain("also at: 49 more places");
  for (const index of names.keys()) {
    expect(shown).toContain(`compose.yaml:${index + 1}:3`);
  }
  for (const name of names.slice(1)) expect(shown).toContain(name);
  expect(shown).toContain("with Dockerfile:1:1 the base image");
});

test("the gravest file and finding come first", () => {
  const a: SourceFile = { path: "a.yaml", text: "one\ntwo\n" };
  const b: SourceFile = { path: "b.yaml", text: "one\ntwo\n" };
  const findings = [
    finding("low-a", spanOf(a, "one"), { severity: "low" }),
    finding("medium-b", spanOf(b, "one"), { severity: "medium" }),
    finding("critical-b", spanOf(b, "two"), { severity: "critical" }),
  ];
  const order = terminalFormat(report({ findings }), plainOptions).match(/\w+-[ab](?=\])/g);
  expect(order).toEqual(["critical-b", "medium-b", "low-a"]);
});

test("input never reaches the terminal as anything but text", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
  const nasty = fc.oneof(
    text,
    fc.constantFrom(
      "\x1b]0;owned\x07",
      "\x1b[2J\x9b31m",
      "\u202etxt.exe",
      "a\r\nb",
      "\x1b]8;;http://evil\x1b\\x",
      "\ud800",
    ),
  );
  fc.assert(
    fc.property(
      nasty,
      nasty,
      nasty,
      fc.boolean(),
      fc.integer({ min: 1, max: 200 }),
      (path, source, field, color, width) => {
        const file: SourceFile = { path, text: source };
        const primary = { file, start: 0, end: source.length };
        const shown = terminalFormat(
          report({
            findings: [
              finding("some-rule", primary, {
                message: field,
                detail: field,
                help: field,
                label: field,
                related: [
                  { span: primary, label: field },
                  { span: { file, start: 1, end: 1 }, label: field },
                ],
                suppressed: { by: "inline", reason: field },
              }),
            ],
            unknowns: [
              { span: primary, path, what: field, why: field, settle: field },
              { path, what: field, why: field, settle: "" },
            ],
            standards: [
              {
                standard: field,
                pod: field,
                source: primary,
                failures: [
                  {
                    check: field,
                    reason: field,
                    detail: field,
                    fields: [{ field, span: primary }],
                  },
                ],
              },
            ],
          }),
          {
            ...plainOptions,
            color,
            width,
            showSuppressed: true,
            links: true,
            root: "file:///work/",
          },
        );
        const own = shown.replace(/\x1b\[[\d;]+m|\x1b\]8;;[!-~]*\x1b\\/g, "");
        expect(own).not.toMatch(
          /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]/,
        );
        expect(own.isWellFormed()).toBe(true);
      },
    ),
    { numRuns: 150 },
  );
});

test("lines fit, whatever the source", () => {
  const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(
      text,
      fc.nat(300),
      fc.nat(40),
      fc.integer({ min: 60, max: 120 }),
      (source, at, length, width) => {
        const file: SourceFile = { path: "compose.yaml", text: source };
        const start = Math.min(at, source.length);
        const primary = { file, start, end: Math.min(source.length, start + length) };
        const shown = terminalFormat(
          report({ findings: [finding("some-rule", primary, { label: "a label" })] }),
          {
            ...plainOptions,
            width,
          },
        );
        for (const line of shown.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test("10,000 findings take seconds at most, also on a busy machine", () => {
  const text = Array.from(
    { length: 10_000 },
    (_, index) => `  DB_PASSWORD_${index}: "value-${index}"`,
  ).join("\n");
  const file: SourceFile = { path: "compose.yaml", text };
  const findings = Array.from({ length: 10_000 }, (_, index) => {
    const start = text.indexOf(`DB_PASSWORD_${index}:`);
    return finding(
      "secret-in-env",
      { file, start, end: start + 12 },
      { message: `variable ${index} holds a secret` },
    );
  });
  const begin = performance.now();
  const shown = terminalFormat(report({ findings }), plainOptions);
  expect(performance.now() - begin).toBeLessThan(8000);
  expect(shown.match(/secret-in-env\]/g)).toHaveLength(10_000);
  expect(shown).not.toContain("value-");
});

/** Remarks on images, each with its own fix. */
function remarks(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `image-${index}`);
  const file: SourceFile = { path: "a.sh", text: names.join("\n") };
  const findings = names.map((name) =>
    finding("image-not-pinned", spanOf(file, name), {
      severity: "info",
      message: `${name} has no digest`,
      help: `Write ${name}@sha256`,
    }),
  );
  return terminalFormat(report({ findings }), plainOptions);
}

test("remarks show each fix, or the first ones and that the others are alike", () => {
  expect(remarks(2).match(/= fix: .*/g)).toEqual([
    "= fix: Write image-0@sha256",
    "= fix: Write image-1@sha256",
  ]);
  expect(remarks(9).match(/= fix: .*/g)).toEqual([
    "= fix: Write image-0@sha256",
    "= fix: Write image-1@sha256",
    "= fix: Write image-2@sha256",
    "= fix: likewise at the other places, with the name that each of them has",
  ]);
});

test("fixable is counted only when something is", () => {
  expect(remarks(1)).not.toContain("fixable");
  expect(terminalFormat(shopReport(), plainOptions)).toContain("1 fixable");
});
