/** The audit log's file: opening it where its chain goes on, appending, rotation. What fails is a value. */

import { fdatasync, write } from "node:fs";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type ChainHead, CHAIN_START } from "./entry.ts";
import { readTail, type TornTail } from "./tail.ts";

export interface AuditFile {
  /** Appends as much as the system takes. */
  readonly append: (bytes: Uint8Array) => Promise<Appended>;
  /** Bytes that the file holds; 0 for what has no size. */
  readonly size: () => number;
  /** Whether its path names another file now, or none. */
  readonly isMoved: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

export interface Appended {
  readonly written: number;
  /** In words; the rest was not written. */
  readonly problem?: string;
}

export interface OpenedFile {
  readonly file: AuditFile;
  /** What the next entry goes on from. */
  readonly head: ChainHead;
  /** After the last entry. */
  readonly torn?: TornTail;
  /** A file that held no entry was put aside, and the chain begins anew. */
  readonly unchained: boolean;
}

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string };

export interface FileOptions {
  /** `-` is standard output: no chain from before, no rotation. */
  readonly path: string;
  /** Older files beside the current one: `path.1` is the youngest. */
  readonly keep: number;
  /** Whether each write is followed by fdatasync(2). */
  readonly sync: boolean;
}

/** `head`: of the chain that goes on; without it, the file's own is read. */
export async function openAuditFile(
  options: FileOptions,
  head?: ChainHead,
): Promise<Attempt<OpenedFile>> {
  const { path, keep, sync } = options;
  try {
    if (path === "-") {
      return opened({ file: standardOutput(), head: head ?? CHAIN_START, unchained: false });
    }
    await refuseOtherKinds(path);
    const tail = await readTail(path);
    const isOther =
      tail.kind === "no-entry" ||
      (tail.kind === "entry" && head !== undefined && tail.head.hash !== head.hash);
    if (isOther) await shiftFiles(path, keep);
    const file = await openFile(path, sync);
    if (tail.kind === "entry" && !isOther) {
      const { torn } = tail;
      return opened({
        file,
        head: tail.head,
        unchained: false,
        ...(torn === undefined ? {} : { torn }),
      });
    }
    const before = head ?? (await headBefore(path));
    return opened({
      file,
      head: before ?? CHAIN_START,
      unchained: before === undefined && tail.kind === "no-entry",
    });
  } catch (error) {
    return { ok: false, problem: reasonOf(error) };
  }
}

const opened = (value: OpenedFile): Attempt<OpenedFile> => ({ ok: true, value });

/** Opening a pipe or a device may wait for ever. */
async function refuseOtherKinds(path: string): Promise<void> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (status?.isFile() === false) throw new Error("it is no regular file");
}

/** After a rotation that was cut short there is no current file yet: the chain goes on from the one before. */
async function headBefore(path: string): Promise<ChainHead | undefined> {
  const tail = await readTail(`${path}.1`);
  return tail.kind === "entry" ? tail.head : undefined;
}

/** Makes room for a new current file. Every step is one rename, so that no entry is ever in two files or in none. */
export async function rotateFiles(path: string, keep: number): Promise<Attempt<undefined>> {
  try {
    await shiftFiles(path, keep);
    return { ok: true, value: undefined };
  } catch (error) {
    return { ok: false, problem: reasonOf(error) };
  }
}

async function shiftFiles(path: string, keep: number): Promise<void> {
  if (keep === 0) {
    await rm(path, { force: true });
    return;
  }
  for (let number = keep; number > 0; number -= 1) {
    const from = number === 1 ? path : `${path}.${String(number - 1)}`;
    await rename(from, `${path}.${String(number)}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

async function openFile(path: string, sync: boolean): Promise<AuditFile> {
  const handle = await open(path, "a", 0o600);
  const status = await handle.stat();
  let { size } = status;
  return {
    append: async (bytes) => {
      const appended = await appendAll(handle.fd, bytes, sync);
      size += appended.written;
      return appended;
    },
    size: () => size,
    isMoved: async () => {
      try {
        const now = await stat(path);
        // Also after a truncation in place, as some rotators do it.
        ({ size } = now);
        return now.ino !== status.ino || now.dev !== status.dev;
      } catch {
        return true;
      }
    },
    close: () => closeQuietly(handle),
  };
}

function standardOutput(): AuditFile {
  return {
    append: (bytes) => appendAll(1, bytes, false),
    size: () => 0,
    isMoved: () => Promise.resolve(false),
    close: () => Promise.resolve(),
  };
}

/** Milliseconds until a full pipe is tried again. */
const FULL_PIPE = 5;

async function appendAll(fd: number, bytes: Uint8Array, sync: boolean): Promise<Appended> {
  let written = 0;
  while (written < bytes.length) {
    const outcome = await writeOnce(fd, bytes, written);
    if (typeof outcome === "number") written += outcome;
    else if (outcome.code === "EAGAIN") await pause(FULL_PIPE);
    else return { written, problem: reasonOf(outcome) };
  }
  const problem = sync ? await synced(fd) : undefined;
  return { written, ...(problem === undefined ? {} : { problem }) };
}

function writeOnce(
  fd: number,
  bytes: Uint8Array,
  from: number,
): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    write(fd, bytes, from, bytes.length - from, null, (error, count) => {
      resolve(error ?? count);
    });
  });
}

function synced(fd: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    fdatasync(fd, (error) => {
      resolve(error === null ? undefined : reasonOf(error));
    });
  });
}

async function closeQuietly(handle: FileHandle): Promise<void> {
  try {
    await handle.close();
  } catch {
    // What was written is in the file or was told as failed.
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left",
  EDQUOT: "no space is left for this user",
  EROFS: "the file system is read-only",
  ENOENT: "its folder does not exist",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ENOTDIR: "a part of its path is a file",
  EISDIR: "it is a directory",
  EIO: "the disk failed",
  EMFILE: "no file descriptor is left",
  ENFILE: "no file descriptor is left",
};

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  const words = WORDS[code];
  return words === undefined ? code : `${words} (${code})`;
}
