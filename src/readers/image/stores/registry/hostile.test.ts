/** Answers that a registry should not give. */

import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { resolveImages } from "../../manifest/resolve-images.ts";
import { sha256 } from "../../testing.ts";
import { retryAfter } from "./retries.ts";
import {
  cleanUpTest,
  HASTY,
  TIMING,
  inTime,
  layout,
  open,
  refusal,
  registry,
} from "./store-testing.ts";
import type { FakeRegistry, Misbehaviour } from "./testing.ts";

afterEach(cleanUpTest);

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** A registry that does this with the manifest that the tag leads to. */
function manifestIs(answer: (response: ServerResponse) => void): Promise<FakeRegistry> {
  return registry({
    directory: layout().directory,
    misbehave: ({ url }, response) => {
      if (!url.endsWith("/manifests/1")) return false;
      answer(response);
      return true;
    },
  });
}

test("a manifest that is none", async () => {
  const answers: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    [
      "answers with text/html where a manifest should be",
      (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    ],
    [
      "answers with something where a manifest should be",
      (response) => response.writeHead(200, { "content-type": "a b/[31m" }).end("{}"),
    ],
    [
      "it is no valid JSON",
      (response) => response.writeHead(200, { "content-type": MANIFEST }).end("{"),
    ],
    ["answers with status 204", (response) => response.writeHead(204).end()],
    ["answers with status 304", (response) => response.writeHead(304).end()],
    ["answers with status 418", (response) => response.writeHead(418).end()],
    [
      "announces it as another kind",
      (response) =>
        response
          .writeHead(200, { "content-type": MANIFEST })
          .end(
            JSON.stringify({ mediaType: "application/vnd.oci.image.index.v1+json", manifests: [] }),
          ),
    ],
    [
      "it is an index and an image at once",
      (response) => response.writeHead(200).end(JSON.stringify({ manifests: [], layers: [] })),
    ],
    [
      "its content has the digest sha256:",
      (response) =>
        response.writeHead(200, { "docker-content-digest": `sha256:${"0".repeat(64)}` }).end("{}"),
    ],
  ];
  for (const [expected, answer] of answers.filter(
    ([text]) => !text.startsWith("it has a digest"),
  )) {
    const { host } = await manifestIs(answer);
    expect(await refusal(`${host}/app:1`)).toContain(expected);
  }
});

test("a manifest of schema 1, an empty object, a list", async () => {
  for (const [text, why] of [
    ['{"schemaVersion":1}', "schema 1"],
    ["{}", "neither an image index nor a manifest"],
    ["[]", "no JSON object"],
  ] as const) {
    const store = await open(await manifestIs((response) => response.writeHead(200).end(text)));
    expect(JSON.stringify((await resolveImages(store)).problems)).toContain(why);
  }
});

test("a manifest without end, announced or not", async () => {
  const announced = await manifestIs((response) => {
    response.writeHead(200, { "content-type": MANIFEST, "content-length": String(2 ** 40) });
    response.write("{");
  });
  expect(await inTime(refusal(`${announced.host}/app:1`))).toContain(
    "longer than the 8388608 bytes",
  );
  let sent = 0;
  const endless = await manifestIs((response) => {
    response.writeHead(200, { "content-type": MANIFEST });
    const more = (): void => {
      while (!response.destroyed && response.write("x".repeat(65_536))) sent += 65_536;
    };
    response.on("drain", more);
    more();
  });
  expect(await inTime(refusal(`${endless.host}/app:1`))).toContain("longer than the 8388608 bytes");
  expect(sent).toBeLessThan(64 * 1024 * 1024);
});

test("a manifest whose connection breaks is asked for once more", async () => {
  let times = 0;
  const { directory } = layout();
  const server = await registry({
    directory,
    misbehave: ({ url }, response) => {
      times += url.endsWith("/manifests/1") ? 1 : 0;
      if (times !== 1) return false;
      response.writeHead(200, { "content-type": MANIFEST, "content-length": "1000" });
      response.write("{", () => response.destroy());
      return true;
    },
  });
  expect(await refusal(`${server.host}/app:1`)).toBe("it was opened");
  const always = await manifestIs((response) => {
    response.writeHead(200, { "content-type": MANIFEST, "content-length": "1000" });
    response.write("{", () => response.destroy());
  });
  expect(await refusal(`${always.host}/app:1`)).toBe("the connection broke in the middle of it");
});

test("whoever stalls is not waited for", async () => {
  const silent = await registry({ directory: layout().directory, misbehave: () => true });
  expect(await inTime(refusal(`${silent.host}/app:1`, { timing: HASTY }))).toContain(
    "does not answer in time",
  );
  const middle = await manifestIs((response) => {
    response.writeHead(200, { "content-type": MANIFEST, "content-length": "1000" });
    response.write("{");
  });
  expect(await inTime(refusal(`${middle.host}/app:1`, { timing: HASTY }))).toBe(
    "the registry stalls in the middle of it",
  );
  const drip = await manifestIs((response) => {
    response.writeHead(200, { "content-type": MANIFEST });
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  });
  expect(await inTime(refusal(`${drip.host}/app:1`, { timing: { ...TIMING, floorMs: 500 } }))).toBe(
    "the registry sends it too slowly",
  );
  const informational = await manifestIs((response) => {
    const timer = setInterval(() => response.writeProcessing(), 20);
    response.on("close", () => clearInterval(timer));
  });
  expect(await inTime(refusal(`${informational.host}/app:1`, { timing: HASTY }))).toContain(
    "does not answer in time",
  );
});

test("a server that takes a connection and says nothing, one that speaks something else, one that is not there", async () => {
  const sockets: Socket[] = [];
  const raw = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => {
    raw.listen(0, "127.0.0.1", resolve);
  });
  const { port } = raw.address() as AddressInfo;
  const timing = { ...TIMING, connectMs: 300 };
  expect(await inTime(refusal(`localhost:${String(port)}/app:1`, { timing }))).toBe(
    `localhost:${String(port)} cannot be reached in time`,
  );
  raw.removeAllListeners("connection");
  raw.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.end("SSH-2.0-x\r\n");
  });
  expect(await inTime(refusal(`localhost:${String(port)}/app:1`, { timing }))).toContain(
    "failed (HPE_INVALID_CONSTANT)",
  );
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    raw.close(resolve);
  });
  expect(await refusal(`localhost:${String(port)}/app:1`)).toContain("refuses the connection");
  const resolve = (
    _name: string,
    _options: unknown,
    callback: (error: Error, all: []) => void,
  ): void => callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), []);
  expect(await refusal("nowhere.example/app:1", { resolve })).toBe(
    "the name nowhere.example cannot be resolved",
  );
});

test("a head that is too long", async () => {
  const server = await manifestIs((response) =>
    response.writeHead(200, { "x-long": "x".repeat(100_000) }).end(),
  );
  expect(await inTime(refusal(`${server.host}/app:1`))).toContain("HPE_HEADER_OVERFLOW");
});

test("too many requests: waited for where that is short, named where it is not", async () => {
  let times = 0;
  const busyOnce: Misbehaviour = ({ url }, response) => {
    if (!url.endsWith("/manifests/1")) return false;
    times += 1;
    if (times > 1) return false;
    response.writeHead(429, { "retry-after": "1" }).end();
    return true;
  };
  const short = await registry({ directory: layout().directory, misbehave: busyOnce });
  const started = performance.now();
  expect(await refusal(`${short.host}/app:1`)).toBe("it was opened");
  expect(performance.now() - started).toBeGreaterThan(900);
  const long = await manifestIs((response) =>
    response.writeHead(429, { "retry-after": "3600" }).end(),
  );
  expect(await inTime(refusal(`${long.host}/app:1`), 2000)).toContain(
    "too many were made (it asks for 3600 s of patience)",
  );
  const always = await manifestIs((response) => response.writeHead(429).end());
  expect(await inTime(refusal(`${always.host}/app:1`))).toContain("too many were made");
  expect(always.requests.filter(({ path }) => path.endsWith("/manifests/1"))).toHaveLength(3);
  expect(retryAfter("Wed, 21 Oct 2026 07:28:00 GMT", Date.UTC(2026, 9, 21, 7, 27, 30))).toBe(
    30_000,
  );
  expect([retryAfter("soon"), retryAfter("-1x"), retryAfter(undefined)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("a server in trouble is asked twice more", async () => {
  const broken = await manifestIs((response) => response.writeHead(503).end());
  expect(await refusal(`${broken.host}/app:1`)).toContain(
    "answers with status 503 again and again",
  );
  expect(broken.requests.filter(({ path }) => path.endsWith("/manifests/1"))).toHaveLength(3);
  const resets = await manifestIs((response) => response.destroy());
  expect(await refusal(`${resets.host}/app:1`)).toContain("failed (ECONNRESET)");
  expect(resets.requests.filter(({ path }) => path.endsWith("/manifests/1"))).toHaveLength(3);
});

test("an index that leads to itself, or deeper and deeper, comes to an end", async () => {
  const index = (digest: string): string =>
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: "application/vnd.oci.image.index.v1+json", digest, size: 200 }],
    });
  const server = await registry({
    misbehave: ({ url }, response) => {
      // Whatever digest is asked for, it is an index that leads on to another one.
      response.writeHead(200, {
        "content-type": "application/vnd.oci.image.index.v1+json",
      });
      response.end(index(sha256(url)));
      return true;
    },
  });
  const { problems, images } = await inTime(resolveImages(await open(server)));
  expect(images).toEqual([]);
  expect(JSON.stringify(problems)).toContain("its content has the digest");
});

test("any bytes at all: an answer or a problem, and never an exception", async () => {
  const sockets = new Set<Socket>();
  let answer = Buffer.alloc(0);
  const raw = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      // TLS is tried first.
      if (bytes[0] === 0x16) socket.destroy();
      else socket.end(answer);
    });
  });
  await new Promise<void>((resolve) => {
    raw.listen(0, "127.0.0.1", resolve);
  });
  const { port } = raw.address() as AddressInfo;
  const line = fc.constantFrom(
    "HTTP/1.1 200 OK",
    "HTTP/1.1 401 x",
    "HTTP/1.1 307 x",
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 999 x",
    "HTTP/1.0 200",
    "Content-Type: application/vnd.oci.image.manifest.v1+json",
    "Content-Length: 2",
    "Content-Length: -1",
    "Transfer-Encoding: chunked",
    "Connection: upgrade",
    "Upgrade: x",
    "Location: //[",
    "Location: /",
    'WWW-Authenticate: Bearer realm="http://localhost:1/',
    "WWW-Authenticate: Basic",
    "Retry-After: 0",
    "Link: <>; rel=next",
    "",
    "{}",
    "zz",
    "5;a=b",
    "\0",
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.from(all)),
    fc
      .array(line, { maxLength: 12 })
      .map((lines) => Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("\r\n")}`)),
    fc.array(line, { maxLength: 12 }).map((lines) => Buffer.from(lines.join("\r\n"))),
  );
  const timing = { connectMs: 500, headerMs: 200, idleMs: 200, backoffMs: 1, longestWaitMs: 10 };
  await fc.assert(
    fc.asyncProperty(bytes, async (given) => {
      answer = given;
      expect(typeof (await refusal(`localhost:${String(port)}/app:1`, { timing }))).toBe("string");
    }),
    { numRuns: 80, interruptAfterTimeLimit: 8000 },
  );
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    raw.close(resolve);
  });
});
