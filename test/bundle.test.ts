/** The package as it is published: one bundle, loaded with what V8 compiled in earlier runs. */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeArchive } from "../bench/support/image-files.ts";
import { packageCopy } from "../bench/support/package-copy.ts";
import { tarOf } from "../src/readers/image/tar/testing.ts";

let work = "";
let launcher = "";
let cache = "";

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "plimsoll-bundle-"));
  launcher = packageCopy(join(import.meta.dirname, ".."), work);
  cache = join(work, "cache");
  writeFileSync(join(work, "Dockerfile"), "FROM node:22\nENV A=b\n");
}, 60_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

function check(environment: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [launcher, "check", "Dockerfile", "--no-config", "-f", "json", "--fail-on", "none"],
    { cwd: work, env: { ...process.env, NODE_COMPILE_CACHE: cache, ...environment } },
  );
  expect(stderr.toString()).toBe("");
  expect(status).toBe(0);
  return stdout.toString();
}

function kept(): string[] {
  return readdirSync(cache, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("plimsoll-"))
    .map((name) => join(cache, name));
}

test("what was compiled is kept, and a run with it says the same", () => {
  const first = check();
  expect(first).toContain("runs-as-root");
  const files = kept();
  expect(files.some((name) => name.includes("plimsoll-check-"))).toBe(true);
  const before = files.map((name) => readFileSync(name));
  expect(check()).toBe(first);
  // A run that loads nothing new writes nothing.
  expect(files.map((name) => readFileSync(name))).toEqual(before);
});

test("what is broken or may be another's is not run, but written anew", () => {
  const first = check();
  for (const name of kept()) writeFileSync(name, readFileSync(name).subarray(0, 100));
  expect(check()).toBe(first);
  const files = kept();
  expect(files.every((name) => readFileSync(name).length > 100)).toBe(true);
  // V8 looks at no checksum of its own and would end the process.
  for (const name of files) {
    const bytes = readFileSync(name);
    for (let at = 200; at < bytes.length; at += 997) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
    writeFileSync(name, bytes);
  }
  expect(check()).toBe(first);
  for (const name of files) {
    writeFileSync(name, "no code");
    chmodSync(name, 0o666);
  }
  expect(check()).toBe(first);
  expect(files.every((name) => readFileSync(name).length > 100)).toBe(true);
});

test("nothing is kept where Node's cache is switched off", () => {
  rmSync(cache, { recursive: true });
  expect(check({ NODE_DISABLE_COMPILE_CACHE: "1" })).toContain("runs-as-root");
  expect(() => kept()).toThrow("ENOENT");
});

test("layers of images are scanned in its threads, and remembered", () => {
  const layer = join(work, "layer.tar");
  writeFileSync(layer, tarOf([{ path: "app/key.txt", content: "nothing" }]));
  const archive = writeArchive(join(work, "image.tar"), [layer]);
  const home = join(work, "home");
  const run = (): string => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [launcher, "check", `archive:${archive}`, "-f", "json", "--fail-on", "none"],
      { cwd: work, env: { ...process.env, XDG_CACHE_HOME: home } },
    );
    expect(stderr.toString()).not.toContain("without a cache");
    return stdout.toString();
  };
  const first = run();
  expect(readdirSync(join(home, "plimsoll"))).toContain("layers.sqlite");
  expect(run()).toBe(first);
});
