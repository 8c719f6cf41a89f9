/** The beginning of an upload, looked at before any of it goes upstream. */

import type { ByteSource, NextPiece } from "../http/contract.ts";
import type { Denial } from "../judge/contract.ts";

/** Of an upload, so many bytes are looked at: a block of a tar archive. */
const BEGINNING = 512;

export type UploadJudge = (beginning: Uint8Array) => Denial | undefined;

/** The upload as it was, with what was read of it first; or why it does not pass. */
export async function judgedUpload(
  source: ByteSource,
  judges: readonly UploadJudge[],
): Promise<{ readonly source: ByteSource } | { readonly denial: Denial }> {
  const read: NextPiece[] = [];
  let bytes = 0;
  while (bytes < BEGINNING) {
    const piece = await source.next();
    if (!(piece instanceof Uint8Array)) {
      read.push(piece);
      break;
    }
    read.push(piece);
    bytes += piece.byteLength;
  }
  const beginning = firstBytes(read);
  for (const judge of judges) {
    const denial = judge(beginning);
    if (denial !== undefined) return { denial };
  }
  return { source: replayed(source, read) };
}

function firstBytes(read: readonly NextPiece[]): Uint8Array {
  const beginning = new Uint8Array(BEGINNING);
  let at = 0;
  for (const piece of read) {
    if (!(piece instanceof Uint8Array) || at === BEGINNING) break;
    const part = piece.subarray(0, BEGINNING - at);
    beginning.set(part, at);
    at += part.byteLength;
  }
  return beginning.subarray(0, at);
}

function replayed(source: ByteSource, read: readonly NextPiece[]): ByteSource {
  const { length } = source;
  let index = 0;
  return {
    ...(length === undefined ? {} : { length }),
    next: () => {
      if (index >= read.length) return source.next();
      const piece = read[index];
      index += 1;
      return piece;
    },
  };
}
