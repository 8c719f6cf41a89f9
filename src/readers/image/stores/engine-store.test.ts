import { readFileSync, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Engine } from "../../../engine/engine.ts";
import { isProblem } from "../../../engine/problem.ts";
import type { FakeEngine } from "../../../engine/testing.ts";
import { connected, fakeEngine, whole } from "../../../engine/testing.ts";
import type { SecretSighting } from "../../../model/image-contents.ts";
import type { KeptImage } from "../layers/cache.ts";
import type { LayerReport } from "../layers/layer-report.ts";
import { keyedHashWith, scanLayerWithKey } from "../layers/scan-with-key.ts";
import type { StoreReading } from "../read-store.ts";
import { readStore } from "../read-store.ts";
import type { Entry } from "../tar/testing.ts";
import { tarOf } from "../tar/testing.ts";
import { ociLayout, sha256 } from "../testing.ts";
import type { EngineStore } from "./engine-store.ts";
import { engineStore } from "./engine-store.ts";

const KEY = new Uint8Array(32);
const TOKEN = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
const LAYERS: readonly (readonly Entry[])[] = [
  [{ path: "etc/passwd", content: "app:x:1000:1000::/:/bin/sh\n" }],
  [{ path: "app/token", content: `token=${TOKEN}\n` }],
  // A step that changes nothing.
  [],
  [{ path: "app/.wh.token" }],
];
const HISTORY = [
  { created_by: "/bin/sh -c #(nop) ADD file:x in / " },
  {
    created_by: "ENV PASSWORD=correct-horse-battery",
    empty_layer: true,
    comment: "buildkit.dockerfile.v0",
  },
  { created_by: "COPY token /app # buildkit", comment: "buildkit.dockerfile.v0" },
  { created_by: "RUN /bin/sh -c true # buildkit", comment: "buildkit.dockerfile.v0" },
  { created_by: "RUN /bin/sh -c rm /app/token # buildkit", comment: "buildkit.dockerfile.v0" },
];
const CONFIG = { User: "app", Env: ["PASSWORD=correct-horse-battery"] };
const diffIds = LAYERS.map((layer) => sha256(tarOf(layer)));

const ARCHIVE = {
  today: () => {
    const layout = ociLayout({ layers: LAYERS, config: CONFIG, history: HISTORY });
    const files = readdirSync(layout.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry): Entry => {
        const file = join(entry.parentPath, entry.name);
        return { path: file.slice(layout.directory.length + 1), content: readFileSync(file) };
      });
    layout.remove();
    return tarOf(files);
  },
  /** As engines up to 24 write it: layers by paths that say nothing. */
  old: () => {
    const config = JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: CONFIG,
      rootfs: { type: "layers", diff_ids: diffIds },
      history: HISTORY,
    });
    const configPath = `${sha256(config).slice(7)}.json`;
    const paths = LAYERS.map((_, index) => `${String(index).repeat(64)}/layer.tar`);
    return tarOf([
      ...LAYERS.map((layer, index) => ({ path: paths[index] ?? "", content: tarOf(layer) })),
      { path: configPath, content: config },
      {
        path: "manifest.json",
        content: JSON.stringify([{ Config: configPath, RepoTags: null, Layers: paths }]),
      },
    ]);
  },
};

const ID = `sha256:${"e".repeat(64)}`;
const INSPECT = {
  Id: ID,
  RepoTags: ["other:1", "app:1"],
  RepoDigests: [`app@sha256:${"d".repeat(64)}`],
  Os: "linux",
  Architecture: "amd64",
  Config: CONFIG,
  RootFS: { Layers: diffIds },
};
/** The newest first, as engines give it. */
const TOLD_HISTORY = HISTORY.map(({ created_by, comment }, index) => ({
  CreatedBy: created_by,
  Comment: comment ?? "",
  Size: index === 0 || index === 2 ? 10 : 0,
  Created: 1_700_000_000,
})).reverse();

let fake: FakeEngine | undefined;
let engine: Engine | undefined;
afterEach(async () => {
  engine?.close();
  await fake?.close();
});

interface Door {
  readonly archive?: Buffer;
  readonly inspect?: Readonly<Record<string, unknown>>;
  readonly minor?: number;
  readonly cut?: number;
}

async function enter({ archive, inspect, minor, cut }: Door = {}): Promise<Engine> {
  const document = { ...INSPECT, ...inspect };
  fake = await fakeEngine(
    {
      "/images/app:1/json": document,
      [`/images/${ID}/json`]: document,
      [`/images/${ID}/history`]: TOLD_HISTORY,
      [`/images/${ID}/get`]: (_request: IncomingMessage, answer: ServerResponse) => {
        if (archive === undefined) answer.writeHead(500).end('{"message":"no space left"}');
        else if (cut === undefined) answer.end(archive);
        else {
          answer.write(archive.subarray(0, cut));
          setTimeout(() => answer.destroy(), 50);
        }
      },
    },
    minor,
  );
  engine = await connected({ env: {}, host: fake.host });
  return engine;
}

async function open(
  client: Engine,
  known: ReadonlyMap<string, LayerReport> = new Map(),
  platform?: { readonly os: string; readonly architecture: string },
): Promise<EngineStore> {
  return whole(
    await engineStore(client, {
      name: "image:app:1",
      reference: "app:1",
      scan: (layer) => scanLayerWithKey(layer, KEY),
      recallImage: () => (known.size === 0 ? undefined : KEPT),
      recallLayer: (digest) => known.get(digest),
      ...(platform === undefined ? {} : { platform }),
    }),
  );
}

/** What an export of it held; its layers are not compressed. */
const KEPT: KeptImage = {
  layers: diffIds.map((digest) => ({ name: digest, digest })),
  sightings: [],
};

const read = (store: EngineStore): Promise<StoreReading> =>
  readStore(store, { keyedHash: keyedHashWith(KEY) });

/** What is found, without what a blob's own digest and the place in the shown text have to do with it. */
function secretsOf({ workloads }: StoreReading): unknown {
  const secrets = workloads[0]?.imageContents?.secrets ?? [];
  return secrets.map(({ span: _span, place, ...secret }: SecretSighting) => {
    if (!("layer" in place)) return { ...secret, place };
    const { digest: _digest, ...layer } = place.layer;
    return { ...secret, place: { ...place, layer } };
  });
}

async function scanned(): Promise<Map<string, LayerReport>> {
  const reports = await Promise.all(
    LAYERS.map(async (layer) => {
      const bytes = tarOf(layer);
      let given = false;
      const stream = {
        next: () => {
          const piece = given ? ({ ended: true } as const) : bytes;
          given = true;
          return Promise.resolve(piece);
        },
        close: () => undefined,
      };
      return [sha256(bytes), await scanLayerWithKey(stream, KEY)] as const;
    }),
  );
  return new Map(reports);
}

async function namesOf({ store }: EngineStore): Promise<readonly string[]> {
  const roots = await store.roots();
  return "problem" in roots ? [roots.problem] : roots.flatMap(({ names }) => names);
}

/** The one that was asked for comes first. */
const NAMES = ["app:1", "other:1", ...INSPECT.RepoDigests];

const questions = (): readonly string[] =>
  (fake?.asked ?? []).slice(1).map((path) => path.replace(/^\/v1\.\d+/, ""));

describe("an image at an engine", () => {
  test.each(Object.entries(ARCHIVE))(
    "is exported whole: an archive as of %s",
    async (_form, archive) => {
      const store = await open(await enter({ archive: archive() }));
      const reading = await read(store);
      expect(store).toMatchObject({ problems: [], notRead: [] });
      expect(reading.unknowns).toEqual([]);
      expect(reading.workloads).toMatchObject([
        { name: "image app:1", user: { value: { uid: 1000 } } },
      ]);
      const secrets = reading.workloads[0]?.imageContents?.secrets;
      expect(secrets).toMatchObject([
        { place: { field: "config.Env[0]" } },
        { place: { field: "history[1].created_by" } },
        {
          place: {
            path: "/app/token",
            layer: { index: 1, createdBy: "COPY token /app # buildkit", diffId: diffIds[1] },
          },
          state: { is: "deleted", byLayer: 3 },
        },
      ]);
      expect(questions()).toEqual(["/images/app:1/json", `/images/${ID}/get`]);
    },
  );

  test("whose layers are all known costs two questions, and the same is found", async () => {
    const first = await read(await open(await enter({ archive: ARCHIVE.today() })));
    engine?.close();
    await fake?.close();
    const store = await open(await enter(), await scanned());
    const second = await read(store);
    expect(questions()).toEqual(["/images/app:1/json", `/images/${ID}/history`]);
    expect(second.unknowns).toEqual([]);
    expect(second.workloads[0]).toMatchObject({
      name: "image app:1",
      user: { value: { uid: 1000 } },
    });
    expect(secretsOf(second)).toEqual(secretsOf(first));
    expect(store.notRead).toEqual(["inline cache metadata"]);
    expect(await namesOf(store)).toEqual(NAMES);
  });

  test("is told from one that claims the same layers, and no layer is found by what it claims", async () => {
    const asked: string[] = [];
    const identities = [];
    for (const [id, tag] of [
      [ID, "app:1"],
      [ID, "app:2"],
      [`sha256:${"f".repeat(64)}`, "app:1"],
    ] as const) {
      const inspect = { ...INSPECT, Id: id, RepoTags: [tag] };
      fake = await fakeEngine({
        "/images/app:1/json": inspect,
        [`/images/${id}/get`]: (_request: IncomingMessage, answer: ServerResponse) =>
          void answer.end(ARCHIVE.old()),
      });
      engine = await connected({ env: {}, host: fake.host });
      const store = whole(
        await engineStore(engine, {
          name: "image:app:1",
          reference: "app:1",
          scan: (layer) => scanLayerWithKey(layer, KEY),
          recallImage: () => undefined,
          recallLayer: (digest) => void asked.push(digest),
        }),
      );
      identities.push(store.identity);
      await read(store);
      expect([...store.exported]).toEqual(diffIds.map((digest) => [digest, digest]));
      engine.close();
      await fake.close();
    }
    expect(asked).toEqual([]);
    // A tag is no part of what it holds.
    expect(identities[0]).toBe(identities[1]);
    expect(identities[0]).not.toBe(identities[2]);
  });

  test("of which one layer is not known is exported", async () => {
    const known = await scanned();
    known.delete(diffIds[2] ?? "");
    await open(await enter({ archive: ARCHIVE.today() }), known);
    expect(questions().at(-1)).toMatch(/\/get$/);
  });

  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ["one image", { Manifests: [{ Kind: "image", Available: true }] }, ["inline cache metadata"]],
    [
      "an attestation",
      {
        Manifests: [
          { Kind: "image", Available: true },
          { Kind: "attestation", Available: true },
        ],
      },
      ["inline cache metadata", "attestations"],
    ],
    [
      "a platform that is not there",
      {
        Manifests: [
          { Kind: "image", Available: true },
          { Kind: "image", Available: false },
        ],
      },
      ["inline cache metadata"],
    ],
    [
      "a manifest of which nothing more is told",
      { Descriptor: { digest: ID } },
      ["inline cache metadata", "attestations"],
    ],
  ])(
    "with %s: what is known is enough, and what was not read is told",
    async (_title, inspect, notRead) => {
      const store = await open(await enter({ inspect, minor: 48 }), await scanned());
      expect(store.notRead).toEqual(notRead);
    },
  );

  test("with several platforms is exported: inspect tells of one of them", async () => {
    const both = {
      Manifests: [
        { Kind: "image", Available: true },
        { Kind: "image", Available: true },
      ],
    };
    await open(
      await enter({ archive: ARCHIVE.today(), inspect: both, minor: 48 }),
      await scanned(),
    );
    expect(questions().at(-1)).toMatch(/\/get$/);
  });

  test("of another platform than is asked for is not answered from what is known", async () => {
    const arm = { os: "linux", architecture: "arm64" };
    await open(await enter({ archive: ARCHIVE.today(), minor: 48 }), await scanned(), arm);
    expect(questions().at(-1)).toMatch(/\/get\?platform=/);
    engine?.close();
    await fake?.close();
    await open(await enter(), await scanned(), { os: "linux", architecture: "amd64" });
    expect(questions().at(-1)).toMatch(/\/history$/);
  });

  test("whose export breaks off is read as far as it came", async () => {
    const archive = ARCHIVE.old();
    const store = await open(await enter({ archive, cut: archive.length - 3000 }));
    expect(store.problems.join()).toMatch(/ends too early/);
    expect((await read(store)).unknowns.length).toBeGreaterThan(0);
  });

  test("of one platform goes by the id of the whole, and what the engine leaves out of it is told", async () => {
    const platformId = `sha256:${"9".repeat(64)}`;
    const manifests = [
      { Kind: "image", Available: true },
      { Kind: "image", Available: true },
      { Kind: "attestation", Available: true },
    ];
    fake = await fakeEngine(
      {
        "/images/app:1/json": { ...INSPECT, Manifests: manifests },
        // An engine that keeps indexes knows each platform by an id that it does not find images by.
        [`/images/${ID}/json`]: { ...INSPECT, Id: platformId, Architecture: "arm64" },
        [`/images/${ID}/get`]: (_request: IncomingMessage, answer: ServerResponse) =>
          void answer.end(ARCHIVE.today()),
      },
      50,
    );
    engine = await connected({ env: {}, host: fake.host });
    const store = await open(engine, new Map(), { os: "linux", architecture: "arm64" });
    const { unknowns, workloads } = await read(store);
    expect(questions().map((path) => path.replace(/\?.*/, ""))).toEqual([
      "/images/app:1/json",
      `/images/${ID}/json`,
      `/images/${ID}/get`,
    ]);
    expect(workloads).toHaveLength(1);
    expect(unknowns).toMatchObject([
      {
        why: "its attestations are not in what the engine exports of one platform, and were not read",
        settle: "check the image without --platform",
      },
    ]);
  });

  test("that is not there, or cannot be exported, is a problem", async () => {
    const client = await enter();
    const options = {
      name: "image:app:1",
      scan: () => Promise.reject(new Error("not called")),
      recallImage: () => undefined,
      recallLayer: () => undefined,
    };
    const gone = await engineStore(client, { ...options, reference: "gone:1" });
    expect(isProblem(gone) ? gone.status : undefined).toBe(404);
    const broken = await engineStore(client, { ...options, reference: "app:1" });
    expect(broken).toMatchObject({ problem: "the engine says: no space left", status: 500 });
  });
});
