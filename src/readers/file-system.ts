/** The real file system as `Files`: read-only, confined to a root, bounded, cached for one run. */

import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
} from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { SourceFile } from "../model/source.ts";
import type { FileRead, Files } from "./files.ts";
import { GLIMPSE_BYTES, MAX_FILE_BYTES } from "./files.ts";

export interface FileSystemOptions {
  /** Paths are relative to it, in and out. Absolute. */
  readonly workingDirectory: string;
  /** Nothing outside is read. Absolute, a real path. */
  readonly root: string;
}

/** Reads files below the root. What cannot be read says why, and what to do about it. */
export function fileSystem(options: FileSystemOptions): Files {
  const cache = new Map<string, FileRead>();
  const kinds = new Map<string, FileKind>();
  const absolute = (path: string): string => resolve(options.workingDirectory, path);
  return {
    read: (path) => {
      const full = absolute(path);
      const earlier = cache.get(full);
      if (earlier !== undefined) return earlier;
      const result = readInside(full, reportedPath(options.workingDirectory, full), options.root);
      cache.set(full, result);
      return result;
    },
    kind: (path) => {
      // Every Dockerfile of a project asks for the files of its context, most often the same ones.
      const earlier = kinds.get(path);
      if (earlier !== undefined) return earlier;
      const kind = kindOf(absolute(path), options.root);
      kinds.set(path, kind);
      return kind;
    },
    list: (path) => {
      const full = absolute(path);
      try {
        return isInside(realpathSync.native(full), options.root) ? readdirSync(full).sort() : [];
      } catch {
        return [];
      }
    },
  };
}

type FileKind = ReturnType<Files["kind"]>;

function kindOf(full: string, root: string): FileKind {
  try {
    // Most paths that are asked for are not there, and making an error of each takes longer than asking.
    const status = statSync(full, { throwIfNoEntry: false });
    if (status === undefined) return "missing";
    if (!isInside(realpathSync.native(full), root)) return "other";
    if (status.isFile()) return "file";
    return status.isDirectory() ? "directory" : "other";
  } catch {
    return "missing";
  }
}

/** A path as reports show it: relative to the working directory with `/`, absolute when on no common drive. */
export function reportedPath(workingDirectory: string, full: string): string {
  const path = relative(workingDirectory, full);
  if (path === "") return ".";
  return isAbsolute(path) ? full : path.split(sep).join("/");
}

/** Whether a real path is the root or below it. */
export function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function readInside(full: string, path: string, root: string): FileRead {
  try {
    if (!isInside(realpathSync.native(full), root)) {
      return {
        ok: false,
        why: `it lies outside ${root}`,
        settle: "run plimsoll from a directory that holds both files, or copy the file in",
      };
    }
  } catch (error) {
    return { ok: false, ...fileProblem(error, full) };
  }
  return readRegularFile(full, path);
}

/** Reads a text file wherever it lies. A pipe or a device would block or never end, so it is refused. */
export function readRegularFile(full: string, path: string): FileRead {
  try {
    const status = statSync(full);
    if (!status.isFile()) {
      return { ok: false, why: "it is not a regular file", settle: "give a file or a directory" };
    }
    if (status.size > MAX_FILE_BYTES) return { ...tooLarge(status.size), glimpse: headOf(full) };
    return decode(path, readFileSync(full));
  } catch (error) {
    return { ok: false, ...fileProblem(error, full) };
  }
}

function headOf(full: string): string {
  const descriptor = openSync(full, "r");
  try {
    const head = Buffer.alloc(GLIMPSE_BYTES);
    return glimpseOf(head.subarray(0, readSync(descriptor, head)));
  } finally {
    closeSync(descriptor);
  }
}

/** Bytes as text that keeps what is ASCII; good enough to recognise a key or a command by. */
function glimpseOf(bytes: Uint8Array): string {
  return Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.byteLength, GLIMPSE_BYTES),
  ).toString("latin1");
}

function tooLarge(size: number): Extract<FileRead, { ok: false }> {
  return {
    ok: false,
    why: `it has ${Math.ceil(size / 1024 / 1024)} MiB, more than the ${MAX_FILE_BYTES / 1024 / 1024} MiB that are read`,
    settle: "split it, or leave it out with `exclude:` in plimsoll.yaml",
  };
}

/** Decodes UTF-8. What is not text is refused, because places in it would be wrong. */
export function decode(path: string, bytes: Uint8Array): FileRead {
  if (bytes.byteLength > MAX_FILE_BYTES) {
    return { ...tooLarge(bytes.byteLength), glimpse: glimpseOf(bytes) };
  }
  if (bytes.includes(0)) {
    const glimpse = glimpseOf(bytes);
    return { ok: false, why: "it is binary, not text", settle: "give the text file", glimpse };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const file: SourceFile = { path, text };
    return { ok: true, file };
  } catch {
    return {
      ok: false,
      why: `it is not valid UTF-8 (first at byte ${firstInvalidByte(bytes)})`,
      settle: "save it as UTF-8",
      glimpse: glimpseOf(bytes),
    };
  }
}

function firstInvalidByte(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let low = 0;
  let high = bytes.length;
  // The longest prefix without a replacement character; `stream` keeps a cut-off character from counting.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const text = decoder.decode(bytes.subarray(0, middle), { stream: true });
    decoder.decode();
    if (text.includes("\uFFFD")) high = middle - 1;
    else low = middle;
  }
  // That prefix may end within the sequence that turns out to be wrong, which is three bytes long at most.
  for (let start = low; start >= Math.max(0, low - 3); start--) {
    if (!decoder.decode(bytes.subarray(Math.max(0, start - 4), start)).endsWith("\uFFFD"))
      return start;
  }
  return low;
}

function fileProblem(error: unknown, full: string): { why: string; settle: string } {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
      return isDanglingLink(full)
        ? { why: "it is a symbolic link to a file that does not exist", settle: "correct the link" }
        : { why: "it does not exist", settle: "create it, or correct the path" };
    case "EACCES":
    case "EPERM":
      return { why: "permission to read it is denied", settle: "make it readable for this user" };
    case "ELOOP":
      return { why: "its symbolic links form a loop", settle: "correct the links" };
    case "ENOTDIR":
      return { why: "a part of its path is not a directory", settle: "correct the path" };
    case "ENAMETOOLONG":
      return { why: "its path is too long", settle: "correct the path" };
    default:
      return { why: `it cannot be read (${String(code ?? error)})`, settle: "check the file" };
  }
}

function isDanglingLink(full: string): boolean {
  try {
    return lstatSync(full).isSymbolicLink();
  } catch {
    return false;
  }
}
