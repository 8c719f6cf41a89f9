import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkedDecoder } from "./chunked.ts";
import { collect } from "./collect.ts";
import type { BodyProblem } from "./contract.ts";
import { IncomingBody, type IncomingFraming } from "./incoming-body.ts";

const QUIET = { arriving: () => {}, wanted: () => {}, unwanted: () => {}, settled: () => {} };

/** The data, and the bytes behind the body, of bytes that come in pieces. */
function decode(pieces: readonly Buffer[]): { data: string; rest: string; problem?: string } {
  const decoder = new ChunkedDecoder();
  let data = "";
  let rest = "";
  for (const piece of pieces) {
    const bytes = Buffer.from(piece);
    const end = decoder.ended ? 0 : decoder.read(bytes, 0);
    data += decoder.data?.toString("latin1") ?? "";
    decoder.data = undefined;
    if (decoder.problem !== undefined) return { data, rest, problem: decoder.problem };
    if (decoder.ended) rest += bytes.toString("latin1", end);
  }
  return { data, rest };
}

describe("chunks", () => {
  test("are put together, and what stands behind them is left", () => {
    const wire = "3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\nGET /";
    expect(decode([Buffer.from(wire)])).toEqual({ data: "abc0123456789", rest: "GET /" });
  });

  test("trailers are dropped", () => {
    expect(decode([Buffer.from("1\r\na\r\n0\r\nX: y\r\nZ: 1\r\n\r\nrest")])).toEqual({
      data: "a",
      rest: "rest",
    });
  });

  test("read the same wherever the bytes are split", () => {
    const chunk = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 });
    const cuts = fc.array(fc.nat(400), { maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(chunk),
        fc.string({ unit: "binary-ascii" }),
        cuts,
        (chunks, rest, cut) => {
          const wire = chunks.map((each) => `${each.length.toString(16)}\r\n${each}\r\n`).join("");
          const bytes = Buffer.from(`${wire}0\r\n\r\n${rest}`, "latin1");
          const places = [...cut.map((at) => Math.min(at, bytes.length)), 0, bytes.length].sort(
            (left, right) => left - right,
          );
          const pieces = places.slice(1).map((to, at) => bytes.subarray(places[at], to));
          expect(decode(pieces)).toEqual({ data: chunks.join(""), rest });
        },
      ),
    );
  });

  test.each([
    ["3;ext=1\r\nabc\r\n0\r\n\r\n", "hexadecimal"],
    ["3 \r\nabc\r\n", "hexadecimal"],
    [" 3\r\nabc\r\n", "hexadecimal"],
    ["+3\r\nabc\r\n", "hexadecimal"],
    ["0x3\r\nabc\r\n", "hexadecimal"],
    ["-1\r\n", "hexadecimal"],
    ["\r\nabc", "hexadecimal"],
    ["3\nabc\r\n", "hexadecimal"],
    ["3\r\rabc", "CR LF"],
    ["3\r\nabcd\r\n", "longer"],
    ["3\r\nabc\n0\r\n\r\n", "longer"],
    ["3\r\nabc\r0\r\n\r\n", "CR LF"],
    ["fffffffffffffffff\r\n", "too large"],
    ["00000000000000\r\n", "too large"],
    ["0\r\nX: y\n\r\n", "odd byte"],
    [`0\r\n${"X: y\r\n".repeat(4000)}`, "too long"],
  ])("%j", (wire, problem) => {
    expect(decode([Buffer.from(wire)]).problem).toContain(problem);
    const slowly = [...Buffer.from(wire)].map((byte) => Buffer.of(byte));
    expect(decode(slowly).problem).toContain(problem);
  });
});

describe("a body", () => {
  const bodyOf = (framing: IncomingFraming, ...pieces: readonly string[]): IncomingBody => {
    const body = new IncomingBody(framing, QUIET);
    for (const piece of pieces) body.take(Buffer.from(piece), 0);
    return body;
  };
  const CUT: BodyProblem = { ok: false, problem: "cut", status: 400, message: "cut" };

  test("that is here in one piece is read without waiting", () => {
    const read = bodyOf({ kind: "length", length: 3 }, "abcrest").readAll(10);
    expect(read).toEqual({ ok: true, bytes: Buffer.from("abc") });
  });

  test("of several pieces", async () => {
    const body = bodyOf({ kind: "length", length: 6 }, "abc", "def");
    expect(await body.readAll(10)).toEqual({ ok: true, bytes: Buffer.from("abcdef") });
  });

  test("that is announced too large is refused before it comes", () => {
    expect(bodyOf({ kind: "length", length: 11 }).readAll(10)).toMatchObject({ status: 413 });
  });

  test("that grows too large is refused when it does", async () => {
    const read = bodyOf({ kind: "chunked" }, "6\r\nabcdef\r\n", "6\r\nabcdef\r\n").readAll(10);
    expect(await read).toMatchObject({ status: 413 });
  });

  test("takes memory for what came, not for what was announced", async () => {
    const body = new IncomingBody({ kind: "length", length: 2 ** 40 }, QUIET);
    const read = collect(body, Number.MAX_SAFE_INTEGER);
    body.take(Buffer.from("abc"), 0);
    body.fail(CUT);
    expect(await read).toEqual(CUT);
  });

  test("gives what came before a problem, then the problem for ever", async () => {
    const body = bodyOf({ kind: "length", length: 6 }, "abc");
    body.ended(CUT);
    expect(await body.next()).toEqual(Buffer.from("abc"));
    expect(await body.next()).toEqual(CUT);
    expect(await body.next()).toEqual(CUT);
  });

  test("without framing ends with its connection", async () => {
    const body = bodyOf({ kind: "until-close" }, "abc");
    body.ended(CUT);
    expect(await body.next()).toEqual(Buffer.from("abc"));
    expect(await body.next()).toBeUndefined();
  });

  test("holds its connection back only while nobody pulls and more is to come", () => {
    const calls: string[] = [];
    const body = new IncomingBody(
      { kind: "length", length: 6 },
      {
        arriving: () => {},
        wanted: () => calls.push("wanted"),
        unwanted: () => calls.push("unwanted"),
        settled: () => calls.push("settled"),
      },
    );
    body.take(Buffer.from("ab"), 0);
    void body.next();
    void body.next();
    body.take(Buffer.from("cd"), 0);
    body.take(Buffer.from("ef"), 0);
    expect(calls).toEqual(["unwanted", "wanted", "settled"]);
  });
});
