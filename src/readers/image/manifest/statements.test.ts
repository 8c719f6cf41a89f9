import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { noCache } from "../layers/cache.ts";
import { createScanners } from "../layers/scanners.ts";
import { keyedHashWith } from "../layers/scan-with-key.ts";
import { openOciDirectory } from "../open-store.ts";
import { readStore } from "../read-store.ts";
import { tarOf } from "../tar/testing.ts";
import type { Layout } from "../testing.ts";
import { ociLayout, sha256 } from "../testing.ts";

const KEY = new Uint8Array(32);
const TOKEN = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const DSSE = "application/vnd.dsse.envelope.v1+json";

let layout: Layout | undefined;
afterEach(() => layout?.remove());

interface Listed {
  readonly digest: string;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image, and beside it in the layout a manifest with one part. */
function withBeside(
  mediaType: string,
  part: string | Buffer,
  listed: (
    image: string,
    index: string,
  ) => { subject?: unknown; annotations?: Listed["annotations"] },
): string {
  layout = ociLayout({ layers: [[{ path: "a", content: "1" }]], config: { User: "1000" } });
  const { directory } = layout;
  const put = (bytes: string | Buffer, type: string): Record<string, unknown> => {
    const digest = sha256(bytes);
    writeFileSync(join(directory, "blobs", "sha256", digest.slice(7)), bytes);
    return { mediaType: type, digest, size: bytes.length };
  };
  const file = join(directory, "index.json");
  const { manifests } = JSON.parse(readFileSync(file, "utf8")) as { manifests: Listed[] };
  const index = manifests[0]?.digest ?? "";
  const inner = readFileSync(join(directory, "blobs", "sha256", index.slice(7)), "utf8");
  const image = (JSON.parse(inner) as { manifests: Listed[] }).manifests[0]?.digest ?? "";
  const { subject, annotations } = listed(image, index);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: put("{}", "application/vnd.oci.image.config.v1+json"),
    layers: [put(part, mediaType)],
    ...(subject === undefined ? {} : { subject }),
  });
  const beside = {
    ...put(manifest, MANIFEST),
    ...(annotations === undefined ? {} : { annotations }),
  };
  writeFileSync(file, JSON.stringify({ schemaVersion: 2, manifests: [beside, ...manifests] }));
  return directory;
}

async function read(directory: string) {
  const scanners = createScanners({ key: KEY, threads: 0 });
  const opened = await openOciDirectory(directory, "oci:image", { cache: noCache(), scanners });
  if ("problem" in opened) throw new Error(opened.problem);
  const { workloads, unknowns } = await readStore(opened, { keyedHash: keyedHashWith(KEY) });
  return {
    images: workloads.length,
    fields: workloads.flatMap(({ imageContents }) =>
      (imageContents?.secrets ?? []).map(({ place }) =>
        "field" in place ? place.field : place.path,
      ),
    ),
    unknowns,
  };
}

const ENVELOPE = JSON.stringify({
  payloadType: "application/vnd.in-toto+json",
  payload: Buffer.from(JSON.stringify({ predicate: { note: TOKEN } })).toString("base64"),
});
const named = (digest: string, suffix: string) => ({
  annotations: { "org.opencontainers.image.ref.name": `${digest.replace(":", "-")}.${suffix}` },
});

test.each([
  ["a tag of cosign that names the image", (image: string) => named(image, "att")],
  ["one that names the index", (_: string, index: string) => named(index, "att")],
  [
    "one after a repository",
    (image: string) => ({
      annotations: {
        "io.containerd.image.name": `host.example/app:${image.replace(":", "-")}.att`,
      },
    }),
  ],
  ["what `cosign save` writes", () => ({ annotations: { kind: "dev.cosignproject.cosign/atts" } })],
  ["a subject", (image: string) => ({ subject: { mediaType: MANIFEST, digest: image, size: 1 } })],
  ["a tag that names what is not here", () => named(sha256("elsewhere"), "att")],
])("a statement beside an image is read as one: %s", async (_how, listed) => {
  const found = await read(withBeside(DSSE, ENVELOPE, listed));
  expect(found).toEqual({
    images: 1,
    fields: ["attestation[0].payload.predicate.note"],
    unknowns: [],
  });
});

test("a bill of materials that is no JSON is searched as it is", async () => {
  const found = await read(
    withBeside("text/spdx", `SPDXVersion: SPDX-2.2\nPackageComment: ${TOKEN}\n`, (image) =>
      named(image, "sbom"),
    ),
  );
  expect(found).toEqual({ images: 1, fields: ["attestation[0]"], unknowns: [] });
});

test("an image cannot be hidden behind the name of a signature", async () => {
  const layer = tarOf([{ path: "app/token", content: `token=${TOKEN}\n` }]);
  const found = await read(
    withBeside("application/vnd.oci.image.layer.v1.tar", layer, (image) => named(image, "sig")),
  );
  expect(found).toMatchObject({ images: 2, fields: ["/app/token"] });
});

test("more statements than anyone makes are bounded, and that is told", async () => {
  const directory = withBeside(DSSE, ENVELOPE, (image) => named(image, "att"));
  const file = join(directory, "index.json");
  const { manifests } = JSON.parse(readFileSync(file, "utf8")) as { manifests: Listed[] };
  const layers = Array.from({ length: 200 }, () => ({ mediaType: DSSE, digest: sha256(ENVELOPE) }));
  const more = Array.from({ length: 150 }, (_, index) => {
    const about = { mediaType: MANIFEST, digest: sha256(`subject ${String(index)}`) };
    const config = { mediaType: "", digest: sha256("{}") };
    const bytes = JSON.stringify({ schemaVersion: 2, config, layers, subject: about });
    writeFileSync(join(directory, "blobs", "sha256", sha256(bytes).slice(7)), bytes);
    return { mediaType: MANIFEST, digest: sha256(bytes) };
  });
  writeFileSync(file, JSON.stringify({ schemaVersion: 2, manifests: [...manifests, ...more] }));
  const { fields, unknowns } = await read(directory);
  expect(fields).toContain("attestation[0].payload.predicate.note");
  expect(fields.length).toBeLessThan(300);
  expect(unknowns.map(({ why }) => why)).toEqual([
    expect.stringContaining("with it there are too many; the rest was not read"),
    expect.stringMatching(/^what is said of \d+ manifests was not read: it is too much$/),
  ]);
});
