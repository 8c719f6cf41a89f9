/** How fast the layers of images are read, beside decompression alone and beside other scanners; and in how much memory. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { createScanners } from "../src/readers/image/layers/scanners.ts";
import { decompressionTime } from "./support/decompress-file.ts";
import type { LayerFiles } from "./support/image-files.ts";
import { makeLayer, unpackLayer, writeArchive } from "./support/image-files.ts";
import type { CommandLine, Comparison } from "./support/measure.ts";
import { compare, median, peakMemory, seconds } from "./support/measure.ts";
import { installSecretPeers } from "./support/secret-peers.ts";

export interface ImageBench {
  readonly work: string;
  /** Where peers are installed. */
  readonly peers: string;
  readonly check: (...words: string[]) => CommandLine;
  readonly record: (what: string, against: string, measured: Comparison, goal: string) => void;
  readonly recordCells: (...cells: readonly string[]) => void;
  readonly skip: (what: string, why: string) => void;
}

const LAYER_BYTES = 300_000_000;
const SMALL_LAYER_BYTES = 10_000_000;
const IMAGE_BYTES = 2 ** 31;
const ROUNDS = 5;
const CHUNKS = [64 * 1024, 256 * 1024, 1024 * 1024];

export async function measureImages(bench: ImageBench): Promise<void> {
  process.env["XDG_CACHE_HOME"] = join(bench.work, "cache");
  const layer = makeLayer(bench.work, "layer", LAYER_BYTES);
  await measureLayers(layer, bench);
  measureWholeImage(layer, bench);
  measurePeers(layer, bench);
}

/** Layers by themselves, each in a thread; everything in turn, so that what else the machine does falls on all alike. */
async function measureLayers(layer: LayerFiles, bench: ImageBench): Promise<void> {
  const scanners = createScanners({ key: new Uint8Array(32), threads: 2 });
  const scan = async (file: string): Promise<void> => {
    const { diffId, problems } = await scanners.scan({ file, offset: 0 });
    if (diffId === undefined) throw new Error(`${file}: ${problems.join("; ")}`);
  };
  const times = new Map<string, number[]>();
  const measure = async (what: string, work: () => unknown): Promise<void> => {
    const start = process.hrtime.bigint();
    await work();
    times.set(what, [...(times.get(what) ?? []), Number(process.hrtime.bigint() - start) / 1e9]);
  };
  const together = (work: () => Promise<unknown>): Promise<unknown> =>
    Promise.all([work(), work()]);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const chunk of CHUNKS) {
      await measure(`gunzip ${chunk}`, () => decompressionTime(layer.gzip, chunk));
    }
    await measure("two gunzips", () => together(() => decompressionTime(layer.gzip, 262_144)));
    await measure("gzip -dc", () => seconds(["gzip", "-dc", layer.gzip]));
    await measure("gzip", () => scan(layer.gzip));
    await measure("two gzip", () => together(() => scan(layer.gzip)));
    await measure("plain", () => scan(layer.tar));
    await measure("two plain", () => together(() => scan(layer.tar)));
    await measure("unzstd", () => decompressionTime(layer.zstd, 262_144));
    await measure("zstd", () => scan(layer.zstd));
    // The first round warms caches and code up.
    if (round === 0) times.clear();
  }
  await scanners.close();
  const time = (what: string): number => median(times.get(what) ?? []);
  const rate = (bytes: number, what: string): string =>
    `${Math.round(bytes / 1e6 / time(what))} MB/s`;
  const row = (
    what: string,
    ours: string,
    against: string,
    theirs: string,
    goal: string,
    layers = 1,
  ): void => {
    const bytes = layer.bytes * layers;
    const ratio = time(theirs) / time(ours);
    bench.recordCells(
      what,
      against,
      rate(bytes, ours),
      rate(bytes, theirs),
      `${ratio.toFixed(2)}x`,
      goal,
    );
  };
  const best =
    CHUNKS.map((chunk) => `gunzip ${chunk}`).toSorted((a, b) => time(a) - time(b))[0] ?? "";
  row(
    "gzip layer",
    "gzip",
    `Node's ${best}-byte chunks alone`,
    best,
    "0.8 or more of its throughput",
  );
  row("gzip layer", "gzip", "gzip -dc", "gzip -dc", "recorded");
  row(
    "two gzip layers, two workers",
    "two gzip",
    "two of Node's gunzip alone",
    "two gunzips",
    "recorded",
    2,
  );
  row("zstd layer", "zstd", "Node's zstd alone", "unzstd", "600 MB/s or more a worker");
  const scaling = (what: string, ours: string, one: string): void => {
    const [two, single] = [rate(2 * layer.bytes, ours), rate(layer.bytes, one)];
    bench.recordCells(
      what,
      "one worker",
      two,
      single,
      `${((2 * time(one)) / time(ours)).toFixed(2)}x`,
      "near 2",
    );
  };
  bench.recordCells(
    "plain layer",
    "600 MB/s",
    rate(layer.bytes, "plain"),
    "",
    `${(layer.bytes / 6e8 / time("plain")).toFixed(2)}x`,
    "1 or more",
  );
  scaling("two gzip layers, two workers", "two gzip", "gzip");
  scaling("two plain layers, two workers", "two plain", "plain");
}

/** The published command over an image of two gigabytes: its memory, and its second run. */
function measureWholeImage(layer: LayerFiles, { work, check, recordCells }: ImageBench): void {
  const count = Math.ceil(IMAGE_BYTES / layer.bytes);
  const archive = writeArchive(
    join(work, "image.tar"),
    Array.from({ length: count }, () => layer.tar),
  );
  const command = check(`archive:${archive}`);
  const what = `image of ${((count * layer.bytes) / 1e9).toFixed(1)} GB, ${count} layers`;
  const peak = peakMemory(command);
  recordCells(
    `peak memory, ${what}`,
    "250 MiB",
    `${Math.round(peak)} MiB`,
    "",
    `${(peak / 250).toFixed(2)}x`,
    "1 or less",
  );
  const again =
    Array.from({ length: 5 }, () => seconds(command)).toSorted((a, b) => a - b)[2] ?? Number.NaN;
  const first = Array.from({ length: 3 }, () => {
    rmSync(join(work, "cache"), { recursive: true, force: true });
    return seconds(command);
  });
  const cells = [
    `${Math.round(again * 1000)} ms`,
    `${median(first).toFixed(2)} s`,
    `${(again / median(first)).toFixed(2)}x`,
  ];
  recordCells(`${what}, second run`, "the first run", ...cells, "under 1 s");
  rmSync(archive);
}

/** None of them reads a layer as we do, so that each gets its files unpacked. */
function measurePeers(large: LayerFiles, { work, peers, check, record, skip }: ImageBench): void {
  const small = makeLayer(work, "small", SMALL_LAYER_BYTES);
  const sets = { large, small };
  for (const [name, { tar }] of Object.entries(sets)) {
    unpackLayer(tar, join(work, `files-${name}`));
    writeArchive(join(work, `image-${name}.tar`), [tar]);
  }
  for (const peer of installSecretPeers(peers)) {
    if ("missing" in peer) {
      skip(`image beside ${peer.name}`, peer.missing);
      continue;
    }
    const size = peer.slow ? "small" : "large";
    const ours: CommandLine = check(`archive:${join(work, `image-${size}.tar`)}`);
    // Without its cache; a peer has none.
    const fresh: CommandLine = ["sh", "-c", 'rm -rf "$XDG_CACHE_HOME"; exec "$@"', "sh", ...ours];
    const measured = compare(peer.slow ? 1 : 3, fresh, peer.command(join(work, `files-${size}`)));
    const what = `image with one layer of ${Math.round(sets[size].bytes / 1e6)} MB`;
    record(what, `${peer.name} over its files`, measured, "1 or less: never slower");
  }
}
