import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Attempt, AuditFile, OpenedFile } from "./audit-file.ts";
import { AuditLog, type AuditOptions } from "./audit-log.ts";
import { CHAIN_START, type DecisionRecord } from "./entry.ts";
import type { AuditVerdict } from "./verify.ts";
import { verifyAudit } from "./verify-files.ts";

let folder = "";
let path = "";
let told: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-audit-"));
  path = join(folder, "audit.jsonl");
  told = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const options = (more: Partial<AuditOptions> = {}): AuditOptions => ({
  path,
  maxBytes: 1024 * 1024,
  keep: 3,
  sync: false,
  onFailure: "deny",
  warn: (line) => told.push(line),
  tick: 50,
  ...more,
});

const decision = (request: string, more: Partial<DecisionRecord> = {}): DecisionRecord => ({
  request,
  client: "ci",
  method: "POST",
  operation: "ContainerCreate",
  route: "/containers/create",
  api: 41,
  object: "web",
  decision: "allow",
  latencyMicros: 120,
  ...more,
});

async function record(log: AuditLog, from: number, to: number): Promise<boolean[]> {
  const admitted: boolean[] = [];
  for (let number = from; number <= to; number += 1) {
    admitted.push(await log.decided(decision(`r${String(number)}`)));
  }
  return admitted;
}

async function verdictOf(...files: string[]): Promise<AuditVerdict> {
  const verified = await verifyAudit(files.length === 0 ? [path] : files);
  if (!verified.ok) throw new Error(verified.problem);
  return verified.verdict;
}

const lines = (file = path): string[] => readFileSync(file, "utf8").trimEnd().split("\n");
const members = (line: string | undefined): Record<string, unknown> =>
  JSON.parse(line ?? "") as Record<string, unknown>;
const kinds = (file = path): unknown[] => lines(file).map((line) => members(line)["kind"]);

describe("entries", () => {
  test("a decision is whole in the file when it is admitted, and its end refers to it", async () => {
    const log = await AuditLog.open(options());
    const admitted = log.decided(decision("r1", { id: "f".repeat(64) }));
    expect(await admitted).toBe(true);
    expect(members(lines()[0])).toMatchObject({
      seq: 1,
      kind: "decision",
      request: "r1",
      client: "ci",
      method: "POST",
      operation: "ContainerCreate",
      route: "/containers/create",
      object: "web",
      id: "f".repeat(64),
      decision: "allow",
      latencyMicros: 120,
      prev: CHAIN_START.hash,
    });
    expect(members(lines()[0])["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    log.ended({
      request: "r1",
      client: "ci",
      status: 201,
      latencyMicros: 5000.4,
      bytesIn: 10,
      bytesOut: 20,
    });
    await log.close();
    const [, end] = lines().map(members);
    expect(end).toMatchObject({ kind: "end", request: "r1", status: 201, latencyMicros: 5000 });
    expect(kinds()).toEqual(["decision", "end", "event"]);
    expect((await verdictOf()).breaks).toEqual([]);
  });

  test("the hash is that of the line before its hash member", async () => {
    const log = await AuditLog.open(options());
    await record(log, 1, 2);
    await log.close();
    const [first = "", second = ""] = lines();
    const own = createHash("sha256")
      .update(first.replace(/,"hash":"[0-9a-f]{64}"\}$/, ""))
      .digest("hex");
    expect(members(first)["hash"]).toBe(own);
    expect(members(second)["prev"]).toBe(own);
  });

  test("a client's texts are cut, and neither break a line nor draw on a terminal", async () => {
    const log = await AuditLog.open(options());
    const object = `a\r\n{"seq":9}\u2028\u001b[31m\u202e\u{1f600}${"x".repeat(5000)}`;
    await log.decided(decision("r1", { object, method: "M".repeat(99) }));
    await log.close();
    const text = readFileSync(path, "latin1");
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text.length).toBeLessThan(2500);
    const entry = members(lines()[0]);
    expect(String(entry["object"]).slice(0, 255)).toBe(object.slice(0, 255));
    expect(entry["method"]).toBe(`${"M".repeat(16)}…`);
    expect((await verdictOf()).breakCount).toBe(0);
  });

  test("members that are not of the log's form are not written", async () => {
    const log = await AuditLog.open(options());
    const more = { body: "PASSWORD=x", headers: "token", latencyMicros: Number.NaN };
    await log.decided({ ...decision("r1"), ...more });
    await log.close();
    expect(readFileSync(path, "utf8")).not.toMatch(/PASSWORD|token|NaN/);
  });

  test("what waits is written at once", async () => {
    const sizes: number[] = [];
    const log = await AuditLog.open(options({ openFile: fakeFile({ sizes }) }));
    const all = Array.from({ length: 500 }, async (_, at) =>
      log.decided(decision(`r${String(at)}`)),
    );
    expect(await Promise.all(all)).toEqual(all.map(() => true));
    expect(sizes.length).toBeLessThan(5);
    await log.close();
  });
});

describe("the chain", () => {
  test("goes on over a restart and over rotation, oldest files going first", async () => {
    const small = options({ maxBytes: 4000, keep: 2 });
    let log = await AuditLog.open(small);
    await record(log, 1, 40);
    await log.close();
    log = await AuditLog.open(small);
    await record(log, 41, 60);
    await log.close();
    expect(existsSync(`${path}.2`)).toBe(true);
    expect(existsSync(`${path}.3`)).toBe(false);
    const verdict = await verdictOf(path, `${path}.1`, `${path}.2`);
    expect(verdict).toMatchObject({ breaks: [], gaps: [], lost: 0 });
    expect(verdict.last?.seq).toBe(62);
    expect(verdict.first?.seq).toBeGreaterThan(1);
    expect(verdict.entries).toBe(62 - (verdict.first?.seq ?? 0) + 1);
  });

  test("goes on after a rotation that was cut short", async () => {
    let log = await AuditLog.open(options());
    await record(log, 1, 3);
    await log.close();
    renameSync(path, `${path}.1`);
    log = await AuditLog.open(options());
    await record(log, 4, 5);
    await log.close();
    expect(await verdictOf(path, `${path}.1`)).toMatchObject({ entries: 7, breaks: [] });
  });

  test("marks a line that a crash cut off", async () => {
    let log = await AuditLog.open(options());
    await record(log, 1, 3);
    await log.close();
    truncateSync(path, readFileSync(path).length - 50);
    log = await AuditLog.open(options());
    await record(log, 4, 4);
    await log.close();
    expect(told.join()).toContain("ends with what is no entry");
    const verdict = await verdictOf();
    expect(verdict).toMatchObject({ breaks: [], gapCount: 1, lost: 0 });
    expect(verdict.gaps[0]).toMatchObject({ reason: "torn-line", line: 5, seq: 4 });
  });

  test.each([1, 2])("a crash before the last %i bytes of a line", async (missing) => {
    let log = await AuditLog.open(options());
    await record(log, 1, 3);
    await log.close();
    truncateSync(path, readFileSync(path).length - missing);
    log = await AuditLog.open(options());
    await record(log, 4, 4);
    await log.close();
    expect(await verdictOf()).toMatchObject({ breaks: [], gapCount: 1 });
  });

  test("every cut of a file is gone on from", async () => {
    let log = await AuditLog.open(options());
    await record(log, 1, 2);
    await log.close();
    const whole = readFileSync(path);
    const first = whole.indexOf("\n") + 1;
    for (let length = 0; length <= whole.length; length += 7) {
      rmSync(`${path}.1`, { force: true });
      writeFileSync(path, whole.subarray(0, length));
      log = await AuditLog.open(options());
      await record(log, 3, 3);
      await log.close();
      const verdict = await verdictOf();
      expect(verdict.breaks, `cut at ${String(length)}`).toEqual([]);
      // Without one whole entry the file is put aside.
      expect(existsSync(`${path}.1`)).toBe(length > 0 && length < first - 1);
    }
  });

  test("marks lines that are no entries, and does not take a changed last entry for one", async () => {
    let log = await AuditLog.open(options());
    await record(log, 1, 3);
    await log.close();
    const changed = readFileSync(path, "utf8").replace(/"event":"stop"/, '"event":"stol"');
    writeFileSync(path, changed);
    log = await AuditLog.open(options());
    await record(log, 4, 4);
    await log.close();
    const verdict = await verdictOf();
    expect(verdict.gaps).toEqual([{ file: path, line: 6, seq: 4, reason: "not-entries", lost: 0 }]);
  });

  test("a file of something else is put aside", async () => {
    writeFileSync(path, "hello\nworld\n");
    const log = await AuditLog.open(options());
    await record(log, 1, 1);
    await log.close();
    expect(readFileSync(`${path}.1`, "utf8")).toBe("hello\nworld\n");
    expect(members(lines()[0])).toMatchObject({ seq: 1, kind: "gap", reason: "no-chain" });
    expect((await verdictOf()).breaks).toEqual([]);
  });

  test("a jump of the clock is an entry; numbers and latencies do not follow it", async () => {
    let now = new Date("2030-01-01T00:00:00Z");
    const log = await AuditLog.open(options({ now: () => now }));
    await record(log, 1, 1);
    now = new Date("2029-12-31T23:00:00Z");
    await record(log, 2, 2);
    await log.close();
    const all = lines().map(members);
    expect(all.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(all[1]).toMatchObject({ kind: "event", event: "clock" });
    expect(String(all[1]?.["text"])).toMatch(/^the clock went back by (3600|3599)\d{3} ms$/);
    expect(all[2]).toMatchObject({ time: "2029-12-31T23:00:00.000Z", latencyMicros: 120 });
    expect((await verdictOf()).breaks).toEqual([]);
  });
});

describe("the file", () => {
  test("is opened anew on demand, after another program moved it", async () => {
    const log = await AuditLog.open(options());
    await record(log, 1, 2);
    renameSync(path, join(folder, "old"));
    log.reopen();
    await record(log, 3, 3);
    await log.close();
    expect(kinds()).toEqual(["event", "decision", "event"]);
    expect(await verdictOf(path, join(folder, "old"))).toMatchObject({ entries: 5, breaks: [] });
  });

  test("that vanished is noticed within a second, and what it held shows as missing", async () => {
    const log = await AuditLog.open(options());
    await record(log, 1, 2);
    rmSync(path);
    await vi.waitFor(
      async () => {
        await record(log, 3, 3);
        expect(existsSync(path)).toBe(true);
      },
      { timeout: 4000, interval: 100 },
    );
    await log.close();
    expect(told.join()).toContain("moved or removed");
    expect((await verdictOf()).first?.seq).toBeGreaterThan(2);
  });

  test("is only its owner's", async () => {
    const log = await AuditLog.open(options());
    await log.close();
    expect(spawnSync("stat", ["-c", "%a", path], { encoding: "utf8" }).stdout.trim()).toBe("600");
  });

  test("a folder that is gone refuses everything until it is back", async () => {
    const log = await AuditLog.open(options());
    await record(log, 1, 2);
    rmSync(folder, { recursive: true });
    await vi.waitFor(async () => expect((await record(log, 3, 3))[0]).toBe(false), {
      timeout: 4000,
      interval: 50,
    });
    expect(log.state.failing).toBe("its folder does not exist (ENOENT)");
    mkdirSync(folder);
    await vi.waitFor(async () => expect((await record(log, 4, 4))[0]).toBe(true), {
      timeout: 4000,
      interval: 50,
    });
    await log.close();
    expect(members(lines()[0])).toMatchObject({ kind: "gap", reason: "write-failed" });
    expect((await verdictOf()).breaks).toEqual([]);
  });

  test.each(["a pipe", "a directory"])("is never %s", async (kind) => {
    if (kind === "a pipe") spawnSync("mkfifo", [path]);
    else mkdirSync(path);
    const log = await AuditLog.open(options());
    expect(log.state.failing).toBe("it is no regular file");
    expect(await log.decided(decision("r1"))).toBe(false);
    await log.close(10);
  });
});

/** A file whose writes the test decides on. */
function fakeFile({
  sizes = [],
  append,
}: {
  sizes?: number[];
  append?: AuditFile["append"];
}): () => Promise<Attempt<OpenedFile>> {
  const file: AuditFile = {
    append: async (bytes) => {
      sizes.push(bytes.length);
      return append === undefined ? { written: bytes.length } : append(bytes);
    },
    size: () => 0,
    isMoved: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
  return () => Promise.resolve({ ok: true, value: { file, head: CHAIN_START, unchained: false } });
}

describe("a disk that fails", () => {
  /** Takes what the test allows, and keeps it. */
  class Disk {
    content = "";
    /** Bytes that it takes from now on. */
    room = Infinity;
    readonly open = fakeFile({
      append: (bytes) => {
        const written = Math.min(this.room, bytes.length);
        this.room -= written;
        this.content += Buffer.from(bytes).toString("latin1", 0, written);
        const problem = written < bytes.length ? { problem: "no space is left (ENOSPC)" } : {};
        return Promise.resolve({ written, ...problem });
      },
    });

    async verdict(): Promise<AuditVerdict> {
      writeFileSync(path, this.content);
      return verdictOf();
    }
  }

  test.each([0, 1, 200, 401, 402, 403, 404, 405, 600])(
    "deny: takes %i bytes more, and the chain holds",
    async (room) => {
      const disk = new Disk();
      const log = await AuditLog.open(options({ openFile: disk.open }));
      await record(log, 1, 2);
      const length = disk.content.indexOf("\n") + 1;
      disk.room = room > 400 ? length - 403 + room : room;
      const admitted = await record(log, 3, 8);
      const first = admitted.indexOf(false);
      expect(admitted.slice(first)).toEqual(admitted.slice(first).map(() => false));
      expect(log.state.failing).toBe("no space is left (ENOSPC)");
      expect(told[0]).toMatch(/cannot be written: no space is left .*every request is refused/);
      disk.room = Infinity;
      await vi.waitFor(() => expect(log.state.failing).toBeUndefined(), { timeout: 3000 });
      expect(await record(log, 9, 9)).toEqual([true]);
      await log.close();
      const verdict = await disk.verdict();
      expect(verdict.breaks).toEqual([]);
      expect(verdict.gaps).toHaveLength(1);
      // Whatever was admitted stands there, and nothing else does but what was torn.
      const written = disk.content.match(/"request":"r\d"/g) ?? [];
      expect(new Set(written).size).toBeGreaterThanOrEqual(2 + first + 1);
      expect(verdict.lost + first).toBeGreaterThanOrEqual(5);
      expect(log.state).toMatchObject({ failures: 1, waiting: 0 });
    },
  );

  test("deny: ends and events of what was admitted are kept for later", async () => {
    const disk = new Disk();
    const log = await AuditLog.open(options({ openFile: disk.open }));
    await record(log, 1, 1);
    disk.room = 0;
    await record(log, 2, 2);
    log.ended({ request: "r1", client: "ci", latencyMicros: 1, bytesIn: 0, bytesOut: 0 });
    disk.room = Infinity;
    await log.close();
    expect(disk.content).toContain('"kind":"end","request":"r1"');
    expect(await disk.verdict()).toMatchObject({ breaks: [], lost: 1 });
  });

  test("continue: nothing waits, nothing is lost while the queue has room, and it is told", async () => {
    const disk = new Disk();
    const log = await AuditLog.open(options({ openFile: disk.open, onFailure: "continue" }));
    disk.room = 1000;
    for (let number = 1; number <= 50; number += 1) {
      expect(log.decided(decision(`r${String(number)}`))).toBe(true);
    }
    await vi.waitFor(() => expect(log.state.failing).toBeDefined());
    expect(told[0]).toMatch(/cannot be written: .*requests go on/);
    disk.room = Infinity;
    await vi.waitFor(() => expect(log.state.failing).toBeUndefined(), { timeout: 3000 });
    await log.close();
    const verdict = await disk.verdict();
    expect(verdict).toMatchObject({ breaks: [], lost: 0, gapCount: 1 });
    expect(new Set(disk.content.match(/"request":"r\d+"/g)).size).toBe(50);
  });

  test("continue: what the queue cannot hold is counted where it is missing", async () => {
    const disk = new Disk();
    const log = await AuditLog.open(
      options({ openFile: disk.open, onFailure: "continue", mostWaiting: 10 }),
    );
    disk.room = 0;
    void log.decided(decision("r0"));
    await vi.waitFor(() => expect(log.state.failing).toBeDefined());
    for (let number = 1; number <= 50; number += 1)
      void log.decided(decision(`r${String(number)}`));
    expect(log.state.waiting).toBeLessThanOrEqual(12);
    disk.room = Infinity;
    await vi.waitFor(() => expect(log.state.failing).toBeUndefined(), { timeout: 3000 });
    await record(log, 51, 51);
    await log.close();
    const verdict = await disk.verdict();
    expect(verdict).toMatchObject({ breaks: [], lost: 41 });
    expect(log.state.lost).toBe(41);
    expect(told.some((line) => line.includes("too slow"))).toBe(true);
  });

  test("deny: a disk that does not answer refuses what waits, and memory stays bounded", async () => {
    const stuck: (() => void)[] = [];
    const disk = new Disk();
    const append = await disk.open();
    if (!append.ok) throw new Error(append.problem);
    const { file, ...rest } = append.value;
    let isStuck = false;
    const slow: AuditFile = {
      ...file,
      append: async (bytes) => {
        if (isStuck) await new Promise<void>((resolve) => stuck.push(resolve));
        return file.append(bytes);
      },
    };
    const log = await AuditLog.open(
      options({
        openFile: () => Promise.resolve({ ok: true, value: { file: slow, ...rest } }),
        stall: 300,
        mostWaiting: 100,
      }),
    );
    isStuck = true;
    const waiting = Array.from({ length: 500 }, async (_, at) =>
      log.decided(decision(`r${String(at)}`)),
    );
    expect(log.state.waiting).toBeLessThanOrEqual(102);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => false));
    expect(log.state.failing).toBe("the disk does not answer");
    expect(log.decided(decision("next"))).toBe(false);
    isStuck = false;
    for (const go of stuck) go();
    await vi.waitFor(() => expect(log.state.failing).toBeUndefined(), { timeout: 3000 });
    expect(await record(log, 900, 900)).toEqual([true]);
    await log.close();
    const verdict = await disk.verdict();
    expect(verdict.breaks).toEqual([]);
    expect(verdict.gaps.some(({ reason }) => reason === "write-failed")).toBe(true);
  });

  test.runIf(process.getuid?.() === 0)("a full file system, for real", async () => {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
    if (mounted.status !== 0) throw new Error(String(mounted.stderr));
    try {
      const log = await AuditLog.open(options());
      const admitted = await record(log, 1, 300);
      const first = admitted.indexOf(false);
      expect(first).toBeGreaterThan(50);
      expect(admitted.slice(first)).toEqual(admitted.slice(first).map(() => false));
      expect(log.state.failing).toBe("no space is left (ENOSPC)");
      spawnSync("mount", ["-o", "remount,size=1m", folder]);
      await vi.waitFor(() => expect(log.state.failing).toBeUndefined(), { timeout: 3000 });
      expect(await record(log, 301, 310)).toEqual(Array.from({ length: 10 }, () => true));
      await log.close();
      const verdict = await verdictOf();
      expect(verdict).toMatchObject({ breaks: [], gapCount: 1 });
      expect(verdict.lost + first).toBe(300);
    } finally {
      spawnSync("umount", [folder]);
    }
  });

  test.runIf(process.getuid?.() === 0)("a file system that became read-only", async () => {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
    if (mounted.status !== 0) throw new Error(String(mounted.stderr));
    try {
      spawnSync("mount", ["-o", "remount,ro", folder]);
      const log = await AuditLog.open(options());
      expect(log.state.failing).toBe("the file system is read-only (EROFS)");
      spawnSync("mount", ["-o", "remount,rw", folder]);
      await vi.waitFor(() => expect(log.state.failing).toBeUndefined(), { timeout: 3000 });
      expect(await record(log, 1, 1)).toEqual([true]);
      await log.close();
    } finally {
      spawnSync("umount", [folder]);
    }
  });
});

test("appending by another program shows", async () => {
  let log = await AuditLog.open(options());
  await record(log, 1, 2);
  await log.close();
  appendFileSync(path, '{"seq":4,"fake":true}\n');
  log = await AuditLog.open(options());
  await log.close();
  expect((await verdictOf()).gaps).toMatchObject([{ reason: "not-entries" }]);
});
