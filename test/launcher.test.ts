/** What a Node that is too old says, and that all places name the same one. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const home = join(import.meta.dirname, "..");
const launcher = readFileSync(join(home, "bin/plimsoll.js"), "utf8").replace(/^#!.*/, "");

function started(node: string): { readonly said: string; readonly status: number | undefined } {
  let said = "";
  const process = {
    versions: { node },
    version: `v${node}`,
    exitCode: undefined as number | undefined,
    stderr: { write: (text: string) => (said += text) },
  };
  // What is new enough imports the program, which is nothing to do here.
  runInNewContext(launcher.replace(/import\(/, "Promise.resolve("), { process });
  return { said, status: process.exitCode };
}

test.each(["0.10.48", "18.20.4", "22.12.0", "24.0.0", "24.4.1"])(
  "Node %s is too old",
  (version) => {
    const { said, status } = started(version);
    expect(said).toMatch(/^plimsoll: Node\.js 24\.5 or later is needed, this is v/);
    expect(status).toBe(2);
  },
);

test.each(["24.5.0", "24.10.0", "25.0.0", "100.1.0"])("Node %s is new enough", (version) => {
  expect(started(version)).toEqual({ said: "", status: undefined });
});

test("the package and the README name the same version", () => {
  const { engines } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  expect(engines.node).toBe(">=24.5");
  expect(readFileSync(join(home, "README.md"), "utf8")).toContain("Node.js 24.5 or later runs it");
});
