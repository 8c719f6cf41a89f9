/** What the README and the guides show as output is what the tool prints. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { project, runIn } from "./support/cli.ts";

const home = join(import.meta.dirname, "..");

/** The `text` blocks of a page. */
function blocks(page: string): string[] {
  const text = readFileSync(join(home, page), "utf8");
  return [...text.matchAll(/^```text\n([^]*?)^```$/gm)].map((match) => match[1] ?? "");
}

/** As a pipe gets it, so that nothing but the words decides. */
async function shop(words: readonly string[]): Promise<string> {
  return (await runIn(home, ["check", "examples/shop", ...words])).out;
}

test("the README's first finding, the end of the whole report, and the posture are real", async () => {
  const [first = "", end = "", posture = ""] = blocks("README.md");
  const command = "$ npx plimsoll check examples/shop --only engine-socket --width 88\n";
  expect(first).toBe(command + (await shop(["--only", "engine-socket", "--width", "88"])));
  const last = (await shop(["--width", "88"])).split("\n").slice(-5).join("\n");
  expect(end).toBe(`$ npx plimsoll check examples/shop --width 88 | tail -4\n${last}`);
  expect(posture.length).toBeGreaterThan(500);
  expect(await shop(["--posture"])).toContain(posture);
});

test("the configuration guide's output is real", async () => {
  const [end = "", mistakes = ""] = blocks("docs/configuration.md");
  const one = project({
    "plimsoll.yaml": "fail-on: high\n",
    Dockerfile: "FROM node:22\nUSER root\n",
    "wrong/plimsoll.yaml":
      "fail-on: hihg\nexlude: [vendor/]\nrules:\n  host-prot: off\nexceptions:\n" +
      "  - rule: runs-as-root\n    reason: built in CI only\n    until: 2027-02-30\n",
  });
  expect((await one.run([])).out.slice(-end.length)).toBe(end);
  const { err } = await runIn(join(one.folder, "wrong"), ["check"]);
  one.remove();
  expect(mistakes).toBe(`$ npx plimsoll check\n${err}`);
});
