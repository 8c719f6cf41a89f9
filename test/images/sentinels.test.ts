/** No value that an image holds stands in anything that is written: outputs, errors, reports, the cache. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Layout } from "../../src/readers/image/testing.ts";
import { ociLayout } from "../../src/readers/image/testing.ts";
import { project } from "../support/cli.ts";
import { entriesOf, packed } from "./doors.ts";
import type { Planted } from "./plan.ts";
import { plantedImage } from "./planted.ts";

const image = plantedImage(31_415);
let layout: Layout;
let place: ReturnType<typeof project>;

beforeAll(() => {
  layout = ociLayout({ ...image, compression: "gzip" });
  place = project({ "image.tar.gz": packed(entriesOf(layout.directory), "gzip") });
});

afterAll(() => {
  layout.remove();
  place.remove();
});

const FORMATS = ["terminal", "json", "sarif", "junit", "github", "gitlab", "markdown"];

/** Beginnings that all values of a kind have. */
const COMMON = /^(?:-----BEGIN|-----END|eyJhbGci|https:|[A-Za-z_-]{12}$)/;

/** The value, what it is in base64, and its ends. */
function tracesOf({ value }: Planted): string[] {
  const encoded = Buffer.from(value)
    .toString("base64")
    .replace(/.{0,4}$/, "");
  const ends = value.startsWith("-----BEGIN")
    ? [value.slice(60, 72), value.slice(-50, -38)]
    : [value.slice(0, 12), value.slice(-12)];
  return [value, encoded, ...ends].filter((trace) => trace.length >= 12 && !COMMON.test(trace));
}

const traces = image.planted.flatMap((planted) =>
  tracesOf(planted).map((trace) => ({ trace, place: planted.place })),
);

/** Places whose value stands in a text. */
function leaksIn(text: string): string[] {
  return [
    ...new Set(traces.filter(({ trace }) => text.includes(trace)).map(({ place: each }) => each)),
  ];
}

function written(directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path.endsWith("image.tar.gz")) continue;
    files[path] = readFileSync(path, "latin1");
    if (entry.name !== "layers.sqlite") continue;
    const database = new DatabaseSync(path, { readOnly: true });
    for (const [index, row] of database.prepare("SELECT report FROM layers").all().entries()) {
      files[`${path} report ${String(index)}`] = gunzipSync(row["report"] as Uint8Array).toString();
    }
    database.close();
  }
  return files;
}

async function run(words: readonly string[]): Promise<{ out: string; err: string }> {
  const { out, err } = await place.run(words, {
    environment: { XDG_CACHE_HOME: join(place.folder, "cache") },
    terminal: false,
  });
  return { out, err };
}

test("the search itself finds values", () => {
  expect(traces.length).toBeGreaterThan(600);
  expect(leaksIn(readFileSync(import.meta.filename, "latin1"))).toEqual([]);
  const raw = image.layers[0]?.toString("latin1") ?? "";
  expect(leaksIn(raw).length).toBeGreaterThan(100);
});

test("reports of an image in every format, and the cache", { timeout: 60_000 }, async () => {
  const outputs = FORMATS.flatMap((format) => ["-f", `${format}=report.${format}`]);
  const told = await run([
    "check",
    `oci:${layout.directory}`,
    ...outputs,
    "-f",
    "terminal",
    "--posture",
    "--show-suppressed",
    "--write-baseline",
    "baseline.json",
  ]);
  const narrow = await run(["check", "archive:image.tar.gz", "--width", "40", "--color", "always"]);
  const files = written(place.folder);
  expect(Object.keys(files).filter((path) => path.includes(" report ")).length).toBeGreaterThan(4);
  expect(Object.keys(files).filter((path) => path.includes("/report.")).length).toBe(
    FORMATS.length,
  );
  for (const [name, text] of Object.entries({
    ...files,
    ...told,
    narrow: narrow.out + narrow.err,
  })) {
    expect(leaksIn(text), name).toEqual([]);
  }
  // There is something to leak.
  expect(
    files[join(place.folder, "report.json")]?.match(/secret-in-/g)?.length ?? 0,
  ).toBeGreaterThan(100);
});

test("errors over images that are broken", { timeout: 60_000 }, async () => {
  const whole = gunzipSync(readFileSync(join(place.folder, "image.tar.gz")));
  for (const at of [1, 3, 5]) {
    const cut = whole.subarray(0, Math.floor((whole.length * at) / 7));
    const broken = Buffer.from(whole);
    broken.fill(
      0x41,
      Math.floor((whole.length * at) / 8),
      Math.floor((whole.length * at) / 8) + 600,
    );
    for (const [name, bytes] of [
      ["cut.tar", cut],
      ["cut.tar.gz", gzipSync(cut, { level: 1 })],
      ["broken.tar", broken],
    ] as const) {
      writeFileSync(join(place.folder, name), bytes);
      const { out, err } = await run([
        "check",
        `archive:${name}`,
        "-f",
        "json",
        "-f",
        "terminal=told.txt",
      ]);
      rmSync(join(place.folder, name));
      expect(leaksIn(out), name).toEqual([]);
      expect(leaksIn(err), name).toEqual([]);
    }
  }
  for (const [name, text] of Object.entries(written(place.folder)))
    expect(leaksIn(text), name).toEqual([]);
});
