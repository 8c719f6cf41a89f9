/** Builds tar archives for tests. */

export interface Entry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** `0` file, `1` hard link, `2` symbolic link, `5` directory… */
  readonly flag?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly link?: string;
  readonly pax?: Readonly<Record<string, string | Uint8Array>>;
  /** States another size than the content has. */
  readonly statedSize?: number;
}

export function tarOf(entries: readonly Entry[], { end = true } = {}): Buffer {
  const parts = entries.flatMap((entry) => memberOf(entry));
  return Buffer.concat(end ? [...parts, Buffer.alloc(1024)] : parts);
}

function memberOf(entry: Entry): Buffer[] {
  const content = Buffer.from(entry.content ?? "");
  const extension = Object.entries(entry.pax ?? {});
  const own = [
    headerOf(entry, entry.statedSize ?? content.length),
    content,
    Buffer.alloc((512 - (content.length % 512)) % 512),
  ];
  if (extension.length === 0) return own;
  const records = Buffer.concat(
    extension.map(([key, value]) => paxRecord(key, Buffer.from(value))),
  );
  return [...memberOf({ path: "pax", flag: "x", content: records }), ...own];
}

export function paxRecord(key: string, value: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

function headerOf(entry: Entry, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(entry.path.slice(0, 100), 0);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at);
  };
  octal(entry.mode ?? 0o644, 100, 8);
  octal(entry.uid ?? 0, 108, 8);
  octal(entry.gid ?? 0, 116, 8);
  if (size < 8 ** 11) octal(size, 124, 12);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  octal(0, 136, 12);
  block.write("        ", 148);
  block.write(entry.flag ?? "0", 156);
  block.write(entry.link ?? "", 157);
  block.write("ustar\0", 257);
  block.write("00", 263);
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
