import { describe, expect, test } from "vitest";
import { chainEntry, CHAIN_START, entryText } from "../../gate/audit/entry.ts";
import { ChainVerifier } from "../../gate/audit/verify.ts";
import { ShadowTally } from "../../gate/learn/shadow-tally.ts";
import { clientPolicy, gateRequest } from "../../gate/testing.ts";
import { renderAuditVerdict } from "./audit.ts";
import { renderShadow } from "./shadow.ts";

const TIME = "2030-01-01T00:00:00.000Z";

function verdictOf(name: string, lines: readonly string[]): string {
  const verifier = new ChainVerifier();
  verifier.file(name);
  for (const line of lines) verifier.line(line);
  return renderAuditVerdict(verifier.end());
}

describe("a verified audit log", () => {
  const one = chainEntry(entryText({ kind: "event", event: "start" }, TIME), CHAIN_START);
  const gap = chainEntry(
    entryText({ kind: "gap", reason: "write-failed", why: "full", lost: 3 }, TIME),
    one.head,
  );
  const lines = [one, gap].map(({ line }) => line.trimEnd());

  test("that is whole", () => {
    expect(verdictOf("a.jsonl", lines)).toBe(
      `2 entries, 1 to 2, ${TIME} to ${TIME}\nhead: 2 ${gap.head.hash}\n` +
        "gap: a.jsonl:2: entry 2: write-failed, 3 entries lost\n" +
        "3 entries were lost in gaps that the gate told of\nthe chain is whole\n",
    );
  });

  test("that is broken says where, and draws nothing on a terminal", () => {
    const text = verdictOf("a\u001b[2J", [...lines, "x"]);
    expect(text).toContain("BROKEN: a\u241b[2J:3: this line is no entry\n");
    expect(text).toMatch(/the chain is broken\n$/);
  });

  test("that is empty", () => {
    expect(verdictOf("a", [])).toBe("no entries\n");
    expect(verdictOf("a", ["x"])).toBe("no entries, and lines that are none\n");
  });
});

describe("a shadow's table", () => {
  test("has the most frequent reason first, with what was wrong", () => {
    const client = clientPolicy("ci", "allow: {containers: [list]}");
    const asked = gateRequest("GET", "/info");
    const tally = new ShadowTally();
    tally.add({ client, asked, denials: [] });
    tally.add({
      client,
      asked,
      denials: [{ status: 403, rule: "not-in-policy", at: "", message: "no word for this" }],
    });
    tally.add({
      client,
      denials: [{ status: 400, rule: "bad-path", at: "path", message: "a\nb" }],
    });
    expect(renderShadow(tally.summary(), 80)).toBe(
      [
        "2 of 3 requests would have been refused",
        "",
        "count  client  rule           operation",
        "    1  ci      not-in-policy  SystemInfo",
        "       no word for this",
        "    1  ci      bad-path       unknown",
        "       path: a b",
        "",
      ].join("\n"),
    );
  });

  test("is one line where nothing would have been", () => {
    expect(renderShadow(new ShadowTally().summary(), 80)).toBe(
      "0 of 0 requests would have been refused\n",
    );
  });
});
