import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { routes } from "../api/routes.ts";
import { isName } from "./names.ts";
import { percentDecode, percentEncode } from "./percent.ts";
import { parseTarget, writePath } from "./target.ts";

const outcome = (method: string, target: string): string => {
  const read = parseTarget(method, target);
  return read.ok
    ? writePath(read.value.route, read.value.minor, read.value.names)
    : read.refusal.code;
};

test("a target without a version is sent with the assumed one", () => {
  expect(outcome("GET", "/containers/json?all=1")).toBe("/v1.56/containers/json");
  expect(outcome("GET", "/version")).toBe("/v1.56/version");
  expect(outcome("GET", "/v1.40/version")).toBe("/v1.40/version");
});

test("what the docker CLI and others ask for", () => {
  expect(outcome("POST", "/v1.47/containers/4a5b_x.1-y/attach")).toBe(
    "/v1.47/containers/4a5b_x.1-y/attach",
  );
  const digest = `sha256:${"a".repeat(64)}`;
  expect(outcome("GET", `/v1.47/images/docker.io/library/a@${digest}/json`)).toContain(digest);
  expect(outcome("GET", `/v1.47/images/docker.io%2Flibrary%2Fa%3Alatest/json`)).toBe(
    "/v1.47/images/docker.io/library/a:latest/json",
  );
  expect(outcome("GET", "/v1.47/networks/my%20net")).toBe("/v1.47/networks/my%20net");
  expect(outcome("GET", "/v1.47/images/[::1]:5000/a/json")).toBe(
    "/v1.47/images/%5B::1%5D:5000/a/json",
  );
  expect(outcome("GET", "/v1.47/distribution/a/b/json")).toBe("/v1.47/distribution/a/b/json");
  expect(outcome("DELETE", "/v1.47/plugins/a/b:c")).toBe("/v1.47/plugins/a/b:c");
});

test("a replaced name is written in its place", () => {
  const read = parseTarget("POST", "/v1.47/containers/web/stop");
  if (!read.ok) throw new Error(read.refusal.message);
  const id = "f".repeat(64);
  expect(writePath(read.value.route, 47, new Map([["name", id]]))).toBe(
    `/v1.47/containers/${id}/stop`,
  );
});

describe("properties", () => {
  const piece = fc.constantFrom(
    "/",
    "//",
    "v1.44",
    "v1.44.",
    "containers",
    "images",
    "networks",
    "json",
    "create",
    "x",
    "a/b",
    "%2f",
    "%2e",
    "..",
    ".",
    "%63",
    "%",
    "%00",
    "\\",
    "?",
    "#",
    "é",
    "get",
    "prune",
    "checkpoints",
    "+",
    ":",
    "@",
  );
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("/")}`);
  const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS");

  test("what is written is read again as the same request, and needs no decoding to be matched", () => {
    let accepted = 0;
    fc.assert(
      fc.property(method, fc.oneof(target, fc.string()), (verb, text) => {
        const read = parseTarget(verb, text);
        if (!read.ok) return;
        accepted += 1;
        const { route, minor, names } = read.value;
        const written = writePath(route, minor, names);
        const again = parseTarget(verb, written);
        expect(again.ok && again.value.route.operation.id).toBe(route.operation.id);
        expect(again.ok && [...again.value.names]).toEqual([...names]);
        expect(written).toMatch(/^\/v1\.\d+\/[\x21-\x7e]*$/);
        expect(written).not.toMatch(/\/\/|\/\.\.?(?:\/|$)|[\\?#]/);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test("every route is reached by a path of its own pattern", () => {
    const examples = { exec: "e1", image: "r/a:b", plugin: "r/p:l", profile: "heap" } as const;
    for (const route of routes) {
      const path = route.parts
        .map((part) =>
          typeof part === "string"
            ? part
            : ((examples as Record<string, string>)[part.kind] ?? "n1"),
        )
        .join("");
      const read = parseTarget(route.method, `/v1.56${path}`);
      expect(read.ok && read.value.operation.id, `${route.method} ${path}`).toBe(
        route.operation.id,
      );
    }
  });

  test("percent encoding and decoding are inverse", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(text.isWellFormed());
        expect(percentDecode(percentEncode(text), "path")).toBe(text);
        expect(percentDecode(percentEncode(text), "query")).toBe(text);
      }),
    );
  });

  test("long paths take linear time", () => {
    for (const part of ["a/", "%2e", "json/", "/", "get/", "%63"]) {
      const started = performance.now();
      for (const verb of ["GET", "POST", "DELETE"]) {
        outcome(verb, `/v1.44/images/${part.repeat(60_000 / part.length)}`);
      }
      expect(performance.now() - started).toBeLessThan(500);
    }
  });
});

test("names", () => {
  expect(isName("container", "a".repeat(64))).toBe(true);
  expect(isName("container", "-a")).toBe(false);
  expect(isName("container", "ſ")).toBe(false);
  expect(isName("volume", "a\n")).toBe(false);
  expect(isName("network", "a/b")).toBe(false);
  expect(isName("image", "a b")).toBe(false);
});
