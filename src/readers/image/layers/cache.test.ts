import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LayerCache } from "./cache.ts";
import { noCache, openCache } from "./cache.ts";
import type { LayerReport } from "./layer-report.ts";
import { nothingRead } from "./nothing-read.ts";

let home = "";
const opened: LayerCache[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plimsoll-cache-"));
});
afterEach(() => {
  for (const cache of opened.splice(0)) cache.close();
  rmSync(home, { recursive: true });
});

const environment = () => ({ XDG_CACHE_HOME: home });
const database = () => join(home, "plimsoll", "layers.sqlite");

function open(version = "1"): LayerCache {
  const cache = openCache({ environment: environment(), version });
  opened.push(cache);
  return cache;
}

const report: LayerReport = {
  ...nothingRead(["app.7z: it is not read"]),
  digest: "sha256:stored",
  diffId: "sha256:plain",
  members: 3,
};

test("a report is found by the digest of the stored bytes, and by nothing that was only claimed", () => {
  open().put(report);
  const again = open();
  expect(again.trouble()).toBeUndefined();
  expect(again.get("sha256:stored")).toMatchObject({
    digest: "sha256:stored",
    diffId: "sha256:plain",
    members: 3,
    problems: ["app.7z: it is not read"],
  });
  expect([again.has("sha256:stored"), again.has("sha256:plain")]).toEqual([true, false]);
  expect(again.get("sha256:plain")).toBeUndefined();
  // Another version may find something else in it.
  expect(open("2").get("sha256:stored")).toBeUndefined();
});

test("what was not read whole is not kept", () => {
  const cache = open();
  const { digest: _digest, ...cut } = report;
  cache.put(cut);
  const { diffId: _diffId, ...broken } = report;
  cache.put(broken);
  expect(cache.has("sha256:stored")).toBe(false);
});

test("the key is made once, whoever is first, and other runs find it", () => {
  const [first, second] = [open(), open()];
  expect(second.key).toEqual(first.key);
  expect(noCache(environment()).key).toEqual(first.key);
  expect(statSync(join(home, "plimsoll", "key")).mode & 0o777).toBe(0o600);
  // One that was cut off by a full disk is made anew.
  writeFileSync(join(home, "plimsoll", "key"), "short");
  expect(open().key).toHaveLength(32);
});

test("tables of another version, or of none, are replaced", () => {
  open().put(report);
  opened.pop()?.close();
  const other = new DatabaseSync(database());
  other.exec("DROP TABLE layers; CREATE TABLE layers (x); CREATE TABLE more (y)");
  other.exec("PRAGMA user_version = 7");
  other.close();
  const cache = open();
  expect(cache.trouble()).toBeUndefined();
  cache.put(report);
  expect(cache.has("sha256:stored")).toBe(true);
  opened.pop()?.close();
  // The right number, and yet other columns.
  const same = new DatabaseSync(database());
  same.exec("DROP TABLE layers; CREATE TABLE layers (x)");
  same.close();
  const anew = open();
  anew.put(report);
  expect([anew.has("sha256:stored"), anew.trouble()]).toEqual([true, undefined]);
});

test("a database that breaks is told once, and the next run has a new one", () => {
  const first = open();
  for (let index = 0; index < 200; index++) {
    first.put({
      ...report,
      digest: `sha256:${String(index)}`,
      diffId: `sha256:${"d".repeat(40)}${String(index)}`,
    });
  }
  opened.pop()?.close();
  const bytes = readFileSync(database());
  for (let at = 4096; at < bytes.length; at++) bytes[at] = (at * 7) & 255;
  writeFileSync(database(), bytes);
  const cache = open();
  cache.put(report);
  opened.pop()?.close();
  expect(cache.trouble() ?? "it was made anew at once").toMatch(/thrown away|made anew/);
  const next = open();
  next.put(report);
  expect([next.trouble(), next.has("sha256:stored")]).toEqual([undefined, true]);
});

test.each([
  [
    "a file stands in its way",
    () => writeFileSync(join(home, "plimsoll"), ""),
    "a file stands in its place",
  ],
  [
    "its key is a directory",
    () => mkdirSync(join(home, "plimsoll", "key"), { recursive: true }),
    "the key in it is no file",
  ],
  [
    "a directory stands in the database's place",
    () => mkdirSync(database(), { recursive: true }),
    "it cannot be opened",
  ],
])("a cache that cannot be used says why: %s", (_what, prepare, why) => {
  prepare();
  const cache = open();
  expect(cache.trouble()).toBe(`${join(home, "plimsoll")} cannot be used: ${why}`);
  cache.put(report);
  expect([cache.get("sha256:stored"), cache.key.length]).toEqual([undefined, 32]);
});

test("a database that another program holds is told, and waited for once only", () => {
  const cache = open();
  const other = new DatabaseSync(database());
  other.exec("BEGIN IMMEDIATE");
  const started = performance.now();
  for (let index = 0; index < 5; index++) cache.put(report);
  expect(performance.now() - started).toBeLessThan(9000);
  expect(cache.trouble()).toMatch(/cannot be written: another program holds it$/);
  other.close();
});
