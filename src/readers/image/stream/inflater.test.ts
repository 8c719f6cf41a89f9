import { randomBytes } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InflateStop } from "./inflater.ts";
import { createInflater } from "./inflater.ts";

interface Ended {
  readonly stop: InflateStop;
  readonly plain: Buffer;
  /** Input that was not used. */
  readonly left: number;
}

/** Inflates data that are given so many bytes at a time, with so much room. */
function inflated(
  bytes: Uint8Array,
  rooms: { input: number; output: number; give: number },
): Ended {
  const inflater = createInflater(rooms.input, rooms.output);
  inflater.start();
  const pieces: Buffer[] = [];
  for (let given = 0; ;) {
    const stop = inflater.run(given === bytes.length);
    pieces.push(Buffer.from(inflater.output()));
    if (stop === "output") continue;
    if (stop !== "input") {
      const left = inflater.rest().length + bytes.length - given;
      return { stop, plain: Buffer.concat(pieces), left };
    }
    const taken = inflater.give(bytes.subarray(given, given + rooms.give));
    expect(taken).toBeGreaterThan(0);
    given += taken;
  }
}

const rooms = fc.record({
  input: fc.integer({ min: 1024, max: 40_000 }),
  output: fc.integer({ min: 300, max: 40_000 }),
  give: fc.integer({ min: 1, max: 5000 }),
});

/** Random bytes, few different ones, repetitions near and far, runs: all that codes are made of. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(800))
        .map(([part, times]) => Uint8Array.from(Buffer.alloc(part.length * times, part))),
      fc
        .tuple(fc.nat(255), fc.nat(70_000))
        .map(([byte, count]) => new Uint8Array(count).fill(byte)),
      fc.string({ maxLength: 2000 }).map((text) => Uint8Array.from(Buffer.from(text))),
      fc.nat(3000).map((count) => Uint8Array.from(randomBytes(count))),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts));

const deflated = fc
  .tuple(
    content,
    fc.record({
      level: fc.integer({ min: 0, max: 9 }),
      strategy: fc.integer({ min: 0, max: 4 }),
      memLevel: fc.integer({ min: 1, max: 9 }),
      windowBits: fc.integer({ min: 9, max: 15 }),
    }),
  )
  .map(([plain, options]) => ({ plain, bytes: deflateRawSync(plain, options) }));

describe("the inflater", () => {
  it("gives what was deflated, in whatever pieces, and tells where it ended", () => {
    fc.assert(
      fc.property(deflated, fc.nat(40), rooms, ({ plain, bytes }, behind, how) => {
        const ended = inflated(Buffer.concat([bytes, Buffer.alloc(behind, 7)]), how);
        expect(ended.stop).toBe("end");
        expect(ended.left).toBe(behind);
        expect(ended.plain.equals(plain)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("gives all that can be told of data that end too early", () => {
    fc.assert(
      fc.property(
        deflated,
        fc.double({ min: 0, max: 1, noNaN: true }),
        rooms,
        ({ bytes }, part, how) => {
          const cut = bytes.subarray(0, Math.floor(part * (bytes.length - 1)));
          const ended = inflated(cut, how);
          expect(ended.stop).toBe("early");
          const known = inflateRawSync(cut, { finishFlush: constants.Z_SYNC_FLUSH });
          expect(ended.plain.equals(known)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("agrees with zlib on data that are broken", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(deflated, changes, rooms, ({ bytes }, flips, how) => {
        const broken = Buffer.from(bytes);
        for (const [at, bit] of flips) {
          const index = at % broken.length;
          broken[index] = (broken[index] ?? 0) ^ (1 << bit);
        }
        const ended = inflated(broken, how);
        let known: Buffer | undefined;
        try {
          known = inflateRawSync(broken);
        } catch {
          known = undefined;
        }
        // At the very end, one may see first that data are missing, the other that they are wrong.
        if (known === undefined) expect(["corrupt", "early"]).toContain(ended.stop);
        else expect(ended.plain.equals(known)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["a block of no kind", [0x07]],
    ["a stored block whose length is not confirmed", [0x01, 5, 0, 5, 0, 1, 2, 3, 4, 5]],
    ["a distance beyond the beginning", [0x63, 0x00, 0x42, 0, 0, 0]],
    [
      "more lengths than there are",
      [0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ],
  ])("refuses %s", (_, bytes) => {
    expect(() => inflateRawSync(Buffer.from(bytes))).toThrow(/invalid|unexpected|too many/);
    expect(["corrupt", "early"]).toContain(
      inflated(Uint8Array.from(bytes), { input: 1024, output: 1000, give: 1000 }).stop,
    );
  });

  it("inflates one after the other in the same memory", () => {
    const inflater = createInflater(4096, 10_000);
    for (const text of ["first", "the second one ".repeat(300), "", "third"]) {
      const bytes = deflateRawSync(Buffer.from(text));
      inflater.skip(inflater.rest().length);
      inflater.start();
      expect(inflater.give(bytes)).toBe(bytes.length);
      expect(inflater.run(true)).toBe("end");
      expect(Buffer.from(inflater.output()).toString()).toBe(text);
    }
  });
});
