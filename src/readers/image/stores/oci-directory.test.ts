import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { noCache } from "../layers/cache.ts";
import { createScanners } from "../layers/scanners.ts";
import { keyedHashWith } from "../layers/scan-with-key.ts";
import { openOciDirectory } from "../open-store.ts";
import { readStore } from "../read-store.ts";
import type { Layout } from "../testing.ts";
import { ociLayout } from "../testing.ts";

const KEY = new Uint8Array(32);
const TOKEN = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");

let layout: Layout | undefined;
afterEach(() => layout?.remove());

function made(): { readonly directory: string; readonly blobs: string } {
  layout = ociLayout({
    layers: [[{ path: "app/token", content: `token=${TOKEN}\n` }], [{ path: "app/.wh.token" }]],
    config: { User: "1000" },
  });
  return { directory: layout.directory, blobs: join(layout.directory, "blobs", "sha256") };
}

/** The manifest of the image, which an index within the index names. */
function manifestOf(blobs: string): string {
  const name = readdirSync(blobs).find((file) => {
    const text = readFileSync(join(blobs, file)).toString("latin1");
    return text.startsWith("{") && "layers" in (JSON.parse(text) as object);
  });
  return name ?? "";
}

async function read(directory: string) {
  const scanners = createScanners({ key: KEY, threads: 0 });
  const opened = await openOciDirectory(directory, "oci:image", { cache: noCache(), scanners });
  if ("problem" in opened) throw new Error(opened.problem);
  const { workloads, unknowns } = await readStore(opened, { keyedHash: keyedHashWith(KEY) });
  const secrets = workloads.flatMap(({ imageContents }) => imageContents?.secrets ?? []);
  return {
    found: secrets.map(({ place, state }) => ["path" in place ? place.path : "", state.is]),
    unknowns: unknowns.map(({ why, settle }) => [why, settle]),
  };
}

const FOUND = [["/app/token", "deleted"]];

test("what `podman save --format docker-dir` writes is read: blobs beside the manifest", async () => {
  const { directory, blobs } = made();
  const manifest = manifestOf(blobs);
  const flat = join(directory, "flat");
  mkdirSync(flat);
  cpSync(blobs, flat, { recursive: true });
  renameSync(join(flat, manifest), join(flat, "manifest.json"));
  writeFileSync(join(flat, "version"), "Directory Transport Version: 1.1\n");
  expect(await read(flat)).toEqual({ found: FOUND, unknowns: [] });
});

test("an encrypted layer and one that is to be had elsewhere are told with what would settle them", async () => {
  const { directory, blobs } = made();
  const name = manifestOf(blobs);
  const manifest = JSON.parse(readFileSync(join(blobs, name), "utf8")) as {
    layers: { mediaType: string; digest: string; urls?: string[] }[];
  };
  const [first, second] = manifest.layers;
  if (first === undefined || second === undefined) throw new Error("there are two layers");
  first.mediaType += "+encrypted";
  second.urls = ["https://host.example/layer"];
  rmSync(join(blobs, second.digest.slice(7)));
  writeFileSync(join(directory, "manifest.json"), JSON.stringify(manifest));
  rmSync(join(directory, "index.json"));
  expect(await read(directory)).toEqual({
    found: [],
    unknowns: [
      [expect.stringMatching(/^it is encrypted/), expect.stringContaining("--decryption-key")],
      [
        expect.stringMatching(/^it is a foreign layer/),
        expect.stringContaining("where it is to be had"),
      ],
    ],
  });
});

test("links that lead nowhere, to devices or in circles are parts that are not there", async () => {
  const { directory, blobs } = made();
  for (const [index, file] of readdirSync(blobs).entries()) {
    if (readFileSync(join(blobs, file))[0] !== 0x1f) continue;
    rmSync(join(blobs, file));
    symlinkSync(index % 2 === 0 ? "/dev/zero" : file, join(blobs, file));
  }
  const { found, unknowns } = await read(directory);
  expect(found).toEqual([]);
  expect(unknowns.map(([why]) => why)).toEqual(["it is not there", "it is not there"]);
});
