/** Large and hostile layers by name, each made of little. */

import { gzipSync, zstdCompressSync } from "node:zlib";
import { seededRandom } from "../../src/detect/testing.ts";
import type { ByteStream } from "../../src/readers/image/stream/byte-stream.ts";
import { createPlan } from "./plan.ts";
import { compressedStream, fileHeader, members } from "./streams.ts";
import { zipOf } from "./zip-writer.ts";

const MEGABYTE = 1024 * 1024;
const ZEROS = Buffer.alloc(64 * MEGABYTE);
const TEN_GIGABYTES = 160 * ZEROS.length;

/** Ordinary files, eight megabytes of them, with a secret in each hundredth. */
function ordinaryFiles(): Buffer {
  const plan = createPlan(8);
  const random = seededRandom(9);
  return members(
    Array.from({ length: 1000 }, (_, index) => {
      const text = plan.words(1 + Math.floor(random() * 3000));
      return {
        path: `usr/share/files/${String(index)}.txt`,
        content: index % 100 === 0 ? `${text} ${plan.token()} ` : text,
      };
    }),
  );
}

function manyEntries(): Buffer {
  return members(
    Array.from({ length: 10_000 }, (_, index) => ({
      path: `usr/lib/node_modules/some/where/${String(index)}`,
    })),
  );
}

/** An archive in an archive, each with ten times the one in it. */
function nestedZips(depth: number): Buffer {
  let inner: Buffer = Buffer.alloc(4 * MEGABYTE);
  for (let level = 0; level < depth; level++) {
    const content = inner;
    inner = zipOf(
      Array.from({ length: 16 }, (_, index) => ({ path: `${String(index)}.zip`, content })),
    );
  }
  return inner;
}

/** Compressed again and again. */
function nestedGzip(levels: number): Buffer {
  let inner = repeatedly(gzipSync(ZEROS.subarray(0, 16 * MEGABYTE)), 400);
  for (let level = 0; level < levels; level++) inner = gzipSync(inner);
  return inner;
}

function repeatedly(part: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => part));
}

function inOneFile(path: string, content: Buffer): ByteStream {
  return compressedStream({ block: members([{ path, content }]), times: 1 }, "gzip");
}

export const bigLayers: Readonly<Record<string, () => ByteStream>> = {
  "gigabyte-gzip": () => compressedStream({ block: ordinaryFiles(), times: 130 }, "gzip"),
  "gigabyte-zstd": () => compressedStream({ block: ordinaryFiles(), times: 130 }, "zstd"),
  "gigabyte-plain": () => compressedStream({ block: ordinaryFiles(), times: 130 }, "none"),
  entries: () => compressedStream({ block: manyEntries(), times: 500 }, "gzip"),
  "zeros-gzip": () =>
    compressedStream(
      { head: fileHeader("zeros", TEN_GIGABYTES), block: ZEROS, times: 160 },
      "gzip",
    ),
  "zeros-zstd": () =>
    compressedStream(
      { head: fileHeader("zeros", TEN_GIGABYTES), block: ZEROS, times: 160 },
      "zstd",
    ),
  "zeros-nested-gzip": () => inOneFile("zeros.gz", repeatedly(gzipSync(ZEROS), 160)),
  "zeros-nested-zstd": () => inOneFile("zeros.zst", repeatedly(zstdCompressSync(ZEROS), 160)),
  "gzip-of-gzip": () => inOneFile("a.gz", nestedGzip(3)),
  "nested-zips": () => inOneFile("42.zip", nestedZips(4)),
  "secrets-only": () => {
    const plan = createPlan(3);
    const lines = Array.from({ length: 20_000 }, () => `${plan.token()}\n`).join("");
    const block = Buffer.from(lines);
    return compressedStream(
      { head: fileHeader("tokens.txt", block.length * 200), block, times: 200 },
      "zstd",
    );
  },
  "long-names": () => {
    const path = `${"directory/".repeat(100_000)}x`;
    const block = members(
      Array.from({ length: 4 }, (_, index) => ({
        path: "x",
        pax: { path: `${path}${String(index)}` },
      })),
    );
    return compressedStream({ block, times: 250 }, "zstd");
  },
  "deleted-names": () => {
    const names = Array.from({ length: 1000 }, (_, index) => ({
      path: "x",
      pax: { path: `${"d/".repeat(1900)}.wh.${String(index)}` },
    }));
    return compressedStream({ block: members(names), times: 60 }, "zstd");
  },
  "small-zip-members": () => {
    const small = Buffer.from("x");
    const content = zipOf(
      Array.from({ length: 6000 }, (_, index) => ({
        path: `${String(index)}.class`,
        content: small,
      })),
    );
    const inner = members([{ path: "classes.jar", content }]);
    return compressedStream({ block: inner, times: 20 }, "zstd");
  },
};
