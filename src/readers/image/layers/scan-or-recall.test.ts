import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { gzipSync } from "node:zlib";
import { tarOf } from "../tar/testing.ts";
import { sha256 } from "../testing.ts";
import { openCache } from "./cache.ts";
import { scanBlob, scanFile } from "./scan-or-recall.ts";
import type { LayerSource } from "./scanners.ts";
import { createScanners } from "./scanners.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-recall-"));
const cache = openCache({ environment: { XDG_CACHE_HOME: folder }, version: "1" });
const inner = createScanners({ key: cache.key, threads: 0 });
let scans = 0;
const scanners = {
  ...inner,
  scan: (source: LayerSource) => {
    scans += 1;
    return inner.scan(source);
  },
};
const tools = { cache, scanners };
afterEach(() => {
  scans = 0;
  vi.useRealTimers();
});
afterAll(() => {
  cache.close();
  rmSync(folder, { recursive: true });
});

const layer = (content: string): Buffer => tarOf([{ path: "a", content }]);
/** Files that changed a moment ago may change again within the same tick. */
const later = (): void => void vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ["Date"] });

function fileOf(name: string, bytes: Uint8Array) {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return { file, offset: 0 };
}

test("a file that has not changed is not read again, whatever is claimed of it", async () => {
  const range = fileOf("same", layer("same"));
  later();
  const first = await scanFile(range, [], tools);
  expect(await scanFile(range, ["sha256:other"], tools)).toMatchObject({ diffId: first.diffId });
  expect(scans).toBe(1);
});

test("a file of the same size and time that holds something else is scanned", async () => {
  const range = fileOf("changed", layer("before"));
  later();
  const before = await scanFile(range, [], tools);
  const { atime, mtime } = statSync(range.file);
  writeFileSync(range.file, layer("after!"));
  utimesSync(range.file, atime, mtime);
  const after = await scanFile(range, [before.digest ?? "", before.diffId ?? ""], tools);
  expect(after.digest).toBe(sha256(layer("after!")));
  expect(scans).toBe(2);
});

test("a file that was written a moment ago is not known by its times", async () => {
  const range = fileOf("fresh", layer("fresh"));
  await scanFile(range, [], tools);
  await scanFile(range, [], tools);
  expect(scans).toBe(2);
});

test("a copy is known by its bytes, when its digest is claimed", async () => {
  const bytes = gzipSync(layer("copied"));
  const first = await scanFile(fileOf("original", bytes), [], tools);
  const copy = await scanFile(fileOf("copy", bytes), [sha256(bytes)], tools);
  expect(scans).toBe(1);
  expect(copy).toMatchObject({ digest: first.digest, diffId: first.diffId });
});

test("who claims another layer's digest hides nothing behind it", async () => {
  const harmless = await scanFile(fileOf("harmless", layer("harmless")), [], tools);
  const claims = [harmless.digest ?? "", harmless.diffId ?? ""];
  const liar = await scanFile(fileOf("liar", layer("a liar")), claims, tools);
  expect(scans).toBe(2);
  expect(liar.diffId).toBe(sha256(layer("a liar")));
});

test("a blob of a registry is known by the digest that it is asked for by", async () => {
  const bytes = layer("blob");
  const blob = () => {
    let given = false;
    return {
      next: () => {
        const piece = given ? ({ ended: true } as const) : bytes;
        given = true;
        return Promise.resolve(piece);
      },
      close: () => undefined,
    };
  };
  await scanBlob(blob(), sha256(bytes), tools);
  expect(await scanBlob(blob(), sha256(bytes), tools)).toMatchObject({ digest: sha256(bytes) });
  expect(scans).toBe(1);
  await scanBlob(blob(), sha256("other"), tools);
  expect(scans).toBe(2);
});
