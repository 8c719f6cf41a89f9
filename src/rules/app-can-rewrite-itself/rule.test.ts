import { expect, test } from "vitest";
import { known } from "../../model/fact.ts";
import type { SourceFile } from "../../model/source.ts";
import { parseUser } from "../../model/user.ts";
import type { CopyStep, RunStep } from "../../model/build-steps.ts";
import type { Build } from "../../model/build.ts";
import { fileOf, imageOf } from "../image-contents-testing.ts";
import { minimalWorkload, verdicts, written } from "../testing.ts";
import { rule } from "./rule.ts";

const file: SourceFile = { path: "Dockerfile", text: "x".repeat(100) };
const at = (start: number) => ({ kind: "set", span: { file, start, end: start + 1 } }) as const;
const user = known(parseUser("1000"), written);

function copy(rest: Partial<CopyStep> = {}): CopyStep {
  const base = { what: "COPY", stage: "final", inImage: true, sources: [], target: "." } as const;
  return { ...base, user, origin: at(20), ...rest };
}

function run(...words: readonly string[]): RunStep {
  const { span } = at(30);
  return {
    stage: "final",
    inImage: true,
    user,
    mounts: [],
    devices: [],
    command: { words: [words.join(" ")], shell: true },
    commands: [
      {
        assignments: [],
        words: words.map((text) => ({ text, dynamic: text.includes("$"), span })),
        redirects: [],
        span,
      },
    ],
    origin: at(30),
  };
}

function image(build: Partial<Build>, text = "1000:1000") {
  const base: Build = {
    images: [],
    args: [],
    env: [],
    runs: [],
    copies: [],
    paths: [{ what: "WORKDIR", path: "/srv/app", origin: at(10) }],
    labels: [],
    privileged: known(false, written),
    entitlements: [],
    hostNetwork: known(false, written),
  };
  const rest = { user: known(parseUser(text), written), build: { ...base, ...build } };
  return minimalWorkload("dockerfile-stage", {}, rest);
}

test.each([
  ["its own uid", { chown: "1000" }],
  ["its own uid and a group", { chown: "1000:0" }],
  ["a mode that lets everybody write", { chmod: "0777" }],
  ["a symbolic mode that lets everybody write", { chmod: "a+rwX" }],
])("code copied with %s", (_, rest) => {
  expect(verdicts(rule, image({ copies: [copy(rest)] }))).toEqual(["low files"]);
});

test.each([
  ["nothing", {}],
  ["another user", { chown: "2000:2000" }],
  ["only the group", { chown: ":1000" }],
  ["a variable", { chown: "$OWNER" }],
  ["a mode for the owner", { chmod: "755" }],
  ["another stage's step", { chown: "1000", inImage: false }],
])("code copied with %s is fine", (_, rest) => {
  expect(verdicts(rule, image({ copies: [copy(rest)] }))).toEqual([]);
});

test("chown -R over the code, by a path from the working directory", () => {
  const copies = [copy()];
  const over = (...words: readonly string[]) =>
    verdicts(rule, image({ copies, runs: [run(...words)] }));
  expect(over("chown", "-R", "1000:1000", "/srv/app")).toEqual(["low files"]);
  expect(over("chown", "--recursive", "1000", ".")).toEqual(["low files"]);
  expect(over("chmod", "-R", "777", "/srv")).toEqual(["low files"]);
  expect(over("chown", "-R", "1000:1000", "/srv/app/cache")).toEqual([]);
  expect(over("chown", "-R", "1000:1000", "/srv/apple")).toEqual([]);
  expect(over("chown", "-R", "www-data", "/srv/app")).toEqual([]);
  expect(over("chown")).toEqual([]);
});

test("root may write everything anyway, and runs-as-root says so", () => {
  expect(verdicts(rule, image({ copies: [copy({ chown: "0" })] }, "0"))).toEqual([]);
});

test("a Dockerfile with very many steps is judged in time", () => {
  const many = Array.from({ length: 20_000 }, (_, index) => index);
  const build = {
    paths: many.map((index) => ({ what: "WORKDIR" as const, path: "a", origin: at(index * 3) })),
    copies: many.map((index) => copy({ target: `b${index}`, origin: at(index * 3 + 1) })),
    runs: many.map(() => run("chown", "-R", "1000", "/a")),
  };
  const start = performance.now();
  expect(rule.check(image(build))).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(2000);
});

test.each<[string, string, { mode: number; uid: number; gid: number }, boolean]>([
  ["own file", "1000:1000", { mode: 0o644, uid: 1000, gid: 1000 }, true],
  [
    "own file without the right, which the owner may give himself",
    "1000",
    { mode: 0o444, uid: 1000, gid: 5 },
    true,
  ],
  ["the group's file", "1000:50", { mode: 0o664, uid: 0, gid: 50 }, true],
  ["the group's file, not for the group", "1000:50", { mode: 0o644, uid: 0, gid: 50 }, false],
  ["a number without a group is in group 0", "1000", { mode: 0o664, uid: 0, gid: 0 }, true],
  ["another group's file", "1000:1000", { mode: 0o664, uid: 0, gid: 0 }, false],
  ["everybody's file", "1000:1000", { mode: 0o666, uid: 0, gid: 0 }, true],
  ["another user's file", "1000:1000", { mode: 0o755, uid: 33, gid: 33 }, false],
  [
    "a name without a number, and a file of some user",
    "app",
    { mode: 0o644, uid: 1000, gid: 1000 },
    false,
  ],
  ["root, who may anyway", "0", { mode: 0o666, uid: 0, gid: 0 }, false],
])("in an image: %s (user %s)", (_, text, bits, found) => {
  const workload = imageOf(
    { writableCode: [fileOf("/app/server.js", bits)] },
    { user: known(parseUser(text), written) },
  );
  expect(verdicts(rule, workload)).toEqual(found ? ["low files"] : []);
});

test("a read-only root file system settles it for an image too", () => {
  const files = { writableCode: [fileOf("/app/server.js", { mode: 0o666 })] };
  const container = minimalWorkload("container", { readOnlyRoot: known(true, written) });
  const { runtime } = container;
  if (runtime === undefined) throw new Error("a container has a runtime");
  expect(verdicts(rule, imageOf(files, { kind: "container", runtime, user }))).toEqual([]);
  expect(rule.check(imageOf(files, { user }))[0]).toMatchObject({
    place: { image: "image:app:1.0", path: "/app/server.js", length: 0 },
    detail: expect.stringContaining("/app/server.js") as string,
  });
});
