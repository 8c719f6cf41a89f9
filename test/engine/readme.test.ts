/** The image run in the README is what the tool prints, of an image built as docs/images.md says. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runIn } from "../support/cli.ts";
import type { TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";

const home = join(import.meta.dirname, "../..");
/** Of npm's form, with the right checksum, and of no account. */
const TOKEN = ["npm_zQWBuTSOoRi4A9spHcVY", "5ncnsDkxkJ0mLq17"].join("");

/** The block of a page that begins as is told, without its fence. */
function block(page: string, language: string, begins: string): string {
  const text = readFileSync(join(home, page), "utf8");
  const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)];
  const found = blocks.find(([, lang, body = ""]) => lang === language && body.startsWith(begins));
  if (found?.[2] === undefined) throw new Error(`${page} has no block that begins so: ${begins}`);
  return found[2];
}

/** Digests and hashes differ from build to build and from machine to machine; their lengths do not. */
function withoutDigits(text: string): string {
  return text
    .replace(/(?<=sha256:|file:)[0-9a-f]+/g, (digits) => "0".repeat(digits.length))
    .replace(/(?<=\+\d+=)[0-9a-f]{16}\b/g, "0".repeat(16));
}

const missing = engineMissing();
describe.skipIf(missing !== undefined)(`the README's image (${missing ?? "here"})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-readme-"));
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
    const context = join(folder, "context");
    mkdirSync(context);
    writeFileSync(
      join(context, "Dockerfile"),
      block("docs/images.md", "dockerfile", "FROM busybox\n"),
    );
    writeFileSync(join(context, ".npmrc"), `//registry.npmjs.org/:_authToken=${TOKEN}\n`);
    engine.docker("tag", "busybox:test", "busybox");
    const built = engine.docker("build", "--network=none", "-t", "shop/web:1.4", context);
    if (built.status !== 0) throw new Error(built.err);
  }, 120_000);
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const run = (words: readonly string[]) =>
    runIn(folder, words, {
      environment: { DOCKER_HOST: `unix://${engine.socket}`, XDG_CACHE_HOME: folder },
    });

  test("is checked as it shows, but for digests, and its finding is confirmed", async () => {
    const [command = "", ...shown] = block(
      "README.md",
      "text",
      "$ npx plimsoll check image:",
    ).split("\n");
    const [, words = "", lines = ""] = /^\$ npx plimsoll (.*) \| head -(\d+)$/.exec(command) ?? [];
    const { out } = await run(words.split(" "));
    const printed = out.split("\n").slice(0, Number(lines));
    expect(withoutDigits(shown.join("\n"))).toBe(withoutDigits(`${printed.join("\n")}\n`));
    // The guide shows the finding that the README does.
    const locator = /verify: (.*)/.exec(shown.join("\n"))?.[1] ?? "";
    expect(readFileSync(join(home, "docs/images.md"), "utf8")).toContain(`verify '${locator}'`);
    const own = /verify: (.*)/.exec(out)?.[1] ?? "";
    expect((await run(["secrets", "verify", own])).out).toMatch(/^confirmed: npm token /);
  }, 60_000);
});
