/** The real program: its time and memory on the largest inputs, full disks, closed pipes, signals, two at once. */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { large } from "./large.ts";

const launcher = join(import.meta.dirname, "../../bin/plimsoll.js");
/** Prints the peak memory in KiB and the processor's seconds when the program ends. */
const METER = `data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("\\nMETER "+u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime)/1e6+"\\n")})`;
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-process-"));
  mkdirSync(join(folder, ".git"));
  writeFileSync(join(folder, "Dockerfile"), "FROM node:22\nUSER root\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(where: string, ...words: string[]): ReturnType<typeof spawnSync> & { err: string } {
  const result = spawnSync(process.execPath, ["--import", METER, launcher, "check", ...words], {
    cwd: where,
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  return { ...result, err: result.stderr.toString() };
}

/** Limits of the program: two seconds and 300 MB. Time has some air, since the machine is shared and sources are compiled here. */
test.each(Object.entries(large))("%s", (_, files) => {
  const where = mkdtempSync(join(tmpdir(), "plimsoll-large-"));
  for (const [name, text] of Object.entries({ ".git/HEAD": "", ...files })) {
    mkdirSync(dirname(join(where, name)), { recursive: true });
    writeFileSync(join(where, name), text);
  }
  const { status, err } = run(where, ".", "-f", "json=/dev/null", "--fail-on", "none");
  rmSync(where, { recursive: true });
  expect([0, 3], err).toContain(status); // 3: nothing in it could be judged.
  const [, memory = "", seconds = ""] = /METER (\d+) ([\d.]+)/.exec(err) ?? [];
  expect(Number(memory) / 1024).toBeLessThan(300);
  expect(Number(seconds)).toBeLessThan(4);
});

/**
 * One after the other: what one file took is given back before the next. Dockerfiles once stayed in memory as parsed,
 * eight of them took a gigabyte.
 */
test.each(["lines that are no instruction", "containers in JSON", "options of a run line"])(
  "eight files of %s",
  (name) => {
    const where = mkdtempSync(join(tmpdir(), "plimsoll-eight-"));
    mkdirSync(join(where, ".git"));
    for (let copy = 0; copy < 8; copy++) {
      mkdirSync(join(where, `${copy}`));
      for (const [file, text] of Object.entries(large[name] ?? {}))
        writeFileSync(join(where, `${copy}`, file), text);
    }
    const { status, err } = run(where, ".", "-f", "json=/dev/null", "--fail-on", "none");
    rmSync(where, { recursive: true });
    expect([0, 3], err).toContain(status);
    const [, memory = ""] = /METER (\d+)/.exec(err) ?? [];
    expect(Number(memory) / 1024).toBeLessThan(500);
  },
  60_000,
);

test.runIf(process.platform === "linux")("a full disk is told, with exit status 2", () => {
  const { status, err } = run(folder, "-f", "sarif=/dev/full");
  expect(status).toBe(2);
  expect(err).toContain("/dev/full cannot be written (no space is left, ENOSPC)");
});

test.runIf(process.platform === "linux")("a full disk behind standard output is no success", () => {
  const shell = `"${process.execPath}" "${launcher}" check --fail-on none > /dev/full`;
  const { status, stderr } = spawnSync("sh", ["-c", shell], { cwd: folder });
  expect(status).toBe(2);
  expect(stderr.toString()).toMatch(/^plimsoll: standard output cannot be written \(ENOSPC\)/);
});

test("a pipe that closes early is no error", () => {
  const shell = `"${process.execPath}" "${launcher}" check | head -1`;
  const { stdout, stderr } = spawnSync("sh", ["-c", shell], { cwd: folder });
  expect(stdout.toString().split("\n")).toHaveLength(2);
  expect(stderr.toString()).toBe("");
});

test("an interrupt ends it at once, by the signal", async () => {
  // Waits for standard input, which never comes.
  const child = spawn(process.execPath, [launcher, "check", "-"], {
    cwd: folder,
    stdio: ["pipe", "ignore", "inherit"],
  });
  await new Promise((resolve) => setTimeout(resolve, 400));
  const ended = new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  child.kill("SIGINT");
  expect(await ended).toBe("SIGINT");
});

test("two runs that write the same files at once both succeed", async () => {
  const words = [launcher, "check", "--fail-on", "none", "-f", "json=out/deep/report.json"];
  words.push("--write-baseline", "baseline.json");
  const runs = Array.from({ length: 3 }, () => {
    const child = spawn(process.execPath, words, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (data: Buffer) => (err += data.toString()));
    return new Promise<string>((resolve) => child.on("exit", (code) => resolve(`${code} ${err}`)));
  });
  for (const outcome of await Promise.all(runs)) expect(outcome).toMatch(/^0 /);
  for (const name of ["out/deep/report.json", "baseline.json"]) {
    expect(() => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown).not.toThrow();
  }
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
});
