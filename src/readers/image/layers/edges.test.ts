/** Secrets at the edges of what a scan sees: ends of files, of archives in archives, of what is readable. */

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { streamOfBytes } from "../stream/byte-stream.ts";
import { sha256 } from "../testing.ts";
import type { Entry } from "../tar/testing.ts";
import { tarOf } from "../tar/testing.ts";
import type { LayerReport } from "./layer-report.ts";
import { scanLayerWithKey } from "./scan-with-key.ts";

const TOKEN = ["ghp", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"].join("_");

function scan(entries: readonly Entry[] | Buffer): Promise<LayerReport> {
  return scanLayerWithKey(
    streamOfBytes(Buffer.isBuffer(entries) ? entries : tarOf(entries)),
    Buffer.alloc(32),
  );
}

const pathsOf = ({ sightings }: LayerReport): string[] => sightings.map(({ path }) => path);

test("the last bytes of a file that was compressed", async () => {
  const report = await scan([{ path: "a.gz", content: gzipSync(`key ${TOKEN}`) }]);
  expect(report.sightings).toMatchObject([{ path: "/a.gz!/a", offset: 4, length: TOKEN.length }]);
});

test("the last bytes of a layer that is cut off", async () => {
  const whole = tarOf([{ path: "a.txt", content: `key ${TOKEN}`, statedSize: 5000 }]);
  const report = await scan(whole.subarray(0, 512 + 4 + TOKEN.length));
  expect(pathsOf(report)).toEqual(["/a.txt"]);
  expect(report.problems).toEqual([expect.stringContaining("in the middle of a member")]);
});

test("four archives in each other are looked into, compressed or not; the fifth is named, and read as it is", async () => {
  let content = tarOf([{ path: "secret.txt", content: TOKEN }]);
  for (let level = 3; level >= 1; level--) {
    content = tarOf([{ path: `${String(level)}.tgz`, content: gzipSync(content) }]);
  }
  const four = await scan([{ path: "0.tgz", content: gzipSync(content) }]);
  expect(pathsOf(four)).toEqual(["/0.tgz!/1.tgz!/2.tgz!/3.tgz!/secret.txt"]);
  expect(four.problems).toEqual([]);

  let plain = tarOf([{ path: "secret.txt", content: TOKEN }]);
  for (let level = 4; level >= 1; level--)
    plain = tarOf([{ path: `${String(level)}.tar`, content: plain }]);
  const five = await scan([{ path: "0.tar", content: plain }]);
  expect(five.problems).toEqual([
    "/0.tar!/1.tar!/2.tar!/3.tar!/4.tar: it is nested too deep to look into",
  ]);
  expect(pathsOf(five)).toEqual(["/0.tar!/1.tar!/2.tar!/3.tar!/4.tar"]);
});

test("what only begins as if it were compressed is read as it is", async () => {
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
  const report = await scan([
    { path: "a.bin", content: Buffer.concat([head, Buffer.from(` ${TOKEN} `)]) },
  ]);
  expect(pathsOf(report)).toEqual(["/a.bin"]);
  expect(report.problems).toHaveLength(1);
});

test("padding, headers and what follows the end", async () => {
  const bytes = Buffer.concat([
    tarOf([{ path: "a.txt", content: "x" }]),
    Buffer.from(`  ${TOKEN}`),
  ]);
  const behind = await scan(bytes);
  expect(behind.sightings).toMatchObject([
    {
      path: "(outside of the layer's files)",
      offset: bytes.length - TOKEN.length,
      layerOffset: bytes.length - TOKEN.length,
    },
  ]);
  const padded = tarOf([{ path: "a.txt", content: "x" }]);
  padded.write(TOKEN, 600);
  expect((await scan(padded)).sightings).toMatchObject([{ offset: 600, layerOffset: 600 }]);
});

test("a file of secrets only takes no more memory than its first thousands", async () => {
  const report = await scan([
    { path: "all.txt", content: `${TOKEN}\n`.repeat(30_000) },
    { path: "after.txt", content: TOKEN },
  ]);
  expect(report.problems.join()).toContain("/all.txt: it holds so many secrets");
  expect(report.sightings.length).toBeLessThanOrEqual(10_000);
});

test("of files that cannot be looked into, the first are named and the others counted", async () => {
  const xz = Buffer.from("fd377a585a000004e6d6b446", "hex");
  const report = await scan(
    Array.from({ length: 50 }, (_, index) => ({ path: `${String(index)}.xz`, content: xz })),
  );
  expect(report.problems).toHaveLength(4);
  expect(report.problems.at(-1)).toMatch(/^47 more files: it is compressed with xz/);
  // The layer itself was read whole.
  expect(report.diffId).toMatch(/^sha256:/);
});

test("zeros behind compressed data belong to the blob", async () => {
  const bytes = Buffer.concat([
    gzipSync(tarOf([{ path: "a", content: TOKEN }])),
    Buffer.alloc(3000),
  ]);
  const report = await scan(bytes);
  expect(pathsOf(report)).toEqual(["/a"]);
  expect(report.digest).toBe(sha256(bytes));
});
