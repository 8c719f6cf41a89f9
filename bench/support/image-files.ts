/** Layers and images to measure on, made of the machine's own programs, libraries and texts. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { tarOf } from "../../src/readers/image/tar/testing.ts";

export interface LayerFiles {
  readonly tar: string;
  /** `gzip -6`, as builders compress. */
  readonly gzip: string;
  /** `zstd -3`. */
  readonly zstd: string;
  /** Bytes of the tar. */
  readonly bytes: number;
}

/** Larger files would decide alone what a layer is like. */
const MAX_FILE = 64 * 1024 * 1024;

/** Every n-th file below /usr, so many that they have about `bytes` bytes, as a layer in three forms. */
export function makeLayer(work: string, name: string, bytes: number): LayerFiles {
  const tar = join(work, `${name}.tar`);
  const list = join(work, `${name}.list`);
  writeFileSync(list, everyNth(bytes).join("\0"));
  run("tar", ["-cf", tar, "-C", "/", "--null", "-T", list]);
  run("sh", ["-c", 'gzip -6 -c "$0" > "$0.gz"', tar]);
  run("zstd", ["-q", "-3", "-T1", "-f", tar, "-o", `${tar}.zst`]);
  return { tar, gzip: `${tar}.gz`, zstd: `${tar}.zst`, bytes: statSync(tar).size };
}

function everyNth(bytes: number): string[] {
  const words = ["/usr", "-xdev", "-type", "f", "-size", `-${MAX_FILE}c`, "-printf", "%s %P\\0"];
  const { stdout } = spawnSync("find", words, { maxBuffer: 1 << 28 });
  const files = stdout
    .toString()
    .split("\0")
    // Of what tests of compilers break on purpose, no layer has a share like this machine's.
    .filter((line) => line !== "" && !line.includes("/testdata/"))
    .map((line) => {
      const space = line.indexOf(" ");
      return { size: Number(line.slice(0, space)), path: `usr/${line.slice(space + 1)}` };
    })
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const step = Math.max(1, Math.round(total / bytes));
  return files.filter((_, index) => index % step === 0).map(({ path }) => path);
}

/** Unpacks a layer, for tools that read files only. */
export function unpackLayer(tar: string, folder: string): void {
  run("mkdir", ["-p", folder]);
  run("tar", ["-xf", tar, "-C", folder]);
}

const BLOCK = 1 << 20;

/** An archive as `docker save` writes it, of layers that are tars. Each gets a file of its own before the rest, so that none is another. */
export function writeArchive(archive: string, tars: readonly string[]): string {
  const file = openSync(archive, "w");
  const diffIds: string[] = [];
  for (const [index, tar] of tars.entries()) {
    const first = tarOf([{ path: `layer-${index}`, content: `${index}` }], { end: false });
    const bytes = first.length + statSync(tar).size;
    writeSync(file, tarOf([{ path: `${index}.tar`, statedSize: bytes }], { end: false }));
    const hash = createHash("sha256");
    const put = (piece: Uint8Array): void => {
      hash.update(piece);
      writeSync(file, piece);
    };
    put(first);
    copyInto(tar, put);
    diffIds.push(`sha256:${hash.digest("hex")}`);
    writeSync(file, Buffer.alloc((512 - (bytes % 512)) % 512));
  }
  const config = {
    architecture: "amd64",
    os: "linux",
    config: { User: "1000" },
    rootfs: { type: "layers", diff_ids: diffIds },
    history: diffIds.map((_, index) => ({ created_by: `COPY layer-${index} /` })),
  };
  const manifest = [
    {
      Config: "config.json",
      RepoTags: ["bench:1"],
      Layers: tars.map((_, index) => `${index}.tar`),
    },
  ];
  writeSync(
    file,
    tarOf([
      { path: "config.json", content: JSON.stringify(config) },
      { path: "manifest.json", content: JSON.stringify(manifest) },
    ]),
  );
  closeSync(file);
  return archive;
}

function copyInto(path: string, put: (piece: Uint8Array) => void): void {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(BLOCK);
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    put(buffer.subarray(0, read));
  }
  closeSync(file);
}

function run(command: string, words: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, words, { timeout: 600_000 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} failed: ${stderr.toString().slice(0, 500)}`);
}
