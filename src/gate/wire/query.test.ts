import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operation, operations } from "../api/operations.ts";
import { parseFilters, writeFilters } from "./filters.ts";
import { goBool, parseQuery, writeQuery } from "./query.ts";

const outcome = (id: string, raw: string): string => {
  const read = parseQuery(operation(id), raw, 56);
  return read.ok ? writeQuery(read.value) : `${read.refusal.code} at ${read.refusal.at}`;
};

test.each([
  ["ContainerList", "all=1&limit=0&trunc_cmd=0", "all=1&limit=0"],
  ["ContainerList", "limit=", ""],
  ["ContainerList", "limit=-1", "limit=-1"],
  ["ContainerList", "limit=1.5", "bad-value at limit"],
  ["ContainerList", "limit=9223372036854775808", "out-of-range at limit"],
  ["ContainerList", "&&all=1&", "all=1"],
  ["ContainerResize", "h=24&w=80", "h=24&w=80"],
  ["ContainerResize", "h=24", "missing-parameter at w"],
  ["ContainerResize", "h=-1&w=80", "out-of-range at h"],
  ["ContainerRename", "", "missing-parameter at name"],
  // dockerode repeats the body in the query; what stands in neither is refused.
  ["ContainerCreate", "Image=x&HostConfig=%7B%7D&name=n&Image=y", "name=n"],
  ["ContainerCreate", "image=x", "unknown-parameter at image"],
  ["ContainerCreate", "Privileged=true", "unknown-parameter at Privileged"],
  ["ContainerAttach", "stream=1&hijack=true", "stream=1"],
  [
    "ContainerLogs",
    "stdout=1&since=1136073600.000000001&tail=all&details=1",
    "stdout=1&since=1136073600.000000001&tail=all&details=1",
  ],
  ["ContainerLogs", "since=a%20b", "bad-value at since"],
  ["ContainerStats", "stream=", "stream="],
  ["ContainerStats", `stream=${"%20".repeat(40)}`, "bad-value at stream"],
  ["ImageBuild", "buildargs=%7B%22A%22%3Anull%7D", "buildargs=%7B%22A%22:null%7D"],
  ["ImageBuild", "ulimits=null&cachefrom=%5B%5D", "cachefrom=%5B%5D&ulimits=null"],
  ["ImageBuild", "cachefrom=a", "bad-json at cachefrom"],
  ["ImageLoad", "platform=", "empty-body at platform"],
  ["NodeUpdate", "version=18446744073709551615", "version=18446744073709551615"],
  ["NodeUpdate", "version=18446744073709551616", "out-of-range at version"],
  ["NodeUpdate", "version=-1", "bad-value at version"],
])("%s ?%s", (id, raw, expected) => {
  expect(outcome(id, raw)).toBe(expected);
});

test("the daemon's booleans", () => {
  const words = ["", "0", "no", "false", "none", " NO\t", "\u0085none\u00a0", "False"];
  expect(words.map(goBool)).toEqual(words.map(() => false));
  expect(["1", "yes", "on", "off", "f", "n", "\uFEFFno", "00"].map(goBool)).not.toContain(false);
});

describe("properties", () => {
  const names = [...new Set([...operations.values()].flatMap(({ query }) => [...query.keys()]))];
  const pair = fc
    .tuple(
      fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 4 })),
      fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom("1", "{}", '{"a":["b"]}', "%41", "null"),
      ),
    )
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);

  test("what is written is read again as the same, and no parameter is invented", () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...operations.keys()),
        fc.array(pair, { maxLength: 3 }).map((pairs) => pairs.join("&")),
        (id, raw) => {
          const written = outcome(id, raw);
          if (written.includes(" at ")) return;
          accepted += 1;
          // A required parameter may be dropped by no rewriting.
          expect(outcome(id, written)).toBe(written);
          const kept = [...new URLSearchParams(written).keys()];
          const given = new Set(new URLSearchParams(raw).keys());
          expect(kept.filter((name) => !given.has(name))).toEqual([]);
        },
      ),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });

  test("filters mean the same in both shapes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.uniqueArray(fc.string())), (lists) => {
        const objects = Object.fromEntries(
          Object.entries(lists).map(([key, values]) => [
            key,
            Object.fromEntries(values.map((value) => [value, true])),
          ]),
        );
        const asLists = parseFilters(JSON.stringify(lists));
        const asObjects = parseFilters(JSON.stringify(objects));
        if (!asLists.ok || !asObjects.ok) throw new Error("refused");
        const written = writeFilters(asLists.value);
        expect(sorted(asObjects.value)).toEqual(sorted(asLists.value));
        const again = parseFilters(written);
        expect(again.ok && sorted(again.value)).toEqual(sorted(asLists.value));
      }),
    );
  });
});

const sorted = (filters: ReadonlyMap<string, ReadonlySet<string>>): unknown =>
  [...filters]
    .map(([key, values]) => [key, [...values].sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
