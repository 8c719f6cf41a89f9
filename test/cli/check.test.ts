/** `plimsoll check` as users and CI see it: exit status, outputs, configuration, exceptions, baselines. */

import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RunOptions } from "../support/cli.ts";
import { displayWidth } from "../../src/report/display-width.ts";
import { project, runIn } from "../support/cli.ts";

const ROOT = 'FROM node:22\nCMD ["node", "server.js"]\n';
const CLEAN = 'FROM node:22.12.0-alpine\nUSER 1000:1000\nCMD ["node", "server.js"]\n';

const made: ReturnType<typeof project>[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

function given(files: Readonly<Record<string, string | Uint8Array>>): ReturnType<typeof project> {
  const one = project(files);
  made.push(one);
  return one;
}

interface JsonFinding {
  readonly rule: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly line: number };
  readonly suppressed: { readonly by: string; readonly reason: string } | null;
}

async function findings(
  one: ReturnType<typeof project>,
  words: readonly string[] = [],
  options?: RunOptions,
): Promise<readonly JsonFinding[]> {
  const { out } = await one.run(["check", "-f", "json", ...words], options);
  return (JSON.parse(out) as { findings: JsonFinding[] }).findings;
}

test("findings at the threshold give 1, below it 0", async () => {
  const one = given({ Dockerfile: ROOT });
  expect((await one.run([])).status).toBe(1);
  expect((await one.run(["--fail-on", "critical"])).status).toBe(0);
  expect((await one.run(["--fail-on", "none"])).status).toBe(0);
  expect((await given({ Dockerfile: CLEAN }).run(["--fail-on", "low"])).status).toBe(0);
});

test.each(["terminal", "json", "sarif", "junit", "github", "gitlab", "markdown"])(
  "the exit status is the same with -f %s",
  async (format) => {
    expect((await given({ Dockerfile: ROOT }).run(["-f", format])).status).toBe(1);
    expect((await given({ Dockerfile: CLEAN }).run(["-f", format])).status).toBe(0);
  },
);

test("nothing to check gives 3 and says what was looked for", async () => {
  const { status, err } = await given({ "notes.txt": "hello" }).run([]);
  expect(status).toBe(3);
  expect(err).toContain("there is nothing to check");
});

test("--strict gives 4 when something is unknown and nothing fails", async () => {
  const one = given({ "Dockerfile.bad": new Uint8Array([0, 1, 2]), Dockerfile: CLEAN });
  expect((await one.run([])).status).toBe(0);
  const strict = await one.run(["--strict"]);
  expect(strict.status).toBe(4);
  expect(strict.out).toContain("it is binary, not text");
});

test.each([
  [["--fail-onn", "low"], "did you mean --fail-on?"],
  [["--fail-on", "hihg"], "did you mean high?"],
  [["-f", "jsn"], "did you mean json?"],
  [["--only", "run-as-root"], "did you mean runs-as-root?"],
  [["--standard", "pod-security:restrictd"], "restricted"],
  [["nowhere"], "there is no command, file or directory nowhere"],
  [["no/where"], "there is no file or directory no/where"],
  [["chekc", "."], "did you mean plimsoll check?"],
  [["fix", "."], "commands are check, explain, secrets, gate, completion, man"],
  [["archive:nowhere.tar"], "archive:nowhere.tar: there is no such"],
  [["oci:nowhere"], "oci:nowhere: there is no such directory"],
  [["docker:alpine"], "there is no file or directory docker:alpine"],
  [["--log-lines", "many", "container:web"], "is no number of lines"],
  [["--platform", "arm64", "image:app"], "is no platform"],
  [[""], "a target is empty"],
  [["-f", "json=a", "-f", "sarif=a"], "two formats go to a"],
  [["-f", "json=."], "it is a directory, EISDIR"],
  [["--write-baseline", "no/where/b.json"], "its folder does not exist, ENOENT"],
  [["--fail-on"], "needs a value: critical, high, medium, low, info, none"],
  [["-f", "json", "-f", "sarif"], "cannot both go to standard output"],
  [["--width", "abc"], "--width is a number of columns"],
  [["--config", "nowhere.yaml"], "nowhere.yaml cannot be read"],
  [["--baseline", "nowhere.json"], "there is no baseline nowhere.json"],
  [["-f", "json=/proc/nowhere/x"], "cannot be written"],
  [["--"], "start, enter or build no container"],
  [["--", "ls"], "docker run --rm nginx"],
  [["--", "docker", "ps"], "start, enter or build no container"],
  [[".", "--", "ls"], "start, enter or build no container"],
  [["image:"], "image: names nothing\n  a variable that is not set, perhaps; write image:app:1.4"],
  [["archive:"], "write archive:app.tar"],
  [["oci:"], "oci: names nothing"],
  [["registry: "], "names nothing"],
  [["container:"], "write container:web"],
  [["engine:web"], "write engine: alone, or container:web"],
])("%j is a usage error with a hint", async (words, hint) => {
  const { status, err } = await given({ Dockerfile: CLEAN }).run(words);
  expect(status).toBe(2);
  expect(err).toContain(hint);
});

test("an image without an engine is a usage error that names where one was looked for", async () => {
  const environment = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
  const { status, err } = await given({}).run(["image:alpine"], { environment });
  expect(status).toBe(2);
  expect(err).toContain("image:alpine: there is no socket at unix:///nowhere/docker.sock");
});

test("several formats at once, each where it belongs", async () => {
  const one = given({ Dockerfile: ROOT });
  const { out } = await one.run(["-f", "terminal", "-f", "sarif=out/p.sarif", "-f", "junit=p.xml"]);
  expect(out).toContain("runs-as-root");
  expect(JSON.parse(readFileSync(join(one.folder, "out/p.sarif"), "utf8"))).toMatchObject({
    version: "2.1.0",
  });
  expect(readFileSync(join(one.folder, "p.xml"), "utf8")).toContain("<testsuites");
});

test("standard input is recognised by its content", async () => {
  const one = given({});
  const pod =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: c, image: a, securityContext: {privileged: true}}\n";
  expect((await one.run(["-"], { input: pod })).out).toContain("privileged");
  expect((await one.run(["-"], { input: ROOT })).out).toContain("runs-as-root");
  expect((await one.run(["-", "--as", "dockerfile"], { input: "FROM node\n" })).out).toContain(
    "runs-as-root",
  );
  expect((await one.run(["-"], { input: "" })).status).not.toBe(70);
});

test("a run line after -- is judged, and shown with its place", async () => {
  const { status, out } = await given({}).run(["--", "docker", "run", "--privileged", "alpine"]);
  expect(status).toBe(1);
  expect(out).toContain("privileged");
  expect(out).toContain("--privileged");
});

test("what .gitignore leaves out is not read, unless asked for", async () => {
  const one = given({ ".gitignore": "old/\n", "old/Dockerfile": ROOT, Dockerfile: CLEAN });
  expect((await findings(one)).filter((finding) => finding.severity !== "info")).toEqual([]);
  expect((await findings(one, ["--no-ignore"])).map((finding) => finding.rule)).toContain(
    "runs-as-root",
  );
});

test("an inline exception needs the rule and a reason, and covers its line only", async () => {
  const one = given({
    Dockerfile: `# plimsoll: ignore[runs-as-root] started by a wrapper that drops root\n${ROOT}`,
    "other/Dockerfile": ROOT,
  });
  const roots = (await findings(one)).filter((finding) => finding.rule === "runs-as-root");
  expect(roots.map((finding) => [finding.location.path, finding.suppressed?.by])).toEqual([
    ["Dockerfile", "inline"],
    ["other/Dockerfile", undefined],
  ]);
});

test.each([
  ["# plimsoll: ignore[runs-as-root]", "has no reason"],
  ["# plimsoll: ignore[run-as-root] because", "names no known rule"],
  ["# plimsoll: ignore because", "names no rule"],
  ["# plimsoll: ignore[runs-as-root] because until=2026-11-23", "expired on 2026-11-23"],
  ["# plimsoll: ignore[runs-as-root] because until=soon", "has an end that is no date"],
])("%s does not count and is reported", async (comment, problem) => {
  const one = given({ Dockerfile: `${comment}\n${ROOT}` });
  const { status, out } = await one.run([]);
  expect(status).toBe(1);
  expect(out).toContain(problem);
  expect(out).toContain("high[runs-as-root]");
});

test("an unused exception is reported, and not when its rule did not run", async () => {
  const one = given({ Dockerfile: `# plimsoll: ignore[runs-as-root] because\n${CLEAN}` });
  expect((await one.run([])).out).toContain("exception is unused: runs-as-root");
  expect((await one.run(["--skip", "runs-as-root"])).out).not.toContain("unused");
});

test("an exception holds through its last day", async () => {
  const one = given({
    Dockerfile: `# plimsoll: ignore[runs-as-root] because until=2026-11-24\n${ROOT}`,
  });
  expect((await one.run([], { today: "2026-11-24" })).status).toBe(0);
  expect((await one.run([], { today: "2026-11-25" })).status).toBe(1);
});

test("inline exceptions can be forbidden", async () => {
  const one = given({ Dockerfile: `# plimsoll: ignore[runs-as-root] because\n${ROOT}` });
  expect((await one.run([])).status).toBe(0);
  expect((await one.run(["--no-inline-exceptions"])).status).toBe(1);
});

test("in Markdown an HTML comment covers the code block below it, and examples of exceptions are only text", async () => {
  const fence =
    "```sh\n# plimsoll: ignore[runs-as-root] an example\ndocker run --privileged alpine:3.20\n```\n";
  const one = given({
    "a.md": `<!-- plimsoll: ignore[privileged] shown on purpose -->\n\n${fence}`,
    "b.md": fence,
  });
  const all = await findings(one, ["--only", "privileged", "--only", "runs-as-root"]);
  expect(
    all.map((finding) => [finding.rule, finding.location.path, finding.suppressed?.by]),
  ).toEqual([
    ["privileged", "a.md", "inline"],
    ["privileged", "b.md", undefined],
    ["runs-as-root", "a.md", undefined],
    ["runs-as-root", "b.md", undefined],
  ]);
});

test("a pod's annotation is an exception for its containers", async () => {
  const pod = (annotation: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n${annotation}spec:\n  containers:\n  - {name: c, image: alpine:3.20, securityContext: {privileged: true}}\n`;
  const annotated = given({
    "pod.yaml": pod("  annotations:\n    plimsoll.dev/ignore.privileged: a node agent\n"),
  });
  const privileged = (await findings(annotated)).find((finding) => finding.rule === "privileged");
  expect(privileged?.suppressed).toMatchObject({ by: "annotation", reason: "a node agent" });
  expect(
    (await findings(given({ "pod.yaml": pod("") }))).find(
      (finding) => finding.rule === "privileged",
    )?.suppressed,
  ).toBeNull();
});

test("the configuration sets threshold, severities, rules that are off, exclusions and exceptions", async () => {
  const one = given({
    "plimsoll.yaml": [
      "fail-on: high",
      "exclude: [legacy]",
      "rules:",
      "  image-not-pinned: off",
      "  runs-as-root: low",
      "exceptions:",
      "  - rule: runs-as-root",
      "    path: tools/**",
      "    reason: never deployed",
      "    until: 2027-01-31",
    ].join("\n"),
    Dockerfile: ROOT,
    "legacy/Dockerfile": ROOT,
    "tools/Dockerfile": ROOT,
  });
  const all = await findings(one);
  expect(
    all.map((finding) => [
      finding.rule,
      finding.severity,
      finding.location.path,
      finding.suppressed?.by,
    ]),
  ).toEqual([
    ["runs-as-root", "low", "Dockerfile", undefined],
    ["runs-as-root", "low", "tools/Dockerfile", "config"],
  ]);
  expect((await one.run([])).status).toBe(0);
  expect((await one.run(["--fail-on", "low"])).status).toBe(1);
});

test.each([
  ["fial-on: high", 'plimsoll.yaml:1:1: unknown key "fial-on"', "did you mean fail-on?"],
  ["fail-on: hihg", "plimsoll.yaml:1:1", "fail-on"],
  [
    "rules:\n  run-as-root: off",
    'plimsoll.yaml:2:3: there is no rule "run-as-root"',
    "did you mean runs-as-root?",
  ],
  ["exceptions:\n  - rule: privileged", "plimsoll.yaml:2:5", "reason"],
  [
    "exceptions:\n  - rule: privileged\n    reason: x\n    untill: 2027-01-01",
    'unknown key "untill"',
    "did you mean until?",
  ],
  ["- a", "plimsoll.yaml:1", ""],
  ["a: [", "plimsoll.yaml:1", ""],
])("a wrong configuration stops the run: %j", async (text, problem, hint) => {
  const { status, out, err } = await given({ "plimsoll.yaml": text, Dockerfile: ROOT }).run([]);
  expect(status).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(problem);
  expect(err).toContain(hint);
});

test("a baseline lets an old project start clean, and tells what is gone", async () => {
  const one = given({ Dockerfile: ROOT });
  expect((await one.run(["--write-baseline", "b.json"])).status).toBe(0);
  expect((await one.run(["--baseline", "b.json"])).status).toBe(0);
  writeFileSync(join(one.folder, "Dockerfile"), `# a new line above\n\n${ROOT}`);
  expect((await one.run(["--baseline", "b.json"])).status).toBe(0);
  writeFileSync(join(one.folder, "new.Dockerfile"), ROOT);
  expect((await one.run(["--baseline", "b.json"])).status).toBe(1);
  writeFileSync(join(one.folder, "Dockerfile"), CLEAN);
  expect((await one.run(["--baseline", "b.json"])).out).toContain(
    "the baseline holds a finding that is gone",
  );
});

test("options can come from the environment", async () => {
  const one = given({ Dockerfile: ROOT });
  expect((await one.run([], { environment: { PLIMSOLL_FAIL_ON: "critical" } })).status).toBe(0);
  const wrong = await one.run([], { environment: { PLIMSOLL_FAIL_ON: "hihg" } });
  expect(wrong.status).toBe(2);
  expect(wrong.err).toContain("PLIMSOLL_FAIL_ON is critical, high");
  expect(
    (await one.run([], { environment: { PLIMSOLL_SKIP: "runs-as-root,image-not-pinned" } })).status,
  ).toBe(0);
});

test("links in a loop, links out of the tree and pipes are unknowns, and the rest goes on", async () => {
  const one = given({ Dockerfile: ROOT });
  symlinkSync("loop.Dockerfile", join(one.folder, "loop.Dockerfile"));
  symlinkSync("/etc/hostname", join(one.folder, "out.Dockerfile"));
  symlinkSync(one.folder, join(one.folder, "again"));
  const { out, status } = await one.run(["-f", "json"]);
  const report = JSON.parse(out) as {
    findings: JsonFinding[];
    unknowns: { path: string; why: string }[];
  };
  expect(status).toBe(1);
  expect(report.unknowns.map((unknown) => unknown.path).sort()).toEqual([
    "loop.Dockerfile",
    "out.Dockerfile",
  ]);
  expect(report.findings.filter((finding) => finding.rule === "runs-as-root")).toHaveLength(1);
});

test("colour follows --color, then NO_COLOR, then the terminal", async () => {
  const one = given({ Dockerfile: ROOT });
  const colored = async (words: string[], options: RunOptions): Promise<boolean> =>
    (await one.run(words, options)).out.includes("\u001b[");
  expect(await colored([], {})).toBe(false);
  expect(await colored([], { terminal: true })).toBe(true);
  expect(await colored([], { terminal: true, environment: { NO_COLOR: "1" } })).toBe(false);
  expect(await colored(["--color", "always"], { environment: { NO_COLOR: "1" } })).toBe(true);
  expect(await colored([], { environment: { FORCE_COLOR: "1" } })).toBe(true);
});

test.each([50, 60, 80, 120])(
  "at %i columns no line is longer, unless a path alone is",
  async (width) => {
    const shop = join(import.meta.dirname, "../../examples/shop");
    const words = ["check", ".", "--posture", "--standard", "pod-security:restricted"];
    const { out } = await runIn(shop, words, { environment: { COLUMNS: `${width}` } });
    const long = out.split("\n").filter((line) => displayWidth(line) > width);
    expect(long.filter((line) => !/^\W*\S*\/\S*$/.test(line))).toEqual([]);
    expect(out.split("\n").some((line) => displayWidth(line) > width - 12)).toBe(true);
  },
);
