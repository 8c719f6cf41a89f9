/** What `plimsoll check` writes, and what it never writes over. */

import { existsSync, linkSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { project } from "../support/cli.ts";

const COMPOSE =
  "services:\n  web:\n    image: nginx:1.27\n    env_file: web.list\n    privileged: true\n";
const FILES = {
  "compose.yaml": COMPOSE,
  "web.list": "MODE=fast\n",
  "plimsoll.yaml": "fail-on: none\n",
  "note.txt": "nothing of ours\n",
};

const made: ReturnType<typeof project>[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

function given(files: Readonly<Record<string, string>>): ReturnType<typeof project> {
  const one = project(files);
  made.push(one);
  symlinkSync("compose.yaml", join(one.folder, "link"));
  linkSync(join(one.folder, "compose.yaml"), join(one.folder, "hard"));
  return one;
}

test.each([
  [["compose.yaml", "-f", "json=compose.yaml"], "compose.yaml"],
  [["compose.yaml", "-f", "json=./compose.yaml"], "compose.yaml"],
  [["compose.yaml", "-f", "json=link"], "compose.yaml"],
  [["compose.yaml", "-f", "json=hard"], "compose.yaml"],
  [["link", "-f", "json=compose.yaml"], "compose.yaml"],
  [["-f", "sarif=new.sarif", "-f", "json=compose.yaml"], "compose.yaml"],
  [["--write-baseline", "compose.yaml"], "compose.yaml"],
  [["-f", "json=web.list"], "web.list"],
  [["-f", "json=plimsoll.yaml"], "plimsoll.yaml"],
  [["--as", "compose", "note.txt", "-f", "json=note.txt"], "note.txt"],
  [["note.txt", "compose.yaml", "-f", "json=note.txt"], "note.txt"],
])("%j does not write over %s, which it read", async (words, name) => {
  const one = given(FILES);
  const { status, out, err } = await one.run(words);
  expect([status, out]).toEqual([2, ""]);
  expect(err).toContain("is one of the files that were read");
  expect(readFileSync(join(one.folder, name), "utf8")).toBe(FILES[name as keyof typeof FILES]);
  expect(existsSync(join(one.folder, "new.sarif"))).toBe(false);
});

test.each(["json", "sarif", "junit", "gitlab", "markdown", "terminal"])(
  "a report in %s is written again by the next run",
  async (format) => {
    const one = given(FILES);
    const words = [".", "-f", `${format}=report.${format === "markdown" ? "md" : format}`];
    const first = await one.run(words);
    expect([first.status, first.err]).toEqual([0, ""]);
    expect(await one.run(words)).toEqual(first);
  },
);

test("a baseline is written over itself, and by no report", async () => {
  const one = given(FILES);
  expect((await one.run(["--write-baseline", "b.json"])).status).toBe(0);
  const anew = ["--baseline", "b.json", "--write-baseline", "b.json"];
  expect((await one.run(anew)).status).toBe(0);
  const report = await one.run(["--baseline", "b.json", "-f", "json=b.json"]);
  expect(report.status).toBe(2);
  expect(report.err).toContain("b.json is not written");
  const both = await one.run(["-f", "json=c.json", "--write-baseline", "./c.json"]);
  expect(both.status).toBe(2);
  expect(both.err).toContain("c.json and ./c.json are one file");
});

test("a folder that is made for a report is told", async () => {
  const one = given(FILES);
  const words = ["-f", "json=reports/today/p.json"];
  expect((await one.run(words)).err).toBe(
    `plimsoll: made the folder ${join(one.folder, "reports")} for reports/today/p.json\n`,
  );
  expect((await one.run(words)).err).toBe("");
});

test.each([
  ["PLIMSOLL_FAILON", "PLIMSOLL_FAIL_ON"],
  ["plimsoll_fail_on", "PLIMSOLL_FAIL_ON"],
  ["PLIMSOLL_FORMATS", "PLIMSOLL_FORMAT"],
  ["PLIMSOLL_NOCONFIG", "PLIMSOLL_NO_CONFIG"],
])("%s is refused, and %s is what was meant", async (name, meant) => {
  const { status, err } = await given(FILES).run([], { environment: { [name]: "high" } });
  expect(status).toBe(2);
  expect(err).toContain(`environment variable ${name}; did you mean ${meant}?`);
});

test.each([
  "PLIMSOLL_SERVICE_HOST",
  "PLIMSOLL_PORT_8080_TCP",
  "PLIMSOLL_HOME",
  "PLIMSOLL_CI",
  "PLIMSOLL_PORT",
  "XPLIMSOLL_FAILON",
])("%s is of something else", async (name) => {
  const { status, err } = await given(FILES).run([], { environment: { [name]: "high" } });
  expect([status, err]).toEqual([0, ""]);
});
