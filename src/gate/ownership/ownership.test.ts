import { describe, expect, test } from "vitest";
import { operations } from "../api/operations.ts";
import { parseJsonText } from "../wire/json/parse.ts";
import type { JsonValue } from "../wire/json/value.ts";
import { writeJson } from "../wire/json/write.ts";
import { familiarReference } from "./denials.ts";
import { referenceOf } from "./image-names.ts";
import { isSeenImage, isTaggedUnder } from "./images.ts";
import { KnownIds } from "./known-ids.ts";
import { isReservedLabel, withoutReserved } from "./labels.ts";
import { nameLikeId } from "./names.ts";
import { matchesPattern } from "../policy/pattern.ts";
import { linkOf } from "./references.ts";
import { treatments } from "./treatments.ts";
import { volumeOfBind } from "./volumes.ts";

const json = (value: unknown): JsonValue => {
  const parsed = parseJsonText(JSON.stringify(value));
  if (!parsed.ok) throw new Error(parsed.refusal.message);
  return parsed.value;
};

test("every operation has a treatment, and every treatment an operation", () => {
  expect([...operations.keys()].filter((id) => !Object.hasOwn(treatments, id))).toEqual([]);
  expect(Object.keys(treatments).filter((id) => !operations.has(id))).toEqual([]);
});

describe("the gate's labels", () => {
  test("are known in every case that could be taken for them", () => {
    for (const key of ["dev.plimsoll.owner", "DEV.PLIMSOLL.x", "dev.pLim\u017Foll.owner"]) {
      expect(isReservedLabel(key), key).toBe(true);
    }
    for (const key of ["dev.plimsoll", "xdev.plimsoll.owner", "com.example"]) {
      expect(isReservedLabel(key), key).toBe(false);
    }
  });

  test("are found wherever labels stand", () => {
    const body = {
      Labels: { a: "b", "dev.plimsoll.owner": "b" },
      TaskTemplate: {
        ContainerSpec: { Mounts: [{ VolumeOptions: { Labels: { "dev.plimsoll.owner": "a" } } }] },
      },
    };
    const { value, refused } = withoutReserved(json(body), "b");
    expect(refused).toEqual([
      "TaskTemplate.ContainerSpec.Mounts[0].VolumeOptions.Labels.dev.plimsoll.owner",
    ]);
    expect(JSON.parse(writeJson(value)).Labels).toEqual({ a: "b" });
    expect(
      withoutReserved(json({ Labels: { "dev.plimsoll.owner": "b" } }), undefined).refused,
    ).toHaveLength(1);
    expect(
      withoutReserved(json({ Labels: { "dev.plimsoll.other": "b" } }), "b").refused,
    ).toHaveLength(1);
  });

  test("a body without them stays the very same", () => {
    const body = json({
      Labels: { a: "b" },
      HostConfig: { Mounts: [{ Target: "/x" }] },
      Sysctls: { Labels: "x" },
    });
    expect(withoutReserved(body, "b").value).toBe(body);
  });
});

describe("known ids", () => {
  const id = (letter: string): string => letter.repeat(64);

  test("only full ids are kept", () => {
    const known = new KnownIds();
    known.learn("container", "web", "a");
    known.learn("container", "a".repeat(12), "a");
    known.learn("container", id("a"), "a");
    expect(known.size).toBe(1);
    expect(known.ownerOf("container", id("a"))).toBe("a");
    expect(known.ownerOf("network", id("a"))).toBeUndefined();
  });

  test("are bounded: the longest unused goes first", () => {
    const known = new KnownIds(2);
    known.learn("container", id("a"), "a");
    known.learn("container", id("b"), "a");
    known.ownerOf("container", id("a"));
    known.learn("container", id("c"), "a");
    expect(known.size).toBe(2);
    expect(known.ownerOf("container", id("b"))).toBeUndefined();
    expect(known.ownerOf("container", id("a"))).toBe("a");
  });
});

describe("images", () => {
  const image = (
    tags: readonly string[],
    labels: Record<string, string> = {},
    digests: readonly string[] = [],
  ) =>
    json({ RepoTags: tags, RepoDigests: digests, Labels: labels }) as ReadonlyMap<
      string,
      JsonValue
    >;

  test("who sees what", () => {
    const seen = (one: ReadonlyMap<string, JsonValue>, granted?: readonly string[]): boolean =>
      isSeenImage(one, { owner: "b", granted, engine: "E1" });
    expect(seen(image(["alpine:latest"]))).toBe(true);
    expect(seen(image([], {}, ["alpine@sha256:1"]))).toBe(true);
    expect(seen(image([]))).toBe(false);
    expect(seen(image(["<none>:<none>"], {}, ["<none>@<none>"]))).toBe(false);
    expect(seen(image(["a:1"], { "dev.plimsoll.image-owner": "a" }))).toBe(false);
    expect(seen(image([], { "dev.plimsoll.image-owner": "b" }))).toBe(true);
    expect(seen(image(["a:1"], { "dev.plimsoll.owner": "a" }))).toBe(false);
    expect(seen(image(["alpine:latest"]), ["alpine"])).toBe(true);
    const made = (engine: string): Record<string, string> => ({
      "dev.plimsoll.image-owner": "a",
      "dev.plimsoll.image-engine": engine,
    });
    expect(seen(image(["a:1"], made("E1")))).toBe(false);
    expect(seen(image(["a:1"], made("")))).toBe(false);
    expect(seen(image(["a:1"], made("E2")))).toBe(true);
    expect(
      isSeenImage(image(["a:1"], made("E2")), {
        owner: "b",
        granted: undefined,
        engine: undefined,
      }),
    ).toBe(false);
    for (const pattern of ["*", "r.example/team/*", "r.example/team/a", "r.example/team/a:*"]) {
      const tags = ["r.example/team/a:1"];
      expect(seen(image(tags, { "dev.plimsoll.image-owner": "a" }), [pattern]), pattern).toBe(
        false,
      );
      expect(seen(image(tags), [pattern]), pattern).toBe(true);
    }
    expect(seen(image(["alpine:latest"]), ["nginx:*"])).toBe(false);
    expect(seen(image(["mine:1"], { "dev.plimsoll.image-owner": "b" }), ["nginx:*"])).toBe(true);
  });

  test.each([
    ["alpine", "alpine:latest"],
    ["docker.io/library/alpine", "alpine:latest"],
    ["docker.io/team/app:1", "team/app:1"],
    ["localhost:5000/a", "localhost:5000/a:latest"],
    ["a@sha256:1", "a@sha256:1"],
    ["f".repeat(64), `sha256:${"f".repeat(64)}`],
  ])("%s is shown as %s", (name, shown) => {
    expect(familiarReference(name)).toBe(shown);
  });

  test.each([
    ["a", "", "a"],
    ["a", "1", "a:1"],
    ["a:0", "1", "a:1"],
    ["r:5000/a", "1", "r:5000/a:1"],
    ["a", "sha256:1", "a@sha256:1"],
  ])("%s and %s are %s", (repository, tag, reference) => {
    expect(referenceOf(repository, tag)).toBe(reference);
  });

  test("tags of a repository are not those of one that begins like it", () => {
    expect(isTaggedUnder(image(["app:1"]), "app")).toBe(true);
    expect(isTaggedUnder(image(["app2:1"]), "app")).toBe(false);
    expect(isTaggedUnder(image(["team/app:1"]), "app")).toBe(false);
  });
});

test.each([
  ["*", "", true],
  ["*", "anything", true],
  ["ci-*", "ci-1", true],
  ["ci-*", "xci-1", false],
  ["*-net", "a-net", true],
  ["a*b*c", "aXbYbZc", true],
  ["a*b*c", "aXbYbZ", false],
  ["a", "a", true],
  ["a", "ab", false],
])("pattern %s and %s: %s", (pattern, text, matches) => {
  expect(matchesPattern(pattern, text)).toBe(matches);
});

test("patterns take linear time", () => {
  const started = performance.now();
  expect(matchesPattern(`${"*a".repeat(2000)}b`, "a".repeat(20_000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});

test("small forms of the engine's", () => {
  expect(linkOf("db")).toEqual({ name: "db", alias: "db" });
  expect(linkOf("db:x")).toEqual({ name: "db", alias: "x" });
  expect(linkOf("/db:/web/x")).toEqual({ name: "db", alias: "x" });
  expect(volumeOfBind("/a:/b")).toBeUndefined();
  expect(volumeOfBind("/b")).toBeUndefined();
  expect(volumeOfBind("data:/b:ro")).toBe("data");
  expect(nameLikeId("a1b2c3d4e5f6", "name")).toBeDefined();
  expect(nameLikeId("/a1b2c3d4e5f6", "name")).toBeDefined();
  expect(nameLikeId("cafe", "name")).toBeUndefined();
  expect(nameLikeId("web-1", "name")).toBeUndefined();
});
