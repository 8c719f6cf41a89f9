import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEnd, streamOfBytes } from "../stream/byte-stream.ts";
import { readZip } from "./reader.ts";

async function read(bytes: Uint8Array, pieceBytes?: number, atOnce = true) {
  const members: Record<string, string> = {};
  const problem = await readZip(streamOfBytes(bytes, pieceBytes), {
    onSmall: ({ path }, content) => {
      if (atOnce) members[path] = Buffer.from(content).toString("latin1");
      return atOnce;
    },
    onMember: async ({ path }, content) => {
      const pieces: Buffer[] = [];
      for (;;) {
        const piece = await content.next();
        if (isEnd(piece)) {
          members[path] = piece.problem ?? Buffer.concat(pieces).toString("latin1");
          return true;
        }
        pieces.push(Buffer.from(piece));
      }
    },
    onRest: () => Promise.resolve(),
  });
  return { members, problem };
}

/** What Python's zipfile writes; with `stream`, to an output that cannot seek, so that sizes follow the data. */
function pythonZip(members: Readonly<Record<string, string>>, stream: boolean): Buffer {
  const script = `
import sys, json, io, zipfile
members = json.load(sys.stdin)
class NoSeek(io.RawIOBase):
    def __init__(self): self.b = bytearray()
    def writable(self): return True
    def write(self, d): self.b += bytes(d); return len(d)
out = NoSeek() if ${stream ? "True" : "False"} else io.BytesIO()
with zipfile.ZipFile(out, 'w') as z:
    for i, (name, text) in enumerate(members.items()):
        z.writestr(name, text.encode('latin-1'), compress_type=zipfile.ZIP_DEFLATED if i % 2 == 0 or ${stream ? "True" : "False"} else zipfile.ZIP_STORED)
sys.stdout.buffer.write(bytes(out.b) if ${stream ? "True" : "False"} else out.getvalue())
`;
  return execFileSync("python3", ["-c", script], {
    input: JSON.stringify(members),
    maxBuffer: 1e8,
  });
}

const members = {
  "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\n",
  "stored.bin": randomBytes(5000).toString("latin1"),
  "large.txt": "line of text\n".repeat(40_000),
  empty: "",
  "random.bin": randomBytes(200_000).toString("latin1"),
  "last.txt": "end",
};

describe("the zip reader", () => {
  it("reads tens of thousands of little members that arrive in one piece", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, index) => [String(index), "x"]),
    );
    const found = await read(pythonZip(many, false));
    expect(found.problem).toBeUndefined();
    expect(Object.keys(found.members)).toHaveLength(30_000);
  });

  it("hands on what stands behind the members, with its place", async () => {
    const bytes = Buffer.concat([pythonZip({ a: "1" }, false), Buffer.from("behind")]);
    let rest = "";
    let place = 0;
    await readZip(streamOfBytes(bytes), {
      onSmall: () => true,
      onMember: () => Promise.resolve(true),
      onRest: async (content, offset) => {
        place = offset;
        for (let piece = await content.next(); !isEnd(piece); piece = await content.next()) {
          rest += Buffer.from(piece).toString("latin1");
        }
      },
    });
    expect(rest).toBe(bytes.toString("latin1", place));
    expect(rest.endsWith("behind")).toBe(true);
  });

  it.each([false, true])("reads what Python writes (sizes after the data: %s)", async (stream) => {
    const bytes = pythonZip(members, stream);
    for (const size of [undefined, 1000, 70_000]) {
      expect(await read(bytes, size)).toEqual({ members, problem: undefined });
      expect(await read(bytes, size, false)).toEqual({ members, problem: undefined });
    }
  });

  it("goes on after a member that is encrypted or of another method", async () => {
    const stored = (name: string, flags: number, method: number, data: Buffer): Buffer => {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04_03_4b_50, 0);
      header.writeUInt16LE(flags, 6);
      header.writeUInt16LE(method, 8);
      header.writeUInt32LE(data.length, 18);
      header.writeUInt32LE(data.length, 22);
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name), data]);
    };
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06_05_4b_50, 0);
    const bytes = Buffer.concat([
      stored("a", 1, 0, Buffer.from("secret")),
      stored("b", 0, 12, Buffer.from("bzip2")),
      stored("c", 0, 8, deflateRawSync(Buffer.from("hello"))),
      end,
    ]);
    expect(await read(bytes)).toEqual({
      members: { a: "it is encrypted", b: "it is compressed by method 12", c: "hello" },
      problem: undefined,
    });
  });

  it("says when it was cut off or is corrupt, and never hangs or throws", async () => {
    const bytes = pythonZip(members, true);
    expect((await read(bytes.subarray(0, 400))).problem).toBe("the zip archive ends too early");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { maxLength: 5 }),
        fc.nat(1200),
        async (changes, length) => {
          const broken = Buffer.from(bytes.subarray(0, length));
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value;
          const inPieces = await read(broken, 100);
          expect(await read(broken)).toEqual(inPieces);
        },
      ),
      { numRuns: 60 },
    );
  });
});
