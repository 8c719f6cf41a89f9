/** Archives behind scripts and programs. */

import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { streamOfBytes } from "../stream/byte-stream.ts";
import { tarOf } from "../tar/testing.ts";
import { carrierOf, findCarriedArchive } from "./carried-archive.ts";
import type { LayerReport } from "./layer-report.ts";
import { scanLayerWithKey } from "./scan-with-key.ts";

const TOKEN = ["ghp", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"].join("_");

/** One member, its central directory and the end of it. */
function zip(name: string, content: string, method: 0 | 8 = 8): Buffer {
  const plain = Buffer.from(content);
  const data = method === 8 ? deflateRawSync(plain) : plain;
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04_03_4b_50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(method, 8);
  local.writeUInt32LE(data.length, 18);
  local.writeUInt32LE(plain.length, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02_01_4b_50, 0);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  return Buffer.concat([local, Buffer.from(name), data, central, Buffer.from(name), end]);
}

const SCRIPT = `#!/bin/sh\nexec java -jar "$0" "$@"\nexit 0\n`;

function scan(path: string, content: Buffer, pieceBytes?: number): Promise<LayerReport> {
  const layer = tarOf([
    { path, content },
    { path: "after.txt", content: "x" },
  ]);
  return scanLayerWithKey(streamOfBytes(layer, pieceBytes), Buffer.alloc(32));
}

const pathsOf = ({ sightings }: LayerReport) => sightings.map(({ path }) => path);

describe("an archive is looked into behind", () => {
  const carriers: readonly (readonly [string, Buffer])[] = [
    ["a script", Buffer.from(SCRIPT)],
    ["a long script", Buffer.from(SCRIPT + "# a line of it\n".repeat(30_000))],
    ["a line that names an interpreter", Buffer.from("#!/usr/bin/env python3\n")],
    ["a program", Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(90_001, 7)])],
    ["a program of Windows", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(5001, 7)])],
    [
      "a program that handles archives",
      Buffer.concat([
        Buffer.from("\x7fELF"),
        Buffer.alloc(99),
        Buffer.from("PK\x03\x04\0PK\x03\x04"),
        Buffer.alloc(99),
      ]),
    ],
  ];
  test.each(carriers)("%s", async (_, head) => {
    const content = Buffer.concat([head, zip("conf/app.txt", `token ${TOKEN}`)]);
    for (const pieceBytes of [undefined, 100, 777, 65_536]) {
      const report = await scan("opt/app.jar", content, pieceBytes);
      expect(pathsOf(report)).toEqual(["/opt/app.jar!/conf/app.txt"]);
      expect(report.problems).toEqual([]);
    }
  });

  test("a script that unpacks itself", async () => {
    const payload = gzipSync(tarOf([{ path: "conf/app.txt", content: `token ${TOKEN}` }]));
    const content = Buffer.concat([Buffer.from(`${SCRIPT}${"echo line\n".repeat(500)}`), payload]);
    for (const pieceBytes of [undefined, 100, 777]) {
      const report = await scan("opt/setup.run", content, pieceBytes);
      expect(pathsOf(report)).toEqual(["/opt/setup.run!/conf/app.txt"]);
      expect(report.problems).toEqual([]);
    }
  });
});

test("what is stored as it is has its place in the layer, once, and the script keeps its own", async () => {
  const head = Buffer.from(`#!/bin/sh\nTOKEN=${TOKEN}\n`);
  const content = Buffer.concat([head, zip("a.txt", `token ${TOKEN}`, 0)]);
  const report = await scan("opt/app.jar", content);
  const sightings = report.sightings.toSorted((left, right) => (left.path < right.path ? -1 : 1));
  expect(sightings).toMatchObject([
    { path: "/opt/app.jar", offset: head.indexOf(TOKEN) },
    {
      path: "/opt/app.jar!/a.txt",
      offset: 6,
      layerOffset: 512 + head.length + 30 + "a.txt".length + 6,
    },
  ]);
});

test("signatures alone are no archive, and their files are scanned as they are", async () => {
  for (const text of [
    `#!/bin/sh\nprintf 'PK\x03\x04' ${TOKEN}\n`,
    `\x7fELF PK\x03\x04\x14\0\0\0\x77\0 ${TOKEN}\0`,
  ]) {
    const report = await scan("bin/tool", Buffer.from(text, "latin1"));
    expect(pathsOf(report)).toEqual(["/bin/tool"]);
    expect(report.problems).toEqual([]);
  }
});

test("what is taken for an archive and is none is scanned to its end", async () => {
  const broken = zip("a.txt", "text").subarray(0, 40);
  const content = Buffer.concat([
    Buffer.from(SCRIPT),
    broken,
    Buffer.from(`\0 ${TOKEN} ${"x".repeat(99)}`),
  ]);
  const { sightings } = await scan("bin/tool", content);
  expect(sightings).toHaveLength(1);
});

test("carriers are told by their first bytes", () => {
  expect(carrierOf(Buffer.from("#!/bin/sh"))).toBe("script");
  expect(carrierOf(Buffer.from("\x7fELF"))).toBe("program");
  expect(carrierOf(Buffer.from("MZ"))).toBe("program");
  expect(carrierOf(Buffer.from("# no script"))).toBeUndefined();
  expect(carrierOf(Buffer.alloc(0))).toBeUndefined();
  const gzip = Buffer.concat([
    Buffer.from("x\n"),
    gzipSync(Buffer.alloc(100, 1)),
    Buffer.alloc(50),
  ]);
  expect(findCarriedArchive(gzip, "script")).toEqual({ at: 2, kind: "gzip" });
  // Programs hold compressed data, too many to look into each.
  expect(findCarriedArchive(gzip, "program")).toBeUndefined();
});
