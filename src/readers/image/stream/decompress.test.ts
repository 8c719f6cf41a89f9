import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gzipSync, zstdCompressSync } from "node:zlib";
import type { ByteStream } from "./byte-stream.ts";
import { isEnd, streamOfBytes } from "./byte-stream.ts";
import { decompress } from "./decompress.ts";

async function collect(bytes: Uint8Array, pieceBytes?: number) {
  const { compression, stream } = await decompress(streamOfBytes(bytes, pieceBytes));
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = await stream.next();
    if (isEnd(piece))
      return { compression, text: Buffer.concat(pieces).toString("latin1"), end: piece };
    pieces.push(Buffer.from(piece));
  }
}

function skippable(content: string): Buffer {
  const frame = Buffer.alloc(8 + content.length);
  frame.writeUInt32LE(0x18_4d_2a_53, 0);
  frame.writeUInt32LE(content.length, 4);
  frame.write(content, 8);
  return frame;
}

describe("decompress", () => {
  it("reads several gzip members and zstd frames, skippable ones between them, in pieces of any size", async () => {
    const streams = fc.array(fc.string({ maxLength: 2000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(streams, fc.integer({ min: 1, max: 700 }), async (texts, size) => {
        const gzip = Buffer.concat(texts.map((text) => gzipSync(Buffer.from(text, "utf8"))));
        const zstd = Buffer.concat(
          texts.flatMap((text) => [
            skippable("index"),
            zstdCompressSync(Buffer.from(text, "utf8")),
          ]),
        );
        const expected = Buffer.from(texts.join(""), "utf8").toString("latin1");
        expect(await collect(gzip, size)).toEqual({
          compression: "gzip",
          text: expected,
          end: { ended: true },
        });
        expect(await collect(zstd, size)).toEqual({
          compression: "zstd",
          text: expected,
          end: { ended: true },
        });
      }),
      { numRuns: 30 },
    );
  });

  it("passes on what is not compressed", async () => {
    expect(await collect(Buffer.from("plain text"), 3)).toMatchObject({
      compression: "none",
      text: "plain text",
    });
    expect(await collect(Buffer.alloc(0))).toMatchObject({ text: "", end: { ended: true } });
  });

  it.each([
    ["gzip", gzipSync(Buffer.from("x".repeat(100_000)))],
    ["zstd", zstdCompressSync(Buffer.from("x".repeat(100_000)))],
  ])("says where %s data was cut off", async (name, bytes) => {
    const { end } = await collect(bytes.subarray(0, bytes.length - 5));
    expect(end.problem).toBe(`the ${name} data ends too early`);
  });

  it("says when data is corrupt, and when something follows it", async () => {
    const broken = gzipSync(Buffer.from("hello, this is text"));
    broken[14] = (broken[14] ?? 0) ^ 0xff;
    expect((await collect(broken)).end.problem).toMatch(/^the gzip data is corrupt/);
    const followed = Buffer.concat([zstdCompressSync(Buffer.from("hello")), Buffer.from("more")]);
    expect(await collect(followed)).toMatchObject({
      text: "hello",
      end: { problem: "4 bytes after the zstd data are no zstd data" },
    });
    const cut = Buffer.from([0x1f, 0x8b]);
    expect((await collect(cut)).end.problem).toBe("the gzip data ends too early");
  });

  it("names a compression that it cannot read", async () => {
    const xz = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2, 3]);
    expect((await collect(xz)).end.problem).toBe(
      "it is compressed with xz, which cannot be read here",
    );
  });

  it("can be closed half-way", async () => {
    const bytes = gzipSync(Buffer.alloc(10_000_000));
    const { stream } = await decompress(streamOfBytes(bytes, 1000));
    expect(isEnd(await stream.next())).toBe(false);
    stream.close();
    stream.close();
    expect(await stream.next()).toEqual({ ended: true });
  });

  it("has asked its source for nothing any more when it ends", async () => {
    const bytes = gzipSync(randomBytes(200_000));
    bytes.fill(0x55, 1000, 3000);
    for (const pieceBytes of [500, 5000, 300_000]) {
      const source = streamOfBytes(bytes, pieceBytes);
      let asked = 0;
      const slow: ByteStream = {
        next: async () => {
          asked += 1;
          await new Promise((resolve) => {
            setTimeout(resolve, 1);
          });
          asked -= 1;
          return source.next();
        },
        close: source.close,
      };
      const { stream } = await decompress(slow);
      while (!isEnd(await stream.next()));
      expect(asked).toBe(0);
    }
  });

  it("gives every byte of long data once and in order, however slowly it is read", async () => {
    const plain = Buffer.concat([randomBytes(1_500_000), Buffer.alloc(3_000_000, "text\n")]);
    for (const bytes of [gzipSync(plain), zstdCompressSync(plain)]) {
      for (const pieceBytes of [9000, 1_048_576]) {
        const { stream } = await decompress(streamOfBytes(bytes, pieceBytes));
        const pieces: Buffer[] = [];
        for (;;) {
          const piece = await stream.next();
          if (isEnd(piece)) {
            expect(piece).toEqual({ ended: true });
            break;
          }
          await new Promise((resolve) => setTimeout(resolve, 2));
          pieces.push(Buffer.from(piece));
        }
        expect(Buffer.concat(pieces).equals(plain)).toBe(true);
      }
    }
  });

  it("gives what could be decompressed before it tells that the rest is missing", async () => {
    const plain = randomBytes(2_000_000);
    const { stream } = await decompress(streamOfBytes(gzipSync(plain).subarray(0, 1_900_000)));
    const pieces: Buffer[] = [];
    let end = await stream.next();
    for (; !isEnd(end); end = await stream.next()) pieces.push(Buffer.from(end));
    expect(end).toEqual({ ended: true, problem: "the gzip data ends too early" });
    const given = Buffer.concat(pieces);
    expect(given.length).toBeGreaterThan(1_500_000);
    expect(given.equals(plain.subarray(0, given.length))).toBe(true);
  });

  it("ends a reader that waits when it is closed", async () => {
    const head = gzipSync(randomBytes(600)).subarray(0, 550);
    let given = false;
    let closed = (): void => undefined;
    const source: ByteStream = {
      next: async () => {
        if (!given) {
          given = true;
          return head;
        }
        await new Promise<void>((resolve) => {
          closed = resolve;
        });
        return { ended: true };
      },
      close: () => {
        closed();
      },
    };
    const { stream } = await decompress(source);
    const waiting = (async () => {
      for (;;) {
        const piece = await stream.next();
        if (isEnd(piece)) return piece;
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    stream.close();
    expect(await waiting).toEqual({ ended: true });
  });
});
