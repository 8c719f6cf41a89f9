/**
 * Reads a zip archive (jar, war, whl, apk, nupkg…) front to back, as it arrives. The directory at its
 * end is not needed: each member has a header of its own, and deflated data tells where it ends.
 * Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5.
 */

import type { ByteStream } from "../stream/byte-stream.ts";
import { copyOf, isEnd, streamOfBytes } from "../stream/byte-stream.ts";
import { inflateAtOnce, SMALL_BYTES } from "../stream/inflate-at-once.ts";
import type { AmountReader } from "../stream/reader.ts";
import { amountReader } from "../stream/reader.ts";
import { inflate } from "./inflate.ts";
import {
  descriptorBytes,
  FIXED_BYTES,
  followsMembers,
  isLocalHeader,
  MOST_DESCRIPTOR_BYTES,
  readLocalHeader,
  variableBytes,
} from "./local-header.ts";

export interface ZipMember {
  readonly path: string;
  /** Where its content begins in the archive, when it is stored as it is. */
  readonly storedAt?: number;
  /** Length of the content, when it is known. */
  readonly bytes?: number;
}

export interface ZipEvents {
  /**
   * Called first for a little member that is at hand as a whole; its bytes hold until this returns. False when it
   * has to be given to `onMember`.
   */
  readonly onSmall: (member: ZipMember, bytes: Uint8Array) => boolean;
  /** Called for each member in turn; what it leaves unread is passed over. False to read no further. */
  readonly onMember: (member: ZipMember, content: ByteStream) => Promise<boolean>;
  /** What stands after the last member that could be read: the directory, comments, anything. */
  readonly onRest: (content: ByteStream, offset: number) => Promise<void>;
}

const STORED = 0;
const DEFLATED = 8;

/** The problem that kept members from being read, if any. Each member's own stream tells its own. */
export async function readZip(source: ByteStream, events: ZipEvents): Promise<string | undefined> {
  const reader = amountReader(source);
  for (;;) {
    while (readAtHand(reader, events));
    const problem = await readMember(reader, events);
    if (problem === "read") continue;
    if (problem === "stopped") return undefined;
    await events.onRest(reader.rest(), reader.position());
    return problem === "done" ? undefined : (reader.problem() ?? problem.problem);
  }
}

/** Reads a little member of which all is at hand, its descriptor too: archives have thousands. False for others. */
function readAtHand(reader: AmountReader, { onSmall }: ZipEvents): boolean {
  const bytes = reader.atHand();
  if (!isLocalHeader(bytes)) return false;
  const start = FIXED_BYTES + variableBytes(bytes);
  const { path, encrypted, follows, method, size } = readLocalHeader(
    bytes,
    bytes.subarray(FIXED_BYTES, start),
  );
  if (encrypted || (!follows && (size > SMALL_BYTES || start + size > bytes.length))) return false;
  if (method === STORED) {
    if (follows) return false;
    const member = { path, storedAt: reader.position() + start, bytes: size };
    if (!onSmall(member, bytes.subarray(start, start + size))) return false;
    reader.skipAtHand(start + size);
    return true;
  }
  if (method !== DEFLATED) return false;
  const inflated = inflateAtOnce(bytes.subarray(start, start + (follows ? SMALL_BYTES : size)));
  if (inflated === undefined) return false;
  let end = start + (follows ? inflated.used : size);
  if (follows) {
    const behind = bytes.subarray(end, end + MOST_DESCRIPTOR_BYTES);
    if (behind.length < MOST_DESCRIPTOR_BYTES) return false;
    end += descriptorBytes(behind);
  }
  const { plain } = inflated;
  if (!onSmall({ path, bytes: plain.length }, plain)) return false;
  reader.skipAtHand(end);
  return true;
}

type Outcome = "read" | "stopped" | "done" | { readonly problem: string };

const TOO_EARLY: Outcome = { problem: "the zip archive ends too early" };

async function readMember(reader: AmountReader, { onMember }: ZipEvents): Promise<Outcome> {
  const fixed = await reader.take(FIXED_BYTES);
  if (!isLocalHeader(fixed)) {
    reader.giveBack(fixed);
    return followsMembers(fixed) ? "done" : TOO_EARLY;
  }
  const { path, encrypted, follows, method, size } = readLocalHeader(
    fixed,
    await reader.take(variableBytes(fixed)),
  );
  const pass = async (
    content: ByteStream,
    member: Omit<ZipMember, "path"> = {},
  ): Promise<boolean> => {
    const goOn = await onMember({ path, ...member }, content);
    if (goOn) await drain(content);
    content.close();
    return goOn;
  };
  if (encrypted) {
    if (!(await pass(unreadable("it is encrypted")))) return "stopped";
    if (follows)
      return { problem: "what follows an encrypted member of a zip archive cannot be told apart" };
    await drain(reader.window(size));
  } else if (method === DEFLATED) {
    if (!follows && size <= SMALL_BYTES) {
      const stored = await reader.take(size);
      const inflated = inflateAtOnce(stored);
      if (inflated !== undefined) {
        const plain = copyOf(inflated.plain);
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

/** A member whose length is not stated, when all of it is at hand and it is little. */
function inflatedHere(reader: AmountReader): Uint8Array | undefined {
  const inflated = inflateAtOnce(reader.atHand().subarray(0, SMALL_BYTES));
  if (inflated === undefined) return undefined;
  reader.skipAtHand(inflated.used);
  return copyOf(inflated.plain);
}

function unreadable(problem: string): ByteStream {
  return { next: () => Promise.resolve({ ended: true, problem }), close: () => undefined };
}

async function drain(stream: ByteStream): Promise<void> {
  while (!isEnd(await stream.next()));
}

async function skipDescriptor(reader: AmountReader): Promise<void> {
  const atHand = reader.atHand();
  if (atHand.length >= MOST_DESCRIPTOR_BYTES) {
    reader.skipAtHand(descriptorBytes(atHand.subarray(0, MOST_DESCRIPTOR_BYTES)));
    return;
  }
  const head = await reader.take(MOST_DESCRIPTOR_BYTES);
  reader.giveBack(head.slice(descriptorBytes(head)));
}
