/** Every mistake of a plimsoll.yaml is told at once, with its place, what is expected, and what was meant. */

import { chmodSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { project, runIn } from "../support/cli.ts";

const DOCKERFILE = "FROM node:22.12.0-alpine\nUSER 1000:1000\n";

const made: ReturnType<typeof project>[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

function given(files: Readonly<Record<string, string>>): ReturnType<typeof project> {
  const one = project(files);
  made.push(one);
  return one;
}

/** `2:14 what is wrong | what to do`, a line a problem. */
async function problems(text: string): Promise<readonly string[]> {
  const { status, out, err } = await given({ "plimsoll.yaml": text, Dockerfile: DOCKERFILE }).run(
    [],
  );
  expect([status, out]).toEqual([2, ""]);
  const lines = err.trimEnd().split("\n");
  return Array.from({ length: lines.length / 2 }, (_, index) =>
    `${lines[index * 2] ?? ""} | ${(lines[index * 2 + 1] ?? "").trim()}`.replace(
      /^plimsoll: plimsoll\.yaml:/,
      "",
    ),
  );
}

test("all mistakes are told, in the order of the file", async () => {
  const text = [
    "fail-on: hihg",
    "strict: yes",
    "exclude: vendor/",
    "fial-on: 1",
    "rules:",
    "  host-port: of",
    "  prvileged: off",
    "  runs-as-root: {sev: low}",
    "standards: [pod-security:restrictd]",
    "exceptions:",
    "  - rule: [runs-as-root, hostport]",
    "    reason: 4",
    "    until: 2027-02-30",
    "  - reason: x",
    "  - all of them",
  ].join("\n");
  const severities = "critical, high, medium, low, info";
  expect(await problems(text)).toEqual([
    `1:10: fail-on is the text "hihg" | expected one of ${severities}, none; did you mean high?`,
    '2:9: strict is the text "yes" | expected true or false',
    '3:10: exclude is the text "vendor/" | expected a list of globs: [vendor/, "*.test.yaml"]',
    '4:1: unknown key "fial-on" | did you mean fail-on?',
    `6:14: rules.host-port is the text "of" | expected one of off, ${severities}, or {severity: …}; did you mean off?`,
    '7:3: there is no rule "prvileged" | did you mean privileged?',
    '8:18: unknown key "sev" in rules.runs-as-root | keys here are severity',
    '9:13: pod-security has no level "restrictd" | write pod-security:restricted or pod-security:privileged or pod-security:baseline',
    '11:26: there is no rule "hostport" | did you mean host-port?',
    "12:13: exceptions[1].reason is the number 4 | expected why the risk is accepted, as text",
    '13:12: exceptions[1].until is the text "2027-02-30" | expected a day of the calendar, YYYY-MM-DD',
    "14:5: exceptions[2].rule is missing | expected a rule id, or a list of them",
    '15:5: exceptions[3] is the text "all of them" | expected a mapping with `rule` and `reason`',
  ]);
});

test.each([
  ["[a", "has a [ that nothing closes"],
  ["#a", "is a comment to .gitignore"],
  ["../a", "begins with . or .., which no path here does"],
  ["./a", "begins with . or .., which no path here does"],
  ["", "is empty, so it matches nothing"],
])("a glob that matches nothing is a mistake: %j", async (glob, problem) => {
  const exclude = await problems(`exclude: [${JSON.stringify(glob)}]\n`);
  expect(exclude).toEqual([
    expect.stringContaining(`1:11: the glob ${JSON.stringify(glob)} ${problem}`),
  ]);
  const path = await problems(
    `exceptions:\n  - {rule: privileged, reason: x, path: ${JSON.stringify(glob)}}\n`,
  );
  expect(path).toEqual([expect.stringContaining("2:41: the glob ")]);
});

test.each([
  ["fail-on: high\nfail-on: low\n", ["2:1: the key stands here a second time"]],
  ["fail-on: high\n---\nstrict: true\n", ["2:1: a second document begins here"]],
  ["\tstrict: true\n", ["1:1: a tab is used as indentation"]],
  ["- a\n", ["1:1: the file is a list"]],
  ["rules: {privileged: }\n", ["1:21: rules.privileged is empty"]],
  ["exceptions:\n  - {rule: [], reason: x}\n", ["2:12: exceptions[1].rule is an empty list"]],
  ["fail-on: *x\nrules: {a: off}\n", ["1:10: no anchor", "1:10: fail-on", "2:9: there is no rule"]],
])("%j is refused with its place", async (text, expected) => {
  const all = await problems(text);
  expect(all).toEqual(expected.map((start) => expect.stringContaining(start)));
  for (const one of all) expect(one).not.toMatch(/Invalid|undefined|expected \w+, received/);
});

test("what was named by mistake is not repeated", async () => {
  const { status, err } = await given({ ".env": "TOKEN=abc\n", Dockerfile: DOCKERFILE }).run([
    "--config",
    ".env",
  ]);
  expect(status).toBe(2);
  expect(err).toContain(".env:1:1: the file is a single value");
  expect(err).not.toContain("abc");
});

test.each([
  "",
  "# nothing yet\n",
  "---\n",
  "---\nstrict: false\n",
  "strict: false\n---\n",
  "\ufeffstrict: false\r\n",
])("%j is a configuration", async (text) => {
  const { status, out } = await given({ "plimsoll.yaml": text, Dockerfile: DOCKERFILE }).run([]);
  expect(status).toBe(0);
  expect(out).toContain("plimsoll.yaml applies\n");
});

test("very many mistakes are counted", async () => {
  const text = Array.from({ length: 100 }, (_, index) => `key-${index}: 1`).join("\n");
  const { err } = await given({ "plimsoll.yaml": text, Dockerfile: DOCKERFILE }).run([]);
  expect(err).toContain("70 more problems in the configuration");
});

test("outside of a checkout no configuration is taken from a folder that everyone may write", async () => {
  const { folder } = given({ "plimsoll.yaml": "fail-on: none\n", "a/b/Dockerfile": "FROM node\n" });
  const status = async (): Promise<number> => (await runIn(join(folder, "a/b"), [])).status;
  expect(await status()).toBe(0);
  chmodSync(folder, 0o777);
  expect(await status()).toBe(1);
});
