/** Builds zip archives for tests. Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16. */

import { crc32, deflateRawSync } from "node:zlib";

export interface ZipEntry {
  readonly path: string;
  readonly content: Uint8Array;
  readonly method?: "stored" | "deflated";
  /** Writes the sizes after the data, as an output that cannot seek makes writers do. */
  readonly sizesAfter?: boolean;
}

export function zipOf(entries: readonly ZipEntry[], comment: string | Buffer = ""): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  // An archive of the same content over and over is made at once.
  const known = new Map<Uint8Array, Buffer>();
  const deflated = (content: Uint8Array): Buffer => {
    const data = known.get(content) ?? deflateRawSync(content);
    known.set(content, data);
    return data;
  };
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.path);
    const stored = entry.method === "stored";
    const data = stored ? Buffer.from(entry.content) : deflated(entry.content);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(crc32(entry.content), 0);
    sizes.writeUInt32LE(data.length, 4);
    sizes.writeUInt32LE(entry.content.length, 8);
    const after = entry.sizesAfter === true;
    const common = Buffer.alloc(10);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(after ? 8 : 0, 2);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(name.length, 0);
    const local = [
      Buffer.from("PK\u0003\u0004"),
      common,
      after ? Buffer.alloc(12) : sizes,
      lengths,
      name,
      data,
      ...(after ? [Buffer.from("PK\u0007\u0008"), sizes] : []),
    ];
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([
        Buffer.from("PK\u0001\u0002\u0014\u0000"),
        common,
        sizes,
        lengths,
        tail,
        name,
      ]),
    );
    for (const part of local) offset += part.length;
    parts.push(...local);
  }
  const all = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(all.length, 8);
  end.writeUInt32LE(offset, 12);
  const text = Buffer.from(comment);
  end.writeUInt16LE(text.length, 16);
  return Buffer.concat([...parts, all, Buffer.from("PK\u0005\u0006"), end, text]);
}
