/**
 * Reads a tar archive that arrives in pieces: ustar, pax, GNU long names, base-256 numbers, sparse
 * files. It only tells what stands where; contents are not touched.
 *
 * After a block that is no header it looks for the next one, so that what follows is still read, and
 * says what it skipped.
 */

import type { PaxRecords } from "./fields.ts";
import { BLOCK_BYTES, hasValidChecksum, isZeroBlock, parsePax, textField } from "./fields.ts";
import type { Extension, TarMember } from "./member.ts";
import { paddingOf, readHeader } from "./member.ts";

export interface TarEvents {
  readonly onMember: (member: TarMember) => void;
  /** Bytes from here on belong to no member: a part that cannot be read, or what follows the archive's end. */
  readonly onGap: (offset: number, what: "unreadable" | "after the end") => void;
  readonly onProblem: (problem: string) => void;
}

export interface TarReader {
  readonly push: (bytes: Uint8Array) => void;
  /** Passes over bytes of a member's content that need not be read; never more than are left of it. */
  readonly skip: (bytes: number) => void;
  /** Whether the end of the archive has come; what follows is no part of it. */
  readonly ended: () => boolean;
  /** Says what is missing when the archive stops short. */
  readonly end: () => void;
}

/** Names and attributes longer than this are refused; Linux itself takes paths of 4,096 bytes. */
const MAX_EXTENSION_BYTES = 1_048_576;
const MAX_PATH = 4096;
/** An archive that is not one at all would otherwise give a problem for each of its blocks. */
const MAX_PROBLEMS = 20;

const NOTHING: Extension = { pax: new Map() };

export function createTarReader(events: TarEvents): TarReader {
  let offset = 0;
  /** Bytes of content, padding or skipped metadata still to pass over. */
  let skip = 0;
  const block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  let collecting: { readonly flag: string; readonly into: Uint8Array; at: number } | undefined;
  let extension = NOTHING;
  let globalPax: PaxRecords = new Map();
  let state: "header" | "searching" | "ended" = "header";
  let zeroBlocks = 0;
  let members = 0;
  let problems = 0;
  let sparseHeader = false;

  const problem = (text: string): void => {
    problems += 1;
    if (problems <= MAX_PROBLEMS) events.onProblem(text);
  };

  const takeBlock = (): void => {
    if (sparseHeader) {
      // Further pieces of a GNU sparse map; the last one has no flag at 504.
      sparseHeader = block[504] === 1;
      return;
    }
    if (isZeroBlock(block)) {
      zeroBlocks += 1;
      if (zeroBlocks === 2) {
        state = "ended";
        events.onGap(offset, "after the end");
      }
      return;
    }
    zeroBlocks = 0;
    const looksRight = hasValidChecksum(block);
    if (!looksRight || (state === "searching" && textField(block, 257, 5) !== "ustar")) {
      if (state === "header") {
        problem(`at byte ${String(offset - BLOCK_BYTES)} stands no tar header`);
        events.onGap(offset - BLOCK_BYTES, "unreadable");
        state = "searching";
      }
      return;
    }
    state = "header";
    takeHeader();
  };

  const takeHeader = (): void => {
    const flag = String.fromCharCode(block[156] ?? 0);
    const header = readHeader(block, offset, extension);
    if ("problem" in header) {
      problem(`${header.problem} (header at byte ${String(offset - BLOCK_BYTES)})`);
      extension = NOTHING;
      return;
    }
    if (flag === "x" || flag === "g" || flag === "L" || flag === "K") {
      // The size of an extension is its own, never one that a pax record before it states.
      const own = readHeader(block, offset, NOTHING);
      const size = "problem" in own ? 0 : own.dataBytes;
      if (size > MAX_EXTENSION_BYTES) {
        problem(`a name or attribute of ${String(size)} bytes is not read`);
        skip = size + paddingOf(size);
      } else collecting = { flag, into: new Uint8Array(size), at: 0 };
      return;
    }
    const { path } = header;
    if (path.length > MAX_PATH) problem(`a path of ${String(path.length)} characters is cut`);
    members += 1;
    const isOldSparse = flag === "S" && block[482] === 1;
    sparseHeader = isOldSparse;
    const { linkTarget } = header;
    const member: TarMember =
      path.length > MAX_PATH || (linkTarget?.length ?? 0) > MAX_PATH
        ? {
            ...header,
            path: cut(path, MAX_PATH),
            ...(linkTarget === undefined ? {} : { linkTarget: cut(linkTarget, MAX_PATH) }),
          }
        : header;
    skip = member.dataBytes + paddingOf(member.dataBytes);
    extension = globalPax.size === 0 ? NOTHING : { pax: globalPax };
    if (isOldSparse) pendingSparse = member;
    else events.onMember(member);
  };
  let pendingSparse: TarMember | undefined;

  const takeExtension = (flag: string, content: Uint8Array): void => {
    const text = (): string => textField(content, 0, content.length);
    if (flag === "L") extension = { ...extension, longName: text() };
    else if (flag === "K") extension = { ...extension, longLink: text() };
    else {
      const records = parsePax(content);
      if (records === undefined) {
        problem(`pax records before byte ${String(offset)} are malformed`);
        return;
      }
      if (flag === "g") globalPax = new Map([...globalPax, ...records]);
      extension = { ...extension, pax: new Map([...globalPax, ...extension.pax, ...records]) };
    }
  };

  const push = (bytes: Uint8Array): void => {
    let at = 0;
    while (at < bytes.length) {
      const rest = bytes.length - at;
      if (collecting !== undefined && collecting.at < collecting.into.length) {
        const taken = Math.min(rest, collecting.into.length - collecting.at);
        collecting.into.set(bytes.subarray(at, at + taken), collecting.at);
        collecting.at += taken;
        at += taken;
        offset += taken;
      } else if (skip > 0 && !sparseHeader) {
        const taken = Math.min(rest, skip);
        skip -= taken;
        at += taken;
        offset += taken;
      } else if (state === "ended") {
        offset += rest;
        return;
      } else {
        const taken = Math.min(rest, BLOCK_BYTES - filled);
        block.set(bytes.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        offset += taken;
        if (filled === BLOCK_BYTES) {
          filled = 0;
          takeBlock();
          if (pendingSparse !== undefined && !sparseHeader) {
            events.onMember({ ...pendingSparse, dataOffset: offset });
            pendingSparse = undefined;
          }
        }
      }
      if (collecting !== undefined && collecting.at === collecting.into.length) {
        const { flag, into } = collecting;
        collecting = undefined;
        skip = paddingOf(into.length);
        takeExtension(flag, into);
      }
    }
  };

  const passOver = (bytes: number): void => {
    const passed = Math.min(bytes, skip);
    skip -= passed;
    offset += passed;
  };

  const end = (): void => {
    if (problems > MAX_PROBLEMS) {
      events.onProblem(`${String(problems - MAX_PROBLEMS)} more problems of this kind`);
    }
    if (collecting !== undefined || skip > 0 || (filled > 0 && state === "header")) {
      events.onProblem(`the archive ends in the middle of a member, at byte ${String(offset)}`);
    } else if (members === 0 && state === "header" && zeroBlocks === 0 && offset > 0) {
      events.onProblem("it holds no members");
    }
  };
  return { push, skip: passOver, ended: () => state === "ended", end };
}

/** The beginning of a text as a text of its own: a slice would keep all of it in memory. */
export function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : Buffer.from(text.slice(0, most), "utf16le").toString("utf16le");
}
