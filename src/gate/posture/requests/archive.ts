/** Archives that are unpacked inside a container. */

import type { Denial } from "../../judge/contract.ts";
import { type Handler, passed } from "./handler.ts";

/** Forms that the engine would unpack with programs of its own: moby/moby b985e2313a, pkg/archive. */
const COMPRESSED: readonly (readonly [name: string, bytes: readonly number[], at?: number])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["lzma", [0x5d, 0x00, 0x00]],
  ["compress", [0x1f, 0x9d]],
];

/** Frames that zstd passes over may stand before the archive: RFC 8878, 3.1.2. */
const isSkippable = (bytes: Uint8Array): boolean =>
  bytes[0] !== undefined &&
  bytes[0] >= 0x50 &&
  bytes[0] <= 0x5f &&
  bytes[1] === 0x2a &&
  bytes[2] === 0x4d &&
  bytes[3] === 0x18;

/** So many of an upload's first bytes are looked at. */
export const ARCHIVE_BEGINNING = 512;

/**
 * `beginning` are the first 512 bytes, or all when there are fewer. Only what begins as a tar archive passes: the
 * engine decides by the same bytes whether to unpack it by another program first.
 */
export function judgeArchiveBeginning(beginning: Uint8Array): Denial | undefined {
  const found = COMPRESSED.find(([, bytes]) =>
    bytes.every((byte, index) => beginning[index] === byte),
  );
  if (found === undefined && !isSkippable(beginning) && isTar(beginning)) return undefined;
  return {
    status: 403,
    rule: "compressed-archive",
    at: "",
    message:
      found === undefined
        ? "the upload does not begin as a tar archive"
        : `the archive is compressed (${found[0]}), and the engine would unpack it with a program of its own as root`,
    help: "Send the tar archive as it is",
  };
}

/** The checksum of a tar header: POSIX.1-2017, pax, ustar. Two empty blocks are an empty archive. */
function isTar(block: Uint8Array): boolean {
  if (block.byteLength < ARCHIVE_BEGINNING) return block.byteLength === 0;
  if (block.every((byte) => byte === 0)) return true;
  const text = String.fromCharCode(...block.subarray(148, 156));
  const written = /^[ \0]*([0-7]{1,7})[ \0]*$/.exec(text)?.[1];
  if (written === undefined) return false;
  let sum = 0;
  let signed = 0;
  for (let index = 0; index < ARCHIVE_BEGINNING; index += 1) {
    const byte = index >= 148 && index < 156 ? 0x20 : (block[index] ?? 0);
    sum += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const wanted = Number.parseInt(written, 8);
  return wanted === sum || wanted === signed;
}

export const putArchive: Handler = (request) => ({
  ...passed(request),
  upload: judgeArchiveBeginning,
});
