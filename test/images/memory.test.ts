/** Large and hostile layers take bounded time and memory, each in a process of its own. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

interface Measured {
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly bytes: number;
  readonly members: number;
  readonly sightings: number;
  readonly problems: readonly string[];
}

function measure(name: string): Promise<Measured> {
  const script = join(import.meta.dirname, "measure.ts");
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, name], { timeout: 120_000 }, (error, out) => {
      if (error === null) resolve(JSON.parse(out) as Measured);
      else reject(error);
    });
  });
}

const MOST_MEGABYTES = 250;
/** Of this process's threads together; beside other tests the wall clock tells nothing. */
const MOST_SECONDS = 30;

describe.concurrent("a layer", () => {
  test.each([
    ["gigabyte-gzip", /^$/],
    ["entries", /^$/],
    ["zeros-gzip", /expands to more than 4096 MiB/],
    ["zeros-nested-zstd", /zeros.zst: the archives in this layer expand to too much/],
    ["gzip-of-gzip", /a.gz: the archives in this layer expand to too much/],
    ["nested-zips", /42.zip.*expand to too much/],
    ["small-zip-members", /^$/],
    ["secrets-only", /so many secrets/],
    ["long-names", /is cut/],
    ["deleted-names", /more deleted paths are not listed/],
  ] as const)("%s", { timeout: 120_000 }, async (name, why) => {
    const { cpuSeconds, peakMegabytes, problems } = await measure(name);
    expect(problems.join("\n")).toMatch(why);
    expect(peakMegabytes).toBeLessThan(MOST_MEGABYTES);
    expect(cpuSeconds).toBeLessThan(MOST_SECONDS);
  });
});
