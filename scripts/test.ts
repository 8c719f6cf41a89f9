/**
 * `npm test`: everything that says whether this tree is right.
 *
 * As root on Debian it first installs the system parts that the tests use and that are missing, and
 * says so; elsewhere it uses what is there. Tests that had to be skipped are named in the last lines.
 * With PLIMSOLL_REQUIRE_ALL=1 a skipped test is a failure.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

/** A system part, and how to tell that it is there. */
const PARTS = [
  { package: "docker.io", file: "/usr/sbin/dockerd", use: "a real engine" },
  { package: "docker-compose", file: "/usr/bin/docker-compose", use: "Compose through the gate" },
  { package: "podman", file: "/usr/bin/podman", use: "Podman's API" },
  { package: "busybox-static", file: "/bin/busybox", use: "an image for the engine" },
  { package: "docker-registry", file: "/usr/bin/docker-registry", use: "a real registry" },
  { package: "skopeo", file: "/usr/bin/skopeo", use: "another tool that pushes images" },
  { package: "openssl", file: "/usr/bin/openssl", use: "certificates of servers in tests" },
  { package: "zsh", file: "/usr/bin/zsh", use: "completion for zsh" },
  { package: "fish", file: "/usr/bin/fish", use: "completion for fish" },
  { package: "groff-base", file: "/usr/bin/groff", use: "the manual page" },
] as const;

interface Step {
  readonly name: string;
  readonly command: string;
  readonly words: readonly string[];
}

function main(): number {
  const started = Date.now();
  installParts();
  const report = join(mkdtempSync(join(tmpdir(), "plimsoll-test-")), "report.json");
  const steps: readonly Step[] = [
    { name: "types", command: bin("tsc"), words: ["--noEmit"] },
    { name: "lint", command: bin("oxlint"), words: ["--type-aware", "--deny-warnings"] },
    { name: "format", command: bin("oxfmt"), words: ["--check", "."] },
    { name: "bundle", command: process.execPath, words: ["scripts/build.ts"] },
    {
      name: "tests",
      command: bin("vitest"),
      words: ["run", "--reporter=default", "--reporter=json", `--outputFile=${report}`],
    },
  ];
  const failed: string[] = [];
  for (const { name, command, words } of steps) {
    console.log(`\n=== ${name}`);
    const { status } = spawnSync(command, words, { cwd: root, stdio: "inherit" });
    if (status !== 0) failed.push(name);
  }
  const counts = summarise(report);
  rmSync(join(report, ".."), { recursive: true, force: true });
  const mustRunAll = process.env["PLIMSOLL_REQUIRE_ALL"] === "1";
  if (counts.skipped.length > 0) {
    console.log(`\nSkipped${mustRunAll ? ", which counts as a failure here" : ""}:`);
    for (const line of counts.skipped) console.log(`  ${line}`);
  }
  const wrong = failed.length > 0 || (mustRunAll && counts.skipped.length > 0);
  console.log(
    `\n${failed.length > 0 ? `Failed: ${failed.join(", ")}` : "Types, lint, format, bundle and tests are right"}, in ${Math.round((Date.now() - started) / 1000)} s`,
  );
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`);
  return wrong ? 1 : 0;
}

function installParts(): void {
  const missing = PARTS.filter((part) => !existsSync(part.file));
  if (missing.length === 0) return;
  const names = missing.map((part) => part.package);
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) {
    console.log("Not here, so the tests that use them are skipped:");
    for (const part of missing) console.log(`  ${part.package} (${part.use})`);
    return;
  }
  console.log(`Installing from Debian: ${names.join(" ")}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...words: string[]): number | null =>
    spawnSync("apt-get", ["-qq", ...words], {
      stdio: ["ignore", "ignore", "inherit"],
      env: environment,
    }).status;
  // Services are not started: the tests run engines of their own.
  const install = [
    "-o",
    "Dpkg::Options::=--force-confold",
    "install",
    "-y",
    "--no-install-recommends",
    ...names,
  ];
  if (apt("update") !== 0 || apt(...install) !== 0)
    console.log("  that failed; the tests that use them are skipped");
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly string[];
}

function summarise(report: string): Counts {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: [] };
  const data = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  const results = data.testResults.flatMap((file) =>
    file.assertionResults.map((result) => ({ ...result, file: file.name.slice(root.length + 1) })),
  );
  return {
    passed: results.filter((result) => result.status === "passed").length,
    failed: results.filter((result) => result.status === "failed").length,
    skipped: results
      .filter((result) => result.status !== "passed" && result.status !== "failed")
      .map((result) => `${result.file}: ${result.fullName}`),
  };
}

process.exitCode = main();
