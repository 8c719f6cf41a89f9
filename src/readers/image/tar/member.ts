/** A member of a tar archive. */

import type { PaxRecords } from "./fields.ts";
import { BLOCK_BYTES, numberField, paxNumber, paxText, textField } from "./fields.ts";

export type TarType =
  | "file"
  | "hard link"
  | "symbolic link"
  | "character device"
  | "block device"
  | "directory"
  | "fifo"
  /** Of a kind of its own (volume label, dump directory), read like a file. */
  | "other";

export interface TarMember {
  /** As the archive writes it; may be absolute, hold `..` or end with `/`. */
  readonly path: string;
  readonly type: TarType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** For links: where to, as written. */
  readonly linkTarget?: string;
  /** Where its content begins in the archive, in bytes. */
  readonly dataOffset: number;
  /** Bytes of content in the archive; of a sparse file only those that are stored. */
  readonly dataBytes: number;
  readonly sparse: boolean;
  /** The extended attribute `security.capability`, as the kernel stores it. */
  readonly capability?: Uint8Array;
}

const TYPES: Readonly<Record<string, TarType>> = {
  "\0": "file",
  "0": "file",
  "7": "file",
  "1": "hard link",
  "2": "symbolic link",
  "3": "character device",
  "4": "block device",
  "5": "directory",
  "6": "fifo",
  S: "file",
};

/** What stands before a member and says more of it: pax records, and GNU's long names. */
export interface Extension {
  readonly pax: PaxRecords;
  readonly longName?: string;
  readonly longLink?: string;
}

/** A header read, or why it cannot be. */
export type Header = TarMember | { readonly problem: string };

export function readHeader(block: Uint8Array, dataOffset: number, extension: Extension): Header {
  const flag = String.fromCharCode(block[156] ?? 0);
  const { pax } = extension;
  const path =
    paxText(pax, "GNU.sparse.name") ?? paxText(pax, "path") ?? extension.longName ?? nameOf(block);
  const size = paxNumber(pax, "size") ?? numberField(block, 124, 12);
  if (size === undefined) return { problem: "the size of a member is no number" };
  const named = TYPES[flag] ?? "other";
  // Version 7 archives write a directory as a file whose name ends with a slash.
  const type = named === "file" && path.endsWith("/") ? "directory" : named;
  const capability = pax.get("SCHILY.xattr.security.capability");
  return {
    path,
    type,
    mode: (numberField(block, 100, 8) ?? 0) & 0o7777,
    uid: paxNumber(pax, "uid") ?? numberField(block, 108, 8) ?? 0,
    gid: paxNumber(pax, "gid") ?? numberField(block, 116, 8) ?? 0,
    dataOffset,
    dataBytes: isHeaderOnly(type) ? 0 : size,
    sparse: flag === "S" || pax.has("GNU.sparse.major") || pax.has("GNU.sparse.map"),
    ...(type === "hard link" || type === "symbolic link"
      ? { linkTarget: paxText(pax, "linkpath") ?? extension.longLink ?? textField(block, 157, 100) }
      : {}),
    ...(capability === undefined ? {} : { capability }),
  };
}

/** Go's archive/tar, with which engines unpack, takes no content for these, whatever their size says. */
function isHeaderOnly(type: TarType): boolean {
  return type !== "file" && type !== "other";
}

function nameOf(block: Uint8Array): string {
  const name = textField(block, 0, 100);
  // GNU writes `ustar  ` and keeps times where POSIX has the prefix.
  if (block[345] === 0 || textField(block, 257, 6) !== "ustar") return name;
  const prefix = textField(block, 345, textField(block, 508, 4) === "tar" ? 131 : 155);
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Bytes up to the next block. */
export function paddingOf(bytes: number): number {
  const over = bytes % BLOCK_BYTES;
  return over === 0 ? 0 : BLOCK_BYTES - over;
}
