/** What a content is by its first bytes: an archive to look into, or something to scan as it is. */

import { hasValidChecksum, BLOCK_BYTES } from "../tar/fields.ts";
import { sniffCompression } from "../stream/decompress.ts";

export type ContentKind = "compressed" | "tar" | "zip" | "plain";

/** `head` are the first 512 bytes, or all that there are. */
export function contentKind(head: Uint8Array): ContentKind {
  const compression = sniffCompression(head);
  // Two letters begin bzip2, three bytes lzma: too little to call a text or a program unreadable for it.
  if (compression === "gzip" || compression === "zstd" || compression === "xz") return "compressed";
  if (compression === "bzip2" && /^BZh[1-9]1AY&SY/.test(latin1(head, 10))) return "compressed";
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return "zip";
  // Old archives have no magic; a checksum that is right by chance is one in some hundred thousands.
  if (head.length >= BLOCK_BYTES && isTarStart(head)) return "tar";
  return "plain";
}

/** Whether it may be a document of an image, which are JSON. */
export function isDocument(head: Uint8Array): boolean {
  return contentKind(head) === "plain" && /^\s*[{[]/.test(latin1(head, 64));
}

function isTarStart(head: Uint8Array): boolean {
  // Every file is asked, so that the first letter answers for most.
  if (head[0] === 0 || head[257] !== 0x75) return false;
  return latin1(head.subarray(257), 5) === "ustar" && hasValidChecksum(head);
}

function latin1(bytes: Uint8Array, length: number): string {
  return String.fromCharCode(...bytes.subarray(0, length));
}
