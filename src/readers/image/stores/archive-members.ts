/** Where the members of an archive file lie, so that each can be read by itself. */

import { open } from "node:fs/promises";
import { createTarReader } from "../tar/reader.ts";
import type { TarMember } from "../tar/member.ts";
import type { FileRange } from "./file-range.ts";

export interface ArchiveMembers {
  /** By path without `./`; links already followed. */
  readonly find: (path: string) => FileRange | undefined;
  /** Of all files, in their order. */
  readonly paths: () => readonly string[];
  readonly problems: readonly string[];
}

/** An archive of images has a few members a layer. */
const MAX_MEMBERS = 100_000;
export const NO_ARCHIVE = "it is no tar archive";
export const TOO_MANY = "it has more members than any archive of images; the rest was not read";
const HEADER_BYTES = 65_536;

/** Reads the headers of a plain tar file, jumping over contents. */
export async function archiveMembers(
  file: string,
): Promise<ArchiveMembers | { readonly problem: string }> {
  const members = new Map<string, TarMember>();
  const problems: string[] = [];
  let last: TarMember | undefined;
  let count = 0;
  const seen = { isArchive: true };
  const reader = createTarReader({
    onMember: (member) => {
      last = member;
      count += 1;
      if (members.size < MAX_MEMBERS) members.set(cleanPath(member.path), member);
    },
    onGap: (offset, what) => {
      // What does not begin as an archive is none, however much of it there is.
      if (offset === 0 && what === "unreadable") seen.isArchive = false;
    },
    onProblem: (problem) => problems.push(problem),
  });
  try {
    const handle = await open(file, "r");
    try {
      const { size } = await handle.stat();
      const buffer = Buffer.allocUnsafeSlow(HEADER_BYTES);
      for (let at = 0; at < size && seen.isArchive && !reader.ended();) {
        const { bytesRead } = await handle.read(buffer, 0, HEADER_BYTES, at);
        if (bytesRead === 0) break;
        reader.push(buffer.subarray(0, bytesRead));
        at += bytesRead;
        const skippable = last === undefined ? 0 : last.dataOffset + last.dataBytes - at;
        last = undefined;
        if (skippable > 0) {
          const jump = Math.min(skippable, size - at);
          reader.skip(jump);
          at += jump;
        }
      }
      reader.end();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    return { problem: `it cannot be read (${code})` };
  }
  if (!seen.isArchive) return { problem: NO_ARCHIVE };
  if (count > MAX_MEMBERS) problems.push(TOO_MANY);
  if (members.size === 0) return { problem: problems[0] ?? "it is an empty archive" };
  return {
    find: (path) => rangeOf(file, members, path),
    paths: () => filesOf(members),
    problems,
  };
}

function rangeOf(
  file: string,
  members: ReadonlyMap<string, TarMember>,
  path: string,
): FileRange | undefined {
  const member = followLinks(members, path);
  return member === undefined
    ? undefined
    : { file, offset: member.dataOffset, length: member.dataBytes };
}

export function filesOf(members: ReadonlyMap<string, TarMember>): string[] {
  return [...members].flatMap(([path, { type }]) => (type === "file" ? [path] : []));
}

/** The file that a path of an archive leads to. */
export function followLinks(
  members: ReadonlyMap<string, TarMember>,
  path: string,
): TarMember | undefined {
  let at = cleanPath(path);
  // `docker save` of old wrote a layer that was there already as a link to it.
  for (let hops = 0; hops < 10; hops++) {
    const member = members.get(at);
    if (member === undefined) return undefined;
    const { type, linkTarget = "" } = member;
    if (type === "file") return member;
    if (type === "symbolic link") at = resolveLink(at, linkTarget);
    else if (type === "hard link") at = cleanPath(linkTarget);
    else return undefined;
  }
  return undefined;
}

function resolveLink(from: string, target: string): string {
  const parts = target.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

export function cleanPath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, "");
}
