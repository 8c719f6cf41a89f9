import { afterEach, expect, test } from "vitest";
import { resolveImages } from "../../manifest/resolve-images.ts";
import type { Resolved } from "../../manifest/resolve-images.ts";
import { sha256 } from "../../testing.ts";
import { nextPage, withReferrers } from "./referrers.ts";
import { openRegistry } from "./registry-store.ts";
import { cleanUpTest, layout, open, options, registry } from "./store-testing.ts";
import type { FakeRegistry, Misbehaviour } from "./testing.ts";

afterEach(cleanUpTest);

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

interface Artifact {
  readonly descriptor: {
    readonly mediaType: string;
    readonly digest: string;
    readonly size: number;
  };
  readonly documents: ReadonlyMap<string, string>;
}

/** A manifest with one layer of this type. */
function artifact(mediaType: string, content: string): Artifact {
  const part = (
    type: string,
    text: string,
  ): { mediaType: string; digest: string; size: number } => ({
    mediaType: type,
    digest: sha256(text),
    size: Buffer.byteLength(text),
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: "application/vnd.example",
    config: part("application/vnd.oci.empty.v1+json", "{}"),
    layers: [part(mediaType, content)],
  });
  return {
    descriptor: part(MANIFEST, manifest),
    documents: new Map([
      [sha256(content), content],
      [sha256(manifest), manifest],
    ]),
  };
}

function index(manifests: readonly unknown[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
}

/** Serves artifacts besides an image, and lists them as it is told. */
async function withArtifacts(
  artifacts: readonly Artifact[],
  list: Misbehaviour,
): Promise<FakeRegistry> {
  const documents = new Map(artifacts.flatMap((one) => [...one.documents]));
  return registry({
    directory: layout().directory,
    misbehave: async (request, response) => {
      const digest = /(?:manifests|blobs)\/(sha256:[0-9a-f]{64})$/.exec(request.url)?.[1] ?? "";
      const content = documents.get(digest);
      if (content === undefined) return list(request, response);
      response
        .writeHead(200, request.url.includes("/manifests/") ? { "content-type": MANIFEST } : {})
        .end(content);
      return true;
    },
  });
}

async function read(
  server: FakeRegistry,
): Promise<Pick<Resolved, "images"> & { readonly problems: readonly string[] }> {
  const store = await open(server);
  const { images, problems } = await withReferrers(store, await resolveImages(store));
  return { images, problems: problems.map(({ problem }) => problem) };
}

const about = artifact("application/vnd.in-toto+json", '{"predicate":{"build-arg:TOKEN":"x"}}');
const signature = artifact("application/octet-stream", "0123");

test("what a registry lists is added to the attestations, page by page", async () => {
  let subject = "";
  const server = await withArtifacts([about, signature], ({ url }, response) => {
    if (!url.includes("/referrers/")) return false;
    subject ||= /sha256:[0-9a-f]{64}/.exec(url)?.[0] ?? "";
    const second = url.includes("page=2");
    response.writeHead(200, {
      "content-type": INDEX,
      ...(second || !url.includes(subject)
        ? {}
        : { link: `</v2/app/referrers/${subject}?page=2>; rel="next"` }),
    });
    response.end(
      index(url.includes(subject) ? [second ? signature.descriptor : about.descriptor] : []),
    );
    return true;
  });
  const { images, problems } = await read(server);
  expect(images[0]?.manifest?.digest).toBe(subject);
  expect(images[0]?.attestations.map(({ mediaType }) => mediaType)).toEqual([
    "application/vnd.in-toto+json",
  ]);
  expect(problems).toEqual([
    `${signature.descriptor.digest}, which refers to the image: 1 of its parts are no text documents, and were not read`,
  ]);
  // The image, and the index that it stands in.
  expect(server.requests.filter(({ path }) => path.includes("/referrers/"))).toHaveLength(3);
});

test("a registry that lists none keeps them under a tag", async () => {
  const server = await withArtifacts([about], ({ url }, response) => {
    if (!/\/manifests\/sha256-[0-9a-f]{64}$/.test(url)) return false;
    response.writeHead(200, { "content-type": INDEX }).end(index([about.descriptor]));
    return true;
  });
  const { images, problems } = await read(server);
  expect(images[0]?.attestations).toHaveLength(1);
  expect(problems).toEqual([]);
});

test("an image that stands in no index is asked about once", async () => {
  const server = await withArtifacts([], ({ url }, response) => {
    if (!url.includes("/referrers/")) return false;
    response.writeHead(200, { "content-type": INDEX }).end(index([]));
    return true;
  });
  const { images } = await resolveImages(await open(server));
  const single = await openRegistry(
    options(`${server.host}/app@${images[0]?.manifest?.digest ?? ""}`),
  );
  if ("problem" in single) throw new Error(single.problem);
  await withReferrers(single, await resolveImages(single));
  single.close();
  expect(server.requests.filter(({ path }) => path.includes("/referrers/"))).toHaveLength(1);
});

test("what cosign keeps under tags of its own is added too", async () => {
  const attestation = artifact("application/vnd.dsse.envelope.v1+json", '{"payload":"e30="}');
  const bill = artifact("text/spdx", "SPDXVersion: SPDX-2.2");
  const tags: string[] = [];
  const server = await withArtifacts([attestation, bill], ({ url }, response) => {
    const [, tag = "", suffix] = /\/manifests\/(sha256-[0-9a-f]{64}\.(\w+))$/.exec(url) ?? [];
    const found = suffix === "att" ? attestation : suffix === "sbom" ? bill : undefined;
    if (tag !== "") tags.push(tag);
    if (found === undefined) return false;
    response.writeHead(200, { "content-type": MANIFEST });
    response.end(found.documents.get(found.descriptor.digest));
    return true;
  });
  const { images, problems } = await read(server);
  expect(images[0]?.attestations.map(({ mediaType }) => mediaType)).toEqual([
    "application/vnd.dsse.envelope.v1+json",
    "text/spdx",
  ]);
  expect(problems).toEqual([]);
  // Of the image, and of the index that it stands in.
  const stem = images[0]?.manifest?.digest.replace(":", "-") ?? "";
  expect(tags).toEqual(
    expect.arrayContaining(["sig", "att", "sbom"].map((one) => `${stem}.${one}`)),
  );
  expect(tags).toHaveLength(6);
});

test("what would settle it is told with what could not be read", async () => {
  const server = await withArtifacts([], ({ url }, response) => {
    if (!url.includes("/referrers/")) return false;
    response.writeHead(403).end();
    return true;
  });
  const store = await open(server);
  const { problems } = await withReferrers(store, await resolveImages(store));
  expect(problems[0]).toMatchObject({
    problem: expect.stringMatching(/^what refers to sha256:.* gives no access to it/) as string,
    settle: expect.stringContaining("may pull it") as string,
  });
});

test("nothing refers to most images", async () => {
  const { images, problems } = await read(await withArtifacts([], () => false));
  expect([images[0]?.attestations, problems]).toEqual([[], []]);
});

test("what is not as it should be is named", async () => {
  const listing = (answer: string): Promise<FakeRegistry> =>
    withArtifacts([], ({ url }, response) => {
      if (!url.includes("/referrers/")) return false;
      response.writeHead(200, { "content-type": INDEX }).end(answer);
      return true;
    });
  const problems = async (answer: string): Promise<string> =>
    (await read(await listing(answer))).problems.join();
  expect(await problems("{")).toContain("it is no valid JSON");
  expect(await problems(JSON.stringify({ config: about.descriptor, layers: [] }))).toContain(
    "it is no index",
  );
  const missing = { mediaType: MANIFEST, digest: sha256("missing"), size: 7 };
  expect(await problems(index([missing]))).toContain("which refers to the image: it is not there");
  expect(await problems(index(Array.from({ length: 600 }, () => missing)))).toContain(
    "more than the first 500",
  );
  const nested = index([]);
  const server = await withArtifacts(
    [{ ...about, documents: new Map([[sha256(nested), nested]]) }],
    ({ url }, response) => {
      if (!url.includes("/referrers/")) return false;
      response
        .writeHead(200, { "content-type": INDEX })
        .end(index([{ mediaType: "", digest: sha256(nested), size: nested.length }]));
      return true;
    },
  );
  expect((await read(server)).problems.join()).toContain("it is an index, which is not read");
});

test("pages without end", async () => {
  const server = await withArtifacts([], ({ url }, response) => {
    if (!url.includes("/referrers/")) return false;
    response.writeHead(200, { "content-type": INDEX, link: `<${url}>; rel=next` }).end(index([]));
    return true;
  });
  expect((await read(server)).problems.join()).toContain("there is more");
  expect(server.requests.length).toBeLessThan(60);
});

test("the next page is asked for at the registry, wherever the link leads", () => {
  const path = "app/referrers/sha256:0";
  expect(nextPage('</v2/app/referrers/sha256:0?n=2>; rel="next"', path)).toBe(
    "app/referrers/sha256:0?n=2",
  );
  expect(nextPage("<?n=2>; rel=next", path)).toBe("app/referrers/sha256:0?n=2");
  expect(nextPage('<https://evil.example/v2/x?y>; rel="next"', path)).toBe("x?y");
  expect(nextPage('</etc/passwd>; rel="next"', path)).toBeUndefined();
  expect(nextPage('</v2/../x>; rel="next"', path)).toBeUndefined();
  expect(nextPage('</v2/x>; rel="previous"', path)).toBeUndefined();
  expect(nextPage(undefined, path)).toBeUndefined();
  const started = performance.now();
  nextPage("<".repeat(100_000), path);
  nextPage(`<x>${" ;".repeat(50_000)}`, path);
  expect(performance.now() - started).toBeLessThan(500);
});
