/** What does not depend on where Plimsoll is run: fingerprints, baselines, and whose configuration holds. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { project, runIn } from "../support/cli.ts";

const ROOT = 'FROM node:22\nCMD ["node", "server.js"]\n';
const COMPOSE = "services:\n  web:\n    image: nginx:1.27\n    privileged: true\n";

const made: ReturnType<typeof project>[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

function given(files: Readonly<Record<string, string>>): ReturnType<typeof project> {
  const one = project(files);
  made.push(one);
  return one;
}

interface Found {
  readonly rule: string;
  readonly fingerprint: string;
  readonly location: { readonly path: string };
  readonly suppressed: { readonly by: string } | null;
}

async function found(folder: string, words: readonly string[]): Promise<readonly Found[]> {
  const { out } = await runIn(folder, ["check", "-f", "json", ...words]);
  return (JSON.parse(out) as { findings: Found[] }).findings;
}

function fingerprints(all: readonly Found[]): string[] {
  return all.map(({ rule, fingerprint }) => `${rule} ${fingerprint}`).sort();
}

/** The marks of a root: a checkout, a configuration. */
const roots = {
  checkout: { ".git/HEAD": "ref: refs/heads/main\n" },
  configuration: { "plimsoll.yaml": "fail-on: high\n" },
};

test.each(Object.entries(roots))(
  "a fingerprint is the same from the root, a subfolder and a neighbour (%s)",
  async (_, marks) => {
    const { folder } = given({ ...marks, "a/b/Dockerfile": ROOT, "a/b/compose.yaml": COMPOSE });
    mkdirSync(join(folder, "c"));
    const fromRoot = await found(folder, ["."]);
    expect(new Set(fingerprints(fromRoot)).size).toBeGreaterThan(3);
    const fromFolder = await found(join(folder, "a/b"), []);
    expect(fingerprints(fromFolder)).toEqual(fingerprints(fromRoot));
    expect(new Set(fromFolder.map(({ location }) => location.path))).toEqual(
      new Set(["Dockerfile", "compose.yaml"]),
    );
    const configured = "plimsoll.yaml" in marks ? ["--config", "../plimsoll.yaml"] : [];
    const fromBeside = await found(join(folder, "c"), ["../a", ...configured]);
    expect(fingerprints(fromBeside)).toEqual(fingerprints(fromRoot));
  },
);

test("without a configuration the fingerprints in a checkout are the same", async () => {
  const { folder } = given({
    ...roots.checkout,
    "a/plimsoll.yaml": "fail-on: high\n",
    "a/Dockerfile": ROOT,
  });
  const configured = fingerprints(await found(join(folder, "a"), []));
  expect(fingerprints(await found(join(folder, "a"), ["--no-config"]))).toEqual(configured);
  expect(fingerprints(await found(folder, ["a"]))).toEqual(configured);
});

test("equal files in two folders have fingerprints of their own", async () => {
  const { folder } = given({ ...roots.checkout, "a/Dockerfile": ROOT, "b/Dockerfile": ROOT });
  const all = fingerprints(await found(folder, ["."]));
  expect(new Set(all).size).toBe(all.length);
});

test("a Dockerfile's finding is the same whether a service that builds it is read or not", async () => {
  const { folder } = given({
    ...roots.checkout,
    "compose.yaml": "services:\n  web:\n    build: web\n  job:\n    build: web\n",
    "web/Dockerfile": "FROM node:22\nUSER root\n",
  });
  const ofUser = (all: readonly Found[]): string[] =>
    fingerprints(all.filter(({ rule }) => rule === "runs-as-root"));
  const together = ofUser(await found(folder, ["."]));
  expect(together).toHaveLength(1);
  expect(ofUser(await found(join(folder, "web"), []))).toEqual(together);
});

test("which of several alike findings is which does not depend on the configured severity", async () => {
  const { folder } = given({
    ...roots.checkout,
    "a.sh": "docker run --privileged alpine:3.20\ndocker run --privileged alpine:3.20\n",
  });
  const before = await found(folder, ["--only", "privileged"]);
  expect(before).toHaveLength(2);
  writeFileSync(
    join(folder, "a.sh"),
    "# a line more\n\ndocker run --privileged alpine:3.20\ndocker run --privileged alpine:3.20\n",
  );
  expect(await found(folder, ["--only", "privileged"])).toMatchObject(
    before.map(({ fingerprint }) => ({ fingerprint })),
  );
});

test("a baseline of the root holds in a subfolder, and one of a subfolder at the root", async () => {
  const { folder } = given({ ...roots.checkout, "a/Dockerfile": ROOT, "b/Dockerfile": ROOT });
  const inA = join(folder, "a");
  await runIn(folder, ["check", "--write-baseline", "all.json"]);
  const narrowed = await runIn(inA, ["check", "--baseline", "../all.json"]);
  expect([narrowed.status, narrowed.out.includes("that is gone")]).toEqual([0, false]);
  await runIn(inA, ["check", "--write-baseline", "a.json"]);
  const [first] = await found(folder, ["--baseline", "a/a.json", "--only", "runs-as-root"]);
  expect(first).toMatchObject({
    location: { path: "a/Dockerfile" },
    suppressed: { by: "baseline" },
  });
});

test("without a checkout or a configuration a baseline knows the folder that it was written in", async () => {
  const { folder } = given({ "a/Dockerfile": ROOT, "b/Dockerfile": ROOT, "c/readme": "" });
  await runIn(folder, ["check", "--write-baseline", "all.json"]);
  for (const [from, words] of [
    ["a", ["--baseline", "../all.json"]],
    ["c", ["--baseline", "../all.json", ".."]],
    [".", ["--baseline", "all.json", "b"]],
  ] as const) {
    const all = await found(join(folder, from), words);
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(all.map(({ suppressed }) => suppressed?.by))).toEqual(new Set(["baseline"]));
  }
  await runIn(join(folder, "a"), ["check", "--write-baseline", "../kept/../a.json"]);
  const above = await found(folder, ["a", "--baseline", "a.json"]);
  expect(new Set(above.map(({ suppressed }) => suppressed?.by))).toEqual(new Set(["baseline"]));
});

test("in a checkout a baseline names no folder, so that it serves in every copy", async () => {
  const { folder } = given({ ...roots.checkout, "a/Dockerfile": ROOT });
  await runIn(join(folder, "a"), ["check", "--write-baseline", "../all.json"]);
  expect(JSON.parse(readFileSync(join(folder, "all.json"), "utf8"))).not.toHaveProperty("root");
});

test("a baseline of which nothing is here is told once", async () => {
  const { folder } = given({
    "a/one/Dockerfile": ROOT,
    "a/two/Dockerfile": ROOT,
    "b/Dockerfile": ROOT,
  });
  await runIn(join(folder, "a"), ["check", "--write-baseline", "all.json"]);
  renameSync(join(folder, "a/all.json"), join(folder, "b/all.json"));
  const problems = (await found(join(folder, "b"), ["--baseline", "all.json"])).filter(
    ({ rule }) => rule === "exception-problem",
  );
  expect(problems).toMatchObject([{ location: { path: "all.json" } }]);
  const { out } = await runIn(join(folder, "b"), [
    "check",
    "--baseline",
    "all.json",
    "--width",
    "200",
  ]);
  expect(out).toContain("nothing in the baseline matches");
});

test("an entry whose file is gone is stale from everywhere, one that this run did not look at is not", async () => {
  const { folder } = given({ ...roots.checkout, "a/Dockerfile": ROOT, "b/Dockerfile": ROOT });
  await runIn(folder, ["check", "--write-baseline", "all.json"]);
  const gone = async (from: string, words: readonly string[]): Promise<number> =>
    (await found(join(folder, from), words)).filter(({ rule }) => rule === "exception-problem")
      .length;
  const elsewhere = ["--baseline", "../all.json"];
  expect(await gone("a", elsewhere)).toBe(0);
  expect(await gone("a", [...elsewhere, "--only", "privileged"])).toBe(0);
  renameSync(join(folder, "b"), join(folder, "c"));
  expect(await gone("a", elsewhere)).toBeGreaterThan(0);
});

test("globs and ids of a configuration are relative to it, from a subfolder too", async () => {
  const { folder } = given({
    ...roots.checkout,
    "plimsoll.yaml": [
      "exclude: [a/old/]",
      "exceptions:",
      "  - {rule: runs-as-root, path: a/Dockerfile, reason: built in CI only}",
      "  - {rule: privileged, workload: a/compose.yaml#services.web, reason: a node agent}",
    ].join("\n"),
    "a/Dockerfile": ROOT,
    "a/compose.yaml": COMPOSE,
    "a/old/Dockerfile": ROOT,
  });
  for (const [from, word] of [
    ["", "a"],
    ["a", "."],
  ] as const) {
    const all = await found(join(folder, from), [word]);
    const of = (rule: string): unknown[] =>
      all.filter((one) => one.rule === rule).map(({ suppressed }) => suppressed?.by);
    expect([of("runs-as-root"), of("privileged")]).toEqual([["config", undefined], ["config"]]);
    expect(all.some(({ location }) => location.path.includes("old"))).toBe(false);
  }
});

test("a configuration does not govern a tree elsewhere, and says so", async () => {
  const { folder } = given({
    "mine/plimsoll.yaml": "fail-on: none\nexclude: [vendor/]\n",
    "mine/Dockerfile": ROOT,
    "other/vendor/Dockerfile": ROOT,
  });
  const mine = join(folder, "mine");
  const own = await runIn(mine, ["check"]);
  expect(own.status).toBe(0);
  expect(own.out).toContain(
    "plimsoll.yaml applies; no finding fails the run (default: from medium up)\n",
  );
  const other = await runIn(mine, ["check", "../other"]);
  expect(other.status).toBe(1);
  expect(other.out).toContain("plimsoll.yaml does not apply: no target lies in its folder");
  expect(other.out).toContain("vendor/Dockerfile");
  const named = await runIn(mine, ["check", "../other", "--config", "plimsoll.yaml"]);
  expect(named.status).toBe(0);
  const both = await found(mine, [".", "../other"]);
  expect(new Set(both.map(({ location }) => location.path))).toEqual(
    new Set(["Dockerfile", "../other/vendor/Dockerfile"]),
  );
});

test("a configuration governs what has no place: standard input and a run line", async () => {
  const { folder } = given({ "plimsoll.yaml": "fail-on: none\n" });
  expect((await runIn(folder, ["check", "-"], { input: ROOT })).status).toBe(0);
  expect((await runIn(folder, ["check", "--", "docker", "run", "--privileged", "a"])).status).toBe(
    0,
  );
});

test("what decides over the exit status is said, and is in the JSON report", async () => {
  const one = given({ Dockerfile: ROOT });
  const plain = await one.run(["check"]);
  expect(plain.out).not.toMatch(/applies|the run/);
  const raised = await one.run(["check", "--fail-on", "critical"]);
  expect(raised.out).toContain(
    "findings from critical up fail the run (default: from medium up)\n",
  );
  const json = async (words: readonly string[]): Promise<unknown> =>
    JSON.parse((await one.run(["check", "-f", "json", ...words])).out);
  expect(await json([])).toMatchObject({ config: null, failOn: "medium" });
  writeFileSync(join(one.folder, "plimsoll.yaml"), "fail-on: low\n");
  expect(await json([])).toMatchObject({ config: "plimsoll.yaml", failOn: "low" });
  expect(await json(["--fail-on", "high"])).toMatchObject({ failOn: "high" });
});

test("what a workflow builds is found from everywhere", async () => {
  const steps =
    "      - run: docker build -t shop/api:${{ github.sha }} api\n      - run: docker run shop/api:${{ github.sha }}\n";
  const { folder } = given({
    ...roots.checkout,
    "shop/.github/workflows/ci.yml": `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${steps}`,
    "shop/api/Dockerfile": "FROM node:22\nUSER 1000\n",
  });
  const fromInside = fingerprints(await found(join(folder, "shop"), []));
  expect(fingerprints(await found(folder, ["."]))).toEqual(fromInside);
  expect(fingerprints(await found(join(folder, "shop/api"), [".."]))).toEqual(fromInside);
});
