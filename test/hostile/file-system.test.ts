/** What lies in a directory besides ordinary files, and paths that lead out of it. */

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { CommandRun } from "../support/cli.ts";
import { project } from "../support/cli.ts";
import { discover } from "../../src/readers/discover.ts";
import { fileSystem } from "../../src/readers/file-system.ts";
import { openFiles, readOpened } from "../../src/readers/read-files.ts";
import { loadReaders } from "../../src/readers/readers.ts";
import { within } from "./limits.ts";

const GOOD = { "good/Dockerfile": "FROM node:22\nUSER root\n" };
const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function given(files: Readonly<Record<string, string | Uint8Array>>): ReturnType<typeof project> {
  const made = project({ ".git/HEAD": "", ...GOOD, ...files });
  removals.push(made.remove);
  return made;
}

interface Report {
  readonly workloads: readonly { readonly source: { readonly path: string } }[];
  readonly unknowns: readonly {
    readonly path: string;
    readonly why: string;
    readonly what: string;
  }[];
}

async function check(
  run: ReturnType<typeof project>["run"],
  ...words: string[]
): Promise<Report & CommandRun> {
  const result = await within(() => run(["check", ...words, "-f", "json", "--fail-on", "none"]));
  expect(result.status, result.err).toBe(0);
  return { ...result, ...(JSON.parse(result.out) as Report) };
}

/** The rest of the run goes on, and this path is told with this reason. */
function expectUnknown(report: Report, path: string, why: RegExp): void {
  expect(report.workloads.map(({ source }) => source.path)).toContain("good/Dockerfile");
  const found = report.unknowns.filter((unknown) => unknown.path === path);
  expect(found.map((unknown) => unknown.why).join("\n")).toMatch(why);
}

test("a binary file", async () => {
  const { run } = given({ Dockerfile: new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 255]) });
  expectUnknown(await check(run), "Dockerfile", /binary/);
});

test.each(["Dockerfile", "compose.yaml"])("100 MB of %s", async (name) => {
  const { folder, run } = given({});
  spawnSync("truncate", ["-s", "100M", join(folder, name)]);
  expectUnknown(await check(run), name, /100 MiB/);
});

test("a file that cannot be read and looks like one of ours is told, whatever its name", async () => {
  const pod =
    "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: c, image: a, securityContext: {privileged: true}}]}\n";
  const bytes = (head: string, tail: number[]): Uint8Array =>
    new Uint8Array([...new TextEncoder().encode(head), ...tail]);
  const { folder, run } = given({
    "large.yaml": `${pod}${"# filler\n".repeat(1_100_000)}`,
    "latin1.yml": bytes(pod, [0x23, 0xe9, 0x0a]),
    "nul.sh": bytes("#!/bin/sh\ndocker run --privileged alpine\n", [0]),
    "photo.json": bytes("not ours", [0, 1, 2]),
  });
  const { unknowns } = await check(run);
  expect(folder).not.toBe("");
  expect(unknowns.map(({ path }) => path).sort()).toEqual(["large.yaml", "latin1.yml", "nul.sh"]);
});

test("100 MB that neither name nor beginning promise are passed over", async () => {
  const { folder, run } = given({});
  for (const name of ["a.json", "a.yaml", "a.sh", "a.md"]) {
    spawnSync("truncate", ["-s", "100M", join(folder, name)]);
  }
  expect((await check(run)).unknowns).toEqual([]);
});

test.each([
  "env_file: big",
  "security_opt: ['seccomp:big']",
  "build: {context: ., dockerfile: big}",
])("100 MB behind %s", async (field) => {
  const { folder, run } = given({
    "compose.yaml": `services:\n  a:\n    image: x\n    ${field}\n`,
  });
  spawnSync("truncate", ["-s", "100M", join(folder, "big")]);
  expect((await check(run)).out).toContain("100 MiB");
});

test("pipes, sockets and directories with the names of files", async () => {
  const { folder, run } = given({
    "b/compose.yaml": "services:\n  a: {image: x, env_file: pipe}\n",
    "c/Dockerfile": "FROM x\nCOPY . .\n",
  });
  for (const name of [
    "pipe/Dockerfile",
    "b/pipe",
    "pipe/.gitignore",
    "plimsoll.yaml",
    "c/.dockerignore",
  ]) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    execFileSync("mkfifo", [join(folder, name)]);
  }
  mkdirSync(join(folder, "directory/Dockerfile"), { recursive: true });
  mkdirSync(join(folder, "directory/compose.yaml"));
  const server = createServer().listen(join(folder, "Containerfile"));
  const report = await check(run, "--no-config");
  server.close();
  expectUnknown(report, "pipe/Dockerfile", /not a regular file/);
  expectUnknown(report, "Containerfile", /not a regular file/);
  expectUnknown(report, "pipe/.gitignore", /not a regular file/);
  expectUnknown(report, "b/compose.yaml", /not a regular file/);
  const withConfig = await run(["check"]);
  expect(withConfig.status).toBe(2);
  expect(withConfig.err).toContain("not a regular file");
});

test("links in loops, to nothing, and out of the root", async () => {
  const outside = mkdtempSync(join(tmpdir(), "plimsoll-outside-"));
  removals.push(() => rmSync(outside, { recursive: true }));
  writeFileSync(
    join(outside, "secret"),
    "FROM private.example/hidden\nENV PASSWORD=hunter2hunter2\n",
  );
  const { folder, run } = given({
    "compose.yaml": "services:\n  a: {image: x, env_file: leak.env}\n",
    "k/Dockerfile": "FROM x\nCOPY Dockerfile.leak .\n",
  });
  symlinkSync("Dockerfile", join(folder, "Dockerfile"));
  symlinkSync("nowhere", join(folder, "Containerfile"));
  symlinkSync(join(outside, "secret"), join(folder, "Dockerfile.leak"));
  symlinkSync(join(outside, "secret"), join(folder, "leak.env"));
  symlinkSync("..", join(folder, "good/up"));
  symlinkSync(outside, join(folder, "good/out"));
  const report = await check(run);
  expectUnknown(report, "Dockerfile", /loop/);
  expectUnknown(report, "Containerfile", /does not exist/);
  expectUnknown(report, "Dockerfile.leak", /outside/);
  expectUnknown(report, "compose.yaml", /outside/);
  expect(report.out).not.toMatch(/hunter2|private\.example/);
});

test.each([
  ["env_file", { "compose.yaml": "services:\n  a: {image: x, env_file: ../outside/f}\n" }],
  ["include", { "compose.yaml": "include: [../outside/f]\nservices: {a: {image: x}}\n" }],
  ["extends", { "compose.yaml": "services:\n  a: {extends: {file: ../outside/f, service: b}}\n" }],
  [
    "dockerfile",
    { "compose.yaml": "services:\n  a: {build: {context: ., dockerfile: ../outside/f}}\n" },
  ],
  ["build context", { "compose.yaml": "services:\n  a: {build: ../outside}\n" }],
  ["seccomp profile", { "a.sh": "docker run --security-opt seccomp=../outside/f x\n" }],
  ["--env-file", { "a.sh": "docker run --env-file ../outside/f x\n" }],
  ["-f of a build", { "a.sh": "docker build -t x -f ../outside/f .\n" }],
  ["COPY", { Dockerfile: "FROM x\nCOPY ../outside/f ../../outside/* /\nADD ../outside /\n" }],
])("%s does not lead out of the root", async (_, files: Record<string, string>) => {
  const parent = mkdtempSync(join(tmpdir(), "plimsoll-parent-"));
  removals.push(() => rmSync(parent, { recursive: true }));
  for (const name of ["root/.git", "outside"]) mkdirSync(join(parent, name), { recursive: true });
  const hidden = "TOKEN_INSIDE=1\nFROM private.example/hidden\nUSER leaked-user\n";
  for (const name of ["f", "Dockerfile"]) writeFileSync(join(parent, "outside", name), hidden);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(parent, "root", name), text);
  const { runIn } = await import("../support/cli.ts");
  const run = await runIn(join(parent, "root"), ["check", "-f", "json", "--fail-on", "none"]);
  expect(run.status).toBe(0);
  expect(run.out).not.toMatch(/TOKEN_INSIDE|private\.example|leaked-user/);
});

test("a target below a file, and names that no system takes", async () => {
  const { run } = given({});
  for (const target of ["good/Dockerfile/x", "a".repeat(5000), "a\0b", `${"d/".repeat(3000)}x`]) {
    const { status, err } = await run(["check", target]);
    expect(status, err).toBe(2);
    expect(err).toMatch(/^plimsoll: /);
  }
});

test("a file that vanishes or changes between finding and reading", async () => {
  const { folder } = given({ "a/Dockerfile": "FROM a\n", "b/Dockerfile": "FROM b\n" });
  const { files } = discover(folder, { workingDirectory: folder, root: folder });
  unlinkSync(join(folder, "a/Dockerfile"));
  rmSync(join(folder, "b"), { recursive: true });
  writeFileSync(join(folder, "b"), "now a file");
  const context = {
    files: fileSystem({ workingDirectory: folder, root: folder }),
    environment: {},
  };
  const opened = openFiles(
    files.map((path) => ({ path })),
    context,
  );
  const outcome = readOpened(opened, await loadReaders(opened.byKind.keys()), context);
  expect(outcome.workloads).toHaveLength(1);
  expect(outcome.unknowns.map(({ why }) => why).join()).toMatch(/does not exist.*not a directory/);
});

test("a directory with very many entries, and one that is very deep", async () => {
  const { folder, run } = given({});
  mkdirSync(join(folder, "wide"));
  for (let index = 0; index < 30_000; index++) writeFileSync(join(folder, `wide/${index}.txt`), "");
  let deep = folder;
  for (let index = 0; index < 150; index++) deep = join(deep, "d");
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, "Dockerfile"), "FROM x\n");
  const report = await check(run);
  expectUnknown(report, `${"d/".repeat(100)}d`, /100 directories deep/);
});

test("names that differ only in case are two files", async () => {
  const { run } = given({ Dockerfile: "FROM a\n", DOCKERFILE: "FROM b\n", dockerfile: "FROM c\n" });
  const paths = (await check(run)).workloads.map(({ source }) => source.path);
  expect(paths).toEqual(expect.arrayContaining(["Dockerfile", "DOCKERFILE", "dockerfile"]));
});

test("what may not be read", async () => {
  const { folder, run } = given({ Dockerfile: "FROM x\n", "closed/Dockerfile": "FROM x\n" });
  await check(run); // Loads what is loaded on demand, while everything may be read.
  chmodSync(join(folder, "Dockerfile"), 0);
  chmodSync(join(folder, "closed"), 0);
  const report = await asNobody(folder, () => check(run));
  chmodSync(join(folder, "closed"), 0o700);
  expectUnknown(report, "Dockerfile", /permission/);
  expectUnknown(report, "closed", /cannot be listed/);
});

/** Root may read everything, so as root it becomes nobody for a while. */
async function asNobody<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const nobody = 65534;
  if (process.getuid?.() !== 0 || process.seteuid === undefined) return work();
  chownSync(folder, nobody, nobody);
  process.seteuid(nobody);
  try {
    return await work();
  } finally {
    process.seteuid(0);
  }
}

test("ignore files that are too long leave nothing out, and say so", async () => {
  const { run } = given({
    ".gitignore": "a*b\n".repeat(100_000),
    ".dockerignore": "a*b\n".repeat(100_000),
    Dockerfile: "FROM x\nCOPY . /app\n",
    ".env": "A=b",
  });
  const report = await check(run);
  expectUnknown(report, ".gitignore", /longer than 128 KiB/);
  expectUnknown(report, ".dockerignore", /longer than 128 KiB/);
});
