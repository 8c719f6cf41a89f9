/** Images in a real registry, with a password and TLS: the same is found as in the directory they came from. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noCache } from "../../src/readers/image/layers/cache.ts";
import { createScanners } from "../../src/readers/image/layers/scanners.ts";
import { openArchive } from "../../src/readers/image/open-store.ts";
import type { ImageContents } from "../../src/model/image-contents.ts";
import { scanLayerWithKey } from "../../src/readers/image/layers/scan-with-key.ts";
import { resolveImages } from "../../src/readers/image/manifest/resolve-images.ts";
import type { ImageStore } from "../../src/readers/image/manifest/store.ts";
import { readStore } from "../../src/readers/image/read-store.ts";
import { streamOfRange } from "../../src/readers/image/stores/file-range.ts";
import { ociDirectory } from "../../src/readers/image/stores/oci-directory.ts";
import { withReferrers } from "../../src/readers/image/stores/registry/referrers.ts";
import type { ReferringStore } from "../../src/readers/image/stores/registry/referrers.ts";
import type { RegistryOptions } from "../../src/readers/image/stores/registry/registry-store.ts";
import { openRegistry } from "../../src/readers/image/stores/registry/registry-store.ts";
import type { TestImage } from "../../src/readers/image/testing.ts";
import { ociLayout, sha256 } from "../../src/readers/image/testing.ts";
import { runIn } from "../support/cli.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import type { TestRegistry } from "../support/registry.ts";
import { registryMissing, startRegistry } from "../support/registry.ts";

const KEY = Buffer.alloc(32, 7);
const SENTINEL = "Xk29-sentinel-value-77";

const IMAGE: TestImage = {
  config: { Env: [`API_TOKEN=${SENTINEL}-env`], User: "1000", Cmd: ["/app/main"] },
  history: [
    { created_by: `RUN |1 PASSWORD=${SENTINEL}-arg /bin/sh -c make # buildkit`, empty_layer: true },
  ],
  layers: [
    [
      { path: "app/.env", content: `DB_PASSWORD=${SENTINEL}-file\n` },
      { path: "bin/su", content: "x", mode: 0o4755 },
    ],
    [
      { path: "app/.wh..env", content: "" },
      { path: "app/main", content: "x".repeat(3_000_000) },
    ],
    [{ path: "root/.npmrc", content: `//r.example/:_authToken=${SENTINEL}-npm\n` }],
  ],
  attestations: [{ predicate: { "build-arg:NPM_TOKEN": `${SENTINEL}-attested` } }],
};

const missing = registryMissing();
describe.skipIf(missing !== undefined)(
  "a registry with a password and TLS",
  { timeout: 120_000 },
  () => {
    let registry: TestRegistry;
    beforeAll(async () => {
      registry = await startRegistry();
    }, 60_000);
    afterAll(() => registry.stop());

    const attempt = (
      reference: string,
      more: Partial<RegistryOptions> = {},
    ): ReturnType<typeof openRegistry> =>
      openRegistry({
        reference: `${registry.host}/${reference}`,
        name: "IMAGE",
        scan: (stream) => scanLayerWithKey(stream, KEY),
        authorities: registry.tls.authority,
        places: { environment: { DOCKER_CONFIG: registry.dockerConfig }, home: "/nonexistent" },
        ...more,
      });
    const open = async (reference: string): Promise<ReferringStore> => {
      const opened = await attempt(reference);
      if ("problem" in opened) throw new Error(opened.problem);
      return opened;
    };
    const found = async (
      store: ImageStore,
    ): Promise<{
      readonly contents: readonly (ImageContents | undefined)[];
      readonly unknowns: unknown;
    }> => {
      const { workloads, unknowns } = await readStore(
        { store, problems: [] },
        { keyedHash: (value) => sha256(value) },
      );
      // What stands in the file that is shown is masked when it is printed.
      const withoutFile = (key: string, value: unknown): unknown =>
        key === "span" ? undefined : value;
      const printed = JSON.stringify(
        [workloads.map((one) => one.imageContents), unknowns],
        withoutFile,
      );
      expect(printed).not.toContain(SENTINEL);
      return { contents: workloads.map(({ imageContents }) => imageContents), unknowns };
    };
    const inDirectory = (directory: string): ReturnType<typeof found> =>
      found(
        ociDirectory(directory, "IMAGE", (range) => scanLayerWithKey(streamOfRange(range), KEY)),
      );

    test.each(["none", "gzip", "zstd"] as const)(
      "what is in the directory is in the registry (%s)",
      async (compression) => {
        const layout = ociLayout({ ...IMAGE, compression });
        try {
          const digest = await registry.push(layout.directory, "team/app", compression);
          const expected = await inDirectory(layout.directory);
          expect(JSON.stringify(expected.contents)).toContain("/app/.env");
          expect(JSON.stringify(expected.contents)).toContain("attestation[0]");
          expect(expected.unknowns).toEqual([]);
          expect(await found(await open(`team/app:${compression}`))).toEqual(expected);
          expect(await found(await open(`team/app@${digest}`))).toEqual(expected);
        } finally {
          layout.remove();
        }
      },
    );

    test("the command line finds it, and says neither password nor secret", async () => {
      const layout = ociLayout(IMAGE);
      try {
        await registry.push(layout.directory, "team/shown", "1");
      } finally {
        layout.remove();
      }
      const target = `registry:${registry.host}/team/shown:1`;
      const words = ["check", target, "--ca", registry.tls.authority, "-f", "json", "--no-cache"];
      const environment = { DOCKER_CONFIG: registry.dockerConfig, HOME: "/nonexistent" };
      const { status, out, err } = await runIn(registry.folder, words, { environment });
      expect([status, err]).toEqual([1, expect.any(String)]);
      const report = JSON.parse(out) as {
        findings: { rule: string; state?: string; location: { path?: string } }[];
        unknowns: unknown[];
      };
      expect(report.findings).toContainEqual(
        expect.objectContaining({
          rule: "secret-in-layer",
          state: "deleted",
          location: expect.objectContaining({ path: "/app/.env" }) as unknown,
        }),
      );
      expect(report.unknowns).toEqual([]);
      for (const secret of [SENTINEL, registry.password]) expect(out + err).not.toContain(secret);
      const refused = await runIn(registry.folder, words, {
        environment: { HOME: "/nonexistent" },
      });
      expect(refused.out + refused.err).toContain("log in: docker login localhost:");
    });

    test("referrers stand under a tag, since this registry lists none", async () => {
      const layout = ociLayout({ layers: [[{ path: "a", content: "b" }]] });
      try {
        await registry.push(layout.directory, "team/signed", "1");
        const statement = ociLayout({
          layers: [],
          extra: { "build-arg:API_TOKEN": `${SENTINEL}-referring` },
        });
        await registry.push(statement.directory, "team/signed", "statement");
        const first = await resolveImages(await open("team/signed:1"));
        const { images } = await resolveImages(await open("team/signed:statement"));
        const config = images[0]?.config;
        const manifest = {
          schemaVersion: 2,
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          config,
          layers: [{ ...config, mediaType: "application/vnd.oci.image.config.v1+json" }],
          subject: first.images[0]?.manifest,
        };
        const bytes = Buffer.from(JSON.stringify(manifest));
        const put = (reference: string, type: string, content: Buffer): Promise<number> =>
          registry.put(
            `team/signed/manifests/${reference}`,
            `application/vnd.oci.image.${type}.v1+json`,
            content,
          );
        expect(await put(sha256(bytes), "manifest", bytes)).toBe(201);
        const listed = { mediaType: manifest.mediaType, digest: sha256(bytes), size: bytes.length };
        const index = Buffer.from(
          JSON.stringify({
            schemaVersion: 2,
            mediaType: "application/vnd.oci.image.index.v1+json",
            manifests: [listed],
          }),
        );
        const tag = first.images[0]?.manifest?.digest.replace(":", "-") ?? "";
        expect(await put(tag, "index", index)).toBe(201);
        const store = await open("team/signed:1");
        const { images: referred, problems } = await withReferrers(
          store,
          await resolveImages(store),
        );
        expect(problems).toEqual([]);
        expect(referred[0]?.attestations.map(({ digest }) => digest)).toEqual([config?.digest]);
        store.close();
        statement.remove();
      } finally {
        layout.remove();
      }
    });

    test("without the password, with a wrong one, without the authority, without the image", async () => {
      const layout = ociLayout(IMAGE);
      try {
        await registry.push(layout.directory, "team/app", "1");
      } finally {
        layout.remove();
      }
      const nobody = { environment: {}, home: "/nonexistent" };
      expect(await attempt("team/app:1", { places: nobody })).toMatchObject({
        problem: `${registry.host} wants credentials, and there are none for it here`,
        settle: `log in: docker login ${registry.host}`,
      });
      const wrong = join(registry.folder, "auth.json");
      writeFileSync(
        wrong,
        JSON.stringify({
          auths: { [registry.host]: { username: registry.username, password: "no" } },
        }),
      );
      expect(
        await attempt("team/app:1", {
          places: { ...nobody, environment: { REGISTRY_AUTH_FILE: wrong } },
        }),
      ).toMatchObject({
        problem: `${registry.host} gives no access to it with the credentials that are there`,
      });
      const { authorities: _none, ...rest } = {
        authorities: "",
        reference: `${registry.host}/team/app:1`,
      };
      const untrusted = await openRegistry({
        ...rest,
        name: "IMAGE",
        scan: (stream) => scanLayerWithKey(stream, KEY),
      });
      expect(untrusted).toMatchObject({ problem: expect.stringContaining("is not valid here") });
      expect(await attempt("team/none:1")).toMatchObject({ problem: "it is not there" });
      expect(JSON.stringify(untrusted)).not.toContain(registry.password);
    });

    test("a layer that is gone from the storage, and one that was changed in it", async () => {
      const layout = ociLayout(IMAGE);
      try {
        await registry.push(layout.directory, "team/damaged", "1");
      } finally {
        layout.remove();
      }
      const store = await open("team/damaged:1");
      const { images } = await resolveImages(store);
      const [gone, changed] = images[0]?.layers ?? [];
      const blob = (digest = ""): string =>
        join(
          registry.folder,
          "data/docker/registry/v2/blobs/sha256",
          digest.slice(7, 9),
          digest.slice(7),
          "data",
        );
      rmSync(blob(gone?.digest));
      const bytes = readFileSync(blob(changed?.digest));
      bytes[bytes.length - 10] = (bytes.at(-10) ?? 0) ^ 1;
      writeFileSync(blob(changed?.digest), bytes);
      const { unknowns } = await found(store);
      const text = JSON.stringify(unknowns);
      expect(text).toContain(gone?.digest);
      expect(text).toContain(changed?.digest);
    });

    test.skipIf(!existsSync("/usr/bin/skopeo"))("what skopeo pushed", async () => {
      const layout = ociLayout({ ...IMAGE, compression: "gzip" });
      try {
        const from = `oci:${layout.directory}`;
        const to = `docker://${registry.host}/team/copied:1`;
        const login = `--dest-creds=${registry.username}:${registry.password}`;
        const how = ["--all", "--preserve-digests", "--insecure-policy", "--dest-tls-verify=false"];
        const { status, stderr } = spawnSync("/usr/bin/skopeo", ["copy", ...how, login, from, to], {
          encoding: "utf8",
          timeout: 60_000,
        });
        expect([status, stderr]).toEqual([0, ""]);
        const { contents } = await found(await open("team/copied:1"));
        expect(contents).toEqual((await inDirectory(layout.directory)).contents);
      } finally {
        layout.remove();
      }
    });

    test.skipIf(engineMissing() !== undefined)("what an engine built and pushed", async () => {
      const engine = await startEngine();
      try {
        const context = join(engine.folder, "context");
        spawnSync("mkdir", [context]);
        writeFileSync(
          join(context, "Dockerfile"),
          `FROM busybox:test\nARG API_TOKEN\nRUN echo "password = $API_TOKEN" > /secret.txt\nRUN rm /secret.txt\nENV PASSWORD=${SENTINEL}-env\n`,
        );
        const name = `${registry.host}/team/built:1`;
        const steps = [
          engine.docker(
            "build",
            "--network=none",
            "--build-arg",
            `API_TOKEN=${SENTINEL}-arg`,
            "-t",
            name,
            context,
          ),
          engine.docker("login", "-u", registry.username, "-p", registry.password, registry.host),
          engine.docker("push", name),
          engine.docker("save", "-o", join(engine.folder, "saved.tar"), name),
        ];
        expect(steps.map(({ status, err }) => (status === 0 ? 0 : err))).toEqual([0, 0, 0, 0]);
        // With what `docker login` of this engine wrote down.
        const opened = await attempt("team/built:1", {
          places: { environment: { DOCKER_CONFIG: engine.folder }, home: "/nonexistent" },
        });
        if ("problem" in opened) throw new Error(opened.problem);
        const { contents, unknowns } = await found(opened);
        expect(unknowns).toEqual([]);
        const tools = { cache: noCache(), scanners: createScanners({ key: KEY, threads: 0 }) };
        const saved = await openArchive(join(engine.folder, "saved.tar"), "IMAGE", tools);
        if ("problem" in saved) throw new Error(saved.problem);
        const inArchive = await found(saved.store);
        expect(sightings(contents)).toEqual(sightings(inArchive.contents));
        const text = JSON.stringify(sightings(contents));
        expect(text).toContain('"deleted"');
        expect(text).toContain("/secret.txt");
      } finally {
        await engine.stop();
      }
    });
  },
);

/** What is found, without the digests of layers, which an engine packs anew when it pushes. */
function sightings(contents: readonly (ImageContents | undefined)[]): unknown {
  return contents.flatMap((one) =>
    (one?.secrets ?? []).map(({ detector, keyedHash, state, place }) => {
      const where =
        "field" in place
          ? [place.field]
          : [place.layer.index, place.path, place.offset, place.length];
      return { detector, keyedHash, state, where };
    }),
  );
}
