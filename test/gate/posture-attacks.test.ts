/** The catalogue of what a filter must refuse in bodies and parameters, as data, against the posture's steps. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgePosture, type PostureCase } from "./support/judge-posture.ts";

const FILES = ["create", "volumes", "networks", "exec", "build", "images", "swarm", "plugins"];
const read = (name: string): readonly PostureCase[] =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, "attacks", `${name}.json`), "utf8"),
  ) as readonly PostureCase[];
const all = FILES.flatMap(read);

describe.each(FILES)("%s", (name) => {
  test.each(read(name).map((item) => [item.id, item] as const))("%s", async (_id, item) => {
    if (!("denied" in item.expected)) throw new Error("an attack is refused");
    const outcome = await judgePosture(item);
    const denials = "denials" in outcome ? outcome.denials : [];
    const { denied, at, status = 403 } = item.expected;
    const found = denials.find(
      (denial) => denial.rule === denied && (at === undefined || denial.at === at),
    );
    expect(found, JSON.stringify(outcome)).toBeDefined();
    expect(found?.status).toBe(status);
    expect(found?.message.length).toBeGreaterThan(10);
    expect(found?.message.endsWith(".")).toBe(false);
  });
});

test("every entry of the catalogue on bodies and parameters has a case", () => {
  const entries = new Set(all.map(({ id }) => id.split("-")[0] ?? ""));
  const run = (letter: string, numbers: readonly number[]): string[] =>
    numbers.map((number) => `${letter}${String(number)}`);
  const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
  const wanted = [
    ...run("C", upTo(34)),
    ...run("V", [1, 2, 4]),
    ...run("N", upTo(3)),
    ...run("E", [1, 6, 11]),
    ...run("B", [1, 2, 3, 4, 5, 6, 7, 9, 11]),
    ...run("I", upTo(6)),
    ...run("S", upTo(4)),
    ...run("L", upTo(2)),
  ];
  expect(wanted.filter((entry) => !entries.has(entry))).toEqual([]);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test("no denial shows a value of the environment or of a password", async () => {
  const secret = "hunter2-and-more";
  const outcome = await judgePosture({
    id: "x",
    why: "x",
    request: {
      method: "POST",
      target: "/v1.48/containers/create",
      body: {
        Image: "app:1",
        User: "0",
        Env: [`NVIDIA_VISIBLE_DEVICES=${secret}`, `DB_PASSWORD=${secret}`],
        HostConfig: {
          Privileged: true,
          LogConfig: { Type: "json-file", Config: { "splunk-token": secret } },
          Mounts: [
            {
              Type: "volume",
              Target: "/x",
              VolumeOptions: {
                DriverConfig: {
                  Options: { type: "cifs", o: `password=${secret}`, device: "//h/c" },
                },
              },
            },
          ],
        },
      },
    },
  });
  expect("denials" in outcome && outcome.denials.length).toBeGreaterThan(3);
  expect(JSON.stringify(outcome)).not.toContain(secret);
});
