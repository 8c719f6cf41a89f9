/**
 * What tells that a file's bytes are those that were read earlier: the time at which the kernel saw it change last
 * (ctime), which no program can set, beside its place, size and other times. Git's index and Bazel go by the same.
 */

import { stat, statfs } from "node:fs/promises";
import type { FileRange } from "./file-range.ts";

export interface FileIdentity {
  readonly text: string;
  /** The file changed last at this time, in milliseconds. */
  readonly changed: number;
}

/**
 * File systems of this machine that keep that time themselves; over a network or in user space it is what somebody
 * else says. Source: statfs(2), linux/magic.h: ext, XFS, Btrfs, F2FS, ZFS, tmpfs, overlayfs.
 */
const KEEP_TIMES = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630,
]);

/** A change within the same tick of the clock leaves the time as it was. */
const TICK_MS = 2000;

/** Undefined where the file system does not tell, or no file is there. */
export async function identityOf({
  file,
  offset,
  length,
}: FileRange): Promise<FileIdentity | undefined> {
  try {
    const { type } = await statfs(file);
    if (process.platform !== "linux" || !KEEP_TIMES.has(type)) return undefined;
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    const range = `${String(offset)}+${length === undefined ? "" : String(length)}`;
    return {
      text: [dev, ino, size, mtimeNs, ctimeNs, range].join(" "),
      changed: Number(ctimeNs / 1_000_000n),
    };
  } catch {
    return undefined;
  }
}

/** Whether the file is still what it was before it was read, and any later change will show. */
export async function isSettled(before: FileIdentity, range: FileRange): Promise<boolean> {
  const after = await identityOf(range);
  return after?.text === before.text && Date.now() - before.changed > TICK_MS;
}
