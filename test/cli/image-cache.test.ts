/** What an earlier run found is taken only for the same bytes, and judged at the time of the report. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Entry } from "../../src/readers/image/tar/testing.ts";
import { tarOf } from "../../src/readers/image/tar/testing.ts";
import type { Layout } from "../../src/readers/image/testing.ts";
import { ociLayout, sha256 } from "../../src/readers/image/testing.ts";
import { runIn } from "../support/cli.ts";

const VALUE = ["npm_zQWBuTSOoRi4A9spHcVY", "5ncnsDkxkJ0mLq17"].join("");
const HARMLESS: readonly Entry[] = [{ path: "app/a.js", content: "1" }];
const SECRET: readonly Entry[] = [
  { path: "app/.npmrc", content: `//registry.npmjs.org/:_authToken=${VALUE}\n` },
];

const cleanUp: (() => unknown)[] = [];
afterEach(() => {
  for (const step of cleanUp.splice(0)) step();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "plimsoll-image-cache-"));
  cleanUp.push(() => rmSync(made, { recursive: true }));
  return made;
}

function layoutOf(
  layers: readonly (readonly Entry[])[],
  extra: Partial<Parameters<typeof ociLayout>[0]> = {},
): Layout {
  const made = ociLayout({ layers, config: { User: "1000" }, ...extra });
  cleanUp.push(made.remove);
  return made;
}

interface Report {
  readonly findings: readonly { readonly rule: string; readonly confidence: string }[];
  readonly unknowns: readonly { readonly why: string }[];
}

async function check(target: string, home: string, today = "2026-01-01"): Promise<Report> {
  const { out } = await runIn(home, ["check", target, "-f", "json"], {
    today,
    environment: { XDG_CACHE_HOME: home },
  });
  return JSON.parse(out) as Report;
}

const secrets = ({ findings }: Report): number =>
  findings.filter(({ rule }) => rule === "secret-in-layer").length;

/** What `docker save` of old writes: a configuration that claims these digests, and one layer by a path. */
function saved(file: string, layer: readonly Entry[], claimed: string): string {
  const config = JSON.stringify({
    config: { User: "1000" },
    rootfs: { type: "layers", diff_ids: [claimed] },
  });
  const name = `${sha256(config).slice(7)}.json`;
  const path = `${"a".repeat(64)}/layer.tar`;
  const list = JSON.stringify([{ Config: name, RepoTags: ["app:1"], Layers: [path] }]);
  writeFileSync(
    file,
    tarOf([
      { path, content: tarOf(layer) },
      { path: name, content: config },
      { path: "manifest.json", content: list },
    ]),
  );
  return `archive:${file}`;
}

test("an image that claims the digest of a harmless layer hides nothing, and is told once", async () => {
  const home = folder();
  const claimed = sha256(tarOf(HARMLESS));
  const harmless = layoutOf([HARMLESS]);
  expect(secrets(await check(`oci:${harmless.directory}`, home))).toBe(0);
  const liar = layoutOf([SECRET], { extra: { rootfs: { type: "layers", diff_ids: [claimed] } } });
  const archive = saved(join(home, "liar.tar"), SECRET, claimed);
  for (const target of [`oci:${liar.directory}`, archive, `oci:${liar.directory}`, archive]) {
    const report = await check(target, home);
    expect(secrets(report)).toBe(1);
    expect(report.unknowns.map(({ why }) => why)).toEqual([
      expect.stringMatching(
        /^its (?:uncompressed )?content has the digest sha256:\w+, not sha256:/,
      ),
    ]);
  }
});

test("a layer under another's name in the layout hides nothing, the second time neither", async () => {
  const home = folder();
  const { directory } = layoutOf([HARMLESS], { compression: "none" });
  expect(secrets(await check(`oci:${directory}`, home))).toBe(0);
  writeFileSync(
    join(directory, "blobs", "sha256", sha256(tarOf(HARMLESS)).slice(7)),
    tarOf(SECRET),
  );
  for (const run of [1, 2]) {
    const report = await check(`oci:${directory}`, home);
    expect([run, secrets(report), report.unknowns.length]).toEqual([run, 1, 1]);
  }
});

test("a token that has expired since it was found weighs less", async () => {
  const home = folder();
  const encoded = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const expires = Math.floor(Date.now() / 1000) + 86_400;
  const token = [
    encoded({ alg: "HS256", typ: "JWT" }),
    encoded({ sub: "someone", exp: expires }),
    "q8XhFv2kRz7LwTn4YbJmPd0sGcEu5AoWi1HxKt9VrBl",
  ].join(".");
  const { directory } = layoutOf([[{ path: "app/session", content: `token ${token}\n` }]], {
    extra: { author: token },
  });
  const confidences = async (today: string): Promise<readonly string[]> =>
    (await check(`oci:${directory}`, home, today)).findings
      .filter(({ rule }) => rule.startsWith("secret-in-"))
      .map(({ confidence }) => confidence);
  expect(await confidences("2026-01-01")).toEqual(["medium", "medium"]);
  expect(await confidences("2099-01-01")).toEqual(["low", "low"]);
});

test("a disk that takes no more is told once, and the report is whole", () => {
  const home = folder();
  const many = Array.from({ length: 30_000 }, (_, index) => ({ path: `f/${String(index)}` }));
  const { directory } = layoutOf([many, SECRET, HARMLESS]);
  const launcher = join(import.meta.dirname, "../../bin/plimsoll.js");
  // Files may have 50 KiB, in blocks of 512 bytes: what a disk that is full does to one that grows.
  const script = `ulimit -f 100 && exec "$0" "$@" > /dev/null`;
  const words = [process.execPath, launcher, "check", `oci:${directory}`];
  const { stderr, status } = spawnSync("sh", ["-c", script, ...words], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: home, NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  expect(status).toBe(1);
  expect(stderr.split("\n")).toEqual([
    expect.stringMatching(
      /^plimsoll: not all that was found is kept for the next run: .*layers\.sqlite cannot be written: the disk /,
    ),
    "",
  ]);
  expect(readFileSync(join(home, "plimsoll", "key"))).toHaveLength(32);
});
