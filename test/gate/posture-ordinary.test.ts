/**
 * What clients really send for ordinary use, recorded from them, passes with the grants that it needs. The bodies
 * are as they came over the wire.
 */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judgePosture, type PostureCase } from "./support/judge-posture.ts";

const folder = join(import.meta.dirname, "ordinary");
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string): readonly PostureCase[] =>
  JSON.parse(readFileSync(join(folder, name), "utf8")) as readonly PostureCase[];

describe.each(files)("%s", (name) => {
  test.each(read(name).map((item) => [item.id, item] as const))("%s", async (_id, item) => {
    const outcome = await judgePosture(item);
    if (!("passes" in item.expected)) throw new Error("ordinary use passes");
    const passed = "passed" in outcome ? outcome.passed : undefined;
    expect(passed, JSON.stringify(outcome)).toBeDefined();
    const { body, target } = item.expected.passes;
    if (body !== undefined && body !== null) expect(passed?.body).toMatchObject(body);
    if (target !== undefined) expect(passed?.target).toBe(target);
  });
});
