import { expect, test } from "vitest";
import type { ByteSource, NextPiece } from "../http/contract.ts";
import { judgeArchiveBeginning } from "../posture/requests/archive.ts";
import { judgedUpload } from "./judged-upload.ts";

function sourceOf(...pieces: readonly NextPiece[]): ByteSource {
  const left = [...pieces];
  return { length: 7, next: () => Promise.resolve(left.shift()) };
}

async function allOf(source: ByteSource): Promise<NextPiece[]> {
  const read: NextPiece[] = [];
  for (;;) {
    const piece = await source.next();
    read.push(piece);
    if (!(piece instanceof Uint8Array)) return read;
  }
}

test("what was looked at goes on as it came", async () => {
  const seen: number[] = [];
  const pieces = [new Uint8Array(100).fill(1), new Uint8Array(500).fill(2), new Uint8Array([3])];
  const result = await judgedUpload(sourceOf(...pieces), [
    (beginning) => {
      seen.push(beginning.byteLength, beginning[99] ?? 0, beginning[100] ?? 0);
      return undefined;
    },
  ]);
  expect(seen).toEqual([512, 1, 2]);
  if (!("source" in result)) throw new Error("passes");
  expect(result.source.length).toBe(7);
  expect(await allOf(result.source)).toEqual([...pieces, undefined]);
});

test("a short upload is judged whole, and a problem goes on", async () => {
  const problem = { ok: false, problem: "cut", status: 400, message: "cut" } as const;
  const lengths: number[] = [];
  const result = await judgedUpload(sourceOf(new Uint8Array(3), problem), [
    (beginning) => {
      lengths.push(beginning.byteLength);
      return undefined;
    },
  ]);
  expect(lengths).toEqual([3]);
  if (!("source" in result)) throw new Error("passes");
  expect(await allOf(result.source)).toEqual([new Uint8Array(3), problem]);
});

test("a denial stops it", async () => {
  const gzip = new Uint8Array([0x1f, 0x8b, 8, 0]);
  const result = await judgedUpload(sourceOf(gzip), [judgeArchiveBeginning]);
  expect("denial" in result && result.denial.rule).toBe("compressed-archive");
});
