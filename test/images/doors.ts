/** Writes one image in every form in which images are handed on, each of which must tell the same. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { sha256 } from "../../src/readers/image/testing.ts";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import type { PlantedImage } from "./planted.ts";
import { tarOf } from "../../src/readers/image/tar/testing.ts";

/** The files of a directory as members of an archive. */
export function entriesOf(directory: string): Entry[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file.slice(directory.length + 1), content: readFileSync(file) }));
}

export interface SavedImage {
  readonly names: readonly string[];
  readonly config: Buffer;
  readonly layers: readonly Buffer[];
}

/** What Docker before version 25 saves: a directory a layer, and links for layers that are there already. */
export function savedOfOld(images: readonly SavedImage[]): Entry[] {
  const entries: Entry[] = [];
  const written = new Map<string, string>();
  const manifest = images.map(({ names, config, layers }, at) => {
    const name = `${sha256(config).slice(7)}.json`;
    const paths = layers.map((layer, index) => {
      const id = sha256(`${String(at)} ${String(index)} ${sha256(layer)}`).slice(7);
      const path = `${id}/layer.tar`;
      const known = written.get(sha256(layer));
      entries.push({ path: `${id}/`, flag: "5" }, { path: `${id}/VERSION`, content: "1.0" });
      entries.push({ path: `${id}/json`, content: JSON.stringify({ id }) });
      if (known === undefined) entries.push({ path, content: layer });
      else entries.push({ path, flag: "2", link: `../${known}` });
      written.set(sha256(layer), known ?? path);
      return path;
    });
    entries.push({ path: name, content: config });
    return { Config: name, RepoTags: names, Layers: paths };
  });
  return [
    ...entries,
    { path: "manifest.json", content: JSON.stringify(manifest) },
    { path: "repositories", content: "{}" },
  ];
}

/** What Docker saves since version 25: an OCI layout with a `manifest.json` beside. */
export function savedOfNew(layout: string, names: readonly string[]): Entry[] {
  const blob = (digest: string): string => `blobs/sha256/${digest.slice(7)}`;
  const read = (path: string): unknown => JSON.parse(readFileSync(join(layout, path), "utf8"));
  const top = read("index.json") as { readonly manifests: readonly { readonly digest: string }[] };
  const index = read(blob(top.manifests[0]?.digest ?? "")) as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  const manifest = read(blob(index.manifests[0]?.digest ?? "")) as {
    readonly config: { readonly digest: string };
    readonly layers: readonly { readonly digest: string }[];
  };
  const saved = [
    {
      Config: blob(manifest.config.digest),
      RepoTags: names,
      Layers: manifest.layers.map(({ digest }) => blob(digest)),
    },
  ];
  return [
    { path: "blobs/", flag: "5" },
    { path: "blobs/sha256/", flag: "5" },
    ...entriesOf(layout),
    { path: "manifest.json", content: JSON.stringify(saved) },
  ];
}

export type Packing = "plain" | "gzip" | "zstd";

export function packed(entries: readonly Entry[], packing: Packing): Buffer {
  const tar = tarOf(entries);
  if (packing === "gzip") return gzipSync(tar, { level: 1 });
  return packing === "zstd" ? zstdCompressSync(tar) : tar;
}

/** The configuration document of an image, as the layout of `testing.ts` has it. */
export function configOf({
  layers,
  config,
  history,
  extra,
}: PlantedImage): Record<string, unknown> {
  return {
    architecture: "amd64",
    os: "linux",
    config,
    rootfs: { type: "layers", diff_ids: layers.map(sha256) },
    history,
    ...extra,
  };
}
