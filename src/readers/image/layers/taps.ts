/**
 * Hands the contents of some members of an archive on while the whole passes by: to look into archives
 * in it, and to read small files of known forms as wholes.
 */

import type { TarMember } from "../tar/member.ts";
import type { Region } from "./window-scan.ts";

/** Takes a member's content in pieces that hold until it is done with them. */
export interface Tap {
  readonly write: (piece: Uint8Array) => Promise<void> | undefined;
  readonly end: (complete: boolean) => Promise<void> | undefined;
}

/** Says what is to become of a member, by its first bytes; undefined to let it pass. */
export type OpenTap = (member: TarMember, region: Region, head: Uint8Array) => Tap | undefined;

export const HEAD_BYTES = 512;

interface Open {
  readonly member: TarMember;
  readonly region: Region;
  /** The first bytes, while there are too few of them to decide. */
  head: Uint8Array | undefined;
  tap: Tap | undefined;
}

export interface Taps {
  /** A member whose content begins at or after the current piece. */
  readonly expect: (member: TarMember, region: Region) => void;
  /** Passes a piece that begins at `offset` of the archive. */
  readonly pass: (piece: Uint8Array, offset: number) => Promise<void>;
  /** The archive ended; a member that is still open was cut off. */
  readonly end: () => Promise<void>;
}

export function createTaps(open: OpenTap): Taps {
  let waiting: Open[] = [];

  const passTo = async (entry: Open, piece: Uint8Array, offset: number): Promise<void> => {
    const { dataOffset, dataBytes } = entry.member;
    const from = Math.max(0, dataOffset - offset);
    const to = Math.min(piece.length, dataOffset + dataBytes - offset);
    if (to <= from) return;
    let content = piece.subarray(from, to);
    if (entry.tap === undefined) {
      const held = entry.head ?? new Uint8Array(0);
      const wanted = Math.min(HEAD_BYTES, dataBytes);
      if (held.length + content.length < wanted) {
        entry.head = joined(held, content);
        return;
      }
      // Only a head that came in two pieces has to be put together.
      const head = held.length === 0 ? content : joined(held, content);
      entry.tap = open(entry.member, entry.region, head.subarray(0, wanted)) ?? passBy;
      content = head;
      entry.head = undefined;
    }
    const written = entry.tap.write(content);
    if (written !== undefined) await written;
  };

  const pass = async (piece: Uint8Array, offset: number): Promise<void> => {
    if (waiting.length === 0) return;
    const end = offset + piece.length;
    const still: Open[] = [];
    for (const entry of waiting) {
      await passTo(entry, piece, offset);
      if (entry.member.dataOffset + entry.member.dataBytes > end) still.push(entry);
      else await entry.tap?.end(true);
    }
    waiting = still;
  };
  return {
    expect: (member, region) => {
      if (member.dataBytes > 0) waiting.push({ member, region, head: undefined, tap: undefined });
    },
    pass,
    end: async () => {
      for (const entry of waiting) await entry.tap?.end(false);
      waiting = [];
    },
  };
}

const passBy: Tap = { write: () => undefined, end: () => undefined };

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
