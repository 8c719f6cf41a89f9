import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AuditLog } from "./audit-log.ts";
import { CHAIN_START, type ChainHead, chainEntry, entryText } from "./entry.ts";
import { type AuditVerdict, ChainVerifier } from "./verify.ts";
import { verifyAudit } from "./verify-files.ts";

/** The lines of a whole chain. */
function chain(length: number): readonly string[] {
  const lines: string[] = [];
  let head = CHAIN_START;
  for (let number = 1; number <= length; number += 1) {
    const text = entryText(
      { kind: "event", event: "reload", text: `policy ${String(number)}` },
      "2030-01-01T00:00:00.000Z",
    );
    const made = chainEntry(text, head);
    lines.push(made.line.trimEnd());
    ({ head } = made);
  }
  return lines;
}

const LINES = chain(10);

function verdictOf(lines: readonly string[], anchors: readonly ChainHead[] = []): AuditVerdict {
  const verifier = new ChainVerifier(anchors);
  verifier.file("log");
  for (const line of lines) verifier.line(line);
  verifier.rest("");
  return verifier.end();
}

const without = (...numbers: readonly number[]): readonly string[] =>
  LINES.filter((_, at) => !numbers.includes(at + 1));
const replaced = (number: number, line: string): readonly string[] => LINES.with(number - 1, line);
const line = (number: number): string => LINES[number - 1] ?? "";
const headOf = (number: number): ChainHead => ({
  seq: number,
  hash: /"hash":"([0-9a-f]+)"/.exec(line(number))?.[1] ?? "",
});

describe("a chain", () => {
  test("that is whole", () => {
    expect(verdictOf(LINES)).toMatchObject({
      entries: 10,
      breaks: [],
      gaps: [],
      first: { seq: 1 },
    });
    expect(verdictOf(LINES).last).toMatchObject(headOf(10));
  });

  test("whose older files are gone is told to begin later, and is no break", () => {
    expect(verdictOf(without(1, 2, 3))).toMatchObject({
      entries: 7,
      breaks: [],
      first: { seq: 4 },
    });
  });

  test.each<[string, readonly string[], string, number]>([
    ["a member changed", replaced(5, line(5).replace("policy 5", "policy 6")), "changed", 5],
    ["a number changed", replaced(5, line(5).replace('"seq":5', '"seq":6')), "changed", 5],
    ["a hash changed", replaced(5, line(5).replace(/.{6}$/, '0000"}')), "changed", 5],
    ["one taken out", without(5), "missing", 5],
    ["several taken out", without(5, 6, 7), "missing", 5],
    ["two swapped", LINES.with(4, line(6)).with(5, line(5)), "missing", 5],
    ["one repeated", [...LINES, line(10)], "moved", 11],
    ["an old one put in", LINES.toSpliced(6, 0, line(2)), "moved", 7],
    ["a line put in", LINES.toSpliced(6, 0, "hello"), "no-entry", 7],
    ["an empty line put in", LINES.toSpliced(6, 0, ""), "no-entry", 7],
    ["a blank in a line", replaced(5, line(5).replace(",", ", ")), "changed", 5],
    ["a member at the end", replaced(5, line(5).replace(/\}$/, ',"x":1}')), "no-entry", 5],
    ["begun anew", [...LINES, ...LINES], "restart", 11],
  ])("with %s is broken", (_, lines, kind, at) => {
    const { breaks } = verdictOf(lines);
    expect(breaks[0]).toMatchObject({ kind, line: at, file: "log" });
  });

  test("with an entry made anew breaks at the next one", () => {
    const forged = chainEntry(
      entryText({ kind: "event", event: "reload", text: "forged" }, "2030-01-01T00:00:00.000Z"),
      headOf(4),
    );
    const { breaks } = verdictOf(replaced(5, forged.line.trimEnd()));
    expect(breaks).toMatchObject([{ kind: "unlinked", line: 6 }]);
  });

  test("made anew to its end shows against a head that was noted elsewhere", () => {
    const forged: string[] = LINES.slice(0, 4);
    let head = headOf(4);
    for (let number = 5; number <= 10; number += 1) {
      const made = chainEntry(
        entryText({ kind: "event", event: "forged" }, "2030-01-01T00:00:00.000Z"),
        head,
      );
      forged.push(made.line.trimEnd());
      ({ head } = made);
    }
    expect(verdictOf(forged).breakCount).toBe(0);
    expect(verdictOf(forged, [headOf(8)]).breaks).toMatchObject([{ kind: "anchor" }]);
    expect(verdictOf(LINES, [headOf(8), headOf(10)]).breakCount).toBe(0);
  });

  test("cut at its end shows against a head that was noted elsewhere", () => {
    expect(verdictOf(without(9, 10)).breakCount).toBe(0);
    expect(verdictOf(without(9, 10), [headOf(9)]).breaks).toMatchObject([{ kind: "anchor" }]);
  });

  test("with a gap that tells of other bytes than stand there is broken", () => {
    const torn = { bytes: 5, sha256: "0".repeat(64) };
    const gap = chainEntry(
      entryText({ kind: "gap", reason: "torn-line", lost: 0, torn }, "2030-01-01T00:00:00.000Z"),
      headOf(10),
    );
    const { breaks, gaps } = verdictOf([...LINES, "hello", gap.line.trimEnd()]);
    expect(breaks).toMatchObject([{ kind: "no-entry", line: 11 }]);
    expect(gaps).toHaveLength(1);
  });

  test("however it is changed, shows it", () => {
    const text = LINES.join("\n");
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.nat(3),
        fc.string({ maxLength: 3 }),
        (at, length, put) => {
          const changed = text.slice(0, at) + put + text.slice(at + length);
          if (changed === text) return;
          const lines = changed.split("\n");
          const { breakCount, entries } = verdictOf(lines);
          // A first or last entry that is gone altogether looks like one that is not there yet or any more.
          expect(breakCount > 0 || entries < 10).toBe(true);
        },
      ),
    );
  });

  test("any lines at all are read", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (lines) => {
        const { breakCount } = verdictOf(lines);
        expect(breakCount).toBe(lines.length);
      }),
    );
  });
});

describe("files", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plimsoll-audit-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  test("are put in order by their entries", async () => {
    const young = write(
      "a",
      LINES.slice(6)
        .map((text) => `${text}\n`)
        .join(""),
    );
    const old = write(
      "b",
      LINES.slice(0, 6)
        .map((text) => `${text}\n`)
        .join(""),
    );
    expect(await verifyAudit([young, old])).toMatchObject({
      ok: true,
      verdict: { entries: 10, breaks: [] },
    });
  });

  test("one that is missing between others shows", async () => {
    const files = [
      [0, 3],
      [6, 10],
    ].map(([from, to], at) =>
      write(
        String(at),
        LINES.slice(from, to)
          .map((text) => `${text}\n`)
          .join(""),
      ),
    );
    expect(await verifyAudit(files)).toMatchObject({
      verdict: { breaks: [{ kind: "missing", file: files[1], line: 1 }] },
    });
  });

  test("one that is being written has no break", async () => {
    const file = write("a", `${LINES.slice(0, 4).join("\n")}\n${line(5).slice(0, 100)}`);
    expect(await verifyAudit([file])).toMatchObject({
      verdict: { entries: 4, breaks: [], unfinished: 100 },
    });
  });

  test("one with a line without end takes bounded memory", async () => {
    const file = write("a", `${line(1)}\n${"x".repeat(5_000_000)}\n${line(2)}\n`);
    const verified = await verifyAudit([file]);
    if (!verified.ok) throw new Error(verified.problem);
    expect(verified.verdict.breaks[0]).toMatchObject({ kind: "no-entry" });
    expect(verified.verdict.entries).toBe(2);
  });

  test("one that is not there is a problem with its name", async () => {
    const file = join(folder, "none");
    expect(await verifyAudit([file])).toEqual({ ok: false, file, problem: "ENOENT" });
  });

  test("standard output will do, even where its reader is slow", async () => {
    const program = `
      const { AuditLog } = await import(${JSON.stringify(join(import.meta.dirname, "audit-log.ts"))});
      const log = await AuditLog.open({ path: "-", maxBytes: 200000, keep: 5, sync: false, onFailure: "deny", warn: console.error });
      const record = (number) => ({ request: "r" + number, client: "c", method: "GET", decision: "allow", latencyMicros: 1 });
      const all = Array.from({ length: 3000 }, async (_, number) => log.decided(record(number)));
      const admitted = (await Promise.all(all)).filter(Boolean).length;
      await log.close();
      console.error(admitted);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
    let text = "";
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => (errors += piece));
    child.stdout.setEncoding("latin1").on("data", (piece: string) => {
      text += piece;
      child.stdout.pause();
      setTimeout(() => child.stdout.resume(), 5);
    });
    await once(child, "close");
    expect(errors).toBe("3000\n");
    expect(verdictOf(text.trimEnd().split("\n"))).toMatchObject({ entries: 3001, breaks: [] });
  });

  test("what was admitted before a kill stands in the log, and the chain goes on", async () => {
    const path = join(folder, "audit.jsonl");
    const program = `
      const { AuditLog } = await import(${JSON.stringify(join(import.meta.dirname, "audit-log.ts"))});
      const log = await AuditLog.open({ path: ${JSON.stringify(path)}, maxBytes: 200000, keep: 50, sync: false, onFailure: "deny", warn: () => undefined });
      const one = async (number) => {
        const record = { request: "r" + number, client: "c", method: "GET", decision: "allow", latencyMicros: 1 };
        if (await log.decided(record)) process.stdout.write(number + "\\n");
        return one(number + 100);
      };
      for (let number = 0; number < 100; number += 1) void one(number);`;
    for (let round = 0; round < 2; round += 1) {
      const child = spawn(process.execPath, ["--input-type=module", "-e", program]);
      let admitted = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        admitted += text;
        if (admitted.length > 60_000) child.kill("SIGKILL");
      });
      await once(child, "close");
      const log = await AuditLog.open({
        path,
        maxBytes: 200_000,
        keep: 50,
        sync: false,
        onFailure: "deny",
        warn: () => undefined,
      });
      await log.close();
      const files = [path, ...Array.from({ length: 50 }, (_, at) => `${path}.${String(at + 1)}`)];
      const there = files.filter((file) => {
        try {
          return readFileSync(file).length > 0;
        } catch {
          return false;
        }
      });
      expect(there.length).toBeGreaterThan(5);
      expect(await verifyAudit(there)).toMatchObject({ verdict: { breaks: [] } });
      const text = there.map((file) => readFileSync(file, "latin1")).join("");
      const numbers = admitted.slice(0, admitted.lastIndexOf("\n")).split("\n");
      const recorded = new Set(text.match(/(?<="request":"r)\d+/g));
      expect(numbers.filter((number) => !recorded.has(number))).toEqual([]);
    }
  });
});
