/** Requests through the gate's own HTTP to a recording engine: what reaches it, and what a client gets back. */

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type BareGate,
  type BareGateOptions,
  converse,
  startBareGate,
} from "./support/bare-gate.ts";
import {
  type EngineScript,
  type RecordingEngine,
  connectTo,
  startRecordingEngine,
} from "./support/recording-engine.ts";
import type { Exchange } from "../../src/gate/http/contract.ts";
import { until } from "./support/bare-world.ts";
import { BROKEN_BODIES, REFUSED_HEADS } from "./support/smuggling.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function start(
  script?: EngineScript,
  options?: BareGateOptions,
): Promise<{ engine: RecordingEngine; gate: BareGate }> {
  const engine = await startRecordingEngine(script);
  const gate = await startBareGate(engine.connect, options);
  cleanups.push(gate.close, engine.close);
  return { engine, gate };
}

const GET = "GET /v1.51/seen HTTP/1.1\r\nHost: x\r\n\r\n";
const LAST = "GET /v1.51/last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
const statuses = (text: string): readonly string[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => match[1] ?? "");

describe("requests that two readers could read differently", () => {
  test.each(REFUSED_HEADS)("$why", async ({ bytes }) => {
    const { engine, gate } = await start();
    const answer = await converse(gate.path, bytes);
    expect(statuses(answer)).toHaveLength(1);
    expect(answer).toMatch(/^HTTP\/1\.1 (?:400|417|501|505) /);
    expect(answer).toContain("Connection: close");
    expect(answer).toContain('{"message":"plimsoll: ');
    expect(engine.bytesReceived()).toBe(0);
    expect(gate.refusals).toHaveLength(1);
    expect(gate.bugs).toEqual([]);
  });

  test.each(BROKEN_BODIES)("$why", async ({ bytes }) => {
    const { engine, gate } = await start();
    const answer = await converse(gate.path, bytes);
    expect(statuses(answer)).toEqual(["400"]);
    expect(engine.received().join("")).not.toContain("hidden");
    expect(gate.bugs).toEqual([]);
  });
});

test("the engine gets the bytes that the gate wrote, and none of the client's framing", async () => {
  const { engine, gate } = await start();
  const head =
    "POST /v1.51/x?a=b HTTP/1.1\r\nhOsT: evil\r\nX-Evil: 1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close, X-Evil\r\n\r\n";
  await converse(gate.path, `${head}2\r\n{"\r\n3\r\na":\r\n2\r\n1}\r\n0\r\nTrailer: t\r\n\r\n`);
  expect(engine.received()).toEqual([
    'POST /v1.51/x?a=b HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
  ]);
});

describe("one connection", () => {
  test("carries requests one after the other, also those sent ahead", async () => {
    const { engine, gate } = await start((request, reply) => {
      setTimeout(() => {
        reply.json(200, request.target);
      }, 5);
    });
    const answer = await converse(gate.path, `${GET}${GET}${LAST}`);
    expect(statuses(answer)).toEqual(["200", "200", "200"]);
    expect(engine.requests.map(({ target }) => target)).toEqual([
      "/v1.51/seen",
      "/v1.51/seen",
      "/v1.51/last",
    ]);
    expect(engine.received()).toHaveLength(1);
  });

  test("never has two requests with the engine", async () => {
    let running = 0;
    let most = 0;
    const { gate } = await start((_request, reply) => {
      running++;
      most = Math.max(most, running);
      setTimeout(() => {
        running--;
        reply.json(200, {});
      }, 2);
    });
    await converse(gate.path, `${GET.repeat(30)}${LAST}`);
    expect(most).toBe(1);
  });

  test("a flood of requests sent ahead is held back in the client's socket", async () => {
    const { engine, gate } = await start(() => {});
    const socket = await connectTo(gate.path);
    cleanups.unshift(async () => {
      socket.destroy();
    });
    for (let round = 0; round < 200; round++) socket.write(GET.repeat(1000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(engine.requests).toHaveLength(1);
    const [connection] = gate.connections;
    expect(connection?.bytesIn).toBeLessThan(400_000);
  });

  test("is closed after an answer to HTTP/1.0, and its answer ends there", async () => {
    const { gate } = await start((_request, reply) => {
      reply.chunked(200, ["ab", "cd"]);
    });
    const answer = await converse(gate.path, "GET /v1.51/old HTTP/1.0\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).not.toContain("chunked");
    expect(answer.endsWith("\r\n\r\nabcd")).toBe(true);
  });

  test("a half-closed client gets its answer", async () => {
    const { gate } = await start((_request, reply) => {
      setTimeout(() => {
        reply.json(200, {});
      }, 50);
    });
    const answer = await converse(gate.path, GET, { end: true });
    expect(statuses(answer)).toEqual(["200"]);
  });
});

describe("answers", () => {
  const cases: readonly (readonly [string, EngineScript, RegExp])[] = [
    ["with a length", (_, reply) => reply.json(200, [1]), /\r\nContent-Length: 4\r\n[^]*\[1\]\n$/],
    [
      "in chunks that come together",
      (_, reply) => reply.chunked(200, ["ab", "cd"]),
      /\r\nTransfer-Encoding: chunked\r\n[^]*\r\n\r\n(?:2\r\nab\r\n2\r\ncd\r\n|4\r\nabcd\r\n)0\r\n\r\n$|Content-Length: 4\r\n[^]*\r\n\r\nabcd$/,
    ],
    [
      "until the connection closes",
      (_, reply) => reply.untilClose(200, "text/plain", "abcd"),
      /\r\nTransfer-Encoding: chunked\r\n[^]*\r\n\r\n4\r\nabcd\r\n0\r\n\r\n$/,
    ],
    [
      "204 without a body",
      (_, reply) => reply.garbage("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n"),
      /^HTTP\/1\.1 204 No Content\r\nA: b\r\nConnection: close\r\n\r\n$/,
    ],
    [
      "304 with a length but no body",
      (_, reply) => reply.garbage("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
      /^HTTP\/1\.1 304 Not Modified\r\nConnection: close\r\n\r\n$/,
    ],
    [
      "behind a 100 and a 103",
      (_, reply) => {
        reply.garbage("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
        reply.json(200, 1);
      },
      /^HTTP\/1\.1 200 OK\r\n[^]*1\n$/,
    ],
    [
      "an error, with the engine's own headers",
      (_, reply) => reply.json(404, { message: "no" }, { "Api-Version": "1.51" }),
      /^HTTP\/1\.1 404 Not Found\r\nApi-Version: 1\.51\r\n[^]*\{"message":"no"\}\n$/,
    ],
  ];
  test.each(cases)("%s", async (_name, script, expected) => {
    const { gate } = await start(script);
    expect(await converse(gate.path, LAST)).toMatch(expected);
  });

  test("to HEAD announce a length and have no body", async () => {
    const { gate } = await start((_request, reply) => {
      reply.garbage("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\n");
    });
    const answer = await converse(
      gate.path,
      `HEAD /v1.51/x HTTP/1.1\r\nHost: x\r\n\r\nHEAD /v1.51/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    const one = "HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 5\r\n";
    expect(answer).toBe(`${one}\r\n${one}Connection: close\r\n\r\n`);
  });

  test("of 20 MB come whole, in every framing", async () => {
    const body = Buffer.alloc(20_000_000, "0123456789abcdef\n");
    const { gate } = await start((request, reply) => {
      if (request.target.endsWith("chunked"))
        reply.chunked(200, [body.subarray(0, 7), body.subarray(7)]);
      else if (request.target.endsWith("close")) reply.untilClose(200, "a/b", body);
      else reply.bytes(200, "a/b", body);
    });
    for (const framing of ["chunked", "close", "length"]) {
      const answer = await converse(gate.path, `GET /v1.51/${framing} HTTP/1.0\r\n\r\n`);
      const got = answer.slice(answer.indexOf("\r\n\r\n") + 4);
      expect(got === body.toString("latin1")).toBe(true);
    }
  });
});

describe("100 Continue", () => {
  const ask = (length: number): string =>
    `POST /v1.51/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;

  test("is sent when the body is wanted", async () => {
    const { engine, gate } = await start();
    const socket = await connectTo(gate.path);
    let got = "";
    socket.on("data", (bytes: Buffer) => {
      got += bytes.toString();
      if (got === "HTTP/1.1 100 Continue\r\n\r\n") socket.write("{}");
    });
    socket.write(ask(2));
    await new Promise((resolve) => socket.on("end", resolve));
    socket.destroy();
    expect(statuses(got)).toEqual(["100", "200"]);
    expect(engine.received()[0]).toMatch(/\r\n\r\n\{\}$/);
  });

  test("is not sent before a refusal", async () => {
    const { engine, gate } = await start();
    expect(statuses(await converse(gate.path, ask(5_000_000)))).toEqual(["413"]);
    expect(engine.bytesReceived()).toBe(0);
  });

  test("is not sent when the body is there already", async () => {
    const { gate } = await start();
    expect(statuses(await converse(gate.path, `${ask(2)}{}`))).toEqual(["200"]);
  });
});

describe("slow clients", () => {
  const limits = { headMs: 200, bodyMs: 200, idleMs: 200, uploadStallMs: 200 };

  test.each([
    ["that say nothing", "", []],
    ["with half a head", "GET / HTTP/1.1\r\nHost:", ["408"]],
    [
      "with half a JSON body",
      "POST /x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
      ["408"],
    ],
    ["with half an upload", "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", ["408"]],
    ["that keep their connection", GET, ["200"]],
  ])("%s", async (_name, bytes, expected) => {
    const { gate } = await start(undefined, { limits });
    const before = performance.now();
    expect(statuses(await converse(gate.path, bytes))).toEqual(expected);
    expect(performance.now() - before).toBeLessThan(2000);
    expect(gate.bugs).toEqual([]);
  });

  test("a head in drops ends in time all the same", async () => {
    const { engine, gate } = await start(undefined, { limits });
    const socket = await connectTo(gate.path);
    socket.on("error", () => {});
    let at = 0;
    const drip = setInterval(() => {
      socket.write(at < GET.length - 4 ? (GET[at] ?? "") : "a");
      at++;
    }, 20);
    const answer = await new Promise<string>((resolve) => {
      socket.once("data", (bytes: Buffer) => {
        resolve(bytes.toString());
      });
    });
    clearInterval(drip);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(engine.requests).toEqual([]);
  });

  test("an upload that goes on slowly is not ended", async () => {
    const { engine, gate } = await start(undefined, { limits });
    const socket = await connectTo(gate.path);
    socket.write(
      "POST /v1.51/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n",
    );
    for (let at = 0; at < 10; at++) {
      await new Promise((resolve) => setTimeout(resolve, 80));
      socket.write("a");
    }
    const answer = await new Promise<string>((resolve) => {
      socket.once("data", (bytes: Buffer) => {
        resolve(bytes.toString());
      });
    });
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await engine.requests[0]?.body).toEqual(Buffer.alloc(10, "a"));
  });
});

describe("a client that takes nothing in", () => {
  const big = (exchange: Exchange): void => {
    exchange.respond(200, [], Buffer.alloc(8_000_000));
  };

  test.each([
    ["and stays", GET],
    ["and is to be closed", LAST],
  ])("%s is dropped in time", async (_name, request) => {
    const { gate } = await start(undefined, { handle: big, limits: { answerMs: 200 } });
    const socket = await connectTo(gate.path);
    socket.on("error", () => {});
    socket.write(request);
    await until(() => gate.connections.size === 1);
    await until(() => gate.connections.size === 0);
    socket.destroy();
  });

  test("but has ended: it still gets all, and its connection closes", async () => {
    const { gate } = await start(undefined, { handle: big });
    const socket = await connectTo(gate.path);
    socket.end(GET);
    await new Promise((resolve) => setTimeout(resolve, 50));
    let bytes = 0;
    socket.on("data", (piece: Buffer) => {
      bytes += piece.length;
    });
    // What the gate has sent and closed may still lie in the kernel for this client.
    await new Promise((resolve) => socket.once("end", resolve).once("close", resolve));
    await until(() => gate.connections.size === 0);
    expect(bytes).toBeGreaterThan(8_000_000);
    socket.destroy();
  });

  test("at the drain: it gets all, and its connection closes", async () => {
    const { gate } = await start(undefined, { handle: big });
    const socket = await connectTo(gate.path);
    socket.write(GET);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const connection of gate.connections) connection.close(5000);
    let bytes = 0;
    socket.on("data", (piece: Buffer) => {
      bytes += piece.length;
    });
    await new Promise((resolve) => socket.on("end", resolve));
    expect(bytes).toBeGreaterThan(8_000_000);
    socket.destroy();
  });
});

describe("an error in the handler", () => {
  const cases: readonly (readonly [
    string,
    (exchange: Exchange) => Promise<void> | void,
    RegExp,
  ])[] = [
    ["thrown", () => fail(), /^HTTP\/1\.1 500 [^]*an error inside the gate/],
    ["rejected", () => Promise.reject(new Error("bug")), /^HTTP\/1\.1 500 /],
    ["no answer", () => Promise.resolve(), /^HTTP\/1\.1 500 /],
    ["answered twice", (each) => answerTwice(each), /^HTTP\/1\.1 200 [^]*once$/],
    [
      "a line break in a header",
      (each) => void each.respond(200, [["A", "b\r\nC: d"]], ""),
      /^HTTP\/1\.1 500 /,
    ],
    [
      "in the middle of an answer",
      async (each) => {
        await each.begin(200, [], { kind: "chunked" }).write(Buffer.from("abc"));
        fail();
      },
      /^(?!.*0\r\n\r\n$)/s,
    ],
    [
      "too little of an announced length",
      (each) => {
        const writer = each.begin(200, [], { kind: "length", length: 9 });
        void writer.write(Buffer.from("abc"));
        writer.end();
      },
      /Content-Length: 9\r\n[^]*\r\n\r\nabc$/,
    ],
    [
      "after the stream was given away",
      (each) => {
        each.hijack(101, [], "tcp");
        fail();
      },
      /^HTTP\/1\.1 101 |^$/,
    ],
  ];
  test.each(cases)("%s", async (name, handle, expected) => {
    const { gate } = await start(undefined, { handle });
    expect(await converse(gate.path, LAST)).toMatch(expected);
    expect(gate.bugs).toHaveLength(name.startsWith("too little") ? 0 : 1);
    await until(() => gate.connections.size === 0);
  });

  function fail(): never {
    throw new Error("bug");
  }

  function answerTwice(exchange: Exchange): void {
    exchange.respond(200, [], "once");
    exchange.respond(200, [], "twice");
  }
});

test("a head beyond its bound is refused, one of 250 KiB passes", async () => {
  const { engine, gate } = await start();
  const head = (bytes: number): string =>
    `GET /v1.51/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Registry-Config: ${"a".repeat(bytes)}\r\n\r\n`;
  expect(statuses(await converse(gate.path, head(250 * 1024)))).toEqual(["200"]);
  expect(statuses(await converse(gate.path, head(300 * 1024)))).toEqual(["431"]);
  expect(engine.requests).toHaveLength(1);
});

describe("random bytes", () => {
  const REQUESTS = [
    GET,
    'POST /v1.51/json HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}',
    "POST /v1.51/up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n",
    "POST /v1.51/len HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd",
  ];

  test("the same requests arrive however their bytes are split", async () => {
    const { engine, gate } = await start();
    const wire = `${REQUESTS.join("")}${LAST}`;
    let expected: string | undefined;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(wire.length), { maxLength: 8 }), async (cuts) => {
        const seen = engine.requests.length;
        const places = [0, ...cuts.sort((left, right) => left - right), wire.length];
        const pieces = places.slice(1).map((to, at) => wire.slice(places[at], to));
        const answer = await converse(gate.path, pieces);
        expect(statuses(answer)).toEqual(["200", "200", "200", "200", "200"]);
        const bodies = await Promise.all(engine.requests.slice(seen).map(({ body }) => body));
        const got = engine.requests
          .slice(seen)
          .map(({ method, target }, at) => `${method} ${target} ${bodies[at]?.toString()}`)
          .join("\n");
        expected ??= got;
        expect(got).toBe(expected);
      }),
      { numRuns: 60 },
    );
    expect(expected).toContain('POST /v1.51/json {"a":1}');
    expect(expected).toContain("POST /v1.51/up abcd");
  });

  test("the same answer goes out however the engine's bytes are split", async () => {
    const answers = [
      "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 10\r\n\r\n0123456789",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n0123\r\n6\r\n456789\r\n0\r\nX: y\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA: b\r\n\r\n0123456789",
    ];
    let pieces: readonly string[] = [];
    const { gate } = await start((_request, reply) => {
      const mine = pieces;
      void (async () => {
        for (const piece of mine) {
          reply.garbage(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
        if (!/Content-Length|Transfer-Encoding/.test(mine.join(""))) reply.socket.end();
      })();
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...answers),
        fc.array(fc.nat(140), { maxLength: 10 }),
        async (answer, cuts) => {
          const places = [
            0,
            ...cuts.map((at) => Math.min(at, answer.length)).sort((left, right) => left - right),
            answer.length,
          ];
          pieces = places.slice(1).map((to, at) => answer.slice(places[at], to));
          const got = await converse(gate.path, "GET /v1.51/x HTTP/1.0\r\n\r\n");
          expect(got).toMatch(/^HTTP\/1\.1 200 OK\r\nA: b\r\n/);
          expect(got.slice(got.indexOf("\r\n\r\n") + 4)).toBe("0123456789");
        },
      ),
      { numRuns: 100 },
    );
  });

  test("end in an answer or a close, and never in a bug", async () => {
    const { engine, gate } = await start(undefined, {
      limits: { headMs: 100, bodyMs: 100, idleMs: 100, uploadStallMs: 100 },
    });
    const token = fc.constantFrom(
      ...REQUESTS,
      "\r\n",
      "\n",
      "\r",
      "GET / HTTP/1.1\r\n",
      "POST /v1.51/a HTTP/1.1\r\nHost: x\r\n",
      "Host: x\r\n",
      "Content-Length: 5\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Expect: 100-continue\r\n",
      "Upgrade: tcp\r\nConnection: Upgrade\r\n",
      "5\r\n",
      "0\r\n\r\n",
      "abcde",
    );
    const piece = fc.oneof({ weight: 4, arbitrary: token }, fc.string({ unit: "binary-ascii" }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.boolean(), async (pieces, end) => {
        const answer = await converse(gate.path, pieces, { end });
        expect(answer === "" || answer.startsWith("HTTP/1.1 ")).toBe(true);
        expect(gate.bugs).toEqual([]);
      }),
      { numRuns: 150 },
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(gate.connections.size).toBe(0);
    expect(engine.openConnections()).toBeLessThan(65);
  }, 120_000);
});
