import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { noCache } from "../layers/cache.ts";
import { createScanners } from "../layers/scanners.ts";
import { keyedHashWith } from "../layers/scan-with-key.ts";
import { openArchive, openOciDirectory } from "../open-store.ts";
import { readStore } from "../read-store.ts";
import type { Entry } from "../tar/testing.ts";
import { tarOf } from "../tar/testing.ts";
import { ociLayout, sha256 } from "../testing.ts";

const KEY = new Uint8Array(32);
const TOKEN = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
const LAYERS: readonly (readonly Entry[])[] = [
  [{ path: "etc/passwd", content: "app:x:1000:1000::/:/bin/sh\n" }],
  [{ path: "app/token", content: `token=${TOKEN}\n` }],
  [{ path: "app/.wh.token" }],
];
const HISTORY = [{ created_by: "ADD" }, { created_by: "COPY token" }, { created_by: "RUN rm" }];
const tools = { cache: noCache(), scanners: createScanners({ key: KEY, threads: 0 }) };
const folder = mkdtempSync(join(tmpdir(), "plimsoll-scattered-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What `docker save` up to 24 writes, the layers in an order of their own, and the lists last. */
function savedParts(): { readonly layers: Entry[]; readonly config: Entry; readonly list: Entry } {
  const plain = LAYERS.map((layer) => tarOf(layer));
  const config = JSON.stringify({
    config: { User: "app" },
    rootfs: { type: "layers", diff_ids: plain.map(sha256) },
    history: HISTORY,
  });
  const path = `${sha256(config).slice(7)}.json`;
  const layers = ["c", "a", "b"].map((letter, index) => ({
    path: `${letter.repeat(64)}/layer.tar`,
    content: plain[index] ?? "",
  }));
  const list = JSON.stringify([
    { Config: path, RepoTags: ["app:1"], Layers: layers.map((layer) => layer.path) },
  ]);
  return {
    layers: layers.toSorted((left, right) => (left.path < right.path ? -1 : 1)),
    config: { path, content: config },
    list: { path: "manifest.json", content: list },
  };
}

async function read(bytes: Uint8Array) {
  const file = join(folder, "image.tar");
  writeFileSync(file, bytes);
  return readOpened(await openArchive(file, "archive:image.tar", tools));
}

async function readOpened(opened: Awaited<ReturnType<typeof openArchive>>) {
  if ("problem" in opened) throw new Error(opened.problem);
  const { workloads, unknowns } = await readStore(opened, { keyedHash: keyedHashWith(KEY) });
  return {
    found: workloads.flatMap(({ imageContents }) =>
      (imageContents?.secrets ?? []).map(({ place, state }) =>
        "layer" in place ? [place.path, place.layer.index, state.is] : [place.field],
      ),
    ),
    users: workloads.map(({ user }) => (user.known ? user.value.uid : "unknown")),
    unknowns: unknowns.map(({ what, why }) => `${what}: ${why}`),
  };
}

describe.each(["plain", "compressed"])("a %s archive that was cut off", (form) => {
  const packed = (bytes: Buffer): Buffer => (form === "plain" ? bytes : gzipSync(bytes));
  const { layers, config, list } = savedParts();

  test("before its list: the configuration puts the layers in order", async () => {
    const whole = await read(packed(tarOf([...layers, config, list])));
    expect(whole.unknowns).toEqual([]);
    const cut = await read(packed(tarOf([...layers, config], { end: false })));
    expect(cut).toMatchObject({ found: whole.found, users: whole.users });
    expect(cut.found).toEqual([["/app/token", 1, "deleted"]]);
    expect(cut.unknowns).toEqual([
      expect.stringMatching(
        /^image: it holds neither index\.json nor manifest\.json; what is there of images was searched/,
      ),
    ]);
  });

  test("and lacks a layer: that one is named, the others are searched", async () => {
    const [first, , last] = layers;
    if (first === undefined || last === undefined) throw new Error("there are three");
    const cut = await read(packed(tarOf([first, last, config], { end: false })));
    expect(cut.found).toEqual([["/app/token", 1, "live"]]);
    expect(cut.unknowns).toContainEqual(
      expect.stringMatching(/^layer 2 \(sha256:.*it is not there$/),
    );
  });

  test("before its configuration: the layers are searched, and nothing is said of its user", async () => {
    const bytes = tarOf(layers, { end: false });
    const cut = await read(packed(bytes.subarray(0, bytes.length - 600)));
    expect(cut.found).toEqual([["/app/token", 0, "live"]]);
    expect(cut.users).toEqual(["unknown"]);
    expect(cut.unknowns).toContainEqual(
      expect.stringMatching(/^configuration of .*it is not there$/),
    );
    // The one in which it was cut off.
    expect(cut.unknowns).toContainEqual(expect.stringMatching(/^layer 2 .*ends too early$/));
  });
});

test("an OCI layout without its index, or whose index leads nowhere, is read by its manifests", async () => {
  const layout = ociLayout({ layers: LAYERS, config: { User: "app" }, history: HISTORY });
  const open = async () => readOpened(await openOciDirectory(layout.directory, "oci:image", tools));
  const whole = await open();
  expect(whole.found).toEqual([["/app/token", 1, "deleted"]]);
  const index = join(layout.directory, "index.json");
  const [top] = (JSON.parse(readFileSync(index, "utf8")) as { manifests: { digest: string }[] })
    .manifests;
  rmSync(index);
  expect(await open()).toMatchObject({ found: whole.found, users: whole.users });
  // The index within it is gone too; its manifest is still there.
  rmSync(join(layout.directory, "blobs", "sha256", top?.digest.slice(7) ?? ""));
  writeFileSync(index, JSON.stringify({ schemaVersion: 2, manifests: [top] }));
  const lost = await open();
  expect(lost).toMatchObject({ found: whole.found, users: whole.users });
  expect(lost.unknowns).toEqual([expect.stringMatching(/^image: manifest .*it is not there$/)]);
  for (const name of readdirSync(join(layout.directory, "blobs", "sha256"))) {
    rmSync(join(layout.directory, "blobs", "sha256", name));
  }
  expect((await open()).found).toEqual([]);
  layout.remove();
});

test("an archive of other things is no image", async () => {
  const { unknowns, found } = await read(tarOf([{ path: "a.txt", content: "[a]" }]));
  expect(found).toEqual([]);
  expect(unknowns).toEqual([expect.stringMatching(/so it is no image$/)]);
});
