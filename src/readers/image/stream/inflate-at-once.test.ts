import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzipAtOnce, inflateAtOnce, MAX_AT_ONCE } from "./inflate-at-once.ts";

const text = "a line of text, and another\n".repeat(2000);

function shown(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("latin1");
}

/** A member with everything that may stand in its header. */
function withFullHeader(plain: string): Buffer {
  const member = gzipSync(plain);
  const header = Buffer.from(member.subarray(0, 10));
  header[3] = 2 + 4 + 8 + 16;
  const extra = Buffer.concat([Buffer.from([3, 0]), Buffer.from("xyz")]);
  const checksum = Buffer.from([1, 2]);
  const names = Buffer.from("name\0a comment\0", "latin1");
  return Buffer.concat([header, extra, names, checksum, member.subarray(10)]);
}

describe("inflating at once", () => {
  it("tells how much of the bytes it took", () => {
    const bytes = deflateRawSync(text);
    const inflated = inflateAtOnce(Buffer.concat([bytes, Buffer.from("behind")]));
    expect(shown(inflated?.plain)).toBe(text);
    expect(inflated?.used).toBe(bytes.length);
  });

  it("leaves what is corrupt, cut off or large to a stream", () => {
    const bytes = deflateRawSync(text);
    expect(inflateAtOnce(bytes.subarray(0, -1))).toBeUndefined();
    expect(inflateAtOnce(Buffer.from([0x07, 1, 2, 3]))).toBeUndefined();
    expect(inflateAtOnce(deflateRawSync(Buffer.alloc(2 * MAX_AT_ONCE)))).toBeUndefined();
    // And is not disturbed by it.
    expect(shown(inflateAtOnce(bytes)?.plain)).toBe(text);
  });
});

describe("unpacking gzip at once", () => {
  it.each([gzipSync(text), withFullHeader(text), gzipSync("")])(
    "gives the plain bytes",
    (bytes) => {
      expect(shown(gunzipAtOnce(bytes))).toBe(bytes.length < 30 ? "" : text);
    },
  );

  it("leaves all to a stream that is not one whole member", () => {
    const member = gzipSync(text);
    const other = (at: number): Buffer => {
      const changed = Buffer.from(member);
      const index = at < 0 ? member.length + at : at;
      changed[index] = (changed[index] ?? 0) ^ 1;
      return changed;
    };
    expect(gunzipAtOnce(Buffer.concat([member, member]))).toBeUndefined();
    expect(gunzipAtOnce(Buffer.concat([member, Buffer.alloc(100)]))).toBeUndefined();
    expect(gunzipAtOnce(member.subarray(0, 9))).toBeUndefined();
    expect(gunzipAtOnce(member.subarray(0, -3))).toBeUndefined();
    // The magic, the method, the checksum, the length.
    for (const at of [0, 2, -8, -1]) expect(gunzipAtOnce(other(at))).toBeUndefined();
  });
});
