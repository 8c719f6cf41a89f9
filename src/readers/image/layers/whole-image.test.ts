import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathSetBuilder, pathSetOf } from "./path-set.ts";
import { imagePath, leavesRoot, parentsOf, whiteoutOf } from "./paths.ts";
import { layerStates } from "./whole-image.ts";

interface Layer {
  readonly files?: readonly string[];
  readonly directories?: readonly string[];
  readonly deleted?: readonly string[];
  readonly emptied?: readonly string[];
}

function states(...layers: Layer[]) {
  return layerStates(
    layers.map(({ files = [], directories = [], deleted = [], emptied = [] }) => {
      const paths = pathSetBuilder();
      for (const path of files) paths.add(path, false);
      for (const path of directories) paths.add(path, true);
      return { deleted, emptied, paths: paths.build() };
    }),
  );
}

describe("what the layers above make of a file", () => {
  const below = { files: ["/app/.env"] };
  it.each<[string, Layer, object]>([
    ["nothing", { files: ["/app/other", "/app/.env2"] }, { is: "live" }],
    ["a directory above it again", { directories: ["/app"] }, { is: "live" }],
    ["a new version", { files: ["/app/.env"] }, { is: "overwritten", byLayer: 1 }],
    ["a directory in its place", { directories: ["/app/.env"] }, { is: "overwritten", byLayer: 1 }],
    ["a file in its directory's place", { files: ["/app"] }, { is: "overwritten", byLayer: 1 }],
    ["a whiteout", { deleted: ["/app/.env"] }, { is: "deleted", byLayer: 1 }],
    ["a whiteout of its directory", { deleted: ["/app"] }, { is: "deleted", byLayer: 1 }],
    ["a whiteout of its namesake", { deleted: ["/.env", "/ap"] }, { is: "live" }],
    ["an opaque directory", { emptied: ["/app"] }, { is: "hidden", byLayer: 1 }],
    ["an opaque root", { emptied: ["/"] }, { is: "hidden", byLayer: 1 }],
    [
      "a whiteout and a new version",
      { deleted: ["/app"], files: ["/app/.env"] },
      { is: "overwritten", byLayer: 1 },
    ],
  ])("%s", (_, above, expected) => {
    expect(states(below, above)(0, "/app/.env")).toEqual(expected);
  });

  it("is decided by the first layer that changes it, and by none below", () => {
    const stateOf = states(
      { deleted: ["/a"] },
      { files: ["/a"] },
      {},
      { deleted: ["/a"] },
      { files: ["/a"] },
    );
    expect(stateOf(1, "/a")).toEqual({ is: "deleted", byLayer: 3 });
    expect(stateOf(4, "/a")).toEqual({ is: "live" });
  });
});

describe("path sets", () => {
  it("hold what was put in, and survive the cache", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: "binary" }), { maxLength: 200 }),
        fc.string(),
        (paths, other) => {
          const builder = pathSetBuilder();
          for (const path of paths) builder.add(path, path.length % 2 === 0);
          const set = pathSetOf(builder.build().hashes);
          for (const path of paths) {
            expect(set.has(path)).toBe(true);
            expect(set.hasNonDirectory(path)).toBe(path.length % 2 === 1);
          }
          expect(set.has(other)).toBe(paths.includes(other));
        },
      ),
    );
  });

  it("do not confuse a hundred thousand similar paths", () => {
    const builder = pathSetBuilder();
    for (let index = 0; index < 100_000; index++)
      builder.add(`/usr/lib/node_modules/p${String(index)}/index.js`, false);
    const set = builder.build();
    expect(new Set(set.hashes).size).toBe(100_000);
    for (let index = 0; index < 100_000; index++) {
      if (set.has(`/usr/lib/node_modules/p${String(index)}/index.ts`))
        expect.fail(`hash of ${String(index)}`);
    }
  });
});

describe("paths of members", () => {
  it.each([
    ["app/x", "/app/x"],
    ["./app/x", "/app/x"],
    ["/app//x/", "/app/x"],
    ["a/../../etc/passwd", "/etc/passwd"],
    [".", "/"],
    ["./", "/"],
    ["..", "/"],
    ["..data/x", "/..data/x"],
  ])("%s is %s", (written, path) => {
    expect(imagePath(written)).toBe(path);
  });

  it("tells those that leave the root", () => {
    expect(["../x", "a/../../x", "/.."].map(leavesRoot)).toEqual([true, true, true]);
    expect(["a/../x", "..data", "a..b/.."].map(leavesRoot)).toEqual([false, false, false]);
  });

  it("reads whiteouts", () => {
    expect(whiteoutOf("/app/.wh.key")).toEqual({ deletes: "/app/key" });
    expect(whiteoutOf("/app/.wh..wh..opq")).toEqual({ empties: "/app" });
    expect(whiteoutOf("/.wh..wh..opq")).toEqual({ empties: "/" });
    expect(whiteoutOf("/.wh..wh.plnk")).toEqual({ ignored: true });
    expect(whiteoutOf("/app/key.wh.")).toBeUndefined();
    expect(parentsOf("/a/b/c")).toEqual(["/a/b", "/a"]);
  });
});
