import fc from "fast-check";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Engine } from "../engine.ts";
import type { FakeEngine } from "../testing.ts";
import { connected, fakeEngine, whole } from "../testing.ts";
import type { LogOptions } from "./logs.ts";
import { containerLog } from "./logs.ts";

let sent: { readonly pieces: readonly Uint8Array[]; readonly type?: string };
let fake: FakeEngine;
let engine: Engine;
beforeEach(async () => {
  fake = await fakeEngine({
    "/containers/db/logs": (_request: unknown, answer: ServerResponse) => {
      if (sent.type !== undefined) answer.setHeader("Content-Type", sent.type);
      for (const piece of sent.pieces) answer.write(piece);
      answer.end();
    },
  });
  engine = await connected({ env: {}, host: fake.host });
});
afterEach(async () => {
  engine.close();
  await fake.close();
});

function frame(stream: number, text: string, claimed = text.length): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(claimed, 4);
  return Buffer.concat([header, Buffer.from(text, "latin1")]);
}

async function log(
  pieces: readonly Uint8Array[],
  options: Partial<LogOptions> = {},
  type?: string,
): Promise<{ stdout: string; stderr: string; problem: string | undefined }> {
  sent = { pieces, ...(type === undefined ? {} : { type }) };
  const read = whole(await containerLog(engine, "db", { lines: 10, tty: false, ...options }));
  return {
    stdout: Buffer.from(read.stdout).toString("latin1"),
    stderr: Buffer.from(read.stderr).toString("latin1"),
    problem: "problem" in read ? read.problem : undefined,
  };
}

describe("a log", () => {
  test("in frames, without a terminal", async () => {
    const frames = [frame(1, "out\n"), frame(2, "err\n"), frame(1, ""), frame(1, "more\n")];
    expect(await log(frames)).toEqual({
      stdout: "out\nmore\n",
      stderr: "err\n",
      problem: undefined,
    });
    expect(fake.asked.at(-1)).toBe("/v1.41/containers/db/logs?stdout=1&stderr=1&tail=10");
  });

  test("as it is, with a terminal; the engine's word counts more than ours", async () => {
    const bytes = [Buffer.from("out\r\n")];
    expect(await log(bytes, { tty: true })).toMatchObject({
      stdout: "out\r\n",
      problem: undefined,
    });
    const raw = "application/vnd.docker.raw-stream";
    expect(await log(bytes, { tty: false }, raw)).toMatchObject({ stdout: "out\r\n" });
    const multiplexed = "application/vnd.docker.multiplexed-stream";
    expect(await log([frame(2, "x")], { tty: true }, multiplexed)).toMatchObject({ stderr: "x" });
  });

  test("what is no frame is told", async () => {
    expect((await log([Buffer.from("plain text\n")])).problem).toMatch(/not in the frames/);
    expect((await log([frame(1, "ok"), Buffer.from([1, 0, 0])])).problem).toBe(
      "it ends within a frame",
    );
    expect(await log([frame(1, "ok", 4_294_967_295)])).toEqual({
      stdout: "ok",
      stderr: "",
      problem: "it ends within a frame",
    });
    expect(await log([frame(3, "of the engine"), frame(1, "ok")])).toMatchObject({
      stdout: "ok",
      stderr: "",
    });
  });

  test("a long one is cut, and that is told", async () => {
    const long = "x".repeat(1000);
    const cut = "it is longer than is read";
    expect(await log([frame(1, long), frame(2, "never")], { maxBytes: 100 })).toEqual({
      stdout: "x".repeat(100),
      stderr: "",
      problem: cut,
    });
    expect(await log([Buffer.from(long)], { tty: true, maxBytes: 100 })).toMatchObject({
      problem: cut,
    });
    const empty = Buffer.concat(Array.from({ length: 10_000 }, () => frame(1, "")));
    expect((await log([empty], { maxBytes: 100 })).problem).toMatch(/longer than 1600 bytes/);
  });

  test("however the bytes are cut", async () => {
    const frames = fc.array(
      fc.tuple(fc.constantFrom(1, 2), fc.string({ maxLength: 20, unit: "binary-ascii" })),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(frames, fc.integer({ min: 1, max: 12 }), async (written, size) => {
        const bytes = Buffer.concat(written.map(([stream, text]) => frame(stream, text)));
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const of = (wanted: number): string =>
          written.flatMap(([stream, text]) => (stream === wanted ? [text] : [])).join("");
        expect(await log(pieces)).toEqual({ stdout: of(1), stderr: of(2), problem: undefined });
      }),
      { numRuns: 50 },
    );
  });
});
