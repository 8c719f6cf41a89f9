/** Images and containers as targets of the command line, by stand-ins for engine and registry. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fakeEngine } from "../../src/engine/testing.ts";
import type { Layout } from "../../src/readers/image/testing.ts";
import { ociLayout } from "../../src/readers/image/testing.ts";
import { fakeRegistry } from "../../src/readers/image/stores/registry/testing.ts";
import { project } from "../support/cli.ts";

const VALUE = ["npm_zQWBuTSOoRi4A9spHcVY", "5ncnsDkxkJ0mLq17"].join("");

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** An image whose token is deleted three layers later. */
function leaky(): Layout {
  const layout = ociLayout({
    config: { User: "app", Cmd: ["/bin/server"] },
    history: [
      { created_by: "COPY .npmrc /app/.npmrc # buildkit" },
      { created_by: "RUN /bin/sh -c npm ci # buildkit" },
      { created_by: "RUN /bin/sh -c npm prune # buildkit" },
      { created_by: "RUN /bin/sh -c rm /app/.npmrc # buildkit" },
    ],
    layers: [
      [
        { path: "etc/passwd", content: "root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n" },
        { path: "app/.npmrc", content: `//registry.npmjs.org/:_authToken=${VALUE}\n` },
      ],
      [{ path: "app/a.js", content: "1" }],
      [{ path: "app/b.js", content: "2" }],
      [{ path: "app/.wh..npmrc" }],
    ],
  });
  cleanUp.push(layout.remove);
  return layout;
}

function given(files: Readonly<Record<string, string>> = {}) {
  const one = project(files);
  cleanUp.push(one.remove);
  const cache = mkdtempSync(join(tmpdir(), "plimsoll-cache-"));
  cleanUp.push(() => rmSync(cache, { recursive: true }));
  const environment = { XDG_CACHE_HOME: cache };
  return {
    ...one,
    cache: join(cache, "plimsoll"),
    run: (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      one.run(words, { environment: { ...environment, ...more } }),
  };
}

interface JsonFinding {
  readonly rule: string;
  readonly message: string;
  readonly state?: string;
  readonly evidence?: { readonly locator: string };
}

function findingsOf(out: string): readonly JsonFinding[] {
  return (JSON.parse(out) as { findings: readonly JsonFinding[] }).findings;
}

test("a secret that was deleted three layers later is found, told and verified, and its value is nowhere", async () => {
  const { directory } = leaky();
  const one = given();
  const target = `oci:${directory}`;
  const shown = await one.run(["check", target]);
  expect(shown.status).toBe(1);
  expect(shown.out).toContain(
    "npm token in /app/.npmrc, deleted in layer 3, still recoverable from layer 0",
  );
  const json = await one.run(["check", target, "-f", "json"]);
  const finding = findingsOf(json.out).find(({ rule }) => rule === "secret-in-layer");
  expect(finding).toMatchObject({ state: "deleted" });
  const locator = finding?.evidence?.locator ?? "";
  const verified = await one.run(["secrets", "verify", locator]);
  expect(verified).toMatchObject({ status: 0, err: "" });
  expect(verified.out).toMatch(
    /^confirmed: npm token in \/app\/\.npmrc at byte 33, .* \(deleted in layer 3, still recoverable\)/,
  );
  const written = readdirSync(one.cache).map((name) =>
    readFileSync(join(one.cache, name)).toString("latin1"),
  );
  expect(written.length).toBeGreaterThan(0);
  for (const text of [shown.out, shown.err, json.out, verified.out, ...written]) {
    expect(text).not.toContain(VALUE.slice(4, 16));
  }
});

test("verify says when the secret is another one, or gone, and what is no finding", async () => {
  const one = given();
  const target = `oci:${leaky().directory}`;
  const [finding] = findingsOf((await one.run(["check", target, "-f", "json"])).out);
  const locator = finding?.evidence?.locator ?? "";
  const other = await one.run([
    "secrets",
    "verify",
    locator.replace(/=(\w{4})\w+$/, "=$10123456789ab"),
  ]);
  expect(other).toMatchObject({ status: 1 });
  expect(other.out).toMatch(/^changed: /);
  const elsewhere = await given().run(["secrets", "verify", locator]);
  expect(elsewhere).toMatchObject({ status: 4 });
  expect(elsewhere.out).toMatch(/^not comparable: npm token in /);
  const gone = await one.run(["secrets", "verify", locator.replace("@33", "@34")]);
  expect(gone).toMatchObject({ status: 1 });
  expect(gone.out).toMatch(/^gone: no secret stands in \/app\/\.npmrc at byte 34/);
  expect(await one.run(["secrets", "verify", "nonsense"])).toMatchObject({ status: 2, out: "" });
  expect(await one.run(["secrets", "verify"])).toMatchObject({ status: 2 });
  expect(await one.run(["secrets", "look"])).toMatchObject({ status: 2 });
});

test("what a layer holds is kept, and with --no-cache it is not", async () => {
  const { directory } = leaky();
  const without = given();
  const plain = await without.run(["check", `oci:${directory}`, "--no-cache", "-f", "json"]);
  expect(existsSync(without.cache)).toBe(false);
  const one = given();
  const first = await one.run(["check", `oci:${directory}`, "-f", "json"]);
  const registry = await fakeRegistry({ directory });
  cleanUp.push(registry.stop);
  const second = await one.run(["check", `registry:${registry.host}/app:1`, "-f", "json"], {
    HOME: one.folder,
  });
  // No layer is asked for, only the configuration.
  expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(1);
  const messages = (out: string): string[] => findingsOf(out).map(({ message }) => message);
  expect(messages(second.out)).toEqual(messages(first.out));
  expect(messages(plain.out)).toEqual(messages(first.out));
});

test("a cache that is broken, or somebody else's, does no harm", async () => {
  const { directory } = leaky();
  const one = given();
  await one.run(["check", `oci:${directory}`]);
  writeFileSync(
    join(one.cache, "layers.sqlite"),
    "this is no database, but it is long enough to be looked at",
  );
  const broken = await one.run(["check", `oci:${directory}`]);
  expect(broken).toMatchObject({ status: 1, err: "" });
  const file = join(tmpdir(), `plimsoll-no-cache-${String(process.pid)}`);
  writeFileSync(file, "");
  cleanUp.push(() => rmSync(file));
  const unusable = await one.run(["check", `oci:${directory}`], { XDG_CACHE_HOME: file });
  expect(unusable.status).toBe(1);
  expect(unusable.err).toContain("layers are scanned without a cache");
});

const INSPECTED = {
  Id: `sha256:${"1".repeat(64)}`,
  RepoTags: ["team/base:1"],
  Os: "linux",
  Architecture: "amd64",
  Config: { User: "1001", Env: ["APP_UID=1001"] },
  RootFS: { Type: "layers", Layers: [] },
};

test("the user of a base image comes from a local engine, unless it is to be left alone", async () => {
  const engine = await fakeEngine({ "/images/team/base:1/json": INSPECTED });
  cleanUp.push(engine.close);
  const one = given({
    Dockerfile: 'FROM team/base:1\nCMD ["/server"]\n',
    "compose.yaml": "services:\n  web:\n    image: team/base:1\n",
  });
  const environment = { DOCKER_HOST: engine.host };
  const unknown = await one.run(["check", "--images", "never"], environment);
  expect(unknown.out).toContain("the image team/base:1 is not at hand");
  expect(engine.asked).toEqual([]);
  const settled = await one.run(["check", "--images", "auto", "--posture"], environment);
  expect(settled.out).not.toContain("runs-as-root");
  expect(settled.out).toContain("uid 1001");
  expect(settled.out).toMatch(/0 unknown/);
});

test("an engine over the network is asked only when images may be pulled", async () => {
  const one = given({ Dockerfile: "FROM team/base:1\n" });
  const environment = { DOCKER_HOST: "tcp://192.0.2.1:2375" };
  const started = performance.now();
  const { out } = await one.run(["check", "--images", "auto"], environment);
  expect(out).toContain("is not at hand");
  expect(performance.now() - started).toBeLessThan(5000);
});

test("--images pull asks the registry for the configuration, and reads no layer", async () => {
  const { directory } = leaky();
  const registry = await fakeRegistry({ directory });
  cleanUp.push(registry.stop);
  const one = given({ Dockerfile: `FROM ${registry.host}/app:1\n` });
  const environment = { DOCKER_HOST: "unix:///nowhere/docker.sock", HOME: one.folder };
  const { out } = await one.run(["check", "--images", "pull", "--posture"], environment);
  expect(out).toContain("user app");
  expect(out).toMatch(/0 unknown/);
  expect(registry.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(1);
});

test("registry: reads the image where it lies", async () => {
  const { directory } = leaky();
  const registry = await fakeRegistry({ directory });
  cleanUp.push(registry.stop);
  const one = given();
  const read = await one.run(["check", `registry:${registry.host}/app:1`], { HOME: one.folder });
  expect(read.status).toBe(1);
  expect(read.out).toContain("npm token in /app/.npmrc, deleted in layer 3");
  const missing = await one.run(["check", `registry:${registry.host}/other:1`], {
    HOME: one.folder,
  });
  expect(missing).toMatchObject({ status: 2, out: "" });
});
