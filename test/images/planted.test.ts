/** Every planted secret is found, at its place and in its state, through every door, and nothing else. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SecretSighting } from "../../src/model/image-contents.ts";
import type { Layout } from "../../src/readers/image/testing.ts";
import { ociLayout } from "../../src/readers/image/testing.ts";
import type { Packing } from "./doors.ts";
import { configOf, entriesOf, packed, savedOfNew, savedOfOld } from "./doors.ts";
import type { Planted } from "./plan.ts";
import { contentKey, keyedHash } from "./plan.ts";
import type { PlantedImage } from "./planted.ts";
import { plantedImage } from "./planted.ts";
import { readTarget } from "./reading.ts";

let image: PlantedImage;
let folder: string;
const layouts = {} as Record<Packing, Layout>;

beforeAll(() => {
  image = plantedImage(20_261_125);
  folder = mkdtempSync(join(tmpdir(), "plimsoll-planted-"));
  for (const [packing, compression] of [
    ["plain", "none"],
    ["gzip", "gzip"],
    ["zstd", "zstd"],
  ] as const) {
    layouts[packing] = ociLayout({ ...image, compression });
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true });
  for (const layout of Object.values(layouts)) layout.remove();
});

interface Read {
  readonly secrets: readonly SecretSighting[];
  readonly unknowns: readonly string[];
}

async function read(target: string): Promise<Read> {
  const { workloads, unknowns } = await readTarget(target);
  expect(workloads).toHaveLength(1);
  return {
    secrets: workloads[0]?.imageContents?.secrets ?? [],
    unknowns: unknowns.map(({ what, why }) => `${what}: ${why}`),
  };
}

function decoded(bytes: Buffer, encoding: SecretSighting["encoding"]): string {
  if (encoding === "utf-16le") return bytes.toString("utf16le");
  if (encoding === "utf-16be") return Buffer.from(bytes).swap16().toString("utf16le");
  const text = bytes.toString();
  return encoding === "plain" ? text : Buffer.from(text.replaceAll(/\s/g, ""), "base64").toString();
}

/** The value that stands at a place of a layer, which must be the same by both of its offsets. */
function valueAt({ layers, contents }: PlantedImage, { place, encoding }: SecretSighting): string {
  if ("field" in place) return "";
  const { layer, path, offset, length, layerOffset } = place;
  const content = contents.get(contentKey(layer.index, path)) ?? Buffer.alloc(0);
  const value = decoded(content.subarray(offset, offset + length), encoding);
  if (layerOffset !== undefined) {
    const bytes = layers[layer.index]?.subarray(layerOffset, layerOffset + length);
    expect(decoded(bytes ?? Buffer.alloc(0), encoding)).toBe(value);
  }
  return value;
}

function matches(of: PlantedImage, planted: Planted, sighting: SecretSighting): boolean {
  const { place, state, encoding } = sighting;
  if (planted.state !== state.is || planted.encoding !== encoding) return false;
  if ("byLayer" in state && state.byLayer !== planted.byLayer) return false;
  if ("field" in place) {
    return place.field === planted.field && sighting.keyedHash === keyedHash(planted.value);
  }
  if (place.layer.index !== planted.layer || place.path !== planted.path) return false;
  const value = valueAt(of, sighting);
  const stands = encoding === "base64" ? value.includes(planted.value) : value === planted.value;
  return stands && sighting.keyedHash === keyedHash(planted.value);
}

function compare({ secrets }: Read, of = image): { missing: string[]; invented: string[] } {
  const left = new Set(secrets);
  const missing: string[] = [];
  for (const planted of of.planted) {
    const found = [...left].find((sighting) => matches(of, planted, sighting));
    if (found === undefined)
      missing.push(
        `${planted.place}: ${planted.field ?? planted.path ?? ""} ${planted.value.slice(0, 30)}`,
      );
    else left.delete(found);
  }
  const invented = [...left].map(
    ({ place, detector, state, encoding, confidence }) =>
      `${detector} ${confidence} ${encoding} ${state.is} ${"field" in place ? place.field : `${String(place.layer.index)} ${place.path} ${String(place.offset)}+${String(place.length)}`}`,
  );
  return { missing, invented };
}

test("there are enough of them, each with a value of its own", () => {
  expect(image.planted.length).toBeGreaterThan(200);
  const values = image.planted.map(({ value }) => value);
  expect(new Set(values).size).toBe(values.length);
});

test("all are found where they are, and nothing is invented", async () => {
  const found = await read(`oci:${layouts.gzip.directory}`);
  expect(found.unknowns).toEqual([]);
  expect(compare(found)).toEqual({ missing: [], invented: [] });
});

test.each(["plain", "zstd"] as const)(
  "an OCI directory with layers in %s tells the same",
  async (packing) => {
    const found = await read(`oci:${layouts[packing].directory}`);
    expect(found.unknowns).toEqual([]);
    expect(compare(found)).toEqual({ missing: [], invented: [] });
  },
);

test.each([1, 2, 3])("so are other values in the same places (seed %i)", async (seed) => {
  const other = plantedImage(seed);
  const layout = ociLayout({ ...other, compression: "none" });
  try {
    expect(compare(await read(`oci:${layout.directory}`), other)).toEqual({
      missing: [],
      invented: [],
    });
  } finally {
    layout.remove();
  }
});

test("hard links are told as other names; what is in no compressed archive has a place in the layer", async () => {
  const { secrets } = await read(`oci:${layouts.gzip.directory}`);
  const at = (path: string): SecretSighting | undefined =>
    secrets.find(({ place }) => "path" in place && place.path === path);
  expect(at("/links/one.txt")?.aliases).toEqual(["/links/two.txt"]);
  expect(at("/links/first.txt")).toMatchObject({
    aliases: ["/links/second.txt"],
    state: { is: "live" },
  });
  for (const path of ["/opt/plain.tar!/two.txt", "/opt/lib.zip!/stored.txt", "/root/.npmrc"]) {
    expect(at(path)?.place).toHaveProperty("layerOffset");
  }
  for (const path of ["/opt/packed.tgz!/two.txt", "/opt/lib.zip!/deflated.txt"]) {
    expect(at(path)?.place).not.toHaveProperty("layerOffset");
  }
});

const PACKINGS = ["plain", "gzip", "zstd"] as const;

test.each(PACKINGS)("archives of every kind, packed as %s, tell the same", async (packing) => {
  const { directory } = layouts.gzip;
  const files = {
    oci: entriesOf(directory),
    saved: savedOfNew(directory, ["app:1.0"]),
  };
  for (const [name, entries] of Object.entries(files)) {
    const file = join(folder, `${name}-${packing}`);
    writeFileSync(file, packed(entries, packing));
    const found = await read(`archive:${file}`);
    expect(found.unknowns).toEqual([]);
    expect(compare(found), name).toEqual({ missing: [], invented: [] });
    rmSync(file);
  }
});

test.each(PACKINGS)(
  "what Docker of old saves, packed as %s, tells the same but for attestations",
  async (packing) => {
    const config = Buffer.from(JSON.stringify(configOf(image)));
    const file = join(folder, `old-${packing}`);
    writeFileSync(
      file,
      packed(savedOfOld([{ names: ["app:1.0"], config, layers: image.layers }]), packing),
    );
    const found = await read(`archive:${file}`);
    expect(found.unknowns).toEqual([]);
    const { missing, invented } = compare(found);
    expect(missing.filter((each) => !each.startsWith("provenance"))).toEqual([]);
    expect(invented).toEqual([]);
    rmSync(file);
  },
);

test("layers that several saved images share are found through their links", async () => {
  const config = Buffer.from(JSON.stringify(configOf(image)));
  const images = ["one", "two"].map((name) => ({
    names: [`${name}:1`],
    config,
    layers: image.layers,
  }));
  for (const packing of PACKINGS) {
    const file = join(folder, `linked-${packing}`);
    writeFileSync(file, packed(savedOfOld(images), packing));
    const { workloads, unknowns } = await readTarget(`archive:${file}`);
    expect(unknowns).toEqual([]);
    const counts = workloads.map(({ imageContents }) => imageContents?.secrets.length);
    expect(counts).toHaveLength(2);
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeGreaterThan(200);
    rmSync(file);
  }
});
