/** What is long: upgraded streams, uploads, downloads, and either side leaving in the middle. */

import { duplexPair } from "node:stream";
import { describe, expect, test } from "vitest";
import { spliceStreams } from "../../src/gate/http/splice.ts";
import { cleanUpAfterEach, descriptors, pause, startWorld, until } from "./support/bare-world.ts";
import { type EngineScript, connectTo, startRecordingEngine } from "./support/recording-engine.ts";

cleanUpAfterEach();

const ATTACH =
  "POST /v1.51/containers/x/attach?stream=1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n";
const HIDDEN = "GET /v1.51/hidden HTTP/1.1\r\nHost: x\r\n\r\n";
const GET = "GET /v1.51/x HTTP/1.1\r\nHost: x\r\n\r\n";

/** Gives back what it gets, in capitals, and says goodbye after the client's end. */
const echo: EngineScript = (_request, reply) => {
  const socket = reply.upgrade({
    onData: (bytes) => socket.write(bytes.toString("latin1").toUpperCase(), "latin1"),
    onEnd: () => socket.end("goodbye"),
  });
};

describe("a stream after 101", () => {
  test("carries both directions, and the client's end is not the engine's", async () => {
    const { client } = await startWorld(echo);
    const terminal = await client(ATTACH);
    const head = await terminal.until("\r\n\r\n");
    expect(head).toBe(
      "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
    );
    terminal.socket.write("hello ");
    await terminal.until("HELLO ");
    terminal.socket.end("again ");
    await terminal.ended;
    expect(terminal.text.slice(head.length)).toBe("HELLO AGAIN goodbye");
  });

  test("begins with what the client sent behind its request, and ended with", async () => {
    const { client, engine } = await startWorld((request, reply) => {
      setTimeout(() => {
        echo(request, reply);
      }, 50);
    });
    const terminal = await client(`${ATTACH}${HIDDEN}`);
    terminal.socket.end("more");
    await terminal.ended;
    expect(terminal.text).toMatch(/\r\n\r\nGET \/V1\.51\/HIDDEN [^]*MOREgoodbye$/);
    expect(engine.requests).toHaveLength(1);
  });

  test("whose client ended before the answer, with nothing to say", async () => {
    const { client } = await startWorld((request, reply) => {
      setTimeout(() => {
        echo(request, reply);
      }, 50);
    });
    const terminal = await client();
    terminal.socket.end(ATTACH);
    await terminal.ended;
    expect(terminal.text).toMatch(/\r\n\r\ngoodbye$/);
  });

  test("that the engine fills and ends together with its head", async () => {
    const { client } = await startWorld((_request, reply) => {
      const head = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
      reply.upgrade({ onData: () => {} }, `${head}output`).end();
    });
    const terminal = await client(ATTACH);
    await terminal.ended;
    expect(terminal.text).toMatch(/\r\n\r\noutput$/);
  });

  test("that the engine ended still takes what the client sends", async () => {
    let got = "";
    const { client, engine } = await startWorld((_request, reply) => {
      reply
        .upgrade({
          onData: (bytes) => {
            got += bytes.toString();
          },
          onEnd: () => {
            got += "<end>";
          },
        })
        .end("output");
    });
    const terminal = await client(ATTACH);
    await terminal.ended;
    terminal.socket.write("in");
    await pause(20);
    terminal.socket.end("put");
    await until(() => got === "input<end>");
    await until(() => engine.openConnections() === 0);
  });

  test("with a JSON body before it", async () => {
    const { client, engine } = await startWorld(echo);
    const body = '{"Detach":false,"Tty":true}';
    const head = ATTACH.replace("Content-Length: 0", `Content-Length: ${body.length}`);
    const terminal = await client(
      `${head.slice(0, -2)}Content-Type: application/json\r\n\r\n${body}ab`,
    );
    await terminal.until("AB");
    expect(engine.received()[0]).toContain(`\r\n\r\n${body}ab`);
  });

  test("breaks when the engine does", async () => {
    const { client } = await startWorld((_request, reply) => {
      const socket = reply.upgrade({ onData: () => socket.destroy() });
    });
    const terminal = await client(ATTACH);
    await terminal.until("\r\n\r\n");
    terminal.socket.write("x");
    await terminal.ended;
  });

  test("leaves the engine when the client is destroyed", async () => {
    const { client, engine } = await startWorld((_request, reply) => {
      const socket = reply.upgrade({ onData: () => {}, onEnd: () => socket.end() });
    });
    const terminal = await client(ATTACH);
    await terminal.until("\r\n\r\n");
    terminal.socket.destroy();
    await until(() => engine.openConnections() === 0);
  });

  test("after a 200 with a raw stream and no framing", async () => {
    const { client } = await startWorld((_request, reply) => {
      const head = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
      const socket = reply.upgrade(
        {
          onData: (bytes) => socket.write(bytes),
          onEnd: () => socket.end("goodbye"),
        },
        `${head}first `,
      );
    });
    const terminal = await client("POST /v1.51/containers/x/attach HTTP/1.1\r\nHost: x\r\n\r\n");
    await terminal.until("first ");
    terminal.socket.end("second ");
    await terminal.ended;
    expect(terminal.text).toBe(
      "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nfirst second goodbye",
    );
  });
});

describe("an upgrade that does not happen", () => {
  test("the engine answers 200: what came behind the request is no request", async () => {
    const { client, engine } = await startWorld((_request, reply) => {
      reply.json(200, {});
    });
    const terminal = await client(`${ATTACH}${HIDDEN}`);
    await terminal.ended;
    expect(terminal.text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n\r\n\{\}\n$/);
    expect(engine.received().join("")).not.toContain("hidden");
    expect(engine.requests).toHaveLength(1);
  });

  test("the gate refuses: nothing is read as a request", async () => {
    const { client, engine } = await startWorld(undefined, {
      handle: (exchange) => {
        exchange.respond(403, [], "no");
      },
    });
    const terminal = await client(`${ATTACH}${HIDDEN}`);
    await terminal.ended;
    expect(terminal.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(engine.bytesReceived()).toBe(0);
  });

  test("the engine changes the protocol though nobody asked", async () => {
    const { client } = await startWorld(echo);
    const terminal = await client(GET);
    expect(await terminal.until("\r\n\r\n")).toMatch(/^HTTP\/1\.1 502 /);
  });
});

describe("uploads", () => {
  const PIECE = Buffer.alloc(64 * 1024, "u");
  const head = (more: string): string => `POST /v1.51/build HTTP/1.1\r\nHost: x\r\n${more}\r\n\r\n`;

  test("of a known length go out with it, others chunked", async () => {
    const { client, engine } = await startWorld();
    const one = await client(`${head("Content-Length: 3")}abc`);
    await one.until("{}");
    one.socket.write(`${head("Transfer-Encoding: chunked")}3\r\nabc\r\n0\r\n\r\n`);
    await one.until(/\{\}[^]*\{\}/);
    expect(engine.received().join("")).toBe(
      "POST /v1.51/build HTTP/1.1\r\nHost: docker\r\nContent-Length: 3\r\n\r\nabc" +
        "POST /v1.51/build HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    );
  });

  test("answers begin before they end", async () => {
    const { client } = await startWorld((request, reply) => {
      reply.socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nstart\r\n");
      void (async () => {
        const body = await request.body;
        reply.socket.write(`3\r\n${body.toString()}\r\n0\r\n\r\n`);
      })();
    });
    const builder = await client(head("Transfer-Encoding: chunked"));
    await builder.until("start");
    builder.socket.write("3\r\nend\r\n0\r\n\r\n");
    await builder.until(/3\r\nend\r\n0\r\n\r\n$/);
  });

  test.each([
    ["and closes", true],
    ["and reads no more", false],
  ])("an engine that refuses in the middle %s is heard", async (_name, closes) => {
    const refusal = JSON.stringify({ message: "no space left" });
    const { client, gate } = await startWorld((_request, reply) => {
      reply.socket.pause();
      setTimeout(() => {
        reply.json(500, JSON.parse(refusal));
        if (closes) reply.socket.end();
      }, 100);
    });
    const builder = await client(head("Transfer-Encoding: chunked"));
    let sent = 0;
    const more = (): void => {
      for (;;) {
        sent += PIECE.length;
        builder.socket.write(`${PIECE.length.toString(16)}\r\n`);
        builder.socket.write(PIECE);
        if (!builder.socket.write("\r\n")) return;
      }
    };
    builder.socket.on("drain", more);
    more();
    await builder.until(refusal);
    expect(builder.text).toMatch(/^HTTP\/1\.1 500 [^]*Connection: close\r\n/);
    await until(() => gate.upstream.connections.open === 0);
    expect(sent).toBeLessThan(50_000_000);
  });

  test("a client that leaves takes the engine's request with it", async () => {
    const { client, engine, gate } = await startWorld();
    const builder = await client(`${head("Transfer-Encoding: chunked")}3\r\nabc\r\n`);
    await until(() => engine.requests.length === 1);
    builder.socket.destroy();
    await until(() => engine.openConnections() === 0);
    await expect(engine.requests[0]?.body).rejects.toThrow("early");
    expect(engine.received()[0]).not.toContain("0\r\n\r\n");
    await until(() => gate.connections.size === 0);
    expect(gate.bugs).toEqual([]);
  });

  test("one with a broken chunk is cut at the engine and refused to the client", async () => {
    const { client, engine } = await startWorld();
    const builder = await client(`${head("Transfer-Encoding: chunked")}3\r\nabc\r\n`);
    await until(() => engine.received().join("").endsWith("abc\r\n"));
    builder.socket.write("zz\r\n");
    expect(await builder.until("\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    await until(() => engine.openConnections() === 0);
    expect(engine.received()[0]).not.toContain("0\r\n\r\n");
  });

  test("200 MB pass with a slow engine in little memory", async () => {
    const TOTAL = 200 * 1024 * 1024;
    const { client, engine } = await startWorld((request, reply) => {
      const slow = setInterval(() => {
        reply.socket.pause();
        setTimeout(() => reply.socket.resume(), 3);
      }, 6);
      void (async () => {
        await request.body;
        clearInterval(slow);
        reply.json(200, "loaded");
      })();
    });
    const loader = await client(head(`Content-Length: ${TOTAL}`));
    const before = process.memoryUsage();
    let most = 0;
    for (let sent = 0; sent < TOTAL; sent += PIECE.length) {
      if (!loader.socket.write(PIECE))
        await new Promise((resolve) => loader.socket.once("drain", resolve));
      const { rss } = process.memoryUsage();
      most = Math.max(most, rss - before.rss);
    }
    await loader.until("loaded");
    expect(engine.bytesReceived()).toBeGreaterThan(TOTAL);
    // The engine here keeps 16 MiB of it, and the collector is lazy.
    expect(most).toBeLessThan(150_000_000);
  }, 60_000);
});

describe("an engine that fails", () => {
  const answers: readonly (readonly [string, string])[] = [
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
    ["a chunk that does not end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"],
    ["a broken chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"],
  ];
  test.each(answers)(
    "in the middle of an answer with %s: the client's breaks too",
    async (_name, bytes) => {
      const { client } = await startWorld((_request, reply) => {
        reply.garbage(bytes);
        setTimeout(reply.hangUp, 20);
      });
      const reader = await client(GET);
      await reader.ended;
      expect(reader.text).toContain("abc");
      expect(reader.text).not.toMatch(/0\r\n\r\n$/);
      expect(reader.text).toMatch(/Content-Length: 100|chunked/);
    },
  );

  test.each([
    ["", "502"],
    ["HTTP/1.1 200 OK\r\nContent-", "502"],
    ["SSH-2.0-OpenSSH\r\n\r\n", "502"],
    ["HTTP/2 200\r\n\r\n", "502"],
    ["HTTP/1.1 200 OK\nContent-Length: 0\n\n", "502"],
    ["HTTP/1.1 999 X\r\n\r\n", "502"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "502"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nab", "502"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "502"],
    ["HTTP/1.1 100 Continue\r\n\r\n".repeat(30), "502"],
    [`HTTP/1.1 200 OK\r\nX: ${"x".repeat(300_000)}`, "502"],
  ])("answers %j", async (bytes, status) => {
    const { client, engine } = await startWorld((_request, reply) => {
      reply.garbage(bytes);
      setTimeout(reply.hangUp, 20);
    });
    const reader = await client(GET);
    expect(await reader.until("\r\n\r\n")).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await until(() => engine.openConnections() === 0);
  });

  test("bytes behind an answer belong to no other", async () => {
    const { client, engine } = await startWorld((request, reply) => {
      const evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
      reply.json(200, "good");
      if (request.connection === 0) reply.garbage(evil);
    });
    const reader = await client(GET);
    await reader.until("good");
    await pause(20);
    reader.socket.write(GET);
    await reader.until(/good[^]*good/);
    expect(reader.text).not.toContain("evil");
    expect(engine.received()).toHaveLength(2);
  });

  test("a kept connection that it closes just then: GET is asked again, POST is not", async () => {
    const { client, engine } = await startWorld((request, reply) => {
      // The second request on a connection finds it closing.
      if (engineRequestsOn(request.connection) > 1) reply.hangUp();
      else reply.json(200, "good");
    });
    const engineRequestsOn = (connection: number): number =>
      engine.requests.filter((each) => each.connection === connection).length;
    const reader = await client(GET);
    await reader.until("good");
    reader.socket.write(GET);
    await reader.until(/good[^]*good/);
    reader.socket.write(GET.replace("GET", "POST"));
    await reader.until("502 Bad Gateway");
    expect(engine.requests.map(({ method, connection }) => `${method} ${connection}`)).toEqual([
      "GET 0",
      "GET 0",
      "GET 1",
      "POST 1",
    ]);
  });

  test("that is not there, or takes no more", async () => {
    const { gate, engine, client } = await startWorld(undefined, {
      upstreamLimits: {
        connections: 1,
        idleConnections: 0,
        idleMs: 1000,
        connectMs: 200,
        headBytes: 1000,
      },
      handle: async (exchange, upstream) => {
        const answer = await upstream.exchange({ method: "GET", target: "/x", headers: [] });
        exchange.respond(answer.ok ? 200 : 502, [], answer.ok ? "" : answer.problem);
        if (answer.ok) await pause(100);
        if (answer.ok) answer.discard();
      },
    });
    const first = await client(GET);
    const second = await client(GET);
    expect(await second.until("502")).toMatch(/busy$/);
    await first.until("200 OK");
    await until(() => gate.upstream.connections.open === 0);
    await engine.close();
    const third = await client(GET);
    expect(await third.until("502")).toMatch(/unreachable$/);
  });
});

describe("a client that leaves", () => {
  test.each([
    ["while the engine thinks", ""],
    [
      "in the middle of an answer",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
  ])("%s", async (_name, bytes) => {
    const { client, engine, gate } = await startWorld((_request, reply) => {
      reply.garbage(bytes);
    });
    const reader = await client(GET);
    if (bytes === "") await until(() => engine.requests.length === 1);
    else await reader.until("abc");
    reader.socket.destroy();
    await until(() => engine.openConnections() === 0);
    await until(() => gate.connections.size === 0);
    expect(gate.bugs).toEqual([]);
  });
});

test("a client that leaves before the engine changes the protocol is not waited for", async () => {
  const { client, engine, gate } = await startWorld(() => {}, { limits: { answerMs: 200 } });
  const terminal = await client(ATTACH);
  await until(() => engine.requests.length === 1);
  terminal.socket.destroy();
  await until(() => engine.openConnections() === 0);
  await until(() => gate.connections.size === 0);
});

describe("the drain", () => {
  test("ends idle connections at once, lets answers end, and cuts what lasts longer", async () => {
    const { client, gate, engine } = await startWorld((request, reply) => {
      if (request.target.endsWith("attach?stream=1")) echo(request, reply);
      else if (request.target.endsWith("slow")) setTimeout(() => reply.json(200, "slow"), 100);
      else reply.json(200, "fast");
    });
    const idle = await client(GET);
    await idle.until("fast");
    const slow = await client(GET.replace("/x", "/slow"));
    const stream = await client(ATTACH);
    await stream.until("\r\n\r\n");
    await until(() => engine.requests.length === 3);
    expect([...gate.connections].map(({ state }) => state).sort()).toEqual([
      "busy",
      "hijacked",
      "idle",
    ]);
    const before = performance.now();
    for (const connection of gate.connections) connection.close(400);
    await idle.ended;
    expect(performance.now() - before).toBeLessThan(90);
    await slow.ended;
    expect(slow.text).toMatch(/Connection: close\r\n\r\n"slow"\n$/);
    await stream.ended;
    expect(performance.now() - before).toBeGreaterThan(390);
    await until(() => gate.connections.size === 0);
  });
});

describe("splice", () => {
  test("1 GiB passes to a slow reader in little memory, and none is lost", async () => {
    const TOTAL = 1024 * 1024 * 1024;
    const PIECE = Buffer.alloc(1024 * 1024, "s");
    let got = 0;
    const engine = await startRecordingEngine((_request, reply) => {
      const slow = setInterval(() => {
        reply.socket.pause();
        setTimeout(() => reply.socket.resume(), 2);
      }, 20);
      reply.upgrade({
        onData: (bytes) => {
          got += bytes.length;
        },
        onEnd: () => {
          clearInterval(slow);
          reply.socket.end(String(got));
        },
      });
    });
    const [source, near] = duplexPair({ allowHalfOpen: true });
    const target = await connectTo(engine.path);
    target.write("POST / HTTP/1.1\r\n\r\n");
    await new Promise((resolve) => {
      target.once("data", resolve);
    });
    const splice = spliceStreams(near, target);
    const before = process.memoryUsage().rss;
    let most = 0;
    for (let sent = 0; sent < TOTAL; sent += PIECE.length) {
      if (!source.write(PIECE)) await new Promise((resolve) => source.once("drain", resolve));
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    source.end();
    await until(() => got === TOTAL, 30_000);
    expect(splice.aToB).toBe(TOTAL);
    expect(most).toBeLessThan(120_000_000);
    target.destroy();
    await engine.close();
  }, 60_000);

  test("what a closed side sent still arrives", async () => {
    const [client, a] = duplexPair();
    const [engine, b] = duplexPair();
    const splice = spliceStreams(a, b);
    client.write("last words");
    await pause(10);
    a.destroy();
    let got = "";
    engine.on("data", (bytes: Buffer) => {
      got += bytes.toString();
    });
    expect(await splice.done).toBe("broken");
    expect(got).toBe("last words");
    expect(a.destroyed && b.destroyed).toBe(true);
  });
});

test("nothing is left open after 300 clients that left in every way", async () => {
  const before = descriptors();
  const { client, engine, gate } = await startWorld((request, reply) => {
    if (request.header("upgrade") !== undefined) echo(request, reply);
    else if (request.target.endsWith("wait")) reply.garbage("HTTP/1.1 200 OK\r\n");
    else if (request.target.endsWith("break")) reply.hangUp();
    else reply.json(200, {});
  });
  const ways = [
    GET,
    ATTACH,
    "GET / HTTP/1.1\r\nHo",
    GET.replace("/x", "/wait"),
    GET.replace("/x", "/break"),
    "POST /v1.51/up HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    "garbage\n",
  ];
  const clients = await Promise.all(
    Array.from({ length: 300 }, (_, at) => client(ways[at % ways.length])),
  );
  await pause(200);
  clients.forEach(({ socket }, at) => {
    if (at % 2 === 0) socket.destroy();
    else socket.end();
  });
  await pause(900);
  for (const { socket } of clients) socket.destroy();
  await until(() => gate.connections.size === 0);
  await until(() => engine.openConnections() <= gate.upstream.connections.idle);
  expect(gate.bugs).toEqual([]);
  gate.upstream.destroy();
  await until(() => engine.openConnections() === 0);
  // The two listeners of this test are still there.
  expect(descriptors()).toBeLessThanOrEqual(before + 4);
});
