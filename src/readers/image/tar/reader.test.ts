import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TarMember } from "./member.ts";
import { createTarReader } from "./reader.ts";
import { paxRecord, tarOf } from "./testing.ts";

interface Read {
  readonly members: TarMember[];
  readonly gaps: [number, string][];
  readonly problems: string[];
}

function read(bytes: Uint8Array, pieceBytes = bytes.length): Read {
  const result: Read = { members: [], gaps: [], problems: [] };
  const reader = createTarReader({
    onMember: (member) => result.members.push(member),
    onGap: (offset, what) => result.gaps.push([offset, what]),
    onProblem: (problem) => result.problems.push(problem),
  });
  for (let at = 0; at < bytes.length; at += pieceBytes)
    reader.push(bytes.subarray(at, at + pieceBytes));
  reader.end();
  return result;
}

function contents(bytes: Buffer, members: readonly TarMember[]): Record<string, string> {
  return Object.fromEntries(
    members
      .filter(({ type }) => type === "file")
      .map(({ path, dataOffset, dataBytes }) => [
        path,
        bytes.toString("utf8", dataOffset, dataOffset + dataBytes),
      ]),
  );
}

describe("the tar reader", () => {
  it("keeps nothing of pax records that say nothing about a file", () => {
    const globals = Array.from({ length: 3000 }, (_, index) => ({
      path: "g",
      flag: "g",
      content: paxRecord(`key-${String(index)}`, Buffer.from("v".repeat(500))),
    }));
    const before = performance.now();
    const { members } = read(tarOf([...globals, { path: "a", content: "x" }]));
    expect(members.map(({ path }) => path)).toEqual(["a"]);
    // Merged one after the other they took a time that grew with their square.
    expect(performance.now() - before).toBeLessThan(1000);
  });

  it("cuts names and link targets that no system takes", () => {
    const pax = { path: "p".repeat(9000), linkpath: "l".repeat(9000) };
    const { members, problems } = read(tarOf([{ path: "x", flag: "2", pax }]));
    expect(members[0]?.path).toHaveLength(4096);
    expect(members[0]?.linkTarget).toHaveLength(4096);
    expect(problems).toEqual(["a path of 9000 characters is cut"]);
  });

  it.each(["gnu", "pax", "ustar", "v7"])("reads what GNU tar writes as %s", (format) => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-tar-"));
    try {
      const long = format === "v7" ? "short" : "long-".repeat(format === "ustar" ? 18 : 40);
      mkdirSync(join(folder, "in", "sub"), { recursive: true });
      writeFileSync(join(folder, "in", `${long}.txt`), "long name");
      writeFileSync(join(folder, "in", "sub", "a"), "x".repeat(1500), { mode: 0o4755 });
      execFileSync("ln", [join(folder, "in", "sub", "a"), join(folder, "in", "sub", "z-link")]);
      execFileSync("ln", ["-s", "a", join(folder, "in", "sub", "soft")]);
      const bytes = execFileSync("tar", [
        "--sort=name",
        `--format=${format}`,
        "-C",
        folder,
        "-cf",
        "-",
        "in",
      ]);
      const { members, gaps, problems } = read(bytes, 100);
      expect(problems).toEqual([]);
      expect(gaps.map(([, what]) => what)).toEqual(["after the end"]);
      expect(contents(bytes, members)).toEqual({
        [`in/${long}.txt`]: "long name",
        "in/sub/a": "x".repeat(1500),
      });
      const types = Object.fromEntries(
        members.map(({ path, type, linkTarget }) => [path, [type, linkTarget]]),
      );
      expect(types).toMatchObject({
        "in/": ["directory", undefined],
        "in/sub/soft": ["symbolic link", "a"],
        "in/sub/z-link": ["hard link", "in/sub/a"],
      });
      expect(members.find(({ path }) => path === "in/sub/a")?.mode).toBe(0o4755);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(["gnu", "pax"])("reads sparse files that GNU tar writes as %s", (format) => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-tar-"));
    try {
      const sparse = join(folder, "sparse");
      writeFileSync(sparse, "begin");
      // Many holes, so that the map needs headers of its own.
      truncateSync(sparse, 8_000_000);
      for (let hole = 1; hole < 40; hole++) {
        writeFileSync(join(folder, "piece"), `piece ${String(hole)}`);
        execFileSync("dd", [
          `if=${join(folder, "piece")}`,
          `of=${sparse}`,
          "bs=1",
          `seek=${String(hole * 200_000)}`,
          "conv=notrunc",
          "status=none",
        ]);
      }
      writeFileSync(join(folder, "then"), "what follows");
      const bytes = execFileSync("tar", [
        `--format=${format}`,
        "-S",
        "-C",
        folder,
        "-cf",
        "-",
        "sparse",
        "then",
      ]);
      expect(bytes.length).toBeLessThan(1_000_000);
      const { members, problems } = read(bytes, 700);
      expect(problems).toEqual([]);
      expect(members.map(({ path, sparse: isSparse }) => [path, isSparse])).toEqual([
        ["sparse", true],
        ["then", false],
      ]);
      expect(contents(bytes, members)["then"]).toBe("what follows");
      expect(contents(bytes, members)["sparse"]).toContain("piece 39");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("reads pax paths, sizes and capabilities, and global records", () => {
    const global = { path: "global", flag: "g", content: paxRecord("uid", Buffer.from("70000")) };
    const bytes = tarOf([
      global,
      {
        path: "x",
        content: "hello",
        pax: {
          path: "ü/".repeat(100) + "f",
          size: "5",
          "SCHILY.xattr.security.capability": Buffer.from([1, 0, 0x0a, 2]),
        },
        statedSize: 0,
      },
      { path: "plain", content: "more" },
    ]);
    const { members, problems } = read(bytes, 7);
    expect(problems).toEqual([]);
    expect(members).toMatchObject([
      {
        path: "ü/".repeat(100) + "f",
        dataBytes: 5,
        uid: 70_000,
        capability: Uint8Array.from([1, 0, 0x0a, 2]),
      },
      { path: "plain", uid: 70_000 },
    ]);
  });

  it("goes on after a broken header with the next one", () => {
    const bytes = tarOf([
      { path: "one", content: "1" },
      { path: "two", content: "2" },
      { path: "three", content: "3" },
    ]);
    bytes[1024 + 150] = 0x39;
    const { members, gaps, problems } = read(bytes);
    expect(members.map(({ path }) => path)).toEqual(["one", "three"]);
    expect(problems).toEqual(["at byte 1024 stands no tar header"]);
    expect(gaps[0]).toEqual([1024, "unreadable"]);
  });

  it("takes no content for links, as the engines do", () => {
    const bytes = tarOf([
      { path: "link", flag: "1", link: "target", statedSize: 512 },
      { path: "next", content: "2" },
    ]);
    expect(read(bytes).members.map(({ path }) => path)).toEqual(["link", "next"]);
  });

  it("says what is missing or makes no sense, and passes over it", () => {
    const cut = tarOf([{ path: "a", content: "x".repeat(600), statedSize: 8 ** 12 }], {
      end: false,
    });
    expect(read(cut).problems).toEqual([
      "the archive ends in the middle of a member, at byte 1536",
    ]);
    const huge = tarOf([{ path: "pax", flag: "x", statedSize: 5_000_000 }], { end: false });
    expect(read(huge).problems[0]).toBe("a name or attribute of 5000000 bytes is not read");
    const malformed = tarOf([
      { path: "pax", flag: "x", content: "99 path=short\n" },
      { path: "b" },
    ]);
    expect(read(malformed)).toMatchObject({
      members: [{ path: "b" }],
      problems: ["pax records before byte 526 are malformed"],
    });
    const long = tarOf([{ path: "a", pax: { path: "a".repeat(10_000) } }]);
    expect(read(long)).toMatchObject({ problems: ["a path of 10000 characters is cut"] });
    expect(read(long).members[0]?.path).toHaveLength(4096);
    expect(read(Buffer.from("not a tar at all, but some text".repeat(50))).problems[0]).toBe(
      "at byte 0 stands no tar header",
    );
  });

  it("reads any bytes in any pieces alike, and never throws", () => {
    const entry = fc.record({
      path: fc.string({ minLength: 1, maxLength: 120 }),
      content: fc.uint8Array({ maxLength: 1500 }),
      flag: fc.constantFrom("0", "1", "2", "5", "x", "g", "L", "K", "S", "Z"),
    });
    const mutation = fc.array(fc.tuple(fc.nat(6000), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 5 }),
        mutation,
        fc.integer({ min: 1, max: 900 }),
        (entries, changes, size) => {
          const bytes = tarOf(entries);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const whole = read(bytes);
          expect(read(bytes, size)).toEqual(whole);
          for (const { dataOffset } of whole.members)
            expect(dataOffset).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });
});
