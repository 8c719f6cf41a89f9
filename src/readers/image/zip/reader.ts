/**
 * Reads a zip archive (jar, war, whl, apk, nupkg…) front to back, as it arrives. The directory at its
 * end is not needed: each member has a header of its own, and deflated data tells where it ends.
 * Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
 */

import { inflateRawSync } from "node:zlib";
import type { ByteStream } from "../stream/byte-stream.ts";
import { isEnd, streamOfBytes } from "../stream/byte-stream.ts";
import type { AmountReader } from "../stream/reader.ts";
import { amountReader } from "../stream/reader.ts";
import { inflate } from "./inflate.ts";

export interface ZipMember {
  readonly path: string;
  /** Where its content begins in the archive, when it is stored as it is. */
  readonly storedAt?: number;
  /** Length of the content, when it is known. */
  readonly bytes?: number;
}

export interface ZipEvents {
  /** Called for each member in turn; what it leaves unread is passed over. False to read no further. */
  readonly onMember: (member: ZipMember, content: ByteStream) => Promise<boolean>;
  /** What stands after the last member that could be read: the directory, comments, anything. */
  readonly onRest: (content: ByteStream, offset: number) => Promise<void>;
}

const LOCAL_HEADER = 0x04_03_4b_50;
const DESCRIPTOR = 0x08_07_4b_50;
/** What may stand after the last member: directory, its end, an archive's extra data. */
const AFTER_MEMBERS = new Set([0x02_01_4b_50, 0x06_05_4b_50, 0x06_06_4b_50, 0x08_06_4b_50]);
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const STORED = 0;
const DEFLATED = 8;

/** Members of at most this many bytes are inflated at once, to at most that many: a stream costs more. */
const SMALL_BYTES = 262_144;
const MAX_AT_ONCE = 1024 * 1024;

/** The problem that kept members from being read, if any. Each member's own stream tells its own. */
export async function readZip(source: ByteStream, events: ZipEvents): Promise<string | undefined> {
  const reader = amountReader(source);
  for (;;) {
    const problem = await readMember(reader, events);
    if (problem === "read") continue;
    if (problem === "stopped") return undefined;
    await events.onRest(reader.rest(), reader.position());
    return problem === "done" ? undefined : (reader.problem() ?? problem.problem);
  }
}

type Outcome = "read" | "stopped" | "done" | { readonly problem: string };

const TOO_EARLY: Outcome = { problem: "the zip archive ends too early" };

async function readMember(reader: AmountReader, { onMember }: ZipEvents): Promise<Outcome> {
  const fixed = await reader.take(30);
  const view = new DataView(fixed.buffer, fixed.byteOffset, fixed.length);
  const signature = fixed.length >= 4 ? view.getUint32(0, true) : 0;
  if (signature !== LOCAL_HEADER || fixed.length < 30) {
    reader.giveBack(fixed);
    return AFTER_MEMBERS.has(signature) ? "done" : TOO_EARLY;
  }
  const flags = view.getUint16(6, true);
  const method = view.getUint16(8, true);
  const name = await reader.take(view.getUint16(26, true));
  const extra = await reader.take(view.getUint16(28, true));
  const path = new TextDecoder().decode(name);
  const size = zip64Size(
    { stored: view.getUint32(18, true), plain: view.getUint32(22, true) },
    extra,
  );
  const follows = (flags & SIZES_FOLLOW) !== 0;
  const pass = async (
    content: ByteStream,
    member: Omit<ZipMember, "path"> = {},
  ): Promise<boolean> => {
    const goOn = await onMember({ path, ...member }, content);
    if (goOn) await drain(content);
    content.close();
    return goOn;
  };
  if ((flags & ENCRYPTED) !== 0) {
    if (!(await pass(unreadable("it is encrypted")))) return "stopped";
    if (follows)
      return { problem: "what follows an encrypted member of a zip archive cannot be told apart" };
    await drain(reader.window(size));
  } else if (method === DEFLATED) {
    if (!follows && size <= SMALL_BYTES) {
      const stored = await reader.take(size);
      const plain = atOnce(stored);
      if (plain !== undefined) {
        return (await pass(streamOfBytes(plain), { bytes: plain.length })) ? "read" : "stopped";
      }
      reader.giveBack(stored);
    }
    const here = follows ? inflatedHere(reader) : undefined;
    if (here === undefined) {
      if (!(await pass(inflate(reader)))) return "stopped";
    } else if (!(await pass(streamOfBytes(here), { bytes: here.length }))) return "stopped";
  } else if (follows) {
    if (!(await pass(unreadable("its length is not stated")))) return "stopped";
    return {
      problem:
        "what follows a stored member of a zip archive without a length cannot be told apart",
    };
  } else if (method === STORED) {
    const member = { storedAt: reader.position(), bytes: size };
    if (!(await pass(reader.window(size), member))) return "stopped";
  } else {
    if (!(await pass(unreadable(`it is compressed by method ${String(method)}`)))) return "stopped";
    await drain(reader.window(size));
  }
  if (follows) await skipDescriptor(reader);
  return "read";
}

/** Undefined when it is corrupt, or more than little: a stream tells how far it is good. */
function atOnce(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_AT_ONCE });
  } catch {
    return undefined;
  }
}

/** A member whose length is not stated, when all of it is at hand and it is little. */
function inflatedHere(reader: AmountReader): Uint8Array | undefined {
  const bytes = reader.atHand().subarray(0, SMALL_BYTES);
  if (bytes.length === 0) return undefined;
  const options = { maxOutputLength: MAX_AT_ONCE, info: true };
  let inflated: Inflated;
  try {
    inflated = inflateRawSync(bytes, options) as unknown as Inflated;
  } catch {
    return undefined;
  }
  reader.skipAtHand(inflated.engine.bytesWritten);
  return inflated.buffer;
}

/** What Node gives when it is asked for `info`. */
interface Inflated {
  readonly buffer: Uint8Array;
  /** `bytesWritten` of it are the compressed bytes that were used. */
  readonly engine: { readonly bytesWritten: number };
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
