/** What is wrong with an image is told by its name; the rest of it is still scanned, and nothing hangs. */

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import { tarOf } from "../../src/readers/image/tar/testing.ts";
import { savedOfOld } from "./doors.ts";
import type { LayoutBuilder } from "./layout-builder.ts";
import { LAYER, layoutBuilder, removeLayouts } from "./layout-builder.ts";
import { createPlan } from "./plan.ts";
import { readTarget } from "./reading.ts";

afterAll(removeLayouts);

const { token, noise } = createPlan(77);

interface Told {
  readonly images: number;
  readonly paths: readonly string[];
  readonly fields: readonly string[];
  readonly unknowns: readonly string[];
}

async function read(target: string): Promise<Told> {
  const { workloads, unknowns } = await readTarget(target);
  const places = workloads.flatMap(({ imageContents }) =>
    (imageContents?.secrets ?? []).map(({ place }) => place),
  );
  return {
    images: workloads.length,
    paths: places.flatMap((place) => ("path" in place ? [place.path] : [])),
    fields: places.flatMap((place) => ("field" in place ? [place.field] : [])),
    unknowns: unknowns.map(({ what, why }) => `${what}: ${why}`),
  };
}

/** A layer with one secret at a path. */
function good(path = "good.txt"): Buffer {
  return gzipSync(tarOf([{ path, content: `x ${token()} y\n` }]));
}

/** Reads an image of a good layer, the given one, and another good one. */
async function between(make: (build: LayoutBuilder) => unknown): Promise<Told> {
  const build = layoutBuilder();
  const layers = [build.blob(good("below.txt")), make(build), build.blob(good("above.txt"))];
  build.index([build.image(layers)]);
  return read(`oci:${build.directory}`);
}

const RAW = tarOf([
  { path: "first.txt", content: `x ${token()} y\n` },
  { path: "middle.bin", content: noise(200_000) },
  { path: "last.txt", content: `x ${token()} y\n` },
]);
const GZIP = gzipSync(RAW);
const ZSTD = zstdCompressSync(RAW);

describe("a layer that is broken", () => {
  const cases: [string, Uint8Array, RegExp, string[]?][] = [
    ["gzip cut in its header", GZIP.subarray(0, 5), /the gzip data ends too early/],
    [
      "gzip cut in the middle",
      GZIP.subarray(0, 150_000),
      /the gzip data ends too early/,
      ["/first.txt"],
    ],
    [
      "gzip cut before its sum",
      GZIP.subarray(0, -8),
      /ends too early/,
      ["/first.txt", "/last.txt"],
    ],
    ["gzip with a wrong sum", flipped(GZIP, GZIP.length - 6), /is corrupt/],
    ["gzip with a wrong byte", flipped(GZIP, 100_000), /corrupt|no tar header|digest/],
    ["zstd cut in its header", ZSTD.subarray(0, 6), /ends too early|corrupt/],
    [
      "zstd cut in the middle",
      ZSTD.subarray(0, 150_000),
      /ends too early|corrupt|middle of a member/,
      ["/first.txt"],
    ],
    ["zstd with a wrong byte", flipped(ZSTD, 5), /corrupt|early|memory/],
    ["tar cut in a header", RAW.subarray(0, 700), /ends/],
    ["tar cut in a member", RAW.subarray(0, 100_000), /middle of a member/, ["/first.txt"]],
    ["tar with a broken header", flipped(RAW, 1030), /no tar header/, ["/first.txt", "/last.txt"]],
    ["nothing, which is an archive too", Buffer.alloc(0), /^$/],
    ["text", Buffer.from("this is no layer at all\n".repeat(100)), /no tar header/],
    ["random bytes", randomBytes(100_000), /no tar header/],
    [
      "xz",
      Buffer.from("fd377a585a000004e6d6b446", "hex"),
      /compressed with xz, which cannot be read/,
    ],
    ["bzip2", Buffer.from("BZh91AY&SY"), /compressed with bzip2, which cannot be read/],
    ["gzip and something behind", Buffer.concat([GZIP, Buffer.from("more")]), /corrupt|after/],
    [
      "zstd and something behind",
      Buffer.concat([ZSTD, Buffer.from("more")]),
      /no zstd data|corrupt/,
      ["/first.txt", "/last.txt"],
    ],
    [
      "zstd with a dictionary",
      Buffer.from("28b52ffd210503190000616263", "hex"),
      /needs a dictionary/,
    ],
    [
      "a window of zstd of gigabytes",
      Buffer.from("28b52ffd04a8b8000000", "hex"),
      /memory|corrupt|early/,
    ],
    [
      "a size of 8 EiB",
      tarOf([
        { path: "huge", statedSize: 2 ** 62 },
        { path: "last.txt", content: token() },
      ]),
      /size of a member is no number/,
      ["/last.txt"],
    ],
    [
      "a size of 8 PiB",
      tarOf([{ path: "huge", statedSize: 2 ** 53 - 512, content: `x ${token()} y` }]),
      /middle of a member/,
      ["/huge"],
    ],
    [
      "paths that leave the root",
      tarOf([
        { path: "../../etc/x.txt", content: ` ${token()} ` },
        { path: "/abs.txt", content: ` ${token()} ` },
      ]),
      /leaves? the root/,
      ["/etc/x.txt", "/abs.txt"],
    ],
    [
      "a name of a megabyte",
      tarOf([{ path: "x", content: ` ${token()} `, pax: { path: "n".repeat(1_000_000) } }]),
      /is cut/,
    ],
    [
      "pax without end",
      tarOf([
        { path: "pax", flag: "x", content: "99 path=no" },
        { path: "last.txt", content: ` ${token()} ` },
      ]),
      /pax records/,
      ["/last.txt"],
    ],
  ];
  test.each(cases)("%s", async (_name, bytes, why, paths = []) => {
    const told = await between((build) => build.blob(bytes));
    expect(told.images).toBe(1);
    expect(told.paths).toEqual(expect.arrayContaining(["/below.txt", ...paths, "/above.txt"]));
    expect(told.unknowns.join("\n")).toMatch(why);
  });

  test("that is not there, encrypted, foreign or named wrongly", async () => {
    const digest = `sha256:${"0a".repeat(32)}`;
    const missing = await between(() => ({ mediaType: LAYER, digest, size: 5 }));
    expect(missing.unknowns).toEqual([expect.stringContaining("it is not there")]);
    const encrypted = await between((build) =>
      build.blob(randomBytes(5000), { mediaType: `${LAYER}+encrypted` }),
    );
    expect(encrypted.unknowns).toEqual([expect.stringContaining("it is encrypted")]);
    const foreign = await between(() => ({
      mediaType: LAYER,
      digest,
      size: 5,
      urls: ["https://x.invalid/layer"],
    }));
    expect(foreign.unknowns).toEqual([expect.stringContaining("foreign layer")]);
    for (const wrong of ["../../../etc/passwd", "md5:00", "sha256:short", 7, null]) {
      const told = await between(() => ({ mediaType: LAYER, digest: wrong }));
      expect(told.unknowns.join()).toMatch(/malformed/);
      expect(told.paths).toEqual(["/below.txt", "/above.txt"]);
    }
  });

  test("whose digest or size is another", async () => {
    const told = await between((build) => {
      const { digest } = build.blob("promised");
      build.file(join("blobs", "sha256", digest.slice(7)), good("forged.txt"));
      return { mediaType: LAYER, digest, size: 8 };
    });
    expect(told.unknowns.join()).toMatch(/its content has the digest sha256:/);
    expect(told.paths).toContain("/forged.txt");
  });

  test("names with control characters stay one name", async () => {
    const names = ["a\nb", "a\u001b[31mb", "a\rb", "a\u0000b", "\u202eb", "%s%n", "a\\b"];
    const entries = names.map((name): Entry => ({
      path: "x",
      content: ` ${token()} `,
      pax: { path: `n/${name}` },
    }));
    const told = await between((build) => build.blob(gzipSync(tarOf(entries))));
    expect(told.paths).toHaveLength(2 + names.length);
    expect(told.unknowns).toEqual([]);
  });

  test("invalid UTF-8 and invalid numbers everywhere", async () => {
    const bytes = tarOf([
      {
        path: "x",
        content: ` ${token()} `,
        pax: { path: Buffer.from([0xff, 0xfe, 0x2f, 0xc0, 0x80]) },
      },
    ]);
    const told = await between((build) => build.blob(bytes));
    expect(told.paths).toHaveLength(3);
  });
});

describe("documents that are broken", () => {
  const configs: [string, string | Buffer, RegExp][] = [
    ["no JSON", "{", /no valid JSON/],
    ["empty", "", /no valid JSON/],
    ["a list", "[]", /it is no object/],
    ["a text", '"x"', /it is no object/],
    ["nested a million times", "[".repeat(1_000_000), /nested too deep/],
    ["invalid UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /no valid JSON/],
    [
      "of nine megabytes",
      JSON.stringify({ config: { Env: ["A=".padEnd(9_000_000, "b")] } }),
      /longer than any image's/,
    ],
    [
      "of two megabytes",
      JSON.stringify({
        config: {
          Labels: Object.fromEntries(
            Array.from({ length: 50_000 }, (_, at) => [`label-${String(at)}`, "some value of it"]),
          ),
        },
      }),
      /longer than any image's/,
    ],
    ["wrong types", '{"config":7,"rootfs":[],"history":{"a":1}}', /layers/],
    [
      "wrong types deeper",
      '{"config":{"Env":{"A":1},"Labels":["x"],"Cmd":9,"Entrypoint":{"a":[]},"Healthcheck":"x","OnBuild":1},"rootfs":{"diff_ids":[1,{},null]},"history":[1,null,{"created_by":[]}]}',
      /digest|layers/,
    ],
    [
      "a key of 100 kB",
      JSON.stringify({ config: { Labels: { ["k".repeat(100_000)]: "v" } } }),
      /./,
    ],
  ];
  test.each(configs)("a configuration that is %s", async (_name, text, why) => {
    const build = layoutBuilder();
    build.index([build.image([build.blob(good())], build.blob(text))]);
    const told = await read(`oci:${build.directory}`);
    expect(told.images).toBe(1);
    expect(told.paths).toEqual(["/good.txt"]);
    expect(told.unknowns.join("\n")).toMatch(why);
  });

  test("a configuration of 100 MB", async () => {
    const build = layoutBuilder();
    build.index([build.image([build.blob(good())], build.blob(Buffer.alloc(100_000_000, "x")))]);
    const told = await read(`oci:${build.directory}`);
    expect(told.paths).toEqual(["/good.txt"]);
    expect(told.unknowns.join()).toMatch(/it is longer than/);
  });

  test("a key that is given twice is told, and both values are found", async () => {
    const build = layoutBuilder();
    const text = `{"config":{"Env":["A=${token()}"]},"config":{"Env":["B=${token()}"]},"rootfs":{"diff_ids":[""]}}`;
    build.index([build.image([build.blob(good())], build.blob(text))]);
    const told = await read(`oci:${build.directory}`);
    expect(told.unknowns.join()).toMatch(/gives a key twice/);
    expect(told.fields).toContain("config.Env[0]");
    expect(told.fields.filter((field) => field === "config").length).toBeGreaterThan(0);
  });

  test("secrets in fields that nothing else reads", async () => {
    const build = layoutBuilder();
    const config = build.json({
      author: `me ${token()}`,
      config: { WorkingDir: `/srv/${token()}`, Custom: { deep: [`x ${token()}`] } },
      history: [{ created_by: "RUN x", comment: `by ${token()}` }],
      rootfs: { diff_ids: [""] },
    });
    build.index([build.image([build.blob(good())], config)]);
    const { fields } = await read(`oci:${build.directory}`);
    expect(fields.toSorted()).toEqual([
      "author",
      "config.Custom.deep[0]",
      "config.WorkingDir",
      "history[0].comment",
    ]);
  });

  test("manifests and indexes", async () => {
    for (const [text, why] of [
      ["{", /no valid JSON/],
      ["[]", /no JSON object/],
      ['{"schemaVersion":1}', /schema 1/],
      ['{"layers":[]}', /neither an image index nor a manifest/],
      ["x".repeat(9_000_000), /longer than any manifest/],
    ] as const) {
      const build = layoutBuilder();
      build.index([build.image([build.blob(good())]), build.blob(text)]);
      const told = await read(`oci:${build.directory}`);
      expect(told.paths).toEqual(["/good.txt"]);
      expect(told.unknowns.join()).toMatch(why);
    }
  });

  test("an index in itself, and indexes in each other", async () => {
    const build = layoutBuilder();
    const digest = `sha256:${"1b".repeat(32)}`;
    const loop = { mediaType: "application/vnd.oci.image.index.v1+json", digest };
    build.file(
      join("blobs", "sha256", digest.slice(7)),
      JSON.stringify({ manifests: [loop, loop] }),
    );
    let deep = build.image([build.blob(good("deep.txt"))]);
    for (let level = 0; level < 20; level++)
      deep = build.json({ schemaVersion: 2, manifests: [deep] });
    build.index([build.image([build.blob(good())]), loop, deep]);
    const told = await read(`oci:${build.directory}`);
    expect(told.paths).toEqual(["/good.txt"]);
    expect(told.unknowns.join()).toMatch(/has the digest/);
    expect(told.unknowns.join()).toMatch(/nested too deep/);
  });

  test("indexes that fan out without end", async () => {
    const build = layoutBuilder();
    let level = Array.from({ length: 30 }, (_, at) =>
      build.json({ schemaVersion: 2, manifests: [], at }),
    );
    for (let depth = 0; depth < 6; depth++) {
      level = Array.from({ length: 30 }, (_, at) =>
        build.json({ schemaVersion: 2, manifests: level, depth, at }),
      );
    }
    build.index([build.image([build.blob(good())]), ...level]);
    const told = await read(`oci:${build.directory}`);
    expect(told.paths).toEqual(["/good.txt"]);
  });

  test("4,096 platforms, of which one is there", async () => {
    const build = layoutBuilder();
    const there = build.image([build.blob(good())]);
    const manifests = Array.from({ length: 4096 }, (_, at) => ({
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: at === 77 ? there.digest : `sha256:${at.toString(16).padStart(64, "0")}`,
      platform: { os: "linux", architecture: `arch${String(at)}` },
    }));
    build.index([build.json({ schemaVersion: 2, manifests })]);
    const told = await read(`oci:${build.directory}`);
    expect(told).toEqual({ images: 1, paths: ["/good.txt"], fields: [], unknowns: [] });
  });

  test("100,000 layers that are all the same, or not there", async () => {
    const build = layoutBuilder();
    const layer = build.blob(good());
    const missing = { mediaType: LAYER, digest: `sha256:${"2c".repeat(32)}` };
    const many = Array.from({ length: 50_000 }, () => [layer, missing]).flat();
    const short = many.map(({ digest }) => ({ digest }));
    build.index([build.image(short.slice(0, 90_000))]);
    const told = await read(`oci:${build.directory}`);
    expect(told.unknowns.length).toBeLessThan(1100);
    expect(told.unknowns.join()).toMatch(/too many|longer than any/);
  });

  test("an image whose attestations are broken", async () => {
    const build = layoutBuilder();
    const image = build.image([build.blob(good())]);
    const statement = build.blob("{", { mediaType: "application/vnd.in-toto+json" });
    const attestation = build.image([
      statement,
      { mediaType: "x", digest: `sha256:${"3d".repeat(32)}` },
    ]);
    const annotations = {
      "vnd.docker.reference.type": "attestation-manifest",
      "vnd.docker.reference.digest": image.digest,
    };
    build.index([
      image,
      { ...attestation, annotations },
      { digest: `sha256:${"4e".repeat(32)}`, annotations },
    ]);
    const told = await read(`oci:${build.directory}`);
    expect(told.paths).toEqual(["/good.txt"]);
    expect(told.unknowns).toHaveLength(2);
  });
});

describe("archives that are broken", () => {
  const write = (bytes: Uint8Array | string): string => {
    const { directory } = layoutBuilder();
    const file = join(directory, "archive");
    writeFileSync(file, bytes);
    return file;
  };
  const saved = (layers: readonly Buffer[]): Buffer => {
    const config = Buffer.from(
      JSON.stringify({ config: {}, rootfs: { diff_ids: layers.map(() => "") } }),
    );
    return tarOf(savedOfOld([{ names: ["a:1"], config, layers }]));
  };
  const PLAIN = tarOf([{ path: "good.txt", content: `x ${token()} y` }]);

  test.each([
    ["nothing", Buffer.alloc(0), /empty/],
    ["text", Buffer.from("hello\n".repeat(1000)), /no tar archive/],
    ["zeros", Buffer.alloc(100_000), /empty archive|no tar archive|no image/],
    ["compressed text", gzipSync("hello"), /no tar archive/],
    ["compressed nothing", gzipSync(""), /no tar archive/],
    ["cut gzip", gzipSync(RAW).subarray(0, 20), /ends too early|no tar archive/],
    ["an archive without images", RAW, /neither index.json nor manifest.json/],
    ["a compressed one", gzipSync(RAW), /neither index.json nor manifest.json/],
    ["xz", Buffer.from("fd377a585a000004e6d6b446", "hex"), /xz, which cannot be read/],
    ["a list that is none", tarOf([{ path: "manifest.json", content: "{}" }]), /no list of images/],
    [
      "an index that is none",
      tarOf([{ path: "index.json", content: "[]" }]),
      /no list of manifests/,
    ],
    ["only repositories", tarOf([{ path: "repositories", content: "{}" }]), /older than 1.10/],
    [
      "a link to itself",
      tarOf([{ path: "manifest.json", flag: "2", link: "manifest.json" }]),
      /neither index.json/,
    ],
  ])("%s", async (_name, bytes, why) => {
    const told = await read(`archive:${write(bytes)}`);
    expect(told.images).toBe(0);
    expect(told.unknowns.join()).toMatch(why);
  });

  test("cut anywhere, it ends with a word on it", async () => {
    for (const packing of [(bytes: Buffer) => bytes, gzipSync, zstdCompressSync]) {
      const whole = packing(saved([PLAIN, RAW]));
      for (let at = 1; at < whole.length; at += Math.ceil(whole.length / 23)) {
        const told = await read(`archive:${write(whole.subarray(0, at))}`);
        expect(told.unknowns.length).toBeGreaterThan(0);
      }
    }
  });

  test("empty and unreadable layers, packed or not", async () => {
    for (const packing of [(bytes: Buffer) => bytes, gzipSync]) {
      const told = await read(
        `archive:${write(packing(saved([Buffer.alloc(1024), randomBytes(5000), PLAIN])))}`,
      );
      expect(told.paths).toEqual(["/good.txt"]);
      expect(told.unknowns).toEqual([expect.stringMatching(/^layer 1 .*no tar header/)]);
    }
  });

  test("10,000 images in one archive", async () => {
    const config = Buffer.from(JSON.stringify({ config: {}, rootfs: { diff_ids: [""] } }));
    const manifest = Array.from({ length: 10_000 }, (_, at) => ({
      Config: "config.json",
      RepoTags: [`a:${String(at)}`],
      Layers: ["layer.tar"],
    }));
    const bytes = tarOf([
      { path: "config.json", content: config },
      { path: "layer.tar", content: PLAIN },
      { path: "manifest.json", content: JSON.stringify(manifest) },
    ]);
    const told = await read(`archive:${write(bytes)}`);
    expect(told.images).toBe(10_000);
    expect(told.paths).toHaveLength(10_000);
  });

  test("no file, a directory, a pipe, a forbidden file, a device", async () => {
    const { directory } = layoutBuilder();
    const pipe = join(directory, "pipe");
    execFileSync("mkfifo", [pipe]);
    mkdirSync(join(directory, "folder"));
    expect((await read(`archive:${directory}/none`)).unknowns.join()).toMatch(
      /there is no such file/,
    );
    expect((await read(`archive:${directory}/folder`)).unknowns.join()).toMatch(
      /it is a directory/,
    );
    expect((await read(`archive:${pipe}`)).unknowns.join()).toMatch(/no regular file/);
    expect((await read("archive:/dev/zero")).unknowns.join()).toMatch(/no regular file/);
    expect((await read(`oci:${pipe}`)).unknowns.join()).toMatch(/no directory/);
    expect((await read(`oci:${directory}/none`)).unknowns.join()).toMatch(/no such directory/);
    expect((await read(`oci:${directory}/folder`)).unknowns.join()).toMatch(/no image/);
    if (process.getuid?.() !== 0) {
      const forbidden = write("x");
      chmodSync(forbidden, 0);
      expect((await read(`archive:${forbidden}`)).unknowns.join()).toMatch(/cannot be read/);
    }
  });

  test("blobs that are pipes or directories are not there", async () => {
    const build = layoutBuilder();
    const digest = `sha256:${"5f".repeat(32)}`;
    const folder = `sha256:${"60".repeat(32)}`;
    execFileSync("mkfifo", [join(build.directory, "blobs", "sha256", digest.slice(7))]);
    mkdirSync(join(build.directory, "blobs", "sha256", folder.slice(7)));
    build.index([build.image([{ digest }, { digest: folder }, build.blob(good())])]);
    const told = await read(`oci:${build.directory}`);
    expect(told.paths).toEqual(["/good.txt"]);
    expect(told.unknowns).toHaveLength(2);
  });

  test("a file that shrinks while it is read", async () => {
    const file = write(saved([PLAIN, tarOf([{ path: "big.bin", content: noise(3_000_000) }])]));
    const reading = read(`archive:${file}`);
    truncateSync(file, 100_000);
    const told = await reading;
    expect(told.unknowns.length).toBeGreaterThan(0);
  });
});

function flipped(bytes: Uint8Array, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 0x55;
  return changed;
}
