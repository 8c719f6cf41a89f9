import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadScanner, MORE, ODD } from "./head-scan.ts";
import { readRequestHead } from "./request-head.ts";

const read = (...lines: readonly string[]): ReturnType<typeof readRequestHead> =>
  readRequestHead(`${lines.join("\r\n")}\r\n\r\n`, 64);

const refusalOf = (...lines: readonly string[]): string => {
  const head = read(...lines);
  return head.ok ? "passed" : `${head.refusal.status} ${head.refusal.problem}`;
};

test("a request of the docker command line", () => {
  expect(
    read(
      "POST /v1.51/containers/create?name=x HTTP/1.1",
      "Host: api.moby.localhost",
      "User-Agent: Docker-Client/28.3.0 (linux)",
      "Content-Length: 12",
      "Content-Type: application/json",
    ),
  ).toEqual({
    ok: true,
    head: {
      method: "POST",
      target: "/v1.51/containers/create?name=x",
      version: "1.1",
      headers: [
        ["Host", "api.moby.localhost"],
        ["User-Agent", "Docker-Client/28.3.0 (linux)"],
        ["Content-Length", "12"],
        ["Content-Type", "application/json"],
      ],
      body: { kind: "length", length: 12 },
      keepAlive: true,
      expectContinue: false,
      upgrade: false,
    },
  });
});

test("blanks around a value are not of it, and a value may be empty", () => {
  const head = read("GET / HTTP/1.1", "Host:", "A: \t b c \t");
  expect(head.ok && head.head.headers).toEqual([
    ["Host", ""],
    ["A", "b c"],
  ]);
});

describe("what the head says of the connection", () => {
  test.each([
    [["GET / HTTP/1.1", "Host: x"], true, false],
    [["GET / HTTP/1.1", "Host: x", "Connection: close"], false, false],
    [["GET / HTTP/1.1", "Host: x", "Connection: TE, Close"], false, false],
    [["GET / HTTP/1.1", "Host: x", "Connection: closed"], true, false],
    [["GET / HTTP/1.0"], false, false],
    [["GET / HTTP/1.0", "Connection: keep-alive"], false, false],
    [["POST / HTTP/1.1", "Host: x", "Upgrade: tcp"], false, true],
    [["POST / HTTP/1.1", "Host: x", "uPGRADE: tcp", "Connection: Upgrade"], false, true],
  ])("%j", (lines, keepAlive, upgrade) => {
    expect(read(...lines)).toMatchObject({ ok: true, head: { keepAlive, upgrade } });
  });
});

const LINE = "POST /a HTTP/1.1";

describe("refused", () => {
  test.each([
    ["GET  / HTTP/1.1", "version"],
    ["GET / HTTP/1.1 ", "version"],
    ["GET / HTTP/1.1x", "version"],
    ["GET /", "version"],
    ["GET /a b HTTP/1.1", "version"],
    ["GET\t/ HTTP/1.1", "method"],
    [" GET / HTTP/1.1", "method"],
    ["G@T / HTTP/1.1", "method"],
    [`${"G".repeat(40)} / HTTP/1.1`, "method"],
    ["GET http://x/ HTTP/1.1", "must be a path"],
    ["OPTIONS * HTTP/1.1", "must be a path"],
    ["CONNECT x:1 HTTP/1.1", "must be a path"],
    ["GET /\u00e9 HTTP/1.1", "must be a path"],
    ["GET / http/1.1", "version"],
    ["GET / HTTP/2.0", "505"],
    ["GET / HTTP/1.2", "505"],
    ["GET / HTTP/0.9", "505"],
    ["GET / HTTP/1.10", "version"],
    ["PRI * HTTP/2.0", "HTTP/2 is not spoken"],
    ["", "method"],
  ])("request line %j", (line, problem) => {
    expect(refusalOf(line, "Host: x")).toContain(problem);
  });

  test.each([
    [["Content-Length: 1", "Transfer-Encoding: chunked"], "together"],
    [["Transfer-Encoding: chunked", "Content-Length: 0"], "together"],
    [["Content-Length: 1", "Content-Length: 1"], "decimal"],
    [["Content-Length: 1", "content-length: 2"], "decimal"],
    [["Content-Length: 1, 1"], "decimal"],
    [["Content-Length: +1"], "decimal"],
    [["Content-Length: -1"], "decimal"],
    [["Content-Length: 0x1"], "decimal"],
    [["Content-Length: 01"], "decimal"],
    [["Content-Length: 1e3"], "decimal"],
    [["Content-Length: 1.0"], "decimal"],
    [["Content-Length:"], "decimal"],
    [["Content-Length: 9999999999999999"], "decimal"],
    [["Transfer-Encoding: xchunked"], "501"],
    [["Transfer-Encoding: chunked, chunked"], "501"],
    [["Transfer-Encoding: gzip, chunked"], "501"],
    [["Transfer-Encoding: identity"], "501"],
    [["Transfer-Encoding: Chunked"], "501"],
    [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "501"],
    [["Transfer-Encoding: chunked;q=1"], "501"],
    [["Transfer-Encoding: \u000bchunked"], "501"],
    [["Transfer-Encoding:"], "501"],
    [["Transfer-Encoding : chunked"], "token"],
    [["Content-Length : 5"], "token"],
    [["X: a", " folded: b"], "token"],
    [["X: a", "\tfolded"], "no colon"],
    [["no colon"], "no colon"],
    [[": empty"], "token"],
    [["a b: c"], "token"],
    [["é: c"], "token"],
    [["Host: y"], "more than one Host"],
    [["hOST: x"], "more than one Host"],
    [["Expect: 200-ok"], "417"],
  ])("headers %j", (lines, problem) => {
    expect(refusalOf(LINE, "Host: x", ...lines)).toContain(problem);
  });

  test.each([
    [["A: b"], "missing"],
    [["Host: a b"], "no host"],
    [["Host: a/b"], "no host"],
    [["Host: u@h"], "no host"],
  ])("hosts %j", (lines, problem) => {
    expect(refusalOf(LINE, ...lines)).toContain(problem);
  });

  test("chunks in HTTP/1.0", () => {
    expect(refusalOf("POST / HTTP/1.0", "Transfer-Encoding: chunked")).toContain("1.0");
  });

  test("too many headers", () => {
    expect(refusalOf(LINE, "Host: x", ...Array.from({ length: 80 }, () => "A: b"))).toContain(
      "more than 64",
    );
  });
});

describe("the scanner", () => {
  const HEAD = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  test("finds the end wherever the bytes are split", () => {
    const bytes = Buffer.from(`${HEAD}rest`);
    for (let first = 0; first <= bytes.length; first++) {
      const scanner = new HeadScanner();
      const end = scanner.scan(bytes.subarray(0, first), 0);
      const found = end === MORE ? first + scanner.scan(bytes.subarray(first), 0) : end;
      expect(found).toBe(HEAD.length);
    }
  });

  test.each([
    "GET / HTTP/1.1\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\n\n",
    "GET / HTTP/1.1\r\nHost: x\r\n\n",
    "GET / HTTP/1.1\rHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: \0x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: \u000bx\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: \u007fx\r\n\r\n",
    "\u0016\u0003\u0001 a TLS hello",
  ])("an odd byte in %j", (text) => {
    const bytes = Buffer.from(text, "latin1");
    expect(new HeadScanner().scan(bytes, 0)).toBe(ODD);
    const slowly = new HeadScanner();
    const results = [...bytes].map((byte) => slowly.scan(Buffer.of(byte), 0));
    expect(results).toContain(ODD);
  });

  test("whatever it lets pass holds line ends as pairs alone", () => {
    const character = fc.constantFrom("a", ":", " ", "\r", "\n", "\r\n", "\0", "\t", "é");
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const bytes = Buffer.from(characters.join(""), "latin1");
        const end = new HeadScanner().scan(bytes, 0);
        if (end < 0) return;
        const text = bytes.toString("latin1", 0, end);
        expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n\0]/);
        expect(text.endsWith("\r\n\r\n") || text === "\r\n").toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

test("no text makes it throw, and what passes says one thing about its body", () => {
  const line = fc.constantFrom(
    "Host: x",
    "Content-Length: 3",
    "Content-Length: 4",
    "Transfer-Encoding: chunked",
    "transfer-encoding: x",
    "A: b",
    "Connection: close",
    "",
    ":",
    " a: b",
  );
  const first = fc.oneof(
    fc.constant("POST / HTTP/1.1"),
    fc.constant("POST / HTTP/1.0"),
    fc.string(),
  );
  fc.assert(
    fc.property(first, fc.array(line), (start, lines) => {
      const head = readRequestHead([start, ...lines, "", ""].join("\r\n"), 64);
      if (!head.ok) return;
      const framed = head.head.headers.filter(([name]) => /^(?:content-l|transfer-e)/i.test(name));
      expect(framed.length).toBeLessThan(2);
      expect(head.head.body.kind === "none").toBe(framed.length === 0);
    }),
    { numRuns: 3000 },
  );
});
