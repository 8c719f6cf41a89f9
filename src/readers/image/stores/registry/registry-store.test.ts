import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { LayerReport } from "../../layers/layer-report.ts";
import { scanLayerWithKey } from "../../layers/scan-with-key.ts";
import { resolveImages } from "../../manifest/resolve-images.ts";
import type { ImageStore } from "../../manifest/store.ts";
import { readStore } from "../../read-store.ts";
import type { Layout } from "../../testing.ts";
import { sha256 } from "../../testing.ts";
import { streamOfRange } from "../file-range.ts";
import { ociDirectory } from "../oci-directory.ts";
import {
  cleanUpTest,
  KEY,
  TIMING,
  layerProblem,
  layerReport,
  layout,
  open,
  refusal,
  registry,
} from "./store-testing.ts";

afterEach(cleanUpTest);

/** Everything that is found, without the name of the store. */
async function found(store: ImageStore): Promise<string> {
  const keyedHash = (value: Uint8Array): string => sha256(value);
  const reading = await readStore({ store, problems: [] }, { keyedHash });
  const text = JSON.stringify({ workloads: reading.workloads, unknowns: reading.unknowns });
  return text.replaceAll(store.name, "IMAGE").replaceAll(/localhost:\d+/g, "HOST");
}

function ofDirectory({ directory }: Layout, name: string): ImageStore {
  return ociDirectory(directory, name, (range) => scanLayerWithKey(streamOfRange(range), KEY));
}

test.each(["none", "gzip", "zstd"] as const)(
  "the same is found as in the directory (%s)",
  async (compression) => {
    const made = layout({
      compression,
      attestations: [{ predicate: { "build-arg:NPM_TOKEN": "Xk29-swordfish-78" } }],
    });
    const store = await open(await registry({ directory: made.directory }));
    const inRegistry = await found(store);
    const inDirectory = await found(ofDirectory(made, store.name));
    expect(inRegistry).toContain(".env");
    expect(inRegistry).toContain("attestation[0]");
    expect(inRegistry).toContain('"deleted"');
    const secrets = (text: string): unknown =>
      (JSON.parse(text) as { workloads: { imageContents: { secrets: unknown } }[] }).workloads.map(
        (one) => one.imageContents.secrets,
      );
    expect(secrets(inRegistry)).toEqual(secrets(inDirectory));
    expect((JSON.parse(inRegistry) as { unknowns: unknown }).unknowns).toEqual([]);
  },
);

test("a digest in the reference is what counts", async () => {
  const made = layout();
  const server = await registry({ directory: made.directory });
  const { images } = await resolveImages(await open(server));
  const digest = images[0]?.manifest?.digest ?? "";
  expect(await refusal(`${server.host}/app@${digest}`)).toBe("it was opened");
  expect(await refusal(`${server.host}/app:other@${digest}`)).toBe("it was opened");
  expect(await refusal(`${server.host}/app@sha256:${"0".repeat(64)}`)).toBe("it is not there");
  expect(await refusal(`${server.host}/app:none`)).toBe("it is not there");
});

test("what is no reference is refused without being shown", async () => {
  expect(await refusal("user:pa55word@host/app")).toBe("it is no image reference");
  expect(await refusal("host.example/app/../x")).toContain("no name");
  expect(await refusal("scratch")).toBe("it is no image reference");
});

test("nothing is asked for before it is read, and no more layers at once than Docker pulls", async () => {
  const layers = Array.from({ length: 8 }, (_, index) => [
    { path: `f${String(index)}`, content: String(index) },
  ]);
  const server = await registry({ directory: layout({ layers }).directory });
  let running = 0;
  let most = 0;
  const store = await open(server, {
    scan: async (stream) => {
      running += 1;
      most = Math.max(most, running);
      const report = await scanLayerWithKey(stream, KEY);
      running -= 1;
      return report;
    },
  });
  const { images } = await resolveImages(store);
  expect(server.requests.filter(({ path }) => path.includes("/blobs/"))).toEqual([]);
  const reports = await Promise.all(
    (images[0]?.layers ?? []).map((layer) => store.layer(layer, undefined)),
  );
  expect(reports.every((report) => !("problem" in report) && report.members === 1)).toBe(true);
  expect(most).toBe(3);
});

test("a layer that the cache knows costs no request", async () => {
  const server = await registry({ directory: layout().directory });
  const known = { bytes: 1, problems: [] } as unknown as LayerReport;
  const store = await open(server, {
    scan: (stream) => {
      stream.close();
      return Promise.resolve(known);
    },
  });
  expect(await layerReport(store)).toBe(known);
  expect(server.requests.filter(({ path }) => path.includes("/blobs/"))).toEqual([]);
});

test("a missing layer, a foreign layer, a missing platform", async () => {
  const made = layout();
  const foreign = "https://elsewhere.example/layer";
  const server = await registry({
    directory: made.directory,
    misbehave: ({ url }, response) => {
      if (!url.includes("/blobs/")) return false;
      response.writeHead(404).end();
      return true;
    },
  });
  const store = await open(server);
  expect(await layerProblem(store)).toBe("it is not there");
  const { images } = await resolveImages(store);
  const layer = images[0]?.layers[0];
  if (layer === undefined) throw new Error("no layer");
  const read = await store.layer({ ...layer, urls: [foreign] }, undefined);
  expect("problem" in read).toBe(true);
  expect(server.requests.every(({ path }) => path.startsWith("/v2/"))).toBe(true);
});

test("a stopped store starts nothing again", async () => {
  const server = await registry({
    directory: layout().directory,
    misbehave: ({ url }) => url.includes("/blobs/"),
  });
  const store = await open(server, { timing: { ...TIMING, headerMs: 20_000 } });
  const { images } = await resolveImages(store);
  const layer = images[0]?.layers[0];
  if (layer === undefined) throw new Error("no layer");
  const started = performance.now();
  const reading = store.layer(layer, undefined);
  setTimeout(store.close, 100);
  expect(await reading).toMatchObject({ problem: "reading was stopped" });
  expect(performance.now() - started).toBeLessThan(5000);
});

test("authorities that cannot be read", async () => {
  expect(await refusal("host.example/app", { authorities: join("/nonexistent", "ca.pem") })).toBe(
    "the file of authorities cannot be read (ENOENT)",
  );
  expect(
    await refusal("host.example/app", {
      authorities: import.meta.filename.replace("store.test", "store"),
    }),
  ).toBe("the file of authorities holds no certificate, or one that cannot be read");
});
