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

async function shop(words: readonly string[], columns: number): Promise<string> {
  const environment = { COLUMNS: `${columns}` };
  return (await runIn(home, ["check", "examples/shop", ...words], { environment })).out;
}

test("the README's first finding, the end of the whole report, and the posture are real", async () => {
  const [first = "", end = "", posture = ""] = blocks("README.md");
  const command = "$ npx plimsoll check examples/shop --only engine-socket\n";
  expect(first).toBe(command + (await shop(["--only", "engine-socket"], 88)));
  expect((await shop([], 88)).slice(-end.length)).toBe(end);
  expect(posture.length).toBeGreaterThan(500);
  expect(await shop(["--posture"], 100)).toContain(posture);
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
