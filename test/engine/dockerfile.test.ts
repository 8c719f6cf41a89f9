/** What a real builder makes of Dockerfiles and ignore files is what Plimsoll says of them. */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandLine } from "../../src/model/command.ts";
import { memoryFiles } from "../../src/readers/memory-files.ts";
import { readDockerignore } from "../../src/readers/dockerfile/dockerignore.ts";
import { matchesPath } from "../../src/readers/dockerfile/pattern-matcher.ts";
import type { ResolvedStage, StageFacts } from "../../src/readers/dockerfile/stage-facts.ts";
import { resolveStage } from "../../src/readers/dockerfile/stage-facts.ts";
import { differences } from "../support/differences.ts";
import type { Outcome, TestEngine } from "../support/engine.ts";
import { engineMissing, startEngine } from "../support/engine.ts";
import type { DockerfileCase } from "./dockerfiles.ts";
import { dockerfiles } from "./dockerfiles.ts";
import { contextFiles, ignoreFiles } from "./ignore-files.ts";

const missing = engineMissing();

describe.skipIf(missing !== undefined)(`builds of a real engine (${missing ?? "here"})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-builds-"));
  let engine: TestEngine;
  let count = 0;
  beforeAll(async () => {
    engine = await startEngine();
  }, 60_000);
  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test.concurrent.each(dockerfiles)("a Dockerfile: $name", async (one) => {
    const context = join(folder, `dockerfile-${count++}`);
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), one.text);
    const args = Object.entries(one.args ?? {});
    const built = await engine.build(
      "--network=none",
      "--quiet",
      ...(one.target === undefined ? [] : ["--target", one.target]),
      ...args.flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
      context,
    );
    const file = { path: "Dockerfile", text: one.text };
    const origin = { kind: "set", span: { file, start: 0, end: 0 } } as const;
    const resolved = resolveStage(
      file,
      { files: memoryFiles({}), environment: {} },
      {
        ...(one.target === undefined ? {} : { target: one.target }),
        args: args.map(([name, value]) => ({ name, value, from: "passed", origin })),
      },
    );
    const inspected =
      built.status === 0 ? await engine.start("image", "inspect", built.out.trim()) : built;
    expect(compare(one, resolved, { built, inspected }, engine)).toEqual(
      one.refused === true ? ["refused", "noticed"] : [],
    );
  });

  test.concurrent.each(ignoreFiles)("an ignore file: $name", async ({ text, since23 }) => {
    const context = join(folder, `ignore-${count++}`);
    const files: Record<string, string> = {
      Dockerfile: "FROM scratch\nCOPY . /all/\n",
      ".dockerignore": text,
    };
    for (const path of contextFiles) files[path] = path;
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(context, path)), { recursive: true });
      writeFileSync(join(context, path), content);
    }
    const out = join(context, "..", `out-${count++}`);
    const built = await engine.build("--network=none", "--quiet", "--output", out, context);
    const ignore = readDockerignore(memoryFiles(files), "Dockerfile", ".");
    const taken = Object.keys(files).filter((path) => !matchesPath(ignore.matcher, path));
    const older = since23 !== undefined && isOld(engine);
    const arrived = built.status !== 0 ? ["refused"] : older ? taken : filesBelow(join(out, "all"));
    expect((ignore.unknowns.length > 0 ? ["refused"] : taken).sort()).toEqual(arrived.sort());
  });
});

interface Built {
  readonly built: Outcome;
  /** `docker image inspect` of what was built. */
  readonly inspected: Outcome;
}

/** Where what Plimsoll says and what the builder made differ. */
function compare(
  one: DockerfileCase,
  resolved: ResolvedStage,
  { built, inspected }: Built,
  engine: TestEngine,
): string[] {
  const problems = resolved.ok ? resolved.stage.unknowns : [resolved.problem];
  if (one.refused === true) {
    const noticed = problems.length > 0 || (resolved.ok && !resolved.stage.user.known);
    return [built.status === 0 ? "built" : "refused", noticed ? "noticed" : "unnoticed"];
  }
  if (!resolved.ok || problems.length > 0) return problems.map(({ why }) => why);
  if (one.since23 !== undefined && isOld(engine)) return [];
  if (built.status !== 0) return [built.err];
  const claimed = claimedOf(resolved.stage);
  const lines = differences(claimed, configOf(inspected.out));
  if (one.unknownUser === undefined) return lines;
  return claimed.user === "unknown" ? [] : ["the user is known", ...lines];
}

function isOld({ version }: TestEngine): boolean {
  return Number(version.split(".")[0]) < 23;
}

function filesBelow(top: string): string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(top, join(entry.parentPath, entry.name)));
}

interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[] | null;
  readonly Entrypoint: readonly string[] | null;
  readonly Cmd: readonly string[] | null;
  readonly WorkingDir: string;
  readonly Volumes: Readonly<Record<string, unknown>> | null;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | null;
}

function configOf(text: string): ReturnType<typeof claimedOf> {
  const [image] = JSON.parse(text) as { readonly Config: ImageConfig }[];
  if (image === undefined) throw new Error("docker inspect knows no such image");
  const { Config: config } = image;
  return {
    user: config.User,
    // BuildKit gives every image a PATH.
    env: (config.Env ?? []).filter((pair) => !pair.startsWith("PATH=")).sort(),
    entrypoint: shellForm(config.Entrypoint ?? []),
    command: shellForm(config.Cmd ?? []),
    workdir: config.WorkingDir === "" ? "/" : config.WorkingDir,
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    ports: Object.keys(config.ExposedPorts ?? {}).sort(),
  };
}

/** A script that a shell runs: the reader keeps the script alone. */
function shellForm(words: readonly string[]): readonly string[] {
  return /^-\w*c$/.test(words[1] ?? "") ? ["(shell)", ...words.slice(2)] : words;
}

function claimedOf({ user, env, command, workdir, build, ports }: StageFacts) {
  const words = (line: CommandLine | undefined): readonly string[] => {
    if (line === undefined) return [];
    return line.shell ? ["(shell)", ...line.words] : line.words;
  };
  const inherits = user.origin.kind === "inherited" && user.origin.from.startsWith("image ");
  return {
    // What the base image says stays with it: the image of these tests sets no user.
    user: inherits ? "" : user.known ? user.value.text : "unknown",
    env: env.map(({ name, value }) => `${name}=${value ?? "(unknown)"}`).sort(),
    entrypoint: command.known ? words(command.value.entrypoint) : [],
    command: command.known ? words(command.value.command) : [],
    workdir: workdir ?? "/",
    volumes: build.paths.flatMap(({ what, path }) => (what === "VOLUME" ? [path] : [])).sort(),
    ports: ports.map(({ text }) => (text.includes("/") ? text : `${text}/tcp`)).sort(),
  };
}
