/** Layers that break, stall, are too long, too short, or other ones. */

import type { ServerResponse } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import type { LayerReport } from "../../layers/layer-report.ts";
import { resolveImages } from "../../manifest/resolve-images.ts";
import {
  cleanUpTest,
  HASTY,
  TIMING,
  inTime,
  layerProblem,
  layerReport,
  layout,
  open,
  registry,
} from "./store-testing.ts";
import type { FakeRegistry } from "./testing.ts";

afterEach(cleanUpTest);

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
  expect(await inTime(layerProblem(await open(stalls, { timing: HASTY })))).toContain(
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

test("a pause is no stall", async () => {
  const server = await layersAre((response, bytes) => {
    response.writeHead(200, { "content-length": String(bytes.length) });
    response.write(bytes.subarray(0, 100_000));
    setTimeout(() => response.end(bytes.subarray(100_000)), 900);
  });
  const report = await layerReport(await open(server, { timing: { ...TIMING, connectMs: 300 } }));
  expect(report).toMatchObject({ problems: [], members: 1 });
  expect(server.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(1);
});

test("after the last byte nothing is waited for", async () => {
  const stays = await layersAre((response, bytes) => void response.writeHead(200).write(bytes));
  expect(await inTime(layerReport(await open(stays)), 4000)).toMatchObject({
    problems: [],
    members: 1,
  });
  const breaks = await layersAre((response, bytes) => {
    response.writeHead(200).write(bytes, () => setTimeout(() => response.destroy(), 20));
  });
  expect(await layerReport(await open(breaks))).toMatchObject({ problems: [], members: 1 });
  expect(breaks.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(1);
});

test("a layer that is given up before it comes is not taken in", async () => {
  let left = false;
  const server = await layersAre((response, bytes) => {
    response.on("close", () => {
      left = true;
    });
    setTimeout(() => response.writeHead(200).write(bytes.subarray(0, 1000)), 150);
  });
  const store = await open(server, {
    scan: async (stream) => {
      const first = stream.next();
      setTimeout(stream.close, 30);
      expect(await first).toEqual({ ended: true });
      return { problems: ["given up"] } as unknown as LayerReport;
    },
  });
  expect(await layerProblem(store)).toBe("given up");
  await vi.waitFor(() => expect(left).toBe(true), 4000);
});

test("a layer that may not be had is one problem, and one request", async () => {
  const server = await layersAre((response) => response.writeHead(403).end());
  expect(await layerReport(await open(server))).toEqual({
    problem: `${server.host} gives no access to it`,
    settle: "check the name of the image, and that who is logged in may pull it",
  });
  expect(server.requests.filter(({ path }) => path.includes("/blobs/"))).toHaveLength(1);
});
