import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createServer } from "node:net";
import fc from "fast-check";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { listImages } from "./calls/images.ts";
import type { Endpoint } from "./endpoint.ts";
import { connectEngine, connectFirst } from "./engine.ts";
import type { EngineOptions } from "./engine.ts";
import { isProblem } from "./problem.ts";
import type { EngineProblem } from "./problem.ts";
import type { FakeEngine } from "./testing.ts";
import { describeFailure } from "./transport/failures.ts";
import { connected, fakeEngine, rawEngine } from "./testing.ts";

/** Short, so that a test that waits ends soon; each alone is what the test is about. */
const LIMITS = { connectMs: 400, answerMs: 400, idleMs: 400, totalMs: 1200 };
const OK = "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n";

let opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const each of opened) await each.close();
  opened = [];
});

async function start(engine: Promise<FakeEngine>): Promise<FakeEngine> {
  const started = await engine;
  opened.push(started);
  return started;
}

function optionsFor({ host }: FakeEngine): EngineOptions {
  return { env: {}, host, limits: LIMITS };
}

async function problemOf(engine: Promise<FakeEngine>): Promise<EngineProblem> {
  const result = await connectEngine(optionsFor(await start(engine)));
  return isProblem(result) ? result : { problem: "", settle: "" };
}

/** A raw engine that answers ping as it should, and what comes then with `answer`. */
function afterPing(
  answer: (write: (text: string) => void, end: () => void) => void,
): Promise<FakeEngine> {
  return rawEngine((socket, head) => {
    if (head.startsWith("GET /_ping ")) socket.write(`${OK}Content-Length: 2\r\n\r\nOK`);
    else
      answer(
        (text) => socket.destroyed || socket.write(text),
        () => socket.end(),
      );
  });
}

async function listProblem(engine: Promise<FakeEngine>): Promise<EngineProblem> {
  const client = await connected(optionsFor(await start(engine)));
  opened.push(client);
  const result = await listImages(client);
  return isProblem(result) ? result : { problem: "", settle: "" };
}

describe("an engine that answers", () => {
  test("is asked in the version that both know", async () => {
    const fake = await start(fakeEngine({ "/images/json": [] }, 44));
    const engine = await connected(optionsFor(fake));
    expect(engine).toMatchObject({ kind: "docker", apiVersion: { major: 1, minor: 44 } });
    expect(await listImages(engine)).toEqual([]);
    expect(fake.asked).toEqual(["/_ping", "/v1.44/images/json"]);
  });

  test("newer than we know: in the newest that we know", async () => {
    const fake = await start(fakeEngine({}, 99));
    expect(await connected(optionsFor(fake))).toMatchObject({ apiVersion: { minor: 52 } });
  });

  test("Podman tells by its header", async () => {
    const fake = await start(
      fakeEngine({
        "/_ping": (
          _request: unknown,
          answer: { setHeader: (...words: string[]) => void; end: () => void },
        ) => {
          answer.setHeader("Libpod-API-Version", "4.3.1");
          answer.end();
        },
      }),
    );
    expect(await connected(optionsFor(fake))).toMatchObject({ kind: "podman" });
  });

  test("a kept connection that is closed just when it is used again is made anew", async () => {
    const served = new WeakSet<Socket>();
    let broken = 0;
    const fake = await start(
      rawEngine((socket) => {
        if (served.has(socket)) {
          broken++;
          socket.destroy();
        } else socket.write(`${OK}Content-Length: 2\r\n\r\n[]`);
        served.add(socket);
      }),
    );
    const engine = await connected(optionsFor(fake));
    opened.push(engine);
    expect(await listImages(engine)).toEqual([]);
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(() => listImages(engine)))).toEqual(
      Array.from({ length: 6 }, () => []),
    );
    expect(broken).toBeGreaterThanOrEqual(2);
  });
});

describe("no engine", () => {
  test("at the first places, but at the next", async () => {
    const fake = await start(fakeEngine({}));
    const at = (path: string): Endpoint => ({ kind: "unix", path, name: `unix://${path}` });
    const dead = join(fake.folder, "dead.sock");
    writeFileSync(dead, "");
    const alive = at(fake.host.slice(7));
    const [gone, broken] = [at("/nowhere/docker.sock"), at(dead)];
    const connect = async (named: boolean, ...endpoints: Endpoint[]): Promise<string> => {
      const result = await connectFirst({ named, endpoints }, { limits: LIMITS });
      if (isProblem(result)) return result.problem;
      result.close();
      return result.name;
    };
    expect(await connect(false, gone, broken, alive)).toBe(fake.host);
    expect(await connect(false, gone, broken)).toMatch(
      /(no socket at|nobody listens at) unix.*dead\.sock$/,
    );
    expect(await connect(false, gone)).toBe(
      "there is no engine here: no socket at /nowhere/docker.sock",
    );
    expect(await connect(true, gone)).toBe("there is no socket at unix:///nowhere/docker.sock");
  });

  test.each([
    ["unix:///nowhere/docker.sock", /^there is no socket at unix:\/\/\/nowhere\/docker\.sock$/],
    ["tcp://127.0.0.1:1", /^nobody listens at tcp:\/\/127\.0\.0\.1:1$/],
    ["npipe://x", /named pipes/],
  ])("%s", async (host, reason) => {
    const result = await connectEngine({ env: {}, host, limits: LIMITS });
    expect(isProblem(result) ? result.problem : "").toMatch(reason);
  });

  test("a file in the place of the socket", async () => {
    const fake = await start(fakeEngine({}));
    const file = join(fake.folder, "file");
    writeFileSync(file, "");
    const result = await connectEngine({ env: {}, host: `unix://${file}`, limits: LIMITS });
    expect(isProblem(result) ? result.problem : "").toMatch(/no socket at|nobody listens/);
  });

  test("permission denied names the group that may", () => {
    const endpoint = { kind: "unix", path: "/etc/group", name: "unix:///etc/group" } as const;
    const { problem, settle } = describeFailure({ code: "EACCES" }, endpoint);
    expect(problem).toBe(
      "permission denied at unix:///etc/group, which is for root and the group root",
    );
    expect(settle).toBe("run as root, or use a rootless engine");
    const gone = describeFailure({ code: "EACCES" }, { ...endpoint, path: "/nowhere" });
    expect(gone.problem).toBe("permission denied at unix:///etc/group");
  });

  test("a certificate that is none", async () => {
    const fake = await start(fakeEngine({}));
    for (const name of ["ca", "cert", "key"])
      writeFileSync(join(fake.folder, `${name}.pem`), "none");
    const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: fake.folder };
    const result = await connectEngine({ env, host: "tcp://127.0.0.1:1", limits: LIMITS });
    expect(isProblem(result) ? result.problem : "").toMatch(/TLS failed|nobody listens/);
    expect(isProblem(result) ? result.settle : "").toMatch(/DOCKER_CERT_PATH/);
  });
});

describe("a port", () => {
  /** A server on a port of this machine that answers every connection with `answer`. */
  async function port(answer: string): Promise<string> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on("error", () => undefined);
      if (answer !== "") socket.on("data", () => socket.end(answer));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    opened.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      },
    });
    const address = server.address();
    return typeof address === "object" ? `tcp://127.0.0.1:${String(address?.port)}` : "";
  }
  const problemAt = async (host: string, env: Record<string, string>): Promise<string> => {
    const result = await connectEngine({ env: { HOME: "/nowhere", ...env }, host, limits: LIMITS });
    return isProblem(result) ? result.problem : "";
  };

  test("that speaks no TLS where it should", async () => {
    const host = await port("HTTP/1.1 400 Bad Request\r\n\r\n");
    expect(await problemAt(host, { DOCKER_TLS_VERIFY: "1" })).toBe(`${host}: it speaks no TLS`);
  });

  test("that takes connections and says nothing", async () => {
    const host = await port("");
    expect(await problemAt(host, { DOCKER_TLS_VERIFY: "1" })).toBe(
      `${host} cannot be reached in time`,
    );
    expect(await problemAt(host, {})).toBe(`${host} took the request and did not answer`);
  });
});

describe("what answers is no engine, or a bad one", () => {
  test.each([
    ["no HTTP", "220 mail.example.org ESMTP\r\n", /no proper HTTP/],
    ["no version", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", /names no version/],
    [
      "a version that is none",
      "HTTP/1.1 200 OK\r\nApi-Version: 1.x\r\nContent-Length: 0\r\n\r\n",
      /names no version/,
    ],
    [
      "an old version",
      "HTTP/1.1 200 OK\r\nApi-Version: 1.23\r\nContent-Length: 0\r\n\r\n",
      /1\.23 of the API, which is too old/,
    ],
    [
      "a redirect",
      "HTTP/1.1 301 Moved\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
      /redirects to http:\/\/169\.254\.169\.254\/, which is not followed/,
    ],
    [
      "TLS wanted",
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
      /the engine says: Client sent an HTTP request to an HTTPS server\.$/,
    ],
    [
      "another protocol",
      "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
      /another protocol|closed/,
    ],
    [
      "a page",
      "HTTP/1.1 403 Forbidden\r\nContent-Length: 13\r\n\r\n<html></html>",
      /answered with status 403$/,
    ],
    [
      "headers without end",
      `HTTP/1.1 200 OK\r\n${"X: y\r\n".repeat(20_000)}`,
      /no proper HTTP \(HPE_HEADER_OVERFLOW\)/,
    ],
  ])("%s", async (_title, answer, reason) => {
    const { problem } = await problemOf(rawEngine((socket) => socket.end(answer)));
    expect(problem).toMatch(reason);
  });

  test("silence", async () => {
    const { problem } = await problemOf(rawEngine(() => undefined));
    expect(problem).toMatch(/took the request and did not answer$/);
  });

  test("news that it is at work, without end", async () => {
    const timers: NodeJS.Timeout[] = [];
    const { problem } = await problemOf(
      rawEngine((socket) => {
        timers.push(setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 5));
      }),
    );
    for (const timer of timers) clearInterval(timer);
    expect(problem).toMatch(/did not answer$/);
  });

  test("a body that never ends", async () => {
    const { problem } = await problemOf(
      rawEngine((socket) => {
        socket.write(`${OK}\r\n`);
        const send = (): void => {
          while (!socket.destroyed && socket.write("x".repeat(65_536)));
        };
        socket.on("drain", send);
        send();
      }),
    );
    expect(problem).toMatch(/longer than 65536 bytes/);
  });

  test("a connection that is closed without an answer", async () => {
    const { problem } = await problemOf(rawEngine((socket) => socket.end()));
    expect(problem).toMatch(/closed without an answer/);
  });
});

describe("a bad answer", () => {
  const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
  const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

  test.each([
    ["cut within its chunks", `${CHUNKED}${chunk("[")}`, /ends too early/],
    ["cut before its stated length", `${OK}Content-Length: 100\r\n\r\n[]`, /ends too early/],
    ["chunks that are none", `${CHUNKED}zz\r\n[]\r\n`, /ends too early/],
    ["no JSON", `${OK}Content-Length: 5\r\n\r\n[{"a"`, /no valid JSON/],
    ["no UTF-8", `${OK}Content-Length: 3\r\n\r\n[\u00ff]`, /no valid JSON/],
    [
      "another JSON",
      `${OK}Content-Length: 2\r\n\r\n{}`,
      /not what its API promises: \/images\/json/,
    ],
    ["too deep", `${OK}\r\n${"[".repeat(5000)}${"]".repeat(5000)}`, /nests too deep/],
    [
      "a bomb of values",
      `${OK}\r\n[${"[],".repeat(1_100_000)}0]`,
      /holds more than 2000000 values/,
    ],
    [
      "an error",
      'HTTP/1.1 500 Oh\r\nContent-Length: 25\r\n\r\n{"message":"disk\\u001b["}',
      /^the engine says: disk \[/,
    ],
    [
      "an empty error",
      "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
      /^the engine answered with status 500$/,
    ],
    [
      "an error without end",
      `HTTP/1.1 500 Oh\r\n\r\n${"x".repeat(100_000)}`,
      /^the engine answered with status 500$/,
    ],
    [
      "a redirect",
      "HTTP/1.1 307 No\r\nLocation: tcp://elsewhere\r\nContent-Length: 0\r\n\r\n",
      /not followed/,
    ],
  ])("%s", async (_title, answer, reason) => {
    const { problem } = await listProblem(
      afterPing((write, end) => {
        write(answer);
        end();
      }),
    );
    expect(problem).toMatch(reason);
    expect(problem).not.toMatch(/\p{Cc}/u);
    expect(problem.length).toBeLessThan(400);
  });

  test("404 is told as what the engine says of it", async () => {
    expect(await listProblem(fakeEngine({}))).toEqual({
      problem: "the engine says: no such thing: /images/json",
      settle: expect.stringMatching(/name is right/) as string,
      status: 404,
    });
  });

  test("it stops within", async () => {
    const { problem } = await listProblem(afterPing((write) => write(`${CHUNKED}${chunk("[")}`)));
    expect(problem).toBe("the engine sent nothing for 1 s");
  });

  test("it drips without end", async () => {
    let timer: NodeJS.Timeout | undefined;
    const { problem } = await listProblem(
      afterPing((write) => {
        write(CHUNKED);
        timer = setInterval(() => write(chunk(" ")), 50);
      }),
    );
    clearInterval(timer);
    expect(problem).toBe("the engine's answer takes too long");
  });

  test("it goes on without end", async () => {
    const fake = rawEngine((socket, head) => {
      if (head.startsWith("GET /_ping ")) {
        socket.write(`${OK}Content-Length: 2\r\n\r\nOK`);
        return;
      }
      socket.write(`${OK}\r\n`);
      const send = (): void => {
        while (!socket.destroyed && socket.write(" ".repeat(1_048_576)));
      };
      socket.on("drain", send);
      send();
    });
    const { problem } = await listProblem(fake);
    expect(problem).toMatch(/longer than 33554432 bytes|takes too long/);
  });

  test("however an answer is broken, there is an outcome", async () => {
    const good = Buffer.from(`${CHUNKED}${chunk('[{"Id":"a"},')}${chunk('{"Id":"b"}]')}0\r\n\r\n`);
    let answer = good;
    const fake = await start(
      rawEngine((socket, head) => {
        if (head.startsWith("GET /_ping ")) socket.write(`${OK}Content-Length: 2\r\n\r\nOK`);
        else socket.end(answer);
      }),
    );
    const engine = await connected(optionsFor(fake));
    opened.push(engine);
    expect(await listImages(engine)).toHaveLength(2);
    const change = fc.record({
      at: fc.nat({ max: good.length }),
      remove: fc.nat({ max: 12 }),
      insert: fc.uint8Array({ maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, remove, insert }) => {
        answer = Buffer.concat([good.subarray(0, at), insert, good.subarray(at + remove)]);
        const result = await listImages(engine);
        if (isProblem(result)) expect(result.problem).toMatch(/^[^\p{Cc}]+$/u);
        else expect(Array.isArray(result)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("a cancelled request ends at once", async () => {
    const stop = new AbortController();
    const fake = await start(afterPing((write) => write(`${CHUNKED}${chunk("[")}`)));
    const engine = await connected({ ...optionsFor(fake), signal: stop.signal, limits: {} });
    setTimeout(() => stop.abort(), 50);
    expect(await listImages(engine)).toMatchObject({ problem: "it was cancelled" });
  });
});
