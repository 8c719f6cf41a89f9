import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { expect, test } from "vitest";
import { resolveImages } from "../../manifest/resolve-images.ts";
import { sha256 } from "../../testing.ts";
import { retryAfter } from "./retries.ts";
import {
  TIMING,
  layerProblem,
  layerReport,
  layout,
  open,
  refusal,
  registry,
} from "./store-testing.ts";
import type { FakeRegistry, Misbehaviour } from "./testing.ts";

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

/** A registry that does this with the layers, given their number of requests so far and their bytes. */
async function layersAre(
  answer: (response: ServerResponse, bytes: Buffer, times: number, range: string) => void,
): Promise<FakeRegistry> {
  const { directory } = layout({
    layers: [[{ path: "f", content: "x".repeat(300_000) }]],
    compression: "none",
  });
  const plain = await registry({ directory });
  const { images } = await resolveImages(await open(plain));
  const layer = images[0]?.layers[0]?.digest ?? "";
  const bytes = Buffer.from(
    await (await fetch(`http://${plain.host}/v2/app/blobs/${layer}`)).arrayBuffer(),
  );
  let times = 0;
  return registry({
    directory,
    misbehave: ({ url, headers }, response) => {
      if (!url.endsWith(layer)) return false;
      times += 1;
      answer(response, bytes, times, headers.range ?? "");
      return true;
    },
  });
}

async function inTime<T>(work: Promise<T>, milliseconds = 8000): Promise<T> {
  const started = performance.now();
  const result = await work;
  expect(performance.now() - started).toBeLessThan(milliseconds);
  return result;
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
    expect((await resolveImages(store)).problems.join()).toContain(why);
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
  expect(await inTime(refusal(`${silent.host}/app:1`))).toContain("does not answer in time");
  const middle = await manifestIs((response) => {
    response.writeHead(200, { "content-type": MANIFEST, "content-length": "1000" });
    response.write("{");
  });
  expect(await inTime(refusal(`${middle.host}/app:1`))).toBe(
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
  expect(await inTime(refusal(`${informational.host}/app:1`))).toContain("does not answer in time");
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

test("a layer that breaks goes on where it broke, and its digest is that of the whole", async () => {
  const server = await layersAre((response, bytes, times, range) => {
    const from = Number(/\d+/.exec(range)?.[0] ?? 0);
    response.writeHead(from === 0 ? 200 : 206, {
      "content-length": String(bytes.length - from),
      ...(from === 0
        ? {}
        : {
            "content-range": `bytes ${String(from)}-${String(bytes.length - 1)}/${String(bytes.length)}`,
          }),
    });
    if (times === 3) response.end(bytes.subarray(from));
    else
      response.write(bytes.subarray(from, from + 100_000), () =>
        setTimeout(() => response.destroy(), 50),
      );
  });
  const report = await layerReport(await open(server));
  expect(report).toMatchObject({ problems: [], members: 1 });
  const ranges = server.requests.flatMap(({ headers }) => headers.range ?? []);
  expect(ranges).toHaveLength(2);
  expect(new Set(ranges).size).toBe(2);
});

test("a registry that knows no ranges starts from the beginning, and nothing is read twice", async () => {
  const server = await layersAre((response, bytes, times) => {
    response.writeHead(200, { "content-length": String(bytes.length) });
    if (times === 2) response.end(bytes);
    else response.write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
  });
  expect(await layerReport(await open(server))).toMatchObject({ problems: [], members: 1 });
});

test("a part of a layer that is another one than was asked for is not taken", async () => {
  const server = await layersAre((response, bytes, _times, range) => {
    if (range === "") {
      response.writeHead(200, { "content-length": String(bytes.length) });
      response.write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
    } else
      response.writeHead(206, { "content-range": `bytes 7-${String(bytes.length)}/9` }).end("x");
  });
  expect(await layerProblem(await open(server))).toContain(
    "does not give the part of it that was asked for",
  );
  const unsatisfied = await layersAre((response, bytes, _times, range) => {
    if (range !== "") response.writeHead(416).end();
    else
      response
        .writeHead(200)
        .write(bytes.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50));
  });
  expect(await layerProblem(await open(unsatisfied))).toContain("does not give the part");
});

test("a layer that always breaks, stalls, is too short, too long, or another one", async () => {
  const breaks = await layersAre((response, bytes) => {
    response.writeHead(200, { "content-length": String(bytes.length) });
    response.write(bytes.subarray(0, 1000), () => setTimeout(() => response.destroy(), 20));
  });
  expect(await inTime(layerProblem(await open(breaks)))).toContain(
    "the connection broke in the middle of it",
  );
  expect(breaks.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(3);

  const stalls = await layersAre((response, bytes) => {
    response.writeHead(200, { "content-length": String(bytes.length) });
    response.write(bytes.subarray(0, 1000));
  });
  expect(await inTime(layerProblem(await open(stalls)))).toContain(
    "the registry stalls in the middle of it",
  );

  const short = await layersAre((response, bytes) =>
    response.writeHead(200).end(bytes.subarray(0, 5000)),
  );
  expect(await layerProblem(await open(short))).toContain("it has 5000 bytes where");

  const closes = await layersAre((response, bytes, _times, range) => {
    const from = Number(/\d+/.exec(range)?.[0] ?? 0);
    response.writeHead(
      from === 0 ? 200 : 206,
      from === 0 ? {} : { "content-range": `bytes ${String(from)}-9/*` },
    );
    response.end(from === 0 ? bytes.subarray(0, 5000) : "");
  });
  expect(await layerProblem(await open(closes))).toMatch(/it has 5000 bytes where \d+ are stated/);

  const long = await layersAre((response, bytes) =>
    response.writeHead(200).end(Buffer.concat([bytes, Buffer.alloc(10)])),
  );
  expect(await layerProblem(await open(long))).toMatch(
    /it has more than the \d+ bytes that are stated|has more of it than/,
  );

  let sent = 0;
  const endless = await layersAre((response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
    };
    response.on("drain", more);
    more();
  });
  expect(await inTime(layerProblem(await open(endless)))).toMatch(
    /it has more than the \d+ bytes that are stated/,
  );
  expect(sent).toBeLessThan(64 * 1024 * 1024);

  const other = await layersAre((response, bytes) => {
    const forged = Buffer.from(bytes);
    forged[600] = 0x79;
    response.writeHead(200, { "content-length": String(bytes.length) }).end(forged);
  });
  const report = await layerReport(await open(other));
  expect(report).toMatchObject({
    problems: [expect.stringMatching(/^its content has the digest sha256:/)],
  });
  // What is not what it should be has no identity under which it could be remembered.
  expect(report).not.toHaveProperty("diffId");
});

test("a registry may lose only so much of our time altogether", async () => {
  const layers = Array.from({ length: 40 }, (_, index) => [{ path: "f", content: String(index) }]);
  const server = await registry({
    directory: layout({ layers }).directory,
    misbehave: ({ url }) => url.includes("/blobs/"),
  });
  const store = await open(server, { timing: { ...TIMING, headerMs: 200, patienceMs: 1000 } });
  const { images } = await resolveImages(store);
  const reports = await inTime(
    Promise.all((images[0]?.layers ?? []).map((layer) => store.layer(layer, undefined))),
  );
  const problems = reports.map((report) => ("problem" in report ? report.problem : ""));
  expect(problems[0]).toContain("does not answer in time");
  expect(problems.at(-1)).toContain("has kept us waiting for too long altogether");
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
  expect(problems.join()).toContain("its content has the digest");
});
