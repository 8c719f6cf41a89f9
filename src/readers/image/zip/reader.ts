/**
 * Reads a zip archive (jar, war, whl, apk, nupkg…) front to back, as it arrives. The directory at its
 * end is not needed: each member has a header of its own, and deflated data tells where it ends.
 * Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
 */

import { createInflateRaw } from "node:zlib";
import type { ByteStream, StreamEnd } from "../stream/byte-stream.ts";
import { copyOf, isEnd } from "../stream/byte-stream.ts";
import type { AmountReader } from "../stream/reader.ts";
import { amountReader } from "../stream/reader.ts";

/** Called for each member in turn; what it leaves unread is passed over. */
export type OnZipMember = (path: string, content: ByteStream) => Promise<void>;

const LOCAL_HEADER = 0x04_03_4b_50;
const DESCRIPTOR = 0x08_07_4b_50;
/** What may stand after the last member: directory, its end, an archive's extra data. */
const AFTER_MEMBERS = new Set([0x02_01_4b_50, 0x06_05_4b_50, 0x06_06_4b_50, 0x08_06_4b_50]);
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const STORED = 0;
const DEFLATED = 8;

/** The problem that kept members from being read, if any. Each member's own stream tells its own. */
export async function readZip(
  source: ByteStream,
  onMember: OnZipMember,
): Promise<string | undefined> {
  const reader = amountReader(source);
  for (;;) {
    const fixed = await reader.take(30);
    const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length);
    const signature = fixed.length >= 4 ? view.getUint32(0, true) : 0;
    if (signature !== LOCAL_HEADER) {
      if (AFTER_MEMBERS.has(signature)) return undefined;
      return reader.problem() ?? "the zip archive ends too early";
    }
    if (fixed.length < 30) return reader.problem() ?? "the zip archive ends too early";
    const flags = view.getUint16(6, true);
    const method = view.getUint16(8, true);
    const name = await reader.take(view.getUint16(26, true));
    const extra = await reader.take(view.getUint16(28, true));
    const path = new TextDecoder().decode(name);
    const sizes = { stored: view.getUint32(18, true), plain: view.getUint32(22, true) };
    const size = zip64Size(sizes, extra);
    const follows = (flags & SIZES_FOLLOW) !== 0;
    if ((flags & ENCRYPTED) !== 0) {
      await onMember(path, unreadable("it is encrypted"));
      if (follows) return "what follows an encrypted member of a zip archive cannot be told apart";
      await drain(reader.window(size));
    } else if (method === DEFLATED) {
      const inflated = inflate(reader);
      await onMember(path, inflated);
      await drain(inflated);
    } else if (follows) {
      await onMember(path, unreadable("its length is not stated"));
      return "what follows a stored member of a zip archive without a length cannot be told apart";
    } else {
      const content = reader.window(size);
      await onMember(
        path,
        method === STORED ? content : unreadable(`it is compressed by method ${String(method)}`),
      );
      await drain(content);
    }
    if (follows) await skipDescriptor(reader);
  }
}

function unreadable(problem: string): ByteStream {
  return { next: () => Promise.resolve({ ended: true, problem }), close: () => undefined };
}

async function drain(stream: ByteStream): Promise<void> {
  while (!isEnd(await stream.next()));
}

/** Sizes that do not fit in 32 bits stand in an extra field, first the plain one. */
function zip64Size(
  { stored, plain }: { readonly stored: number; readonly plain: number },
  extra: Uint8Array,
): number {
  if (stored !== 0xff_ff_ff_ff) return stored;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    const field = at + 4 + (plain === 0xff_ff_ff_ff ? 8 : 0);
    if (view.getUint16(at, true) === 1 && field + 8 <= extra.length) {
      return Number(view.getBigUint64(field, true));
    }
  }
  return stored;
}

/** Deflated data ends by itself; what was read beyond it is given back. */
function inflate(reader: AmountReader): ByteStream {
  const transform = createInflateRaw({ chunkSize: 65_536 });
  transform.on("error", () => undefined);
  const source = reader.rest();
  const pieces: AsyncIterator<Uint8Array> = transform[
    Symbol.asyncIterator
  ]() as AsyncIterator<Uint8Array>;
  let fed = 0;
  let last: Uint8Array = new Uint8Array(0);
  let started = false;
  let done = false;
  let feeding: Promise<void> = Promise.resolve();
  // After an error nobody calls back whoever was writing.
  const closed = new Promise<void>((resolve) => {
    transform.once("close", resolve);
  });
  const feed = async (): Promise<void> => {
    while (!done && !transform.destroyed) {
      const piece = await source.next();
      if (isEnd(piece)) {
        transform.end();
        return;
      }
      // A copy: the rest of it may have to be given back after the next one was asked for.
      last = copyOf(piece);
      fed += last.length;
      const written = new Promise<void>((resolve) => {
        transform.write(last, () => {
          resolve();
        });
      });
      await Promise.race([written, closed]);
      // It takes nothing more once its data has ended.
      if (transform.bytesWritten < fed) {
        transform.end();
        return;
      }
    }
  };
  let end: StreamEnd | undefined;
  const next = async (): Promise<Uint8Array | StreamEnd> => {
    if (!started) {
      started = true;
      feeding = feed();
    }
    while (end === undefined) {
      try {
        const step = await pieces.next();
        if (step.done === true) end = { ended: true };
        else if (step.value.length > 0) return step.value;
      } catch {
        end = {
          ended: true,
          problem: reader.problem() ?? "the deflated data is corrupt or ends too early",
        };
      }
      if (end !== undefined) {
        done = true;
        await feeding;
        reader.giveBack(
          last.slice(
            last.length - Math.max(0, Math.min(last.length, fed - transform.bytesWritten)),
          ),
        );
      }
    }
    return end;
  };
  return { next, close: () => undefined };
}

async function skipDescriptor(reader: AmountReader): Promise<void> {
  const head = await reader.take(24);
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const signed = head.length >= 4 && view.getUint32(0, true) === DESCRIPTOR ? 4 : 0;
  // Sizes are of four bytes, or of eight in a zip64 member; then a header follows at once.
  for (const size of [signed + 12, signed + 20]) {
    if (size + 4 <= head.length && isHeader(view.getUint32(size, true))) {
      reader.giveBack(head.slice(size));
      return;
    }
  }
  reader.giveBack(head.slice(Math.min(head.length, signed + 12)));
}

function isHeader(signature: number): boolean {
  return signature === LOCAL_HEADER || AFTER_MEMBERS.has(signature);
}
