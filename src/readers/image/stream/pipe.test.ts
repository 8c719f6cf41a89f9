import { describe, expect, it } from "vitest";
import type { ByteStream } from "./byte-stream.ts";
import { isEnd, peek, readAll } from "./byte-stream.ts";
import { createPipe } from "./pipe.ts";

describe("a pipe", () => {
  it("hands pieces over in order and waits until each is done with", async () => {
    const { stream, write, end } = createPipe();
    const reused = new Uint8Array(1);
    const writing = (async () => {
      for (let value = 0; value < 100; value++) {
        reused[0] = value;
        await write(reused);
      }
      end();
    })();
    const seen: number[] = [];
    for (;;) {
      const piece = await stream.next();
      if (isEnd(piece)) break;
      await Promise.resolve();
      seen.push(piece[0] ?? -1);
    }
    await writing;
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it("lets a writer go when the reader closes, before or while it writes", async () => {
    const { stream, write, end } = createPipe();
    const writing = write(Uint8Array.of(1));
    stream.close();
    await writing;
    await write(Uint8Array.of(2));
    end();
    expect(await stream.next()).toEqual({ ended: true });
  });

  it("passes the problem on, once what was written is read", async () => {
    const { stream, write, end } = createPipe();
    const writing = write(Uint8Array.of(1));
    end("cut off");
    expect(await stream.next()).toEqual(Uint8Array.of(1));
    expect(await stream.next()).toEqual({ ended: true, problem: "cut off" });
    await writing;
    expect(await stream.next()).toEqual({ ended: true, problem: "cut off" });
  });
});

describe("a stream over a buffer that is used again", () => {
  it("can be read whole, and peeked into", async () => {
    const texts = ["first ", "second ", "third"];
    // A Node buffer, whose `slice` shares its memory.
    const buffer = Buffer.alloc(100);
    let at = 0;
    const source = (): ByteStream => ({
      next: () => {
        const text = texts[at++];
        if (text === undefined) return Promise.resolve({ ended: true });
        return Promise.resolve(buffer.subarray(0, buffer.write(text)));
      },
      close: () => undefined,
    });
    const { head, stream } = await peek(source(), 10);
    expect(Buffer.from(head).toString()).toBe("first seco");
    const all = await readAll(stream, 1000);
    expect(Buffer.from(all as Uint8Array).toString()).toBe("first second third");
  });
});
